//! Rooms: making them, entering them, and one that this device is in.

mod act;
mod event;
mod params;

pub use act::{BlacklistPage, LeaveKind};
pub use event::{RoomEvent, RoomEvents, RoomNotice, RoomStep};
pub use params::{CreateRoom, JoinRoom};

use crate::chat::{HistoryQuery, RoomChat};
use crate::driver::Handle;
use crate::error::Error;
use crate::media::RoomMedia;
use parlor_client::{Answer, Event, JoinedRoom, Mirror, RoomView};
use parlor_protocol::Code;
use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::{
    self, ChatMessage, MyRoomDeviceList, RoomCreated, RoomHead, RoomMember, RoomTemplate,
    reply::Body as Reply, request::Body as Request,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Rooms of one room login (`NERoomService`). Clones are the same.
#[derive(Clone)]
pub struct Rooms {
    handle: Handle,
}

impl Rooms {
    pub(crate) fn new(handle: Handle) -> Self {
        Self { handle }
    }

    /// Makes a room; nobody is in it yet. A live room of that uuid: [`Code::RoomExists`].
    pub async fn create(&self, room: CreateRoom) -> Result<RoomCreated, Error> {
        match self.handle.fetch(Request::RoomCreate(room.into_request())).await? {
            Reply::RoomCreate(created) => Ok(created),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// Enters a room. When it is done, the mirror of the room is complete. Locked: [`Code::RoomLocked`]; wrong
    /// password: [`Code::RoomPasswordWrong`]; no such room: [`Code::RoomNotFound`]. A room that this device is in
    /// already is answered as it is.
    ///
    /// After that the SDK keeps this device in the room: over lost links, server restarts and a session that was away
    /// too long, until it leaves, is removed, or the room ends.
    pub async fn join(&self, join: JoinRoom) -> Result<Room, Error> {
        // Listening from here, so that nothing after the view is missed.
        let events = self.handle.events();
        match self.handle.ask(Request::RoomJoin(join.into_request())).await? {
            Answer::Joined(joined) => Ok(Room::new(self.handle.clone(), joined, Some(events))),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// The rooms that this device is in.
    pub fn joined(&self) -> Vec<Room> {
        let joined = self.handle.look(|machine| {
            let ids = machine.room_ids().into_iter();
            ids.filter_map(|id| machine.room_view(id).map(|view| joined(&view))).collect::<Vec<_>>()
        });
        joined.into_iter().map(|room| Room::new(self.handle.clone(), room, None)).collect()
    }

    /// The room of that uuid, if this device is in it (`getRoomContext`).
    pub fn get(&self, room_uuid: &str) -> Option<Room> {
        self.joined().into_iter().find(|room| room.uuid() == room_uuid)
    }

    /// The rules of a live room.
    pub async fn fetch_template(&self, room_uuid: impl Into<String>) -> Result<RoomTemplate, Error> {
        let fetch = v1::RoomTemplateFetch { room_uuid: room_uuid.into() };
        match self.handle.fetch(Request::RoomTemplateFetch(fetch)).await? {
            Reply::RoomTemplateFetch(fetched) => Ok(fetched.template.unwrap_or_default()),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// The own devices in a room, or in every room with an empty uuid (`getMyInRoomDeviceList`).
    pub async fn my_devices(&self, room_uuid: impl Into<String>) -> Result<Vec<MyRoomDeviceList>, Error> {
        let fetch = v1::MyRoomDevices { room_uuid: room_uuid.into() };
        match self.handle.fetch(Request::MyRoomDevices(fetch)).await? {
            Reply::MyRoomDevices(fetched) => Ok(fetched.rooms),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// Messages of a room's chat by time: for its members while it lives, afterwards for those who were in it.
    pub async fn chat_history(
        &self,
        archive_id: i64,
        query: HistoryQuery,
    ) -> Result<Vec<ChatMessage>, Error> {
        match self.handle.fetch(Request::ChatHistory(query.into_request(archive_id))).await? {
            Reply::ChatHistory(page) => Ok(page.messages),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }
}

fn joined(view: &RoomView<'_>) -> JoinedRoom {
    let head = view.mirror.head();
    JoinedRoom {
        archive_id: head.archive_id,
        room_uuid: head.room_uuid.clone(),
        chat_room_id: head.chat_room_id,
        rtc_uid: view.rtc_uid,
        user_uuid: view.user_uuid.to_owned(),
    }
}

/// A room that this device has entered (`NERoomContext`). Clones are the same.
///
/// Reading never waits for the network: it looks at the mirror, which the room's events keep. When the room is over for
/// this device ([`Room::end_reason`]) there is nothing left to read.
#[derive(Clone)]
pub struct Room {
    handle: Handle,
    joined: Arc<JoinedRoom>,
    /// Everything since the join, for the first listener.
    first: Arc<Mutex<Option<broadcast::Receiver<Arc<Event>>>>>,
}

impl Room {
    fn new(handle: Handle, joined: JoinedRoom, events: Option<broadcast::Receiver<Arc<Event>>>) -> Self {
        Self { handle, joined: Arc::new(joined), first: Arc::new(Mutex::new(events)) }
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The room's uuid, unique among the app's live rooms.
    pub fn uuid(&self) -> &str {
        &self.joined.room_uuid
    }

    /// The room, for ever (`roomArchiveId`).
    pub fn archive_id(&self) -> i64 {
        self.joined.archive_id
    }

    /// The own account in it.
    pub fn user_uuid(&self) -> &str {
        &self.joined.user_uuid
    }

    fn view<T>(&self, look: impl FnOnce(RoomView<'_>) -> T) -> Option<T> {
        self.handle.look(|machine| machine.room_view(self.archive_id()).map(look))
    }

    /// Looks at the mirror in place: for what needs no copy of it. `None` when the room is over. The client stands still
    /// meanwhile: `look` must be short and call nothing else of this client, which would wait for itself.
    pub fn read<T>(&self, look: impl FnOnce(&Mirror) -> T) -> Option<T> {
        self.view(|view| look(view.mirror))
    }

    /// Everything about the room but its members.
    pub fn head(&self) -> Option<RoomHead> {
        self.read(|mirror| mirror.head().clone())
    }

    /// The room's name; empty when the room is over, like the others below.
    pub fn name(&self) -> String {
        self.read(|mirror| mirror.head().room_name.clone()).unwrap_or_default()
    }

    /// The room's password, empty = none.
    pub fn password(&self) -> String {
        self.view(|view| view.password.to_owned()).unwrap_or_default()
    }

    /// Nobody may join.
    pub fn is_locked(&self) -> bool {
        self.read(|mirror| mirror.head().locked).unwrap_or_default()
    }

    /// The rules that the room was made under.
    pub fn template(&self) -> RoomTemplate {
        self.read(|mirror| mirror.head().template.clone()).flatten().unwrap_or_default()
    }

    /// The room's properties.
    pub fn properties(&self) -> BTreeMap<String, String> {
        let copy = |mirror: &Mirror| {
            mirror.head().properties.iter().map(|p| (p.key.clone(), p.value.clone())).collect()
        };
        self.read(copy).unwrap_or_default()
    }

    /// The RTC uid of this device.
    pub fn rtc_uid(&self) -> i64 {
        self.view(|view| view.rtc_uid).unwrap_or(self.joined.rtc_uid)
    }

    /// Oneself, with all own devices in the room.
    pub fn local_member(&self) -> Option<RoomMember> {
        self.view(|view| view.mirror.member(view.user_uuid).cloned()).flatten()
    }

    /// One member, of a hidden role too.
    pub fn member(&self, user_uuid: &str) -> Option<RoomMember> {
        self.read(|mirror| mirror.member(user_uuid).cloned()).flatten()
    }

    /// Everybody else, in the order of their uuids; members of hidden roles are not shown.
    pub fn remote_members(&self) -> Vec<RoomMember> {
        self.view(|view| shown(view.mirror, |member| member.user_uuid != view.user_uuid)).unwrap_or_default()
    }

    /// Everybody, in the order of their uuids; others of hidden roles are not shown.
    pub fn members(&self) -> Vec<RoomMember> {
        self.view(|view| {
            let mut members = shown(view.mirror, |_| true);
            if !members.iter().any(|member| member.user_uuid == view.user_uuid) {
                members.extend(view.mirror.member(view.user_uuid).cloned());
            }
            members
        })
        .unwrap_or_default()
    }

    /// The link is up, and the mirror was brought up to date since it came back.
    pub fn is_connected(&self) -> bool {
        self.view(|view| view.connected).unwrap_or_default()
    }

    /// Why the room is over for this device; `None` while it is in.
    pub fn end_reason(&self) -> Option<EndReason> {
        self.handle.look(|machine| machine.room_end(self.archive_id()))
    }

    /// The room's chat.
    pub fn chat(&self) -> RoomChat {
        RoomChat::new(self.handle.clone(), self.archive_id())
    }

    /// The room's call.
    pub fn media(&self) -> RoomMedia {
        RoomMedia::new(self.handle.clone(), self.archive_id())
    }

    /// What happens in the room: for the first listener since the join, for later ones from now on.
    pub fn events(&self) -> RoomEvents {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        RoomEvents::new(first.unwrap_or_else(|| self.handle.events()), self.archive_id())
    }
}

/// The members that are shown, of those wanted.
fn shown(mirror: &Mirror, wanted: impl Fn(&RoomMember) -> bool) -> Vec<RoomMember> {
    let roles = mirror.head().template.as_ref().map(|template| &template.roles[..]).unwrap_or_default();
    let hidden = |member: &RoomMember| roles.iter().any(|role| role.hide && role.name == member.role);
    mirror.members().filter(|member| wanted(member) && !hidden(member)).cloned().collect()
}
