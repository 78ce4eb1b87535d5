//! The media sessions that this node carries: whose they are, what they may, and what their clients were told last. Soft
//! state: a client whose media session is not here joins anew.

use super::grant;
use bytes::Bytes;
use parlor_bus::Address;
use parlor_protocol::ids::{ArchiveId, RtcUid, SessionId};
use parlor_relay::Relay;
use parlor_room::CallRights;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// All of them.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    held: HashMap<RtcUid, Held>,
    rooms: HashMap<ArchiveId, BTreeSet<RtcUid>>,
    last_attempt: u64,
}

struct Held {
    archive_id: ArchiveId,
    address: Address,
    attempt: u64,
    rights: CallRights,
    /// The relay's name for it; nothing while the relay has yet to answer.
    media_id: Option<u64>,
    /// It was over before the relay's answer was read.
    ended: Option<u64>,
    /// What its client was told last, or will be told with the answer; each of a media session.
    slots: Option<(u64, Bytes)>,
    needed: BTreeMap<i32, (u64, Bytes)>,
}

/// A device that a room lets into its call.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) rtc_uid: RtcUid,
    /// What it may at the moment.
    pub(crate) rights: CallRights,
    /// Tells this entry from later ones of the device.
    pub(crate) attempt: u64,
}

/// What a client is told of its own media session.
pub(super) enum Told {
    /// What is in its slots.
    Slots,
    /// Which layers of this stream somebody takes.
    Needed(i32),
}

impl Sessions {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A device is on its way in; what it had here is over with that.
    pub(crate) fn begin(
        &self,
        rtc_uid: RtcUid,
        archive_id: ArchiveId,
        address: Address,
        rights: CallRights,
    ) -> Caller {
        let mut tables = self.tables();
        tables.take(rtc_uid);
        tables.last_attempt += 1;
        let attempt = tables.last_attempt;
        let held = Held {
            archive_id,
            address,
            attempt,
            rights,
            media_id: None,
            ended: None,
            slots: None,
            needed: BTreeMap::new(),
        };
        tables.held.insert(rtc_uid, held);
        tables.rooms.entry(archive_id).or_default().insert(rtc_uid);
        Caller { rtc_uid, rights, attempt }
    }

    /// The relay has taken it. What its client is to know by now is pushed. False: it is not wanted any more.
    pub(crate) fn joined(
        &self,
        relay: &Relay,
        rtc_uid: RtcUid,
        attempt: u64,
        media_id: u64,
        push: impl FnMut(Bytes),
    ) -> bool {
        let mut tables = self.tables();
        let Some(held) = tables.held.get_mut(&rtc_uid).filter(|held| held.attempt == attempt) else {
            let is_other = tables.held.contains_key(&rtc_uid);
            if !is_other {
                relay.leave(rtc_uid);
            }
            return false;
        };
        if held.ended == Some(media_id) {
            return false;
        }
        held.media_id = Some(media_id);
        // The room may have changed its mind while the relay was busy.
        relay.grant(rtc_uid, grant(held.rights));
        held.frames(media_id).for_each(push);
        true
    }

    /// Forgets a device on its way in; false if that was done already.
    pub(crate) fn withdraw(&self, rtc_uid: RtcUid, attempt: u64) -> bool {
        let mut tables = self.tables();
        let is_it = tables.held.get(&rtc_uid).is_some_and(|held| held.attempt == attempt);
        is_it && tables.take(rtc_uid).is_some()
    }

    /// Whether anybody of this room has a media session here.
    pub(crate) fn are_in(&self, archive_id: ArchiveId) -> bool {
        self.tables().rooms.contains_key(&archive_id)
    }

    /// Those of this room.
    pub(crate) fn devices(&self, archive_id: ArchiveId) -> Vec<RtcUid> {
        self.tables().rooms.get(&archive_id).into_iter().flatten().copied().collect()
    }

