#include "nim_cpp_signaling.h"

#include "refuse.h"

namespace nim {

void Signaling::RegOnlineNotifyCb(SignalingNotifyCallback /*cb*/) {}

void Signaling::RegMutilClientSyncNotifyCb(SignalingNotifyCallback /*cb*/) {}

void Signaling::RegOfflineNotifyCb(SignalingNotifyListCallback /*cb*/) {}

void Signaling::RegChannelsSyncCb(SignalingChannelListCallback /*cb*/) {}

void Signaling::RegMembersSyncCb(SignalingChannelCallback /*cb*/) {}

void Signaling::SignalingCreate(SignalingCreateParam /*param*/, SignalingOptCallback cb) {
    parlor::refuse_with_int(cb);
}

void Signaling::SignalingClose(SignalingCloseParam /*param*/, SignalingOptCallback cb) { parlor::refuse_with_int(cb); }

void Signaling::Join(SignalingJoinParam /*param*/, SignalingOptCallback cb) { parlor::refuse_with_int(cb); }

void Signaling::Leave(SignalingLeaveParam /*param*/, SignalingOptCallback cb) { parlor::refuse_with_int(cb); }

void Signaling::QueryChannelInfo(SignalingQueryChannelInfoParam /*param*/, SignalingOptCallback cb) {
    parlor::refuse_with_int(cb);
}

void Signaling::Call(SignalingCallParam /*param*/, SignalingOptCallback cb) { parlor::refuse_with_int(cb); }

void Signaling::Invite(SignalingInviteParam /*param*/, SignalingOptCallback cb) { parlor::refuse_with_int(cb); }

void Signaling::CancelInvite(SignalingCancelInviteParam /*param*/, SignalingOptCallback cb) {
    parlor::refuse_with_int(cb);
}

void Signaling::Reject(SignalingRejectParam /*param*/, SignalingOptCallback cb) { parlor::refuse_with_int(cb); }

void Signaling::Accept(SignalingAcceptParam /*param*/, SignalingOptCallback cb) { parlor::refuse_with_int(cb); }

void Signaling::Control(SignalingControlParam /*param*/, SignalingOptCallback cb) { parlor::refuse_with_int(cb); }

}  // namespace nim
