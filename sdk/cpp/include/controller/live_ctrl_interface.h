#pragma once

/// @file
/// Live streaming of a room.

#include "base_ctrl_interface.h"

namespace neroom {

/// Sample rate of a pushed stream, in Hz.
typedef enum tagNERoomLiveStreamAudioSampleRate {
    kRate32000 = 32000,
    kRate44100 = 44100,
    kRate48000 = 48000,
} NERoomLiveStreamAudioSampleRate;

/// Whether a pushed stream carries pictures.
typedef enum tagNERoomLiveStreamMode {
    kModeVideo = 0,
    kModeAudio = 1,
} NERoomLiveStreamMode;

/// AAC profile of a pushed stream.
typedef enum tagNERoomLiveStreamAudioCodecProfile {
    kProfileLCAAC = 0,
    kProfileHEAAC = 1,
} NERoomLiveStreamAudioCodecProfile;

/// How a picture is fitted into its place in a pushed stream.
typedef enum tagNERoomLiveStreamVideoScaleMode {
    kScaleFit = 0,
    kScaleCropFill = 1,
} NERoomLiveStreamVideoScaleMode;

/// A picture in a pushed stream.
struct NERoomLiveStreamImageInfo {
    std::string url;
    int width = 0;
    int height = 0;
    int x = 0;
    int y = 0;
};

/// Place of one member in a pushed stream.
struct NERoomLiveStreamUserTranscoding {
    std::string userUuid;
    bool audioPush = true;
    bool videoPush = true;
    int width = 0;
    int height = 0;
    int x = 0;
    int y = 0;
    int zOrder = 0;
    NERoomLiveStreamVideoScaleMode adaption = kScaleFit;
};

/// Arrangement of a pushed stream.
struct NERoomLiveStreamLayout {
    int backgroundColor = 0;
    NERoomLiveStreamImageInfo* backgroundImg = nullptr;
    int width = 0;
    int height = 0;
    std::vector<NERoomLiveStreamUserTranscoding> userTranscodingList;
};

/// Encoding of a pushed stream; bit rate in kbit/s.
struct NERoomLiveConfig {
    bool singleVideoPassThrough = false;
    int audioBitrate = 0;
    int channels = 2;
    NERoomLiveStreamAudioCodecProfile audioCodecProfile = kProfileLCAAC;
    NERoomLiveStreamAudioSampleRate sampleRate = kRate48000;
};

/// A task that pushes a stream to an address.
struct NERoomLiveStreamTaskInfo {
    NERoomLiveConfig config;
    std::string extraInfo;
    NERoomLiveStreamLayout layout;
    NERoomLiveStreamMode mode = kModeVideo;
    bool serverRecordEnabled = false;
    std::string streamUrl;
    std::string taskId;
};

/// Live streaming of a room.
class INERoomLiveController : public INEBaseController {
public:
    using NEStartLiveCallback = NECallback<>;
    using NEUpdateLiveCallback = NEStartLiveCallback;
    using NEStopLiveCallback = NEStartLiveCallback;
    using NEGetLiveBackgroundInfoCallback = NECallback<NERoomLiveBackgroundInfo>;
    using NEUpdateLiveBackgroundCallback = NECallback<time_t>;

    virtual ~INERoomLiveController() = default;
    virtual NERoomLiveInfo getLiveInfo() = 0;
    virtual void startLive(const NERoomLiveRequest& live, const NECallback<NERoomLiveInfo>& callback) = 0;
    virtual void updateLive(const NERoomLiveRequest& live, const NEUpdateLiveCallback& callback) = 0;
    virtual void stopLive(const NEStopLiveCallback& callback) = 0;
    virtual void addLiveStreamTask(const NERoomLiveStreamTaskInfo& taskInfo, const NEEmptyCallback& callback) = 0;
    virtual void updateLiveStreamTask(const NERoomLiveStreamTaskInfo& taskInfo, const NEEmptyCallback& callback) = 0;
    virtual void removeLiveStreamTask(const std::string& taskId, const NEEmptyCallback& callback) = 0;
    virtual void getBackgroundInfo(const NEGetLiveBackgroundInfoCallback& callback) const = 0;
    virtual void updateBackgroundInfo(const NERoomLiveBackgroundParam& info,
                                      const NEUpdateLiveBackgroundCallback& callback) = 0;

    // Forms of older releases, kept so that code written for them compiles.
    virtual void startLive(const NERoomLiveRequest& live, const NEStartLiveCallback& callback) = 0;
};

}  // namespace neroom
