#pragma once

/// @file
/// Values of nim_cpp_super_team.h.

#include "nim_team_def.h"

namespace nim {

/// Description of a large team; times in milliseconds.
///
/// A field that was never set is left out of what is sent; the keys are those of the C layer.
class SuperTeamInfo {
public:
    SuperTeamInfo() = default;
    explicit SuperTeamInfo(const std::string& team_id) { SetTeamID(team_id); }

    void SetTeamID(const std::string& value) { value_["tid"] = value; }
    std::string GetTeamID() const { return value_.get("tid").asString(); }
    bool ExistTeamID() const { return value_.isMember("tid"); }
    void SetName(const std::string& value) { value_["name"] = value; }
    std::string GetName() const { return value_.get("name").asString(); }
    bool ExistName() const { return value_.isMember("name"); }
    void SetOwnerID(const std::string& value) { value_["creator"] = value; }
    std::string GetOwnerID() const { return value_.get("creator").asString(); }
    bool ExistOwnerID() const { return value_.isMember("creator"); }
    void SetLevel(int value) { value_["level"] = value; }
    int GetLevel() const { return value_.get("level").asInt(); }
    bool ExistLevel() const { return value_.isMember("level"); }
    void SetProperty(const std::string& value) { value_["prop"] = value; }
    std::string GetProperty() const { return value_.get("prop").asString(); }
    bool ExistProperty() const { return value_.isMember("prop"); }
    void SetValid(bool value) { value_["valid"] = value; }
    bool GetValid() const { return value_.get("valid").asBool(); }
    bool ExistValid() const { return value_.isMember("valid"); }
    void SetMemberCount(int value) { value_["member_count"] = value; }
    int GetMemberCount() const { return value_.get("member_count").asInt(); }
    bool ExistMemberCount() const { return value_.isMember("member_count"); }
    void SetMemberMaxCount(int value) { value_["member_max_count"] = value; }
    int GetMemberMaxCount() const { return value_.get("member_max_count").asInt(); }
    bool ExistMemberMaxCount() const { return value_.isMember("member_max_count"); }
    void SetMemberListTimetag(int64_t value) { value_["list_timetag"] = value; }
    int64_t GetMemberListTimetag() const { return value_.get("list_timetag").asInt64(); }
    bool ExistMemberListTimetag() const { return value_.isMember("list_timetag"); }
    void SetCreateTimetag(int64_t value) { value_["create_timetag"] = value; }
    int64_t GetCreateTimetag() const { return value_.get("create_timetag").asInt64(); }
    bool ExistCreateTimetag() const { return value_.isMember("create_timetag"); }
    void SetUpdateTimetag(int64_t value) { value_["update_timetag"] = value; }
    int64_t GetUpdateTimetag() const { return value_.get("update_timetag").asInt64(); }
    bool ExistUpdateTimetag() const { return value_.isMember("update_timetag"); }
    void SetMemberValid(bool value) { value_["member_valid"] = value; }
    bool GetMemberValid() const { return value_.get("member_valid").asBool(); }
    bool ExistMemberValid() const { return value_.isMember("member_valid"); }
    void SetIntro(const std::string& value) { value_["intro"] = value; }
    std::string GetIntro() const { return value_.get("intro").asString(); }
    bool ExistIntro() const { return value_.isMember("intro"); }
    void SetAnnouncement(const std::string& value) { value_["announcement"] = value; }
    std::string GetAnnouncement() const { return value_.get("announcement").asString(); }
    bool ExistAnnouncement() const { return value_.isMember("announcement"); }
    void SetJoinMode(NIMTeamJoinMode value) { value_["join_mode"] = static_cast<int>(value); }
    NIMTeamJoinMode GetJoinMode() const { return static_cast<NIMTeamJoinMode>(value_.get("join_mode").asInt()); }
    bool ExistJoinMode() const { return value_.isMember("join_mode"); }
    void SetConfigBits(int64_t value) { value_["bits"] = value; }
    int64_t GetConfigBits() const { return value_.get("bits").asInt64(); }
    bool ExistConfigBits() const { return value_.isMember("bits"); }
    void SetCustom(const std::string& value) { value_["custom"] = value; }
    std::string GetCustom() const { return value_.get("custom").asString(); }
    bool ExistCustom() const { return value_.isMember("custom"); }
    void SetServerCustom(const std::string& value) { value_["server_custom"] = value; }
    std::string GetServerCustom() const { return value_.get("server_custom").asString(); }
    bool ExistServerCustom() const { return value_.isMember("server_custom"); }
    void SetIcon(const std::string& value) { value_["icon"] = value; }
    std::string GetIcon() const { return value_.get("icon").asString(); }
    bool ExistIcon() const { return value_.isMember("icon"); }
    void SetBeInviteMode(NIMTeamBeInviteMode value) { value_["be_invite_mode"] = static_cast<int>(value); }
    NIMTeamBeInviteMode GetBeInviteMode() const {
        return static_cast<NIMTeamBeInviteMode>(value_.get("be_invite_mode").asInt());
    }
    bool ExistBeInviteMode() const { return value_.isMember("be_invite_mode"); }
    void SetInviteMode(NIMTeamInviteMode value) { value_["invite_mode"] = static_cast<int>(value); }
    NIMTeamInviteMode GetInviteMode() const {
        return static_cast<NIMTeamInviteMode>(value_.get("invite_mode").asInt());
    }
    bool ExistInviteMode() const { return value_.isMember("invite_mode"); }
    void SetUpdateInfoMode(NIMTeamUpdateInfoMode value) { value_["update_info_mode"] = static_cast<int>(value); }
    NIMTeamUpdateInfoMode GetUpdateInfoMode() const {
        return static_cast<NIMTeamUpdateInfoMode>(value_.get("update_info_mode").asInt());
    }
    bool ExistUpdateInfoMode() const { return value_.isMember("update_info_mode"); }
    void SetUpdateCustomMode(NIMTeamUpdateCustomMode value) { value_["update_custom_mode"] = static_cast<int>(value); }
    NIMTeamUpdateCustomMode GetUpdateCustomMode() const {
        return static_cast<NIMTeamUpdateCustomMode>(value_.get("update_custom_mode").asInt());
    }
    bool ExistUpdateCustomMode() const { return value_.isMember("update_custom_mode"); }
    void SetAllMemberMute(bool value) { value_["mute_all"] = value; }
    bool GetAllMemberMute() const { return value_.get("mute_all").asBool(); }
    bool ExistAllMemberMute() const { return value_.isMember("mute_all"); }
    void SetMuteType(NIMTeamMuteType value) { value_["mute_type"] = static_cast<int>(value); }
    NIMTeamMuteType GetMuteType() const { return static_cast<NIMTeamMuteType>(value_.get("mute_type").asInt()); }
    bool ExistMuteType() const { return value_.isMember("mute_type"); }

