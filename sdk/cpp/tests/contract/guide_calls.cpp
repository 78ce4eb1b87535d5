// Calls as guides write them, older forms included, and the calls whose published overload sets are ambiguous.

#include <room_kit_interface.h>

using namespace neroom;

void rooms() {
    NECreateRoomParams params;
    params.roomUuid = "room";
    params.templateId = 40;
    NECreateRoomOptions options;
    options.enableChatroom = true;
    auto* rooms = createNERoomKit()->getRoomService();
    rooms->createRoom(params, options, [](int, const std::string&) {});
    NEJoinRoomParams join;
    join.kickOtherDevice = true;
    rooms->joinRoom(join, NEJoinRoomOptions(), [](int code, const std::string&, INERoomContext* context) {
        if (code == kNENoError) context->leaveRoom([](int, const std::string&) {});
    });
    rooms->previewRoom(NEPreviewRoomParams(), NEPreviewRoomOptions(),
                       [](int, const std::string&, const INEPreviewRoomContext&) {});
    createNERoomKit()->getNosService()->uploadResource("a", [](int, const std::string&, const std::string&) {});
    createNERoomKit()->switchLanguage(NERoomLanguage::kNEEnglish);
}

void media(INERoomContext* context) {
    auto* rtc = context->getRtcController();
    auto answer = [](int, const std::string&) {};
    rtc->joinRtcChannel();
    rtc->joinRtcChannel(answer);
    rtc->leaveRtcChannel();
    rtc->muteMyAudio();
    rtc->muteMyAudio(true);
    rtc->muteMyAudio(true, answer);
    rtc->muteMyAudio(answer);
    rtc->unmuteMyAudio();
    rtc->unmuteMyAudio(false);
    rtc->unmuteMyAudio([](int, const std::string&) {});
    rtc->startShareSystemAudio();
    rtc->startShareSystemAudio(true);
    rtc->startShareSystemAudio(answer);

    NERoomScreenSharingOption option;
    std::list<void*> excluded;
    rtc->startAppShare(nullptr, option);
    rtc->startAppShare(nullptr, option, answer);
    rtc->startAppShare(nullptr, option, true);
    rtc->startAppShare(nullptr, option, true, answer);
    rtc->startScreenShare(nullptr, option);
    rtc->startScreenShare(nullptr, option, excluded, answer);
    rtc->startScreenShare(nullptr, option, excluded, true);
    NERectangle area{0, 0, 640, 480};
    rtc->startRectShare(area, area, option, excluded, answer);
    rtc->startRectShare(area, area, excluded, true, true, answer);
    rtc->startRectShare(area, area, option, excluded, true);
    NERoomVirtualBackgroundSource background;
    rtc->enableVirtualBackground(true, background);
    rtc->enableVirtualBackground(true, background, true);

    NERoomVideoView view;
    rtc->setupLocalVideoCanvas(view);
    rtc->setupLocalVideoCanvas(true);
    rtc->setupRemoteVideoCanvas("user", view);
    rtc->setupRemoteVideoCanvas("user", true);
    rtc->setupLocalSubVideoCanvas(true);
    rtc->setupRemoteSubVideoCanvas("user", false);
    rtc->subscribeRemoteVideoStream("user");
    rtc->subscribeRemoteVideoStream("user", true);
    rtc->subscribeRemoteVideoStream("user", kStreamLow);
    rtc->subscribeRemoteSubVideoStream("user");
    rtc->unsubscribeRemoteSubVideoStream("user");
    std::vector<NEDeviceBaseInfo> cameras;
    rtc->enumCameraDevices(cameras);
}

void others(INERoomContext* context) {
    auto answer = [](int, const std::string&) {};
    context->getChatController()->joinChatroom();
    context->getChatController()->leaveChatroom();
    context->getChatController()->sendBroadcastTextMessage("hello",
                                                           [](int, const std::string&, const SharedChatMessagePtr&) {});
    NERoomLiveRequest live;
    context->getLiveController()->startLive(live, answer);
    context->getLiveController()->startLive(live, [](int, const std::string&, const NERoomLiveInfo&) {});
    context->getWhiteboardController()->startWhiteboardShare();
    context->getWhiteboardController()->startWhiteboardShare(true);
    context->getWhiteboardController()->startWhiteboardShare(answer);
    context->updateRoomProperty("key", "value");
    context->startCloudRecord(answer);
    context->getWaitingRoomController()->getMemberList(
        0, 20, kNERoomGetMemberOriAsc, [](int, const std::string&, const std::list<NEWaitingRoomMemberPtr>&) {});
}
