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
        ];
        let done = v1::LoginDone { resume_key: b"s3cret".to_vec(), ..v1::LoginDone::default() };
        let shown = format!("{requests:?} {done:?}");
        let as_bytes = format!("{:?}", b"s3cret".to_vec());
        assert!(!shown.contains("s3cret") && !shown.contains(as_bytes.trim_matches(['[', ']'])), "{shown}");
    }
}
