//! What happens in a room, from the Rust SDK to the boundary's events: each brings the new state of what it touched.

mod shape;

pub(crate) use shape::{chat_message, device_list, person, template};

use std::collections::BTreeMap;

use parlor_protocol::v1;
use parlor_sdk::{ChatEvents, Mirror, Room, RoomEvent, RoomEvents, RoomNotice, RoomStep};

use crate::r#gen::{
    ChatReceived, RoomChange, RoomConnection, RoomEnded, RoomRoleChange, room_change::Kind, sdk_event::Body,
};
use crate::threads::Events;

/// A room on its way to the boundary. Its mirror stays at the event that is being told, where the SDK's may be ahead.
pub(crate) struct Forward {
    room: Room,
    mirror: Mirror,
    /// How many numbers of the stream did not come.
    skipped: u64,
    rtc_uid: i64,
    happenings: RoomEvents,
    messages: ChatEvents,
    events: Events,
}

impl Forward {
    /// Begins with the room as it is; nothing when it is over already.
    pub(crate) fn begin(room: Room, events: Events) -> Option<Forward> {
        // No await in between: what follows the mirror is what the listeners are going to say.
        let (happenings, messages) = (room.events(), room.chat().events());
        let mirror = room.read(Mirror::clone)?;
        let rtc_uid = room.rtc_uid();
        Some(Forward { room, mirror, skipped: 0, rtc_uid, happenings, messages, events })
    }

    /// Tells the room as it is.
    pub(crate) async fn enter(&self) {
        let who = (self.room.user_uuid(), self.rtc_uid);
        let entered = shape::entered(self.mirror.head(), self.mirror.members(), &self.room.password(), who);
        self.events.tell(Body::RoomEntered(entered)).await;
    }

