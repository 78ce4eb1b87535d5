//! What can be done in a room. The server decides each time, by the template and the role; a call is done when the own
//! mirror shows what it changed.

use super::Room;
use crate::error::Error;
use parlor_protocol::Code;
use parlor_protocol::v1::{
    self, RoomBanKind, RoomBlacklisted, RoomStream, reply::Body as Reply, request::Body as Request,
    room_act::Act,
};

/// Which devices leave (`NELeaveRoomType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveKind {
    /// Every device of the account.
    All,
    /// This one.
    OnlySelf,
}

/// A page of the people who may not come in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlacklistPage {
    /// How many there are in all.
    pub total: u32,
    /// Those of this page.
    pub members: Vec<RoomBlacklisted>,
}

impl Room {
    /// Does one thing, as the wire names it.
    pub async fn act(&self, act: Act) -> Result<(), Error> {
        let act = v1::RoomAct { archive_id: self.archive_id(), act: Some(act) };
        self.handle().ask(Request::RoomAct(act)).await.map(drop)
    }

    /// Leaves the room; others stay.
    pub async fn leave(&self, kind: LeaveKind) -> Result<(), Error> {
        self.act(Act::Leave(v1::ActLeave { all_devices: kind == LeaveKind::All })).await
    }

    /// Ends the room for everybody.
    pub async fn end(&self) -> Result<(), Error> {
        self.act(Act::End(v1::ActEnd {})).await
    }

    /// Lets nobody in any more.
    pub async fn lock(&self) -> Result<(), Error> {
        self.act(Act::SetLock(v1::ActSetLock { locked: true })).await
    }

    /// Opens it again.
    pub async fn unlock(&self) -> Result<(), Error> {
        self.act(Act::SetLock(v1::ActSetLock { locked: false })).await
    }

    /// Renames the room.
    pub async fn change_room_name(&self, room_name: impl Into<String>) -> Result<(), Error> {
        self.act(Act::SetRoomName(v1::ActSetRoomName { room_name: room_name.into() })).await
    }

    /// Sets the app's own text about the room.
    pub async fn change_room_ext(&self, ext: impl Into<String>) -> Result<(), Error> {
        self.act(Act::SetRoomExt(v1::ActSetRoomExt { ext: ext.into() })).await
    }

    /// Puts the blacklist in force, or out of it.
    pub async fn enable_blacklist(&self, enabled: bool) -> Result<(), Error> {
        self.act(Act::EnableBlacklist(v1::ActEnableBlacklist { enabled })).await
    }

    /// Whether one account may be in the room on several devices.
    pub async fn enable_multi_device(&self, enabled: bool) -> Result<(), Error> {
        self.act(Act::EnableMultiDevice(v1::ActEnableMultiDevice { enabled })).await
    }

    /// The own name in this room.
    pub async fn change_my_name(&self, user_name: impl Into<String>) -> Result<(), Error> {
        self.change_member_name("", user_name).await
    }

    /// The name of another member, or the own one with an empty uuid.
    pub async fn change_member_name(
        &self,
        user_uuid: impl Into<String>,
        user_name: impl Into<String>,
    ) -> Result<(), Error> {
        let act = v1::ActChangeName { user_uuid: user_uuid.into(), user_name: user_name.into() };
        self.act(Act::ChangeName(act)).await
    }

    /// The role of a member. Unknown: [`Code::RoomRoleUndefined`]; no place left: [`Code::RoomRoleExceeded`].
    pub async fn change_member_role(
        &self,
        user_uuid: impl Into<String>,
        role: impl Into<String>,
    ) -> Result<(), Error> {
        self.change_member_roles([(user_uuid.into(), role.into())]).await
    }

    /// The roles of several members, all or none.
    pub async fn change_member_roles(
        &self,
        roles: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), Error> {
        let change = |(user_uuid, role)| v1::ActChangeRole { user_uuid, role };
        let changes = roles.into_iter().map(change).collect();
        self.act(Act::ChangeRoles(v1::ActChangeRoles { changes })).await
    }

    /// Gives the own role to another member. `keep`: the own one stays too, as far as its limit allows.
    pub async fn hand_over_my_role(&self, user_uuid: impl Into<String>, keep: bool) -> Result<(), Error> {
        self.act(Act::HandOver(v1::ActHandOver { user_uuid: user_uuid.into(), keep })).await
    }

    /// Removes a member, and keeps them out with `to_blacklist`.
    pub async fn kick_member_out(
        &self,
        user_uuid: impl Into<String>,
        to_blacklist: bool,
    ) -> Result<(), Error> {
        self.act(Act::Kick(v1::ActKick { user_uuid: user_uuid.into(), to_blacklist })).await
    }

    /// Removes an own other device.
    pub async fn kick_my_device(&self, device_id: impl Into<String>) -> Result<(), Error> {
        self.act(Act::KickDevice(v1::ActKickDevice { device_id: device_id.into() })).await
    }

    /// The app's own text about oneself in this room.
    pub async fn change_my_ext(&self, ext: impl Into<String>) -> Result<(), Error> {
        self.act(Act::ChangeExt(v1::ActChangeExt { ext: ext.into() })).await
    }