    /// Whether the device has a media session here, or is about to.
    pub(crate) fn holds(&self, rtc_uid: RtcUid) -> bool {
        self.tables().held.contains_key(&rtc_uid)
    }

    /// What the room lets a device do now; nothing: it is out of the call.
    pub(crate) fn follow(&self, relay: &Relay, rtc_uid: RtcUid, rights: Option<CallRights>) {
        let mut tables = self.tables();
        match (rights, tables.held.get_mut(&rtc_uid)) {
            (Some(rights), Some(held)) if held.rights != rights => {
                held.rights = rights;
                relay.grant(rtc_uid, grant(rights));
            }
            (None, Some(_)) => {
                tables.take(rtc_uid);
                relay.leave(rtc_uid);
            }
            _ => {}
        }
    }

    /// The device of this session with this media session in that room.
    pub(crate) fn find(&self, archive_id: ArchiveId, session_id: SessionId, media_id: u64) -> Option<RtcUid> {
        let tables = self.tables();
        let devices = tables.rooms.get(&archive_id)?;
        let is_it = |rtc_uid: &&RtcUid| {
            let held = tables.held.get(rtc_uid);
            held.is_some_and(|held| held.address.session_id == session_id && held.media_id == Some(media_id))
        };
        devices.iter().find(is_it).copied()
    }

    /// What a client is told of its own media session: where to, if it is to be told now. What comes before the relay's
    /// answer goes with that.
    pub(super) fn tell(&self, rtc_uid: RtcUid, media_id: u64, what: Told, frame: &Bytes) -> Option<Address> {
        let mut tables = self.tables();
        let held = tables.held.get_mut(&rtc_uid)?;
        let told = Some(held.address.clone()).filter(|_| held.media_id == Some(media_id));
        if held.media_id.is_none() || told.is_some() {
            match what {
                Told::Slots => held.slots = Some((media_id, frame.clone())),
                Told::Needed(stream) => {
                    held.needed.insert(stream, (media_id, frame.clone()));
                }
            }
        }
        told
    }

    /// Pushes again what a client was told last.
    pub(crate) fn tell_again(&self, rtc_uid: RtcUid, media_id: u64, push: impl FnMut(Bytes)) {
        let tables = self.tables();
        let held = tables.held.get(&rtc_uid).filter(|held| held.media_id == Some(media_id));
        if let Some(held) = held {
            held.frames(media_id).for_each(push);
        }
    }

    /// Everybody in the call of a room.
    pub(super) fn listeners(&self, archive_id: ArchiveId) -> Arc<[Address]> {
        let tables = self.tables();
        let devices = tables.rooms.get(&archive_id).into_iter().flatten();
        let held = devices.filter_map(|rtc_uid| tables.held.get(rtc_uid));
        held.filter(|held| held.media_id.is_some()).map(|held| held.address.clone()).collect()
    }

    /// A media session is over by itself: whose it was, if it still was one.
    pub(super) fn ended(&self, rtc_uid: RtcUid, media_id: u64) -> Option<Address> {
        let mut tables = self.tables();
        let held = tables.held.get_mut(&rtc_uid)?;
        match held.media_id {
            Some(known) if known == media_id => tables.take(rtc_uid).map(|held| held.address),
            Some(_) => None,
            None => {
                held.ended = Some(media_id);
                None
            }
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.tables().held.len()
    }
}

impl Held {
    fn frames(&self, media_id: u64) -> impl Iterator<Item = Bytes> {
        let all = self.slots.iter().chain(self.needed.values());
        all.filter(move |(of, _)| *of == media_id).map(|(_, frame)| frame.clone())
    }
}

impl Tables {
    fn take(&mut self, rtc_uid: RtcUid) -> Option<Held> {
        let held = self.held.remove(&rtc_uid)?;
        if let Some(devices) = self.rooms.get_mut(&held.archive_id) {
            devices.remove(&rtc_uid);
            if devices.is_empty() {
                self.rooms.remove(&held.archive_id);
            }
        }
        Some(held)
    }
}
