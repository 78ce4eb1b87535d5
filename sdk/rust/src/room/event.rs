//! What happens in a room.

use parlor_client::{Applied, Event};
use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::{
    self, RoomBanChanged, RoomBlacklistChanged, RoomEndpoint, RoomMember, RoomProperty, RoomRoleChanged,
    RoomStream, room_event::Body,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::broadcast;

/// Something that happened in a room. The mirror shows it already.
#[derive(Clone, Debug, PartialEq)]
pub struct RoomNotice {
    /// When, in Unix milliseconds of the server; 0 for what was found changed after the mirror began anew.
    pub at_ms: i64,
    /// The member who did it; empty when the server did, or nobody.
    pub operate_by: String,
    /// What.
    pub event: RoomEvent,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum RoomEvent {
    /// Somebody came in.
    MemberJoined(RoomMember),
    /// Somebody went.
    MemberLeft {
        /// As they were.
        member: RoomMember,
        /// Why.
        reason: EndReason,
    },
    /// A member has one more device in the room.
    DeviceJoined {
        /// Whose.
        user_uuid: String,
        /// The device.
        device: RoomEndpoint,
    },
    /// One of several devices of a member went.
    DeviceLeft {
        /// Whose.
        user_uuid: String,
        /// The device.
        rtc_uid: i64,
        /// Why.
        reason: EndReason,
    },
    /// A member has another name.
    MemberNameChanged {
        /// Who.
        user_uuid: String,
        /// The new name.
        user_name: String,
    },
    /// Members have other roles.
    RolesChanged(Vec<RoomRoleChanged>),
    /// The app's own text about a member.
    MemberExtChanged {
        /// Who.
        user_uuid: String,
        /// The new text.
        ext: String,
    },
    /// A member has another picture.
    MemberAvatarChanged {
        /// Who.
        user_uuid: String,
        /// The new address; empty: none.
        avatar: String,
    },
    /// Properties of a member were set.
    MemberPropertiesChanged {
        /// Whose.
        user_uuid: String,
        /// Those that were set.
        properties: BTreeMap<String, String>,
    },
    /// Properties of a member were deleted.
    MemberPropertiesDeleted {
        /// Whose.
        user_uuid: String,
        /// With their last values.
        properties: BTreeMap<String, String>,
    },
    /// A stream of a device was switched.
    StreamChanged {
        /// Whose.
        user_uuid: String,
        /// The device.
        rtc_uid: i64,
        /// Which stream.
        stream: RoomStream,
        /// On or off.
        on: bool,
    },
    /// A ban was made or lifted, of a member or of the whole room.
    BanChanged(RoomBanChanged),
    /// Somebody was put on the blacklist, or taken off it.
    BlacklistChanged(RoomBlacklistChanged),
    /// A device entered or left the room's chat.
    ChatPresenceChanged {
        /// Whose.
        user_uuid: String,
        /// The device.
        rtc_uid: i64,
        /// It is in the chat.
        present: bool,
    },
    /// A device takes part in the room's call, or does not any more.
    RtcPresenceChanged {
        /// Whose.
        user_uuid: String,
        /// The device.
        rtc_uid: i64,
        /// It takes part.
        present: bool,
    },
    /// Properties of the room were set.
    PropertiesChanged(Vec<RoomProperty>),
    /// Properties of the room were deleted, with their last values.
    PropertiesDeleted(BTreeMap<String, String>),
    /// The room was locked or unlocked.
    LockChanged(bool),
    /// The room was renamed.
    NameChanged(String),
    /// The app's own text about the room.
    ExtChanged(String),
    /// How many members the room may have.
    MaxMembersChanged(u32),
    /// The blacklist was put in force, or out of it.
    BlacklistEnabledChanged(bool),
    /// Whether one account may be in the room on several devices.
    MultiDeviceChanged(bool),
    /// When the room ends by age, in Unix milliseconds; 0 = never.
    LifetimeChanged(i64),
    /// The connection to the room was lost, or is back and the mirror up to date (`onRoomConnectStateChanged`).
    ConnectionChanged(bool),
    /// This device is not in the room any more. Nothing follows.
    Ended(EndReason),
}

/// What a layer above this SDK that keeps a mirror of its own is told: see [`RoomEvents::next_step`].
#[derive(Clone, Debug, PartialEq)]
pub enum RoomStep {
    /// Something happened.
    Happened {
        /// What.
        notice: Box<RoomNotice>,
        /// The event of the stream, where it is one. Its `seq` is 0 for what was found changed after the SDK's mirror
        /// began anew; numbers that do not come changed nothing.
        wire: Option<Box<v1::RoomEvent>>,
    },
    /// The listener was too slow and events were skipped: the SDK's mirror has what they changed.
    Lagged,
}

/// A listener. One that lags more than a thousand events of the client behind skips the oldest; the mirror has them all.
pub struct RoomEvents {
    events: broadcast::Receiver<Arc<Event>>,
    archive_id: i64,
    over: bool,
}

impl RoomEvents {
    pub(super) fn new(events: broadcast::Receiver<Arc<Event>>, archive_id: i64) -> Self {
        Self { events, archive_id, over: false }
    }

    /// The next event; `None` after the room's end, or when the client is gone.
    pub async fn next(&mut self) -> Option<RoomNotice> {
        loop {
            if let RoomStep::Happened { notice, .. } = self.next_step().await? {
                return Some(*notice);
            }
        }
    }

    /// The same with the events of the wire, for a layer that keeps a [`Mirror`](parlor_client::Mirror) of its own at
    /// the event that it is telling.
    pub async fn next_step(&mut self) -> Option<RoomStep> {
        while !self.over {
            match self.events.recv().await {
                Ok(event) => {
                    if let Some(notice) = self.read(&event).map(Box::new) {
                        let wire = match &*event {
                            Event::Room { event, .. } => Some(event.clone()),
                            _ => None,
                        };
                        return Some(RoomStep::Happened { notice, wire });
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => return Some(RoomStep::Lagged),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
        None
    }

    fn read(&mut self, event: &Event) -> Option<RoomNotice> {
        let own = |event| Some(RoomNotice { at_ms: 0, operate_by: String::new(), event });
        match event {
            Event::Room { archive_id, event, applied } if *archive_id == self.archive_id => {
                let notice = |typed| RoomNotice {
                    at_ms: event.at_ms,
                    operate_by: event.operate_by.clone(),
                    event: typed,
                };
                event.body.clone().and_then(|body| typed(body, applied)).map(notice)
            }
            Event::RoomConnection { archive_id, connected } if *archive_id == self.archive_id => {
                own(RoomEvent::ConnectionChanged(*connected))
            }
            Event::RoomEnded { archive_id, reason } if *archive_id == self.archive_id => {
                self.over = true;
                own(RoomEvent::Ended(*reason))
            }
            _ => None,
        }
    }
}

fn typed(body: Body, applied: &Applied) -> Option<RoomEvent> {
    use RoomEvent as E;
    Some(match body {
        Body::MemberJoined(joined) => E::MemberJoined(joined.member.unwrap_or_default()),
        Body::MemberLeft(left) => E::MemberLeft {
            reason: EndReason::from_name(&left.reason),
            member: gone(applied, left.user_uuid),
        },
        Body::EndpointJoined(joined) => {
            E::DeviceJoined { user_uuid: joined.user_uuid, device: joined.endpoint.unwrap_or_default() }
        }
        Body::EndpointLeft(v1::RoomEndpointLeft { user_uuid, rtc_uid, reason }) => {
            E::DeviceLeft { user_uuid, rtc_uid, reason: EndReason::from_name(&reason) }
        }
        Body::MemberNameChanged(v1::RoomMemberNameChanged { user_uuid, user_name }) => {
            E::MemberNameChanged { user_uuid, user_name }
        }
        Body::RolesChanged(changed) => E::RolesChanged(changed.changes),
        Body::MemberAvatarChanged(v1::RoomMemberAvatarChanged { user_uuid, avatar }) => {
            E::MemberAvatarChanged { user_uuid, avatar }
        }
        Body::MemberExtChanged(v1::RoomMemberExtChanged { user_uuid, ext }) => {
            E::MemberExtChanged { user_uuid, ext }
        }
        Body::MemberPropertiesChanged(v1::RoomMemberPropertiesChanged { user_uuid, properties }) => {
            E::MemberPropertiesChanged { user_uuid, properties }
        }
        Body::MemberPropertiesDeleted(deleted) => {
            E::MemberPropertiesDeleted { user_uuid: deleted.user_uuid, properties: applied.deleted.clone() }
        }
        Body::StreamChanged(changed) => E::StreamChanged {
            stream: changed.stream(),
            user_uuid: changed.user_uuid,
            rtc_uid: changed.rtc_uid,
            on: changed.on,
        },
        Body::BanChanged(changed) => E::BanChanged(changed),
        Body::BlacklistChanged(changed) => E::BlacklistChanged(changed),
        Body::ChatPresenceChanged(v1::RoomChatPresenceChanged { user_uuid, rtc_uid, present }) => {
            E::ChatPresenceChanged { user_uuid, rtc_uid, present }
        }
        Body::RtcPresenceChanged(v1::RoomRtcPresenceChanged { user_uuid, rtc_uid, present }) => {
            E::RtcPresenceChanged { user_uuid, rtc_uid, present }
        }
        body => return of_room(body, applied),
    })
}

/// Changes of the room itself.
fn of_room(body: Body, applied: &Applied) -> Option<RoomEvent> {
    use RoomEvent as E;
    Some(match body {
        Body::PropertiesChanged(changed) => E::PropertiesChanged(changed.properties),
        Body::PropertiesDeleted(_) => E::PropertiesDeleted(applied.deleted.clone()),
        Body::LockChanged(changed) => E::LockChanged(changed.locked),
        Body::NameChanged(changed) => E::NameChanged(changed.room_name),
        Body::ExtChanged(changed) => E::ExtChanged(changed.ext),
        Body::MaxMembersChanged(changed) => E::MaxMembersChanged(changed.max_members),
        Body::BlacklistEnabledChanged(changed) => E::BlacklistEnabledChanged(changed.enabled),
        Body::MultiDeviceChanged(changed) => E::MultiDeviceChanged(changed.enabled),
        Body::LifetimeChanged(changed) => E::LifetimeChanged(changed.ends_at_ms),
        _ => return None,
    })
}

fn gone(applied: &Applied, user_uuid: String) -> RoomMember {
    let member = applied.gone.iter().find(|member| member.user_uuid == user_uuid);
    member.cloned().unwrap_or_else(|| RoomMember { user_uuid, ..RoomMember::default() })
}
