#include "nim_cpp_nos.h"

#include "refuse.h"

namespace nim {

void NOS::InitConfig(const InitNosConfigParam& /*param*/, const InitNosResultCallback& cb) { parlor::refuse(cb); }

void NOS::RegDownloadCb(const DownloadMediaCallback& /*cb*/) {}

void NOS::RegUploadCb(const UploadMediaExCallback& /*cb*/) {}

bool NOS::FetchMedia(const IMMessage& /*msg*/, const DownloadMediaCallback& callback_result,
                     const ProgressCallback& /*callback_progress*/) {
    return parlor::refuse(callback_result);
}

bool NOS::FetchMediaEx(const IMMessage& /*msg*/, const std::string& /*json_extension*/,
                       const DownloadMediaCallback& callback_result, const ProgressCallback& /*callback_progress*/,
                       const SpeedCallback& /*callback_speed*/, const TransferInfoCallback& /*callback_transfer*/) {
    return parlor::refuse(callback_result);
}

bool NOS::StopFetchMedia(const IMMessage& /*msg*/) { return false; }

bool NOS::UploadResource(const std::string& /*local_file*/, const UploadMediaCallback& callback_result,
                         const ProgressCallback& /*callback_progress*/) {
    return parlor::refuse(callback_result);
}

bool NOS::UploadResource2(const std::string& /*local_file*/, const std::string& /*tag*/,
                          const UploadMediaCallback& callback_result, const ProgressCallback& /*callback_progress*/) {
    return parlor::refuse(callback_result);
}

bool NOS::UploadResourceEx(const std::string& /*local_file*/, const std::string& /*json_extension*/,
                           const UploadMediaExCallback& callback_result,
                           const ProgressExCallback& /*callback_progress*/, const SpeedCallback& /*callback_speed*/,
                           const TransferInfoCallback& /*callback_transfer*/) {
    return parlor::refuse(callback_result);
}

bool NOS::UploadResourceEx2(const std::string& /*local_file*/, const std::string& /*tag*/,
                            const std::string& /*json_extension*/, const UploadMediaExCallback& callback_result,
                            const ProgressExCallback& /*callback_progress*/, const SpeedCallback& /*callback_speed*/,
                            const TransferInfoCallback& /*callback_transfer*/) {
    return parlor::refuse(callback_result);
}

bool NOS::StopUploadResourceEx(const std::string& /*task_id*/, const std::string& /*json_extension*/) { return false; }

bool NOS::DownloadResource(const std::string& /*nos_url*/, const DownloadMediaCallback& callback_result,
                           const ProgressCallback& /*callback_progress*/) {
    return parlor::refuse(callback_result);
}

bool NOS::DownloadResourceEx(const std::string& /*nos_url*/, const std::string& /*json_extension*/,
                             const DownloadMediaExCallback& callback_result,
                             const ProgressExCallback& /*callback_progress*/, const SpeedCallback& /*callback_speed*/,
                             const TransferInfoCallback& /*callback_transfer*/) {
    return parlor::refuse(callback_result);
}

bool NOS::StopDownloadResourceEx(const std::string& /*task_id*/, const std::string& /*json_extension*/) {
    return false;
}

void NOS::SafeURLToOriginURL(const std::string& /*safe_url*/, const SafeURLToOriginURLCallback& cb,
                             const std::string& /*json_extension*/) {
    parlor::refuse(cb);
}

void NOS::UnregNosCb() {}

void NOS::SetSupportQuickTrans(bool /*bquick*/) {}

}  // namespace nim
