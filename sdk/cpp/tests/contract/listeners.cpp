// Listeners as guides write them: made as they are, or overriding a few events only.

#include <room_kit_interface.h>

using namespace neroom;

namespace {

class RoomEvents : public INERoomListener {
public:
    void onMemberJoinRoom(const std::vector<SharedMemberPtr>& members) override { seen_ += members.size(); }
    void onRoomEnded(NERoomEndReason reason, const std::string& extra) override { seen_ += reason + extra.size(); }
    void onRtcRemoteAudioVolumeIndication(std::list<NEMemberVolumeInfo> volumes, int total) override {
        seen_ += volumes.size() + static_cast<size_t>(total);
    }

private:
    size_t seen_ = 0;
};

class OlderRoomEvents : public INERoomListener {
public:
    void onMemberRoleChanged(const std::string& user, const std::string& before, const std::string& after) override {
        text_ = user + before + after;
    }
    void onRoomEnded(NERoomEndReason reason) override { text_ += std::to_string(reason); }
    void onReceiveChatroomMessages(const std::list<NERoomMessage>& messages) override {
        for (const auto& message : messages) text_ += message.text;
    }
    void onRtcAudioStats(const std::vector<NEAudioStats>& stats) override { text_ += std::to_string(stats.size()); }
    void onRtcNetworkQuality(const std::vector<NENetWorkQualityStats>& stats) override {
        text_ += std::to_string(stats.size());
    }

private:
    std::string text_;
};

class Commands : public INEMessageChannelListener {
public:
    void onCustomMessageReceived(const NECustomMessage& message) override { text_ = message.data; }

private:
    std::string text_;
};

class OlderCommands : public INEMessageChannelListener {
public:
    void onReceiveCustomMessage(const NECustomMessage& message) override { text_ = message.data; }

private:
    std::string text_;
};

class AuthEvents : public INEAuthListener {
public:
    void onAuthEvent(NEAuthEvent event) override { out_ = event == NEAuthEvent::kAuthKickOut; }

private:
    bool out_ = false;
};

}  // namespace

void use(INERoomContext* context) {
    INEAuthListener* plain = new INEAuthListener;
    createNERoomKit()->getAuthService()->addAuthListener(plain);
    createNERoomKit()->getAuthService()->removeAuthListener(plain);
    delete plain;
    static AuthEvents auth;
    createNERoomKit()->getAuthService()->addAuthListener(&auth);
    static Commands commands;
    createNERoomKit()->getMessageChannelService()->addMessageChannelListener(&commands);
    static OlderCommands older_commands;
    createNERoomKit()->getMessageChannelService()->addMessageChannelListener(&older_commands);
    static RoomEvents room;
    static OlderRoomEvents older_room;
    context->addRoomListener(&room);
    context->addListener(&older_room);
    context->registerListener(&older_room);
}
