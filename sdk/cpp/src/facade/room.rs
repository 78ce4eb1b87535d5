//! Requests about rooms.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use parlor_protocol::v1::{self, room_act::Act as WireAct};
use parlor_sdk::{Code, CreateRoom, Error, JoinRoom, Room, RoomKit, RoomProfile, RoomResources};

use super::{Facade, ready};
use crate::r#gen::{
    self as sdk, RoomAct, RoomCommandSend, RoomDeviceLists, RoomJoined, SdkReply, room_act::Act,
    sdk_reply::Body,
};
use crate::reply::{of_room, refused, room_done, room_failed};
use crate::room::{self, Forward};
use crate::threads::{Events, Work};

/// Rooms whose joining is under way, by their uuids.
#[derive(Default)]
pub(super) struct Joining(Mutex<BTreeSet<String>>);

/// The place of one of them, free again with this value.
struct Place {
    joining: Arc<Joining>,
    room_uuid: String,
}

impl Joining {
    fn enter(self: &Arc<Self>, room_uuid: &str) -> Option<Place> {
        let is_first = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(room_uuid.to_owned());
        is_first.then(|| Place { joining: Arc::clone(self), room_uuid: room_uuid.to_owned() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.joining.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.room_uuid);
    }
}

impl Facade {
    /// RoomKit work whose reply has a body.
    pub(super) fn on_kit<F>(&self, work: impl FnOnce(RoomKit) -> F) -> Work
    where
        F: Future<Output = Result<Option<Body>, Error>> + Send + 'static,
    {
        let Some(kit) = self.state().room.as_ref().map(|room| room.kit.clone()) else {
            return ready(refused(of_room(Code::NotInitialized, String::new())));
        };
        let working = work(kit);
        Box::pin(async move { working.await.map_or_else(room_failed, room_done) })
    }

    /// Work in a room that this device is in.
    pub(super) fn in_room<F>(&self, archive_id: i64, work: impl FnOnce(Room, RoomKit) -> F) -> Work
    where
        F: Future<Output = Result<Option<Body>, Error>> + Send + 'static,
    {
        let kit = self.state().room.as_ref().map(|room| room.kit.clone());
        let Some(kit) = kit else { return ready(refused(of_room(Code::NotInitialized, String::new()))) };
        let room = kit.rooms().joined().into_iter().find(|room| room.archive_id() == archive_id);
        let Some(room) = room else { return ready(not_in_the_room()) };
        let working = work(room, kit);
        Box::pin(async move { working.await.map_or_else(room_failed, room_done) })
    }

    pub(super) fn create_room(&self, create: sdk::RoomCreate) -> Work {
        self.on_kit(|kit| async move { kit.rooms().create(creation(create)).await.map(|_| None) })
    }

    pub(super) fn join_room(&self, join: sdk::RoomJoin) -> Work {
        let Some(place) = self.joining.enter(&join.room_uuid) else {
            return ready(refused(of_room(Code::DuplicateCall, String::new())));
        };
        let events = self.events.clone();
        self.on_kit(|kit| async move {
            let _place = place;
            let archive_id = match kit.rooms().get(&join.room_uuid) {
                Some(room) => room.archive_id(),
                None => enter(kit.rooms().join(entry(join)).await?, events).await,
            };
            Ok(Some(Body::RoomJoined(RoomJoined { archive_id })))
        })
    }

    pub(super) fn fetch_template(&self, room_uuid: String) -> Work {
        self.on_kit(|kit| async move {
            let template = kit.rooms().fetch_template(room_uuid).await?;
            Ok(Some(Body::RoomTemplate(room::template(&template))))
        })
    }

    pub(super) fn my_devices(&self, room_uuid: String) -> Work {
        self.on_kit(|kit| async move {
            let lists = kit.rooms().my_devices(room_uuid).await?;
            let rooms = lists.iter().map(room::device_list).collect();
            Ok(Some(Body::RoomDeviceLists(RoomDeviceLists { rooms })))
        })
    }

    pub(super) fn act(&self, RoomAct { archive_id, act }: RoomAct) -> Work {
        let Some(act) = act else {
            return ready(refused(of_room(Code::InvalidParameter, String::new())));
        };
        self.in_room(archive_id, |room, _| async move { room.act(wire_act(act)).await.map(|()| None) })
    }

