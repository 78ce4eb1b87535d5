//! The rows. Columns: link, room, IM v1, IM v2, C++ IM, web. `LINK` repeats the link's number.
//!
//! Where several names share a number in a family, reading that number gives the name that has it on the
//! link, else the first row, so the general name stands before the special ones.

use super::{Code as C, LINK, Remedy, Row};

macro_rules! codes {
    ($($name:ident [$($number:expr),* $(,)?] $remedy:ident, $en:literal, $zh:literal, $developer:literal;)*) => {
        /// Every situation that a caller can be told about. See [`crate::codes`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Code {
            $(#[doc = $developer] $name,)*
        }

        pub(super) static ROWS: &[Row] = &[$(Row {
            code: C::$name,
            name: stringify!($name),
            numbers: [$($number),*],
            remedy: Remedy::$remedy,
            user_en: $en,
            user_zh: $zh,
            developer: $developer,
        },)*];
    };
}

codes! {
// General: requests
Ok [0, 0, 200, 200, 200, 0] Fix, "Done.", "操作成功。",
    "The call succeeded.";
Failure [-1, -1, 500, 500, 0, -1] Retry, "Something went wrong.", "操作失败。",
    "The call failed for a reason that has no code of its own; the log has the cause.";
InvalidParameter [414, 400, 414, 414, 414, 400] Fix, "Something in the request is not valid.", "请求参数不正确。",
    "A field is missing or has a value outside what is documented; the message names the field and its limit.";
ParameterTooLong [405, 400, 405, 414, 414, 400] Fix, "Something in the request is too long.", "请求参数过长。",
    "A field is longer than its limit; the message names both.";
NotFound [404, 404, 404, 404, 404, 404] Fix, "It does not exist.", "对象不存在。",
    "The object, route or method that the request names does not exist.";
Forbidden [403, 403, 403, 403, 403, 403] Fix, "You may not do this.", "没有权限执行该操作。",
    "The caller is known, but has no right to do this.";
NotModified [304, 304, 404, 404, 406, 304] Fix, "Nothing changed.", "没有变化。",
    "There was nothing to change, for example something absent was to be deleted.";
ServerError [500, 500, 500, 500, 500, 500] Retry, "The server had a problem. Please try again.", "服务器内部错误，请稍后重试。",
    "The server failed while handling the request; its log has the cause under the request's trace id.";
ServerBusy [503, 503, 503, 503, 503, 503] Retry, "The server is busy. Please try again.", "服务繁忙，请稍后重试。",
    "A queue or a pool of the server is full; repeat the call after a pause.";
NotSupported [600_000_001, LINK, LINK, LINK, LINK, LINK] Fix, "This is not supported.", "暂不支持该功能。",
    "This server or SDK does not offer the call, or not in this state; the coverage table gives the reason.";
TooManyRequests [416, 503, 416, 416, 416, 503] Retry, "Too many requests. Please wait a moment.", "请求过于频繁，请稍后再试。",
    "A configured rate limit was reached; slow down and repeat.";
QuotaExceeded [419, 600_000_002, 419, 600_000_002, 419, 600_000_002] Fix, "A limit has been reached.", "已达到数量上限。",
    "A configured limit on the number of objects was reached.";
ReadOnly [600_000_003, 503, 503, 503, 503, 503] Retry, "The server cannot save anything at the moment.", "服务器暂时无法保存数据。",
    "The disk is full or refused an fsync: the server reads but does not write until it is repaired.";
UnsupportedMediaType [600_000_004, 415, 414, 414, 414, 415] Fix, "The request has the wrong format.", "请求格式不受支持。",
    "The Content-Type is not the one that this route takes (JSON, or a URL-encoded form for IM v1).";
MethodNotAllowed [600_000_005, 405, 403, 403, 403, 405] Fix, "The request has the wrong method.", "请求方法不允许。",
    "The route exists, the HTTP method does not.";
BodyTooLarge [600_000_006, 400, 405, 414, 414, 400] Fix, "The request is too large.", "请求内容过大。",
    "The HTTP body is larger than the configured limit.";
RequestTimeout [408, 600_000_007, 408, 191_005, 408, 600_000_007] Retry, "It took too long. Please try again.", "请求超时，请重试。",
    "No complete request or no reply arrived in time; repeat it under the same op id or RequestId.";
DuplicateRequest [431, 431, 431, 431, 431, 431] Stop, "This was already sent.", "请勿重复提交。",
    "A request with this RequestId was accepted within the last ten minutes; it was not carried out again.";
RequestIgnored [1501, 1501, LINK, LINK, LINK, 1501] Stop, "The request was ignored.", "请求已被忽略。",
    "Something newer made this request pointless, so it was not carried out.";
DuplicateCall [600_000_008, LINK, 417, 190_002, 417, LINK] Fix, "This is already under way.", "操作正在进行中。",
    "The same call is still running; wait for its callback.";

// General: who signs
SignatureHeaderMissing [600_001_001, 401, 414, 414, 414, 401] Fix, "The request is not signed.", "请求缺少签名。",
    "One of the headers AppKey, Nonce, CurTime and CheckSum is missing or malformed; the message names it.";
CheckSumWrong [600_001_002, 401, 414, 414, 414, 401] Fix, "The request's signature is wrong.", "请求签名错误。",
    "CheckSum is not the lower-case hex SHA-1 of AppSecret + Nonce + CurTime.";
ClockSkew [600_001_003, 401, 414, 414, 414, 401] Fix, "The clock of the sender is wrong.", "请求时间不正确。",
    "bad time: CurTime must be UTC seconds within five minutes of the server's clock.";
NonceRepeated [600_001_004, 401, 414, 414, 414, 401] Fix, "This request was seen before.", "请求已被使用过。",
    "This app refuses a (Nonce, CurTime) pair that it has seen; sign each request afresh.";
AppUnknown [101_303, 401, 403, 101_303, 403, 401] Fix, "This application is unknown.", "应用不存在。",
    "No app of this server has that AppKey.";
AppKeyMismatch [600_001_005, 403, 403, 403, 403, 403] Fix, "The request belongs to another application.", "请求与应用不匹配。",
    "The app in the path or the body is not the one that the request is signed for.";
RoomComponentOff [600_420, 600_420, LINK, LINK, LINK, 600_420] Fix, "Rooms are not enabled for this application.", "应用未开通房间组件。",
    "The room component is off for this app; switch it on with `parlor app enable-room`.";

// IM accounts and IM login
AccountExists [102_405, 703, 414, 102_405, 417, 703] Ask, "This account exists already.", "该账号已存在。",
    "already register: an IM account of that name exists in this app.";
AccountNotFound [102_404, 701, 404, 102_404, 404, 701] Fix, "This account does not exist.", "账号不存在。",
    "No IM account of that name exists in this app.";
AccountDisabled [422, 403, 422, 102_422, 422, 403] Stop, "This account is disabled.", "账号已被禁用。",
    "The IM account is blocked; unblock it before it can log in.";
AccountMuted [423, 403, 423, 102_421, 423, 403] Stop, "This account may not send messages.", "账号已被禁言。",
    "The IM account is muted and may not send messages.";
ImTokenIncorrect [302, 402, 302, 102_302, 302, 402] Ask, "The account or the password is wrong.", "账号或密码错误。",
    "The accid is unknown or the token is not its token; the answer does not say which.";
ImTokenExpired [600_002_001, 406, 302, 102_302, 302, 406] Ask, "The login has expired. Please log in again.", "登录凭证已过期，请重新登录。",
    "The dynamic IM token is past curTime + ttl; make a new one.";
AuthTypeNotEnabled [101_305, 403, 403, 101_305, 403, 403] Fix, "This way of logging in is not enabled.", "未开通该登录方式。",
    "The app does not accept this authType; see `parlor app set-auth-types`.";
LoginCallbackRefused [600_002_002, 402, 302, 102_302, 302, 402] Ask, "The login was refused.", "登录被拒绝。",
    "The app's own login callback answered no.";
LoginCallbackFailed [511, 503, 514, 511, 415, 503] Retry, "The login could not be checked. Please try again.", "登录校验服务不可用，请稍后重试。",
    "The app's login callback did not answer in time or not as documented.";
DeviceLimit [417, 600_002_003, 417, 417, 417, 600_002_003] Ask, "This account is in use on too many devices.", "登录设备数已达上限。",
    "The login policy has no place left; log in with forceMode to replace the oldest session.";
ReconnectRefused [600_002_004, LINK, 417, 417, 417, LINK] Stop, "This account is in use on another device.", "账号已在其他设备登录。",
    "An automatic login may not take the session back from a device that logged in later.";
LoggedInAlready [600_002_005, LINK, 417, 417, 417, LINK] Stop, "You are already logged in.", "已登录，请勿重复登录。",
    "This process holds an IM login already, for example RoomKit's own; log that out first.";
NotLoggedIn [20_001, 401, 403, 190_002, 20_001, 401] Ask, "Please log in first.", "请先登录。",
    "The call needs an IM login in this process.";
NotInitialized [20_000, 600_002_006, 600_002_006, 191_001, 20_000, 600_002_006] Fix, "The app has not started correctly.", "SDK 未初始化。",
    "The SDK has not been initialised, or has been released.";
InitConflict [600_002_007, LINK, LINK, 191_001, LINK, LINK] Fix, "The app has not started correctly.", "SDK 初始化参数冲突。",
    "The SDK was initialised before with another AppKey or server; release it first.";
TooManyLogins [600_002_008, 503, 416, 416, 416, 503] Retry, "Too many logins. Please wait a moment.", "登录过于频繁，请稍后再试。",
    "The configured login rate of this account, address or app was exceeded.";
ImDisabled [101_301, 600_420, 403, 101_301, 403, 600_420] Fix, "Messaging is not enabled for this application.", "应用未开通即时通讯。",
    "IM is switched off for this app.";

// Sessions
KickedExclusive [600_003_001, LINK, LINK, LINK, LINK, LINK] Stop, "You have logged in on another device.", "您的账号已在其他设备登录。",
    "The login policy gave this session's place to another device (kick reason 1).";
KickedByServer [600_003_002, LINK, LINK, LINK, LINK, LINK] Stop, "You have been logged out by the service.", "您已被服务端强制下线。",
    "The app's server or an administrator ended the session (kick reason 2).";
KickedByOwnDevice [600_003_003, LINK, LINK, LINK, LINK, LINK] Stop, "You have logged this device out from another one.", "您已通过其他设备将本设备下线。",
    "Another device of the same account ended the session (kick reason 3).";
SessionEnded [600_003_004, LINK, LINK, 192_003, 20_001, LINK] Stop, "You have been logged out.", "您已退出登录。",
    "The session ended before the call was answered; the reason came with the event.";
SessionFenced [600_003_005, LINK, LINK, LINK, LINK, LINK] Stop, "You have logged in on another device.", "会话已被新的登录取代。",
    "The session acts under an epoch that a later login of the same device has replaced.";
SessionExpired [600_003_006, LINK, LINK, 192_003, 415, LINK] Reconnect, "The connection was away for too long.", "连接中断时间过长，正在重新登录。",
    "The session waited thirty seconds for its client and then ended; log in anew instead of resuming.";

// The link
ProtocolVersion [201, 600_004_001, 201, 201, 201, 600_004_001] Fix, "Please update the app.", "版本过低，请更新应用。",
    "Client and server have no version of the wire protocol in common.";
FrameUnknown [997, 600_004_002, 997, 997, 997, 600_004_002] Fix, "The server does not know this request.", "服务器无法识别该请求。",
    "The frame's body is of a kind that this side does not know.";
FrameMalformed [998, 600_004_003, 998, 998, 998, 600_004_003] Fix, "The server could not read the request.", "请求数据无法解析。",
    "The bytes are not a frame of the wire protocol.";
FrameTooLarge [600_004_004, LINK, 998, 998, 998, LINK] Fix, "The request is too large.", "请求数据过大。",
    "The frame is larger than the limit of its state: 4 KiB before login, 64 KiB after.";
LoginRequired [600_004_005, 401, 403, 190_002, 20_001, 401] Fix, "Please log in first.", "请先登录。",
    "The link carried a request before its login.";
LoginTimeout [600_004_006, LINK, 408, 192_004, 408, LINK] Reconnect, "Logging in took too long.", "登录超时。",
    "No login arrived on the link in the time allowed, so the server closed it.";
HeartbeatTimeout [600_004_007, LINK, 415, 192_003, 415, LINK] Reconnect, "The connection was lost.", "连接已断开，正在重连。",
    "Nothing was heard from the peer for as long as the heart-beat allows.";
SlowConsumer [600_004_008, LINK, 415, 192_003, 415, LINK] Reconnect, "The connection is too slow.", "网络过慢，正在重连。",
    "The receiver's queue stayed full; it reconnects and pulls what it missed.";
ShuttingDown [514, 503, 514, 514, 415, 503] Reconnect, "The server is restarting.", "服务器正在重启。",
    "The server drains and takes no new work; reconnect, to another node or after the pause it names.";
AdmissionDelayed [449, 503, 503, 449, 415, 503] Retry, "Many people are connecting. You are next in a moment.", "连接人数较多，请稍候。",
    "The server lets clients in gradually; try again after the pause that came with the code.";
NetworkUnavailable [415, 600_004_009, 415, 192_001, 415, 600_004_009] Reconnect, "There is no network.", "网络不可用。",
    "The server cannot be reached from here.";

// Room accounts and room login
RoomAccountExists [409, 409, LINK, LINK, LINK, 409] Ask, "This account exists already.", "该账号已存在。",
    "A room account of that user id exists; pass updateOnConflict to change it.";
RoomAccountNotFound [600_005_001, 404, 404, 404, 404, 404] Fix, "This account does not exist.", "账号不存在。",
    "No room account of that user id exists in this app.";
RoomUnauthorized [402, 402, LINK, LINK, LINK, 402] Ask, "The login is not valid. Please log in again.", "鉴权失败，请重新登录。",
    "The room login is not, or no longer, valid.";
RoomTokenExpired [1026, 1026, LINK, LINK, LINK, 1026] Ask, "The login has expired. Please log in again.", "登录凭证已过期，请重新登录。",
    "The room token is past its lifetime; get a new one from the app's server and call renewToken or login.";
RoomTokenIncorrect [1027, 1027, LINK, LINK, LINK, 1027] Ask, "The account or the password is wrong.", "账号或密码错误。",
    "The user id is unknown or the token is not its token; the answer does not say which.";
ReuseImNotLoggedIn [100_004, 100_004, LINK, LINK, LINK, 100_004] Fix, "Please log in first.", "请先登录 IM。",
    "IM reuse is on and IM is not logged in: log in to IM before RoomKit.";
ReuseImAccountMismatch [100_005, 100_005, LINK, LINK, LINK, 100_005] Fix, "This room account belongs to another account.", "IM 账号与房间账号不匹配。",
    "IM reuse is on and the IM account that is logged in is not the one bound to this room account; bind it with updateOnConflict.";
ImAlreadyLoggedIn [600_005_002, LINK, LINK, LINK, LINK, LINK] Fix, "You are already logged in to messaging.", "IM 已登录，无法再次登录。",
    "IM reuse is off and this process is logged in to IM already; switch reuse on, or log IM out.";
RoomLoggedInOther [600_005_003, LINK, LINK, LINK, LINK, LINK] Ask, "Another account is logged in.", "已有其他账号登录，请先退出。",
    "RoomKit is logged in with another account; log that out first.";
RoomNotLoggedIn [401, 401, LINK, LINK, LINK, 401] Ask, "Please log in first.", "请先登录。",
    "The call needs a room login.";
LinkTicketInvalid [600_005_004, 402, 302, 102_302, 302, 402] Reconnect, "The login has expired. Please try again.", "登录凭证已失效，请重试。",
    "The one-time ticket of the room login was used before or is older than a minute; ask for a new one.";
ImUserCreateFailed [700, 700, LINK, LINK, LINK, 700] Retry, "The account could not be created.", "IM 账号创建失败。",
    "The IM account that belongs to the room account could not be created.";
ImUserNotFound [701, 701, LINK, LINK, LINK, 701] Fix, "The messaging account does not exist.", "IM 账号不存在。",
    "The imAccid to bind does not exist in this app.";
ImServiceBad [702, 702, LINK, LINK, LINK, 702] Retry, "Messaging is not available.", "IM 服务异常。",
    "The IM side could not be asked.";
ImUserExists [703, 703, LINK, LINK, LINK, 703] Fix, "The messaging account exists already.", "IM 账号已存在。",
    "An IM account of that name exists; to bind it, pass its imToken.";
ImUserTokenBad [704, 704, LINK, LINK, LINK, 704] Fix, "The messaging token is wrong.", "IM Token 不正确。",
    "The imToken is not the token of the IM account to bind.";
BindingTaken [600_005_005, LINK, LINK, LINK, LINK, LINK] Fix, "The messaging account belongs to another account.", "该 IM 账号已绑定其他房间账号。",
    "The IM account is bound to another room account; a binding is unique in both directions.";

// Rooms
RoomExists [600_006_001, 409, LINK, LINK, LINK, 409] Ask, "This room exists already.", "房间已存在。",
    "A live room of that roomUuid exists.";
RoomNotPrepared [1001, 1001, LINK, LINK, LINK, 1001] Fix, "The room is not ready.", "房间未准备就绪。",
    "The room's template id is missing, or there is no template behind it.";
RoomRoleExceeded [1002, 1002, LINK, LINK, LINK, 1002] Stop, "The room is full.", "该角色人数已达上限。",
    "The template's limit for this role is reached.";
RoomRoleUndefined [1003, 1003, LINK, LINK, LINK, 1003] Fix, "This role does not exist.", "角色未定义。",
    "The template has no role of that name.";
RoomNotFound [1004, 1004, LINK, LINK, LINK, 1004] Stop, "The room does not exist.", "房间不存在。",
    "No live room of that id exists in this app.";
RoomConfigBad [1005, 1005, LINK, LINK, LINK, 1005] Fix, "The room's settings are wrong.", "房间配置不可用。",
    "The template is absent or unusable.";
RoomPropertyExists [1006, 1006, LINK, LINK, LINK, 1006] Stop, "Somebody else is doing this already.", "房间属性已存在。",
    "An exclusive room property is set already, for example somebody shares a whiteboard.";
MemberPropertyExists [1007, 1007, LINK, LINK, LINK, 1007] Stop, "This is set already.", "成员属性已存在。",
    "An exclusive member property is set already.";
SeatNumberExists [1008, 1008, LINK, LINK, LINK, 1008] Fix, "This seat exists already.", "麦位序号已存在。",
    "A seat of that number exists.";
SeatsFull [1009, 1009, LINK, LINK, LINK, 1009] Stop, "All seats are taken.", "麦位已满。",
    "There is no room for another seat.";
SeatUserSeated [1010, 1010, LINK, LINK, LINK, 1010] Stop, "This person has a seat already.", "用户已在麦位上。",
    "The user sits on another seat.";
SeatNotFound [1011, 1011, LINK, LINK, LINK, 1011] Fix, "This seat does not exist.", "麦位不存在。",
    "No seat of that number exists.";
ConcurrencyExceeded [1012, 1012, LINK, LINK, LINK, 1012] Stop, "Somebody else is doing this already.", "已有其他成员正在使用。",
    "The template's limit on simultaneous holders is reached, for example one screen share.";
SeatConfigBad [1014, 1014, LINK, LINK, LINK, 1014] Fix, "The seats' settings are wrong.", "麦位配置错误。",
    "The seat configuration is not usable.";
TargetMemberNotFound [1015, 1015, LINK, LINK, LINK, 1015] Stop, "This person is not in the room.", "目标成员不存在。",
    "The member to act on is not in the room.";
RoomMemberExists [1016, 1016, LINK, LINK, LINK, 1016] Stop, "This person is in the room already.", "成员已存在。",
    "The user is a member already.";
RoomConfigConflict [1017, 1017, LINK, LINK, LINK, 1017] Fix, "The room exists with other settings.", "房间已存在且配置冲突。",
    "A live room of that roomUuid exists with another configuration.";
RoomLocked [1019, 1019, LINK, LINK, LINK, 1019] Stop, "The room is locked.", "房间已锁定。",
    "The host locked the room; nobody may join.";
RoomPasswordWrong [1020, 1020, LINK, LINK, LINK, 1020] Ask, "The room's password is wrong.", "房间密码错误。",
    "The password is missing or wrong.";
RoomMemberNotFound [1021, 1021, LINK, LINK, LINK, 1021] Stop, "This person is not in the room.", "成员不存在。",
    "No such member is in the room.";
RoomMembersFull [1022, 1022, LINK, LINK, LINK, 1022] Stop, "The room is full.", "房间人数已达上限。",
    "The limit on members of the room is reached.";
ScreenShareForbidden [1024, 1024, LINK, LINK, LINK, 1024] Stop, "You may not share your screen.", "没有屏幕共享权限。",
    "The role has no permission to share the screen.";
CaptionsUnavailable [1041, 1041, LINK, LINK, LINK, 1041] Stop, "Captions cannot be switched on.", "无法开启字幕。",
    "Captions or transcription cannot be enabled.";
RoomBlacklisted [601_011, 601_011, LINK, LINK, LINK, 601_011] Stop, "You may not enter this room.", "您已被加入房间黑名单。",
    "The user is on the room's blacklist.";
WaitingRoomMemberNotFound [600_006_002, LINK, LINK, LINK, LINK, LINK] Stop, "This person is not waiting.", "等候室成员不存在。",
    "No such member is in the waiting room.";
ChatroomNotFound [110_001, 110_001, 404, 113_404, 404, 110_001] Stop, "The chat does not exist.", "聊天室不存在。",
    "The room has no chat, or it has closed.";
ChatMuted [13_004, LINK, 403, 113_301, 13_004, LINK] Stop, "You may not write here at the moment.", "您已被禁言。",
    "The member is banned from the room's chat, for good or for a while.";
ChatAllMuted [13_006, LINK, 403, 113_301, 13_006, LINK] Stop, "Nobody may write here at the moment.", "聊天室已全员禁言。",
    "The room's chat is banned for everybody whose role is not excepted.";
MessageNotFound [107_404, 404, 404, 107_404, 404, 404] Stop, "The message does not exist.", "消息不存在。",
    "The conversation has no such message, or it has been recalled.";
RecallTooLate [508, LINK, 508, 107_314, 508, LINK] Stop, "It is too late to recall this message.", "消息发送时间过长，无法撤回。",
    "The sender's time for recalling the message is over.";
RecordingNotFound [800, 800, LINK, LINK, LINK, 800] Fix, "The recording does not exist.", "录制记录不存在。",
    "No such recording exists.";
LiveNotFound [600_006_003, 801, LINK, LINK, LINK, 801] Fix, "The live stream does not exist.", "直播不存在。",
    "The room has no live stream.";
StreamNameNotFound [600_006_004, 802, LINK, LINK, LINK, 802] Fix, "The stream does not exist.", "流名称不存在。",
    "The room has no live stream name.";
RtcServiceError [600_730, 600_730, LINK, LINK, LINK, 600_730] Retry, "The call service had a problem.", "音视频服务错误。",
    "The media service failed.";
MediaSessionGone [600_006_005, LINK, LINK, LINK, LINK, LINK] Reconnect, "The call was interrupted. Joining again.", "通话已中断，正在重新加入。",
    "The server does not know this media session, or it has ended; the SDK joins the room's call anew.";

// Files
FileNotFound [600_007_001, 404, 404, 404, 404, 404] Stop, "The file does not exist.", "文件不存在。",
    "There is no such file for this account, or its time is over.";
FileTooLarge [600_007_002, 400, 405, 414, 414, 400] Fix, "The file is too large.", "文件过大。",
    "The file has more bytes than file.max_bytes allows, or than were announced.";
FileDamaged [600_007_003, 400, 414, 414, 414, 400] Retry, "The file did not arrive whole. Please send it again.", "文件传输不完整，请重新发送。",
    "Size or MD5 of what arrived is not what was announced; nothing was kept.";
FileAddressExpired [600_007_004, 403, 403, 403, 403, 403] Fix, "The link to the file has expired.", "文件链接已过期。",
    "The signed address is past its time or was changed; ask for a fresh one.";

// Seats
SeatClosedAlready [1301, 1301, LINK, LINK, LINK, 1301] Stop, "The seat is closed already.", "麦位已被关闭。",
    "The seat to close is closed.";
SeatOpenAlready [1302, 1302, LINK, LINK, LINK, 1302] Stop, "The seat is open already.", "麦位已打开。",
    "The seat to open is open.";
SeatRequestPending [1303, 1303, LINK, LINK, LINK, 1303] Stop, "You have asked for a seat already.", "已申请该麦位。",
    "The user's request for a seat is waiting for an answer.";
SeatRequestNotFound [1304, 1304, LINK, LINK, LINK, 1304] Stop, "There is no request for this seat.", "未申请该麦位。",
    "The user has no request for a seat.";
SeatOccupied [1305, 1305, LINK, LINK, LINK, 1305] Stop, "The seat is taken.", "麦位已被占用。",
    "Somebody sits on that seat.";
SeatTakenBySelf [1306, 1306, LINK, LINK, LINK, 1306] Stop, "This person has a seat already.", "用户已在麦位上。",
    "The user is on a seat.";
SeatsNotInitialized [1307, 1307, LINK, LINK, LINK, 1307] Fix, "The room has no seats.", "麦位未初始化。",
    "The room's seats are not initialised.";
SeatsInitializedAlready [1308, 1308, LINK, LINK, LINK, 1308] Fix, "The room has seats already.", "麦位已初始化。",
    "The room's seats are initialised.";
SeatInvitationNotFound [1309, 1309, LINK, LINK, LINK, 1309] Stop, "There is no invitation to this seat.", "未收到麦位邀请。",
    "The host has not invited the user to a seat.";
SeatClosed [1310, 1310, LINK, LINK, LINK, 1310] Stop, "The seat is closed.", "麦位已关闭。",
    "The seat is closed and cannot be taken.";
SeatNoneFree [1311, 1311, LINK, LINK, LINK, 1311] Stop, "No seat is free.", "没有空闲麦位。",
    "No seat is free.";
SeatInvitationPending [1312, 1312, LINK, LINK, LINK, 1312] Stop, "This person has been invited already.", "用户已被邀请上麦。",
    "The user's invitation is waiting for an answer.";
SeatUserNotSeated [1313, 1313, LINK, LINK, LINK, 1313] Stop, "This person has no seat.", "用户不在麦位上。",
    "The user is not on a seat.";
SeatCountExceeded [1314, 1314, LINK, LINK, LINK, 1314] Fix, "A room has at most 20 seats.", "麦位数量不能超过 20。",
    "A room has at most 20 seats.";
SeatRequestsExceeded [1315, 1315, LINK, LINK, LINK, 1315] Stop, "Too many people are asking for a seat.", "麦位申请数不能超过 30。",
    "A room has at most 30 pending requests for seats.";
}
