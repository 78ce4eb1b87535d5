#pragma once

/// @file
/// Calling people.

#include "nim_signaling_def.h"

namespace nim {

/// Calling people: channels, invitations, answers.
class NIM_SDK_CPPWRAPPER_DLL_API Signaling {
public:
    typedef std::function<void(std::shared_ptr<SignalingNotifyInfo>)> SignalingNotifyCallback;
    typedef std::function<void(std::list<std::shared_ptr<SignalingNotifyInfo>>)> SignalingNotifyListCallback;
    typedef std::function<void(SignalingChannelDetailedinfo)> SignalingChannelCallback;
    typedef std::function<void(std::list<SignalingChannelDetailedinfo>)> SignalingChannelListCallback;
    typedef std::function<void(int, std::shared_ptr<SignalingResParam>)> SignalingOptCallback;

    static void RegOnlineNotifyCb(SignalingNotifyCallback cb);
    static void RegMutilClientSyncNotifyCb(SignalingNotifyCallback cb);
    static void RegOfflineNotifyCb(SignalingNotifyListCallback cb);
    static void RegChannelsSyncCb(SignalingChannelListCallback cb);
    static void RegMembersSyncCb(SignalingChannelCallback cb);
    static void SignalingCreate(SignalingCreateParam param, SignalingOptCallback cb);
    static void SignalingClose(SignalingCloseParam param, SignalingOptCallback cb);
    static void Join(SignalingJoinParam param, SignalingOptCallback cb);
    static void Leave(SignalingLeaveParam param, SignalingOptCallback cb);
    static void QueryChannelInfo(SignalingQueryChannelInfoParam param, SignalingOptCallback cb);
    static void Call(SignalingCallParam param, SignalingOptCallback cb);
    static void Invite(SignalingInviteParam param, SignalingOptCallback cb);
    static void CancelInvite(SignalingCancelInviteParam param, SignalingOptCallback cb);
    static void Reject(SignalingRejectParam param, SignalingOptCallback cb);
    static void Accept(SignalingAcceptParam param, SignalingOptCallback cb);
    static void Control(SignalingControlParam param, SignalingOptCallback cb);
};

}  // namespace nim