    /// Tells everything until the room is over.
    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                biased;
                Some(message) = self.messages.next() => self.tell_message(message).await,
                step = self.happenings.next_step() => match step {
                    Some(RoomStep::Happened { notice, wire }) => self.tell(*notice, wire).await,
                    Some(RoomStep::Lagged) => self.enter_anew().await,
                    None => return,
                },
            }
        }
    }

    async fn tell_message(&self, message: v1::ChatMessage) {
        let messages: Vec<_> = shape::chat_message(message, "").into_iter().collect();
        if !messages.is_empty() {
            let archive_id = self.room.archive_id();
            self.events.tell(Body::ChatReceived(ChatReceived { archive_id, messages })).await;
        }
    }

    async fn tell(&mut self, notice: RoomNotice, wire: Option<Box<v1::RoomEvent>>) {
        let archive_id = self.room.archive_id();
        match notice.event {
            RoomEvent::Ended(reason) => {
                let reason = reason.cpp();
                self.events.tell(Body::RoomEnded(RoomEnded { archive_id, reason })).await;
            }
            RoomEvent::ConnectionChanged(connected) => {
                if self.room.rtc_uid() != self.rtc_uid {
                    self.enter_anew().await;
                }
                self.events.tell(Body::RoomConnection(RoomConnection { archive_id, connected })).await;
            }
            event => {
                self.follow(wire);
                let change = RoomChange { operate_by: notice.operate_by, ..self.change(event) };
                self.events.tell(Body::RoomChange(change)).await;
            }
        }
    }

    /// Takes an event into the mirror. Those that changed nothing did not come, so that its numbers have holes; one
    /// without a number tells a difference from an earlier view, and the SDK's mirror has it.
    fn follow(&mut self, wire: Option<Box<v1::RoomEvent>>) {
        let Some(mut wire) = wire else { return };
        let at = self.mirror.at().seq;
        if wire.seq == 0 {
            self.take_mirror();
        } else if wire.seq > at + self.skipped {
            self.skipped = wire.seq - at - 1;
            wire.seq = at + 1;
            // It follows by construction.
            let _ = self.mirror.apply(&wire);
        }
    }

    fn take_mirror(&mut self) {
        if let Some(mirror) = self.room.read(Mirror::clone) {
            self.mirror = mirror;
            self.skipped = 0;
        }
    }

    /// Events were missed, or the device has another number: the room is shown as a whole.
    async fn enter_anew(&mut self) {
        self.take_mirror();
        self.rtc_uid = self.room.rtc_uid();
        self.enter().await;
    }

    fn change(&self, event: RoomEvent) -> RoomChange {
        match event {
            RoomEvent::MemberJoined(member) => self.of_member(Kind::Joined, &member.user_uuid),
            RoomEvent::MemberLeft { member, .. } => {
                RoomChange { gone: vec![shape::member(&member)], ..self.bare(Kind::Left) }
            }
            RoomEvent::DeviceJoined { user_uuid, .. } | RoomEvent::DeviceLeft { user_uuid, .. } => {
                self.of_member(Kind::Devices, &user_uuid)
            }
            RoomEvent::MemberNameChanged { user_uuid, .. } => self.of_member(Kind::Names, &user_uuid),
            RoomEvent::MemberAvatarChanged { user_uuid, .. } => self.of_member(Kind::State, &user_uuid),
            RoomEvent::RolesChanged(changes) => self.of_roles(changes),
            RoomEvent::MemberPropertiesChanged { user_uuid, properties } => {
                RoomChange { values: properties, ..self.of_member(Kind::MemberProperties, &user_uuid) }
            }
            RoomEvent::MemberPropertiesDeleted { user_uuid, properties } => {
                RoomChange { values: properties, ..self.of_member(Kind::MemberPropertiesDeleted, &user_uuid) }
            }
            RoomEvent::StreamChanged { user_uuid, .. } => self.of_member(Kind::Streams, &user_uuid),
            RoomEvent::ChatPresenceChanged { user_uuid, .. } => {
                self.of_member(Kind::ChatPresence, &user_uuid)
            }
            // The state of its devices says it.
            RoomEvent::RtcPresenceChanged { user_uuid, .. } => self.of_member(Kind::State, &user_uuid),
            RoomEvent::BanChanged(ban) => self.of_ban(ban),
            RoomEvent::PropertiesChanged(properties) => {
                let values = properties.into_iter().map(|property| (property.key, property.value));
                self.of_room(Kind::Properties, values.collect())
            }
            RoomEvent::PropertiesDeleted(values) => self.of_room(Kind::PropertiesDeleted, values),
            RoomEvent::LockChanged(_) => self.of_room(Kind::Lock, BTreeMap::new()),
            RoomEvent::MaxMembersChanged(_) => self.of_room(Kind::MaxMembers, BTreeMap::new()),
            RoomEvent::BlacklistEnabledChanged(_) => self.of_room(Kind::Blacklist, BTreeMap::new()),
            RoomEvent::MultiDeviceChanged(_) => self.of_room(Kind::MultiDevice, BTreeMap::new()),
            RoomEvent::LifetimeChanged(_) => self.of_room(Kind::Lifetime, BTreeMap::new()),
            _ => self.of_room(Kind::State, BTreeMap::new()),
        }
    }

    fn bare(&self, kind: Kind) -> RoomChange {
        RoomChange { archive_id: self.room.archive_id(), kind: kind.into(), ..RoomChange::default() }
    }

    fn of_room(&self, kind: Kind, values: BTreeMap<String, String>) -> RoomChange {
        let room = shape::room(self.mirror.head(), &self.room.password());
        RoomChange { room: Some(room), values, ..self.bare(kind) }
    }

    fn of_member(&self, kind: Kind, user_uuid: &str) -> RoomChange {
        let members = self.mirror.member(user_uuid).map(shape::member).into_iter().collect();
        RoomChange { members, user_uuid: user_uuid.to_owned(), ..self.bare(kind) }
    }

    fn of_roles(&self, changes: Vec<v1::RoomRoleChanged>) -> RoomChange {
        let members = changes.iter().filter_map(|change| self.mirror.member(&change.user_uuid));
        let members = members.map(shape::member).collect();
        let roles = changes.into_iter().map(|change| RoomRoleChange {
            user_uuid: change.user_uuid,
            old_role: change.old_role,
            new_role: change.new_role,
        });
        RoomChange { members, roles: roles.collect(), ..self.bare(Kind::Roles) }
    }

    /// C++ is told of a member's chat ban only; every other one is state.
    fn of_ban(&self, ban: v1::RoomBanChanged) -> RoomChange {
        let is_shown = ban.kind() == v1::RoomBanKind::Chat && !ban.user_uuid.is_empty();
        let kind = if is_shown { Kind::ChatBan } else { Kind::State };
        let mut change = self.of_member(kind, &ban.user_uuid);
        (change.on, change.number, change.text) = (ban.banned, ban.duration_s, ban.notify_ext);
        change
    }
}