    pub(super) fn send_command(&self, send: RoomCommandSend) -> Work {
        let RoomCommandSend { room_uuid, user_uuid, command_id, data, roles } = send;
        self.on_kit(|kit| async move {
            let messages = kit.messages();
            let sent = if user_uuid.is_empty() {
                messages.send_custom_to_roles(&room_uuid, command_id, roles, data).await
            } else {
                messages.send_custom(room_uuid, user_uuid, command_id, data).await
            };
            sent.map(|()| None)
        })
    }
}

fn not_in_the_room() -> SdkReply {
    refused(of_room(Code::RoomNotFound, "this device is not in the room".to_owned()))
}

/// Tells the room, and from then on what happens in it; answers its archive id.
async fn enter(room: Room, events: Events) -> i64 {
    let archive_id = room.archive_id();
    if let Some(forward) = Forward::begin(room, events) {
        forward.enter().await;
        tokio::spawn(forward.run());
    }
    archive_id
}

fn creation(create: sdk::RoomCreate) -> CreateRoom {
    CreateRoom {
        room_uuid: create.room_uuid,
        room_name: create.room_name,
        template_id: i64::from(create.template_id),
        password: create.password,
        properties: create.properties,
        max_members: create.max_members,
        resources: RoomResources {
            rtc: create.rtc,
            chatroom: create.chatroom,
            whiteboard: create.whiteboard,
            live: create.live,
            record: create.record,
            sip: create.sip,
            seat: false,
            waiting_room: create.waiting_room,
            app_invite: create.app_invite,
        },
        profile: RoomProfile::Communication,
        ext: String::new(),
        role_bind: create.role_bind,
    }
}

fn entry(join: sdk::RoomJoin) -> JoinRoom {
    JoinRoom {
        room_uuid: join.room_uuid,
        user_name: join.user_name,
        avatar: join.avatar,
        role: join.role,
        password: join.password,
        properties: join.properties,
        kick_other_device: join.kick_other_device,
        ext: String::new(),
    }
}

fn wire_act(act: Act) -> WireAct {
    match act {
        Act::Leave(act) => WireAct::Leave(v1::ActLeave { all_devices: act.all_devices }),
        Act::End(_) => WireAct::End(v1::ActEnd {}),
        Act::SetLock(act) => WireAct::SetLock(v1::ActSetLock { locked: act.locked }),
        Act::EnableBlacklist(act) => {
            WireAct::EnableBlacklist(v1::ActEnableBlacklist { enabled: act.enabled })
        }
        Act::EnableMultiDevice(act) => {
            WireAct::EnableMultiDevice(v1::ActEnableMultiDevice { enabled: act.enabled })
        }
        Act::ChangeName(sdk::ActChangeName { user_uuid, user_name }) => {
            WireAct::ChangeName(v1::ActChangeName { user_uuid, user_name })
        }
        Act::ChangeRoles(act) => {
            let changes =
                act.roles.into_iter().map(|(user_uuid, role)| v1::ActChangeRole { user_uuid, role });
            WireAct::ChangeRoles(v1::ActChangeRoles { changes: changes.collect() })
        }
        Act::HandOver(sdk::ActHandOver { user_uuid, keep }) => {
            WireAct::HandOver(v1::ActHandOver { user_uuid, keep })
        }
        Act::Kick(sdk::ActKick { user_uuid, to_blacklist }) => {
            WireAct::Kick(v1::ActKick { user_uuid, to_blacklist })
        }
        Act::BanChat(sdk::ActBanChat { user_uuid, banned, duration_s, notify_ext }) => {
            let kind = v1::RoomBanKind::Chat.into();
            WireAct::Ban(v1::ActBan { user_uuid, kind, banned, duration_s, notify_ext })
        }
        Act::SetRoomProperty(sdk::ActSetRoomProperty { key, value, associated_user_uuid }) => {
            WireAct::SetRoomProperty(v1::ActSetRoomProperty { key, value, associated_user_uuid })
        }
        Act::DeleteRoomProperty(sdk::ActDeleteRoomProperty { key }) => {
            WireAct::DeleteRoomProperty(v1::ActDeleteRoomProperty { key })
        }
        Act::SetMemberProperty(sdk::ActSetMemberProperty { user_uuid, key, value }) => {
            WireAct::SetMemberProperty(v1::ActSetMemberProperty { user_uuid, key, value })
        }
        Act::DeleteMemberProperty(sdk::ActDeleteMemberProperty { user_uuid, key }) => {
            WireAct::DeleteMemberProperty(v1::ActDeleteMemberProperty { user_uuid, key })
        }
        Act::ChatPresence(act) => WireAct::ChatPresence(v1::ActChatPresence { present: act.present }),
    }
}
