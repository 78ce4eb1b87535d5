#pragma once

/// @file
/// What all IM headers share: export marks, result codes, kinds of clients.

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>
#include "nim_json.h"

namespace nim {

/// A flag that may also be left to its default.
enum BoolStatus {
    BS_NOT_INIT = -1,
    BS_FALSE = 0,
    BS_TRUE = 1,
};

/// Result codes. 10000 to 10999 are made on this side of the link, 20000 and up are misuse of a call.
/// Other numbers, above 600 000 000, are Parlor's own and listed in parlor_codes.h.
enum NIMResCode : int {
    kNIMResError = 0,
    kNIMResSuccess = 200,
    kNIMResVersionError = 201,
    kNIMResUidPassError = 302,
    kNIMResForbidden = 403,
    kNIMResNotExist = 404,
    kNIMResNoModify = 406,
    kNIMResTimeoutError = 408,
    kNIMResParameterError = 414,
    kNIMResConnectionError = 415,
    kNIMResFrequently = 416,
    kNIMResExist = 417,
    kNIMResOverrun = 419,
    kNIMResAccountBlock = 422,
    kNIMResUnknownError = 500,
    kNIMResServerDataError = 501,
    kNIMResTooBuzy = 503,
    kNIMResExceedLimit = 508,
    kNIMResInvalid = 509,
    kNIMResTeamECountLimit = 801,
    kNIMResTeamENAccess = 802,
    kNIMResTeamENotExist = 803,
    kNIMResTeamEMemberNotExist = 804,
    kNIMResTeamErrType = 805,
    kNIMResTeamLimit = 806,
    kNIMResTeamUserStatusErr = 807,
    kNIMResTeamApplySuccess = 808,
    kNIMResTeamAlreadyIn = 809,
    kNIMResTeamInviteSuccess = 810,
    kNIMResForcePushCountLimit = 811,
    kNIMResTeamMemberLimit = 813,
    kNIMResTeamGetInfoListPartSuccess = 816,
    kNIMResInvalidProtocol = 997,
    kNIMResEUnpacket = 998,
    kNIMResEPacket = 999,
    kNIMResInBlack = 7101,
    kNIMResRoomNotExists = 10404,
    kNIMResRoomHasExists = 10405,
    kNIMResRoomMemberNotExists = 10406,
    kNIMResRoomMemberHasExists = 10407,
    kNIMResRoomInviteNotExists = 10408,
    kNIMResRoomInviteHasReject = 10409,
    kNIMResRoomInviteHasAccept = 10410,
    kNIMResPeerNimOffline = 10201,
    kNIMResPeerPushOffline = 10202,
    kNIMResRoomUidConflict = 10417,
    kNIMResRoomMemberExceed = 10419,
    kNIMResRoomMemberHasExistsOtherClient = 10420,
    kNIMLocalRes = 10000,
    kNIMResRoomLocalNeedRequestAgain = 10001,
    kNIMLocalResNetworkError = 10010,
    kNIMLocalResMsgNosUploadCancel = 10200,
    kNIMLocalResMsgNosDownloadCancel = 10206,
    kNIMLocalResMsgNosDownloadCheckError = 10207,
    kNIMLocalResMsgAccessDenied = 10403,
    kNIMLocalResMsgFileNotExist = 10404,
    kNIMLocalResParameterError = 10414,
    kNIMLocalResFrequently = 10416,
    kNIMLocalResExist = 10417,
    kNIMLocalResParaError = 10450,
    kNIMLocalResMsgSendNosError = 10502,
    kNIMLocalResExceedLimit = 10508,
    kNIMLocalResCheckMsgDBFailed = 10600,
    kNIMLocalResImportMsgDBFailed = 10601,
    kNIMLocalResTMembersSyncUndone = 10602,
    kNIMLocalResRtsError = 11100,
    kNIMLocalResRtsIdNotExist = 11101,
    kNIMLocalResRtsVChatExist = 11417,
    kNIMLocalResRtsStatusError = 11501,
    kNIMLocalResRtsChannelNotExist = 11510,
    kNIMResRoomLinkError = 13001,
    kNIMResRoomError = 13002,
    kNIMResRoomBlackBeOut = 13003,
    kNIMResRoomBeMuted = 13004,
    kNIMResRoomAllMuted = 13006,
    kNIMLocalResAPIErrorInitUndone = 20000,
    kNIMLocalResAPIErrorLoginUndone = 20001,
    kNIMLocalResAPIErrorLogined = 20002,
    kNIMLocalResAPIErrorVersionError = 20003,
    kNIMLocalResAPIErrorChatroomMixError = 20005,
    kNIMLocalResAPIErrorLoginExceedRetryCount = 20006,
    kNIMLocalResAPIErrorRunOutOfLinkAddress = 20007,
};

/// Kind of a client.
enum NIMClientType {
    kNIMClientTypeDefault = 0,
    kNIMClientTypeAndroid = 1,
    kNIMClientTypeiOS = 2,
    kNIMClientTypePCWindows = 4,
    kNIMClientTypeWindowsPhone = 8,
    kNIMClientTypeWeb = 16,
    kNIMClientTypeRestAPI = 32,
    kNIMClientTypeMacOS = 64,
    kNIMClientTypeHarmonyOS = 65,
};

/// Least severity that is written to the log.
enum NIMSDKLogLevel {
    kNIMSDKLogLevelFatal = 1,
    kNIMSDKLogLevelError = 2,
    kNIMSDKLogLevelWarn = 3,
    kNIMSDKLogLevelApp = 5,
    kNIMSDKLogLevelPro = 6,
};

/// Kind of a conversation.
enum NIMSessionType {
    kNIMSessionTypeP2P = 0,
    kNIMSessionTypeTeam = 1,
    kNIMSessionTypeSuperTeam = 5,
};

}  // namespace nim
