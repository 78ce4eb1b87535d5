//! The mirror: what every member sees of a room, folded from its events. Servers and clients share this fold.

mod ban;
mod difference;
mod fold;

use std::collections::BTreeMap;

use parlor_protocol::v1;

/// A room as its members see it, at one place of its stream.
///
/// Two mirrors with the same history are equal: properties are in the order of their keys, devices the longest present
/// first, and a ban that is not in force is absent.
#[derive(Debug, Clone, PartialEq)]
pub struct Mirror {
    head: v1::RoomHead,
    members: BTreeMap<String, v1::RoomMember>,
    /// Which member each device belongs to.
    devices: BTreeMap<i64, String>,
    at: v1::Cursor,
    ended: Option<String>,
}

/// What an event removed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Applied {
    /// Members that went with it, as they were.
    pub gone: Vec<v1::RoomMember>,
    /// Room or member properties that went, with their last values.
    pub deleted: BTreeMap<String, String>,
}

/// An event that does not follow what the mirror has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("event {found} does not follow: {expected} is next")]
pub struct Gap {
    /// The number that follows.
    pub expected: u64,
    /// The number of the event.
    pub found: u64,
}

impl Mirror {
    /// The state `at` that place.
    pub fn new(head: v1::RoomHead, members: Vec<v1::RoomMember>, at: v1::Cursor) -> Mirror {
        let mut mirror = Mirror { head, members: BTreeMap::new(), devices: BTreeMap::new(), at, ended: None };
        mirror.head.properties.sort_by(|a, b| a.key.cmp(&b.key));
        ban::tidy_bans(&mut mirror.head.bans);
        for member in members {
            mirror.put_member(member);
        }
        mirror
    }

    /// The room without its members.
    pub fn head(&self) -> &v1::RoomHead {
        &self.head
    }

    /// What this is the state of.
    pub fn at(&self) -> &v1::Cursor {
        &self.at
    }

    /// The members in the order of their `user_uuid`, those of hidden roles included.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &v1::RoomMember> + Clone {
        self.members.values()
    }

    /// How many members there are, those of hidden roles included.
    pub fn member_count(&self) -> usize {
        self.members.len()
    }

    /// One member.
    pub fn member(&self, user_uuid: &str) -> Option<&v1::RoomMember> {
        self.members.get(user_uuid)
    }

    /// A device and its member.
    pub fn endpoint(&self, rtc_uid: i64) -> Option<(&v1::RoomMember, &v1::RoomEndpoint)> {
        let member = self.members.get(self.devices.get(&rtc_uid)?)?;
        Some((member, member.endpoints.iter().find(|endpoint| endpoint.rtc_uid == rtc_uid)?))
    }

    /// A property of the room.
    pub fn property(&self, key: &str) -> Option<&v1::RoomProperty> {
        let place = self.head.properties.binary_search_by(|property| property.key.as_str().cmp(key)).ok()?;
        self.head.properties.get(place)
    }

    /// The reason, once the room is over (`EndReason::name`).
    pub fn ended(&self) -> Option<&str> {
        self.ended.as_deref()
    }

    /// Whether a stream of a device is on.
    pub fn is_on(endpoint: &v1::RoomEndpoint, stream: v1::RoomStream) -> bool {
        match stream {
            v1::RoomStream::Audio => endpoint.audio_on,
            v1::RoomStream::Video => endpoint.video_on,
            v1::RoomStream::SubVideo => endpoint.sharing_screen,
            v1::RoomStream::SystemAudio => endpoint.sharing_system_audio,
            v1::RoomStream::AudioConnection => endpoint.audio_connected,
            v1::RoomStream::Unspecified => false,
        }
    }

    /// The same state, over for that reason: how a record of an ended room is read.
    pub(crate) fn set_ended(&mut self, reason: &str) {
        self.ended = Some(reason.to_owned());
    }
}
