#pragma once

/// @file
/// Values of nim_cpp_user.h.

#include "nim_sdk_def.h"

namespace nim {

/// What happened to a black list or mute list.
enum NIMUserSpecialRelationshipChangeType {
    kNIMUserSpecialRelationshipChangeTypeMarkBlack = 1,
    kNIMUserSpecialRelationshipChangeTypeMarkMute = 2,
    kNIMUserSpecialRelationshipChangeTypeSyncMuteAndBlackList = 3,
};

/// By what users are searched.
enum NIMUserQueryType {
    kNIMUserQueryDefault = 0,
    kNIMUserQueryByAccId = 1,
    kNIMUserQueryByNickname = 2,
};

/// A user's public profile; times in milliseconds.
struct UserNameCard {
    std::string accid_;
    std::string nickname_;
    std::string icon_url_;
    std::string signature_;
    int gender_ = 0;
    std::string email_;
    std::string birth_;
    std::string mobile_;
    Json expand_;
    int64_t create_timetag_ = 0;
    int64_t update_timetag_ = 0;
    unsigned int value_available_flag_ = 0;
};

/// An entry of the black list and mute list; times in milliseconds.
struct BlackMuteListInfo {
    std::string accid_;
    bool set_black_ = false;
    bool set_mute_ = false;
    int64_t create_timetag_ = 0;
    int64_t update_timetag_ = 0;
};

/// A change of the black list or mute list, not parsed yet.
struct SpecialRelationshipChangeEvent {
    NIMUserSpecialRelationshipChangeType type_ = kNIMUserSpecialRelationshipChangeTypeMarkBlack;
    std::string content_;
};

}  // namespace nim
