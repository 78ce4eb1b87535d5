#pragma once

/// @file
/// Events of devices and raw audio.

#include "base_type_defines.h"

namespace neroom {

/// Told what happens to devices and to the local picture.
class INEPreviewRoomListener {
public:
    virtual ~INEPreviewRoomListener() = default;
    virtual void onVideoFrameData(const std::string& /*userUuid*/, bool /*bSubVideo*/, void* /*data*/,
                                  uint32_t /*type*/, uint32_t /*width*/, uint32_t /*height*/, uint32_t /*count*/,
                                  uint32_t /*offset*/[4], uint32_t /*stride*/[4], uint32_t /*rotation*/) {}
    virtual void onVideoFrameDataCallback(const std::string& /*userUuid*/, bool /*bSubVideo*/,
                                          const NERoomVideoCallbackFrame& /*frame*/) {}
    virtual void onCameraDeviceChanged(const std::string& /*deviceId*/, bool /*bAdd*/) {}
    virtual void onPlayoutDeviceChanged(const std::string& /*deviceId*/, bool /*bAdd*/) {}
    virtual void onPlayoutDeviceStateChanged(const std::string& /*deviceId*/, int /*state*/) {}
    virtual void onRecordDeviceChanged(const std::string& /*deviceId*/, bool /*bAdd*/) {}
    virtual void onRecordDeviceStateChanged(const std::string& /*deviceId*/, int /*state*/) {}
    virtual void onDefaultPlayoutDeviceChanged(const std::string& /*deviceId*/) {}
    virtual void onDefaultRecordDeviceChanged(const std::string& /*deviceId*/) {}
    virtual void onLocalAudioVolumeIndication(int /*volume*/) {}
    virtual void onLocalAudioVolumeIndication(int /*volume*/, bool /*vadFlag*/) {}  // since 1.29.0
    virtual void onRtcVirtualBackgroundSourceEnabled(bool /*enabled*/,
                                                     NERoomVirtualBackgroundSourceStateReason /*reason*/) {}
    virtual void onLocalRecorderStatus(NERoomLocalRecorderStatus /*status*/, const std::string /*taskId*/) {
    }  // since 1.33.0
    virtual void onLocalRecorderError(NERoomLocalRecorderError /*error*/, const std::string /*taskId*/) {
    }                                                                                                   // since 1.33.0
    virtual void onVoiceprintRegistrationResult(int /*code*/, const NERoomVoiceprintInfo& /*info*/) {}  // since 1.44.0
};

/// Sees raw audio as it passes.
class INERoomRtcAudioFrameObserver {
public:
    virtual ~INERoomRtcAudioFrameObserver() = default;
    virtual void onAudioFrameDidRecord(const NERoomAudioFrame& /*audioFrame*/) {}
    virtual void onAudioFrameWillPlayback(const NERoomAudioFrame& /*audioFrame*/) {}
    virtual void onMixedAudioFrame(const NERoomAudioFrame& /*audioFrame*/) {}
    virtual void onPlaybackAudioFrameBeforeMixing(const std::string& /*userUuid*/,
                                                  const NERoomAudioFrame& /*audioFrame*/) {}
    virtual void onPlaybackSubStreamAudioFrameBeforeMixing(const std::string& /*userUuid*/,
                                                           const NERoomAudioFrame& /*audioFrame*/) {}
};

}  // namespace neroom