    /// One's own picture in this room, by its address; empty: none.
    pub async fn change_my_avatar(&self, avatar: impl Into<String>) -> Result<(), Error> {
        let avatar = Some(avatar.into());
        self.act(Act::ChangeProfile(v1::ActChangeProfile { avatar, ..Default::default() })).await
    }

    /// Sets a property of the room. With `associated_user_uuid` it goes when that member leaves.
    pub async fn set_property(
        &self,
        key: impl Into<String>,
        value: impl Into<String>,
        associated_user_uuid: Option<&str>,
    ) -> Result<(), Error> {
        let associated_user_uuid = associated_user_uuid.unwrap_or_default().to_owned();
        let act = v1::ActSetRoomProperty { key: key.into(), value: value.into(), associated_user_uuid };
        self.act(Act::SetRoomProperty(act)).await
    }

    /// Deletes a property of the room.
    pub async fn delete_property(&self, key: impl Into<String>) -> Result<(), Error> {
        self.act(Act::DeleteRoomProperty(v1::ActDeleteRoomProperty { key: key.into() })).await
    }

    /// Sets a property of a member, or of oneself with an empty uuid.
    pub async fn set_member_property(
        &self,
        user_uuid: impl Into<String>,
        key: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<(), Error> {
        let (user_uuid, key, value) = (user_uuid.into(), key.into(), value.into());
        self.act(Act::SetMemberProperty(v1::ActSetMemberProperty { user_uuid, key, value })).await
    }

    /// Deletes a property of a member, or of oneself with an empty uuid.
    pub async fn delete_member_property(
        &self,
        user_uuid: impl Into<String>,
        key: impl Into<String>,
    ) -> Result<(), Error> {
        let act = v1::ActDeleteMemberProperty { user_uuid: user_uuid.into(), key: key.into() };
        self.act(Act::DeleteMemberProperty(act)).await
    }

    /// Switches a stream of a member: oneself with an empty uuid, and then of this device; all devices of another.
    pub async fn set_stream(
        &self,
        user_uuid: impl Into<String>,
        stream: RoomStream,
        on: bool,
    ) -> Result<(), Error> {
        self.set_device_stream(user_uuid, 0, stream, on).await
    }

    /// Switches a stream of one device.
    pub async fn set_device_stream(
        &self,
        user_uuid: impl Into<String>,
        rtc_uid: i64,
        stream: RoomStream,
        on: bool,
    ) -> Result<(), Error> {
        let act = v1::ActSetStream { user_uuid: user_uuid.into(), rtc_uid, stream: stream.into(), on };
        self.act(Act::SetStream(act)).await
    }

    /// Forbids a member something, or the whole room with an empty uuid. `duration_s` 0 = until it is lifted.
    pub async fn ban(
        &self,
        user_uuid: impl Into<String>,
        kind: RoomBanKind,
        duration_s: i64,
        notify_ext: impl Into<String>,
    ) -> Result<(), Error> {
        let (user_uuid, notify_ext) = (user_uuid.into(), notify_ext.into());
        let act = v1::ActBan { user_uuid, kind: kind.into(), banned: true, duration_s, notify_ext };
        self.act(Act::Ban(act)).await
    }

    /// Lifts a ban, of the whole room with an empty uuid.
    pub async fn unban(
        &self,
        user_uuid: impl Into<String>,
        kind: RoomBanKind,
        notify_ext: impl Into<String>,
    ) -> Result<(), Error> {
        let (user_uuid, notify_ext) = (user_uuid.into(), notify_ext.into());
        let act = v1::ActBan { user_uuid, kind: kind.into(), banned: false, duration_s: 0, notify_ext };
        self.act(Act::Ban(act)).await
    }

    /// Puts somebody on the blacklist; who is in the room is removed.
    pub async fn add_to_blacklist(
        &self,
        user_uuid: impl Into<String>,
        notify_ext: impl Into<String>,
    ) -> Result<(), Error> {
        self.blacklist(user_uuid.into(), true, notify_ext.into()).await
    }

    /// Takes somebody off the blacklist.
    pub async fn remove_from_blacklist(
        &self,
        user_uuid: impl Into<String>,
        notify_ext: impl Into<String>,
    ) -> Result<(), Error> {
        self.blacklist(user_uuid.into(), false, notify_ext.into()).await
    }

    async fn blacklist(&self, user_uuid: String, listed: bool, notify_ext: String) -> Result<(), Error> {
        self.act(Act::Blacklist(v1::ActBlacklist { user_uuid, listed, notify_ext })).await
    }

    /// The people on the blacklist; pages count from 1.
    pub async fn fetch_blacklist(&self, page: u32, page_size: u32) -> Result<BlacklistPage, Error> {
        let fetch = v1::RoomBlacklistFetch { archive_id: self.archive_id(), page, page_size };
        match self.handle().fetch(Request::RoomBlacklistFetch(fetch)).await? {
            Reply::RoomBlacklistFetch(v1::RoomBlacklistFetched { total, members }) => {
                Ok(BlacklistPage { total, members })
            }
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }
}
