#pragma once

/// @file
/// Values of stored messages.

#include "nim_sdk_def.h"

namespace nim {

/// Kind of a message body.
enum NIMMessageType {
    kNIMMessageTypeText = 0,
    kNIMMessageTypeImage = 1,
    kNIMMessageTypeAudio = 2,
    kNIMMessageTypeVideo = 3,
    kNIMMessageTypeLocation = 4,
    kNIMMessageTypeNotification = 5,
    kNIMMessageTypeFile = 6,
    kNIMMessageTypeTips = 10,
    kNIMMessageTypeRobot = 11,
    kNIMMessageTypeG2NetCall = 12,
    kNIMMessageTypeCustom = 100,
    kNIMMessageTypeUnknown = 1000,
};

/// By which way a message reached this device.
enum NIMMessageFeature {
    kNIMMessageFeatureDefault = 0,
    kNIMMessageFeatureLeaveMsg = 1,
    kNIMMessageFeatureRoamMsg = 2,
    kNIMMessageFeatureSyncMsg = 3,
    kNIMMessageFeatureCustomizedMsg = 4,
};

/// State of a stored message.
enum NIMMsgLogStatus {
    kNIMMsgLogStatusNone = 0,
    kNIMMsgLogStatusUnread = 1,
    kNIMMsgLogStatusRead = 2,
    kNIMMsgLogStatusDeleted = 3,
    kNIMMsgLogStatusSending = 4,
    kNIMMsgLogStatusSendFailed = 5,
    kNIMMsgLogStatusSent = 6,
    kNIMMsgLogStatusReceipt = 7,
    kNIMMsgLogStatusDraft = 8,
    kNIMMsgLogStatusSendCancel = 9,
    kNIMMsgLogStatusRefused = 10,
};

/// Second state of a stored message: whether a voice message was listened to.
enum NIMMsgLogSubStatus {
    kNIMMsgLogSubStatusNone = 0,
    kNIMMsgLogSubStatusNotPlaying = 20,
    kNIMMsgLogSubStatusPlayed = 21,
};

/// What a notification message reports.
enum NIMNotificationId {
    kNIMNotificationIdTeamInvite = 0,
    kNIMNotificationIdTeamKick = 1,
    kNIMNotificationIdTeamLeave = 2,
    kNIMNotificationIdTeamUpdate = 3,
    kNIMNotificationIdTeamDismiss = 4,
    kNIMNotificationIdTeamApplyPass = 5,
    kNIMNotificationIdTeamOwnerTransfer = 6,
    kNIMNotificationIdTeamAddManager = 7,
    kNIMNotificationIdTeamRemoveManager = 8,
    kNIMNotificationIdTeamInviteAccept = 9,
    kNIMNotificationIdTeamMuteMember = 10,
    kNIMNotificationIdNetcallMiss = 101,
    kNIMNotificationIdNetcallBill = 102,
    kNIMNotificationIdNetcallReject = 103,
    kNIMNotificationIdTeamSyncCreate = 1000,
    kNIMNotificationIdTeamMemberChanged = 1001,
    kNIMNotificationIdTeamSyncUpdateMemberProperty = 1002,
    kNIMNotificationIdLocalCreateTeam = 2000,
    kNIMNotificationIdLocalApplyTeam = 2001,
    kNIMNotificationIdLocalRejectApply = 2002,
    kNIMNotificationIdLocalRejectInvite = 2003,
    kNIMNotificationIdLocalUpdateMemberProperty = 2004,
    kNIMNotificationIdLocalUpdateOtherNick = 2005,
    kNIMNotificationIdLocalGetTeamInfo = 2006,
    kNIMNotificationIdLocalGetTeamList = 2007,
    kNIMNotificationIdLocalMuteMember = 2008,
    kNIMNotificationIdLocalMute = 2009,
    kNIMNotificationIdLocalGetTeamMsgUnreadCount = 2010,
    kNIMNotificationIdLocalGetTeamMsgUnreadList = 2011,
    kNIMNotificationIdLocalNetcallReject = 3103,
    kNIMNotificationIdLocalNetcallNoResponse = 3104,
    kNIMNotificationIdLocalNetcallCanceled = 3105,
    kNIMNotificationIdSuperTeamInvite = 401,
    kNIMNotificationIdSuperTeamKick = 402,
    kNIMNotificationIdSuperTeamLeave = 403,
    kNIMNotificationIdSuperTeamUpdate = 404,
    kNIMNotificationIdSuperTeamDismiss = 405,
    kNIMNotificationIdSuperTeamOwnerTransfer = 406,
    kNIMNotificationIdSuperTeamAddManager = 407,
    kNIMNotificationIdSuperTeamRemoveManager = 408,
    kNIMNotificationIdSuperTeamMuteMember = 409,
    kNIMNotificationIdSuperTeamApplyPass = 410,
    kNIMNotificationIdSuperTeamInviteAccept = 411,
};

/// Where a history answer came from.
enum NIMMsglogQuerySource {
    kNIMMsglogQuerySourceLocal = 0,
    kNIMMsglogQuerySourceServer = 1,
};

/// Direction of a search through history.
enum NIMMsglogSearchDirection {
    kNIMMsglogSearchDirectionForward = 0,
    kNIMMsglogSearchDirectionBackward = 1,
};

/// Which conversations a search covers.
enum NIMMsgLogQueryRange {
    kNIMMsgLogQueryRangeP2P = kNIMSessionTypeP2P,
    kNIMMsgLogQueryRangeTeam = kNIMSessionTypeTeam,
    kNIMMsgLogQueryRangeSuperTeam = kNIMSessionTypeSuperTeam,
    kNIMMsgLogQueryRangeAll = 100,
    kNIMMsgLogQueryRangeAllP2P = 101,
    kNIMMsgLogQueryRangeAllTeam = 102,
    kNIMMsgLogQueryRangeAllSuperTeam = 103,
    kNIMMsgLogQueryRangeUnknown = 200,
};

}  // namespace nim