    /// All fields that were set.
    const Json& ToJson() const { return value_; }
    std::string ToJsonString() const { return value_.dump(); }
    /// Takes the fields of `value`, in place of those set so far.
    void Parse(const Json& value) { value_ = value; }

private:
    Json value_;
};

/// A member of a large team; times in milliseconds.
///
/// A field that was never set is left out of what is sent; the keys are those of the C layer.
class SuperTeamMemberProperty {
public:
    SuperTeamMemberProperty() = default;
    SuperTeamMemberProperty(const std::string& team_id, const std::string& accid, NIMTeamUserType type) {
        SetTeamID(team_id);
        SetAccountID(accid);
        SetUserType(type);
    }

    void SetTeamID(const std::string& value) { value_["tid"] = value; }
    std::string GetTeamID() const { return value_.get("tid").asString(); }
    bool ExistTeamID() const { return value_.isMember("tid"); }
    void SetAccountID(const std::string& value) { value_["accid"] = value; }
    std::string GetAccountID() const { return value_.get("accid").asString(); }
    bool ExistAccountID() const { return value_.isMember("accid"); }
    void SetUserType(NIMTeamUserType value) { value_["type"] = static_cast<int>(value); }
    NIMTeamUserType GetUserType() const { return static_cast<NIMTeamUserType>(value_.get("type").asInt()); }
    bool ExistUserType() const { return value_.isMember("type"); }
    void SetNick(const std::string& value) { value_["nick"] = value; }
    std::string GetNick() const { return value_.get("nick").asString(); }
    bool ExistNick() const { return value_.isMember("nick"); }
    void SetConfigBits(int64_t value) { value_["bits"] = value; }
    int64_t GetConfigBits() const { return value_.get("bits").asInt64(); }
    bool ExistConfigBits() const { return value_.isMember("bits"); }
    void SetValid(bool value) { value_["valid"] = value; }
    bool GetValid() const { return value_.get("valid").asBool(); }
    bool ExistValid() const { return value_.isMember("valid"); }
    void SetCreateTimetag(int64_t value) { value_["create_timetag"] = value; }
    int64_t GetCreateTimetag() const { return value_.get("create_timetag").asInt64(); }
    bool ExistCreateTimetag() const { return value_.isMember("create_timetag"); }
    void SetUpdateTimetag(int64_t value) { value_["update_timetag"] = value; }
    int64_t GetUpdateTimetag() const { return value_.get("update_timetag").asInt64(); }
    bool ExistUpdateTimetag() const { return value_.isMember("update_timetag"); }
    void SetMute(bool value) { value_["mute"] = value; }
    bool GetMute() const { return value_.get("mute").asBool(); }
    bool ExistMute() const { return value_.isMember("mute"); }
    void SetCustom(const std::string& value) { value_["custom"] = value; }
    std::string GetCustom() const { return value_.get("custom").asString(); }
    bool ExistCustom() const { return value_.isMember("custom"); }
    void SetInvitorAccID(const std::string& value) { value_["invitor_accid"] = value; }
    std::string GetInvitorAccID() const { return value_.get("invitor_accid").asString(); }
    bool ExistInvitorAccID() const { return value_.isMember("invitor_accid"); }

    /// All fields that were set.
    const Json& ToJson() const { return value_; }
    std::string ToJsonString() const { return value_.dump(); }
    /// Takes the fields of `value`, in place of those set so far.
    void Parse(const Json& value) { value_ = value; }

private:
    Json value_;
};

/// Something that happened to a large team, or the answer to a call about one.
struct SuperTeamEvent {
    NIMResCode res_code_ = kNIMResSuccess;
    NIMNotificationId notification_id_ = kNIMNotificationIdTeamInvite;
    std::string team_id_;
    std::list<std::string> ids_;
    std::list<std::string> invalid_ids_;
    std::list<UserNameCard> namecards_;
    SuperTeamInfo team_info_;
    SuperTeamMemberProperty member_property_;
    bool opt_ = false;
    std::string attach_;
    Json src_data_;
};

}  // namespace nim
