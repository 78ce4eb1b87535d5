#pragma once

/// @file
/// Files: upload and download.

#include "nim_nos_def.h"
#include "nim_talk_def.h"

namespace nim {

/// Files: upload and download.
class NIM_SDK_CPPWRAPPER_DLL_API NOS {
public:
    typedef std::function<void(const InitNosResult&)> InitNosResultCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& file_path, const std::string& call_id,
                               const std::string& res_id)>
        DownloadMediaCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& url)> UploadMediaCallback;
    typedef std::function<void(int64_t completed_size, int64_t file_size)> ProgressCallback;
    typedef std::function<void(NIMResCode res_code, const DownloadMediaResult& result)> DownloadMediaExCallback;
    typedef std::function<void(NIMResCode res_code, const UploadMediaResult& result)> UploadMediaExCallback;
    typedef std::function<void(int64_t completed_size, int64_t file_size, const ProgressData& result)>
        ProgressExCallback;
    typedef std::function<void(int64_t speed)> SpeedCallback;
    typedef std::function<void(int64_t actual_size, int64_t speed)> TransferInfoCallback;
    typedef std::function<void(NIMResCode res_code, const std::string& origin_url)> SafeURLToOriginURLCallback;

    static void InitConfig(const InitNosConfigParam& param, const InitNosResultCallback& cb);
    static void RegDownloadCb(const DownloadMediaCallback& cb);
    static void RegUploadCb(const UploadMediaExCallback& cb);
    static bool FetchMedia(const IMMessage& msg, const DownloadMediaCallback& callback_result,
                           const ProgressCallback& callback_progress);
    static bool FetchMediaEx(const IMMessage& msg, const std::string& json_extension,
                             const DownloadMediaCallback& callback_result, const ProgressCallback& callback_progress,
                             const SpeedCallback& callback_speed = SpeedCallback(),
                             const TransferInfoCallback& callback_transfer = TransferInfoCallback());
    static bool StopFetchMedia(const IMMessage& msg);
    static bool UploadResource(const std::string& local_file, const UploadMediaCallback& callback_result,
                               const ProgressCallback& callback_progress = ProgressCallback());
    static bool UploadResource2(const std::string& local_file, const std::string& tag,
                                const UploadMediaCallback& callback_result,
                                const ProgressCallback& callback_progress = ProgressCallback());
    static bool UploadResourceEx(const std::string& local_file, const std::string& json_extension,
                                 const UploadMediaExCallback& callback_result,
                                 const ProgressExCallback& callback_progress = ProgressExCallback(),
                                 const SpeedCallback& callback_speed = SpeedCallback(),
                                 const TransferInfoCallback& callback_transfer = TransferInfoCallback());
    static bool UploadResourceEx2(const std::string& local_file, const std::string& tag,
                                  const std::string& json_extension, const UploadMediaExCallback& callback_result,
                                  const ProgressExCallback& callback_progress = ProgressExCallback(),
                                  const SpeedCallback& callback_speed = SpeedCallback(),
                                  const TransferInfoCallback& callback_transfer = TransferInfoCallback());
    static bool StopUploadResourceEx(const std::string& task_id, const std::string& json_extension = "");
    static bool DownloadResource(const std::string& nos_url, const DownloadMediaCallback& callback_result,
                                 const ProgressCallback& callback_progress = ProgressCallback());
    static bool DownloadResourceEx(const std::string& nos_url, const std::string& json_extension,
                                   const DownloadMediaExCallback& callback_result,
                                   const ProgressExCallback& callback_progress = ProgressExCallback(),
                                   const SpeedCallback& callback_speed = SpeedCallback(),
                                   const TransferInfoCallback& callback_transfer = TransferInfoCallback());
    static bool StopDownloadResourceEx(const std::string& task_id, const std::string& json_extension = "");
    static void SafeURLToOriginURL(const std::string& safe_url, const SafeURLToOriginURLCallback& cb,
                                   const std::string& json_extension = "");
    static void UnregNosCb();
    static void SetSupportQuickTrans(bool bquick);
};

}  // namespace nim
