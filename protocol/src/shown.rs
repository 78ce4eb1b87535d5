//! What messages that carry a token or a key show of themselves, in a log or a failed test: everything else.

use crate::v1;
use std::fmt::{Debug, Formatter, Result};

impl Debug for v1::Login {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("Login")
            .field("version", &self.version)
            .field("app_key", &self.app_key)
            .field("account", &self.account)
            .field("auth_type", &self.auth_type())
            .field("device", &self.device)
            .field("manual", &self.manual)
            .field("force", &self.force)
            .field("capabilities", &self.capabilities)
            .field("sdk", &self.sdk)
            .finish_non_exhaustive()
    }
}

impl Debug for v1::LoginDone {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("LoginDone")
            .field("version", &self.version)
            .field("account", &self.account)
            .field("session_id", &self.session_id)
            .field("epoch", &self.epoch)
            .field("server_time_ms", &self.server_time_ms)
            .field("ping_interval_ms", &self.ping_interval_ms)
            .field("resume_window_ms", &self.resume_window_ms)
            .field("other_devices", &self.other_devices)
            .field("capabilities", &self.capabilities)
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}

impl Debug for v1::Resume {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("Resume")
            .field("version", &self.version)
            .field("app_key", &self.app_key)
            .field("session_id", &self.session_id)
            .field("capabilities", &self.capabilities)
            .finish_non_exhaustive()
    }
}

impl Debug for v1::RoomLogin {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("RoomLogin")
            .field("user_uuid", &self.user_uuid)
            .field("auth_type", &self.auth_type())
            .finish_non_exhaustive()
    }
}

impl Debug for v1::RenewRoomToken {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("RenewRoomToken").field("auth_type", &self.auth_type()).finish_non_exhaustive()
    }
}

impl Debug for v1::RoomCreate {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("RoomCreate")
            .field("room_uuid", &self.room_uuid)
            .field("room_name", &self.room_name)
            .field("template_id", &self.template_id)
            .field("properties", &self.properties)
            .field("max_members", &self.max_members)
            .field("resources", &self.resources)
            .field("profile", &self.profile())
            .field("ext", &self.ext)
            .field("role_bind", &self.role_bind)
            .finish_non_exhaustive()
    }
}

impl Debug for v1::RoomJoin {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("RoomJoin")
            .field("room_uuid", &self.room_uuid)
            .field("user_name", &self.user_name)
            .field("avatar", &self.avatar)
            .field("role", &self.role)
            .field("properties", &self.properties)
            .field("kick_other_device", &self.kick_other_device)
            .field("ext", &self.ext)
            .finish_non_exhaustive()
    }
}

impl Debug for v1::RoomView {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("RoomView")
            .field("head", &self.head)
            .field("at", &self.at)
            .field("rtc_uid", &self.rtc_uid)
            .field("user_uuid", &self.user_uuid)
            .field("members", &self.members)
            .field("chat_at", &self.chat_at)
            .field("ping_interval_ms", &self.ping_interval_ms)
            .finish_non_exhaustive()
    }
}

impl Debug for v1::FilePlace {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.debug_struct("FilePlace")
            .field("file_id", &self.file_id)
            .field("put_until_ms", &self.put_until_ms)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::v1::{self, request::Body};

    #[test]
    fn tokens_and_keys_are_not_shown() {
        let token = || "s3cret".to_owned();
        let requests = [
            Body::Login(v1::Login { token: token(), login_extension: token(), ..v1::Login::default() }),
            Body::Resume(v1::Resume { resume_key: b"s3cret".to_vec(), ..v1::Resume::default() }),
            Body::RoomLogin(v1::RoomLogin { token: token(), ..v1::RoomLogin::default() }),
            Body::RenewRoomToken(v1::RenewRoomToken { token: token(), ..v1::RenewRoomToken::default() }),
            Body::RoomCreate(v1::RoomCreate { password: token(), ..v1::RoomCreate::default() }),
            Body::RoomJoin(v1::RoomJoin { password: token(), ..v1::RoomJoin::default() }),
        ];
        let done = v1::LoginDone { resume_key: b"s3cret".to_vec(), ..v1::LoginDone::default() };
        let view = v1::RoomView { password: token(), ..v1::RoomView::default() };
        let place = v1::FilePlace { put_path: token(), ..v1::FilePlace::default() };
        let shown = format!("{requests:?} {done:?} {view:?} {place:?}");
        let as_bytes = format!("{:?}", b"s3cret".to_vec());
        assert!(!shown.contains("s3cret") && !shown.contains(as_bytes.trim_matches(['[', ']'])), "{shown}");
    }
}
