//! What a member says of itself, or has said of it: name, ext, presence in the chat.

use parlor_protocol::Code;
use parlor_protocol::limits;
use parlor_protocol::v1::{self, room_event::Body};

use super::Room;
use super::by::By;
use super::permission::Whom;
use crate::decided::Draft;
use crate::template::{Action, Verb};
use parlor_protocol::Refusal;

impl Room {
    /// One's own name needs no permission.
    pub(super) fn change_name(
        &self,
        out: &mut Draft,
        by: By<'_>,
        change: &v1::ActChangeName,
    ) -> Result<(), Refusal> {
        limits::USER_NAME.check("user_name", &change.user_name)?;
        let member = self.target_or_self(by, &change.user_uuid)?;
        if !by.is(&member.user_uuid) {
            self.may_act(by, Action::ChangeMemberName, Whom::Member(member), Verb::Put)?;
        }
        out.name(member, &change.user_name);
        Ok(())
    }

    pub(super) fn change_ext(&self, out: &mut Draft, by: By<'_>, ext: &str) -> Result<(), Refusal> {
        limits::ROOM_EXT.check("ext", ext)?;
        out.ext(by.in_person()?.0, ext);
        Ok(())
    }

    /// One's own, or anybody's for the app's server.
    pub(super) fn change_profile(
        &self,
        out: &mut Draft,
        by: By<'_>,
        change: &v1::ActChangeProfile,
    ) -> Result<(), Refusal> {
        let member = self.target_or_self(by, &change.user_uuid)?;
        if by.member().is_some() && !by.is(&member.user_uuid) {
            return Err(Refusal::new(Code::Forbidden, "this is one's own to change, or the server's"));
        }
        if let Some(avatar) = &change.avatar {
            limits::ROOM_AVATAR.check("avatar", avatar)?;
            out.avatar(member, avatar);
        }
        if let Some(ext) = &change.ext {
            limits::ROOM_EXT.check("ext", ext)?;
            out.ext(member, ext);
        }
        Ok(())
    }

    pub(super) fn set_chat_presence(
        &self,
        out: &mut Draft,
        by: By<'_>,
        present: bool,
    ) -> Result<(), Refusal> {
        let (member, endpoint) = by.in_person()?;
        if self.mirror.head().resources.is_none_or(|resources| !resources.chatroom) {
            return Err(Refusal::new(Code::ChatroomNotFound, "the room was made without a chat"));
        }
        if endpoint.in_chatroom != present {
            let (user_uuid, rtc_uid) = (member.user_uuid.clone(), endpoint.rtc_uid);
            out.push(Body::ChatPresenceChanged(v1::RoomChatPresenceChanged { user_uuid, rtc_uid, present }));
        }
        Ok(())
    }
}

impl Draft {
    /// Another name, if it is one.
    pub(super) fn name(&mut self, member: &v1::RoomMember, user_name: &str) {
        if member.user_name != user_name {
            let (user_uuid, user_name) = (member.user_uuid.clone(), user_name.to_owned());
            self.push(Body::MemberNameChanged(v1::RoomMemberNameChanged { user_uuid, user_name }));
        }
    }

    /// Another avatar, if it is one.
    fn avatar(&mut self, member: &v1::RoomMember, avatar: &str) {
        if member.avatar != avatar {
            let (user_uuid, avatar) = (member.user_uuid.clone(), avatar.to_owned());
            self.push(Body::MemberAvatarChanged(v1::RoomMemberAvatarChanged { user_uuid, avatar }));
        }
    }

    /// Another ext, if it is one.
    pub(super) fn ext(&mut self, member: &v1::RoomMember, ext: &str) {
        if member.ext != ext {
            let (user_uuid, ext) = (member.user_uuid.clone(), ext.to_owned());
            self.push(Body::MemberExtChanged(v1::RoomMemberExtChanged { user_uuid, ext }));
        }
    }
}
