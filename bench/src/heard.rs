//! What a link hears of its rooms: that every event comes, in order; and when the last link has heard one.

use anyhow::{Result, ensure};
use bytes::Bytes;
use parlor_protocol::v1;
use parlor_room::Mirror;
use prost::Message;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A frame of the server, of which everything else is skipped.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Heard {
    #[prost(message, optional, tag = "2")]
    pub(crate) reply: Option<Skipped>,
    #[prost(message, optional, tag = "3")]
    push: Option<HeardPush>,
}

#[derive(Clone, PartialEq, Message)]
struct HeardPush {
    #[prost(message, optional, tag = "102")]
    closing: Option<Skipped>,
    #[prost(message, optional, tag = "140")]
    events: Option<HeardEvents>,
    #[prost(message, optional, tag = "142")]
    gone: Option<Skipped>,
}

#[derive(Clone, PartialEq, Message)]
struct HeardEvents {
    #[prost(int64, tag = "1")]
    archive_id: i64,
    #[prost(message, repeated, tag = "3")]
    events: Vec<HeardEvent>,
}

#[derive(Clone, PartialEq, Message)]
struct HeardEvent {
    #[prost(uint64, tag = "1")]
    seq: u64,
}

/// Something of which only the presence counts.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Skipped {}

/// When everybody has heard the events of one room, or how many were heard at all.
pub(crate) struct Tally {
    begun: Instant,
    /// The place before the first slot.
    after: AtomicU64,
    slots: Vec<Slot>,
    total: AtomicU64,
}

#[derive(Default)]
struct Slot {
    heard: AtomicU32,
    last_us: AtomicU64,
}

impl Tally {
    /// For so many events of one room.
    pub(crate) fn new(slots: usize) -> Arc<Self> {
        let slots = std::iter::repeat_with(Slot::default).take(slots).collect();
        Arc::new(Self {
            begun: Instant::now(),
            after: AtomicU64::new(u64::MAX),
            slots,
            total: AtomicU64::new(0),
        })
    }

    /// Counts the events after this place.
    pub(crate) fn begin(&self, after: u64) {
        self.after.store(after, Ordering::SeqCst);
    }

    /// How many events all links have heard together.
    pub(crate) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    fn heard(&self, seq: u64, at: Instant) {
        self.total.fetch_add(1, Ordering::Relaxed);
        let place =
            seq.checked_sub(self.after.load(Ordering::Relaxed)).and_then(|place| place.checked_sub(1));
        if let Some(slot) = place.and_then(|place| self.slots.get(place as usize)) {
            let us = at.saturating_duration_since(self.begun).as_micros() as u64;
            slot.last_us.fetch_max(us, Ordering::Relaxed);
            slot.heard.fetch_add(1, Ordering::Release);
        }
    }

    /// When the last of so many links heard the event; `None` while some have not.
    pub(crate) fn complete(&self, seq: u64, links: usize) -> Option<Instant> {
        let place = seq.checked_sub(self.after.load(Ordering::Relaxed))?.checked_sub(1)?;
        let slot = self.slots.get(place as usize)?;
        let is_complete = slot.heard.load(Ordering::Acquire) as usize >= links;
        is_complete.then(|| self.begun + Duration::from_micros(slot.last_us.load(Ordering::Relaxed)))
    }
}

/// What one link knows of its rooms.
pub(crate) struct Ears {
    tally: Arc<Tally>,
    keeps_mirrors: bool,
    rooms: HashMap<i64, Place>,
    /// Heard before the view that they belong after.
    early: Vec<(i64, Vec<u64>, Bytes)>,
    /// Why the link ended.
    lost: Option<String>,
}

#[derive(Default)]
struct Place {
    seq: u64,
    view: Option<v1::RoomView>,
    mirror: Option<Mirror>,
    /// Frames heard between the first part of the view and its last.
    held: Vec<Bytes>,
}

impl Ears {
    /// Nothing heard yet. `keeps_mirrors`: whole mirrors are folded, which costs this process time.
    pub(crate) fn new(tally: &Arc<Tally>, keeps_mirrors: bool) -> Self {
        let tally = tally.clone();
        Self { tally, keeps_mirrors, rooms: HashMap::new(), early: Vec::new(), lost: None }
    }

    /// The place that this link has heard a room up to.
    pub(crate) fn at(&self, archive_id: i64) -> u64 {
        self.rooms.get(&archive_id).map_or(0, |place| place.seq)
    }

    /// The mirror of a room, if this link keeps one.
    pub(crate) fn mirror(&self, archive_id: i64) -> Option<&Mirror> {
        self.rooms.get(&archive_id)?.mirror.as_ref()
    }

    /// Why the link ended, if it did.
    pub(crate) fn is_lost(&self) -> Option<&str> {
        self.lost.as_deref()
    }

    /// The device has left the room.
    pub(crate) fn forget(&mut self, archive_id: i64) {
        self.rooms.remove(&archive_id);
        self.early.retain(|(of, _, _)| *of != archive_id);
    }

    pub(crate) fn lost(&mut self, cause: &anyhow::Error) {
        self.lost.get_or_insert(format!("{cause:#}"));
    }

    /// A push.
    pub(crate) fn take(&mut self, heard: Heard, frame: &Bytes, at: Instant) -> Result<()> {
        let Some(push) = heard.push else { return Ok(()) };
        ensure!(push.closing.is_none(), "the server says that it closes the link");
        ensure!(push.gone.is_none(), "the server says that the device is out of a room");
        let Some(HeardEvents { archive_id, events }) = push.events else { return Ok(()) };
        let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
        for seq in &seqs {
            self.tally.heard(*seq, at);
        }
        if !self.rooms.contains_key(&archive_id) {
            self.early.push((archive_id, seqs, frame.clone()));
            return Ok(());
        }
        self.follow(archive_id, &seqs, frame)
    }

    fn follow(&mut self, archive_id: i64, seqs: &[u64], frame: &Bytes) -> Result<()> {
        let Some(place) = self.rooms.get_mut(&archive_id) else { return Ok(()) };
        for seq in seqs.iter().filter(|seq| **seq > place.seq).copied().collect::<Vec<_>>() {
            ensure!(seq == place.seq + 1, "room {archive_id}: {seq} came after {}", place.seq);
            place.seq = seq;
        }
        if self.keeps_mirrors {
            match &mut place.mirror {
                Some(mirror) => fold(mirror, frame)?,
                None => place.held.push(frame.clone()),
            }
        }
        Ok(())
    }

    /// A part of a room's view.
    pub(crate) fn shown(&mut self, view: &v1::RoomView, is_last: bool) -> Result<()> {
        if let (Some(head), Some(at)) = (&view.head, &view.at) {
            let archive_id = head.archive_id;
            let place =
                Place { seq: at.seq, view: self.keeps_mirrors.then(|| view.clone()), ..Place::default() };
            self.rooms.insert(archive_id, place);
            for (of, seqs, frame) in std::mem::take(&mut self.early) {
                match of == archive_id {
                    true => self.follow(of, &seqs, &frame)?,
                    false => self.early.push((of, seqs, frame)),
                }
            }
        } else if let Some(whole) = self.rooms.values_mut().find_map(|place| place.view.as_mut()) {
            // Views come one after another on a link.
            whole.members.extend(view.members.iter().cloned());
        }
        if !is_last {
            return Ok(());
        }
        for place in self.rooms.values_mut() {
            if let Some(v1::RoomView { head: Some(head), at: Some(at), members, .. }) = place.view.take() {
                let mut mirror = Mirror::new(head, members, at);
                for frame in place.held.drain(..) {
                    fold(&mut mirror, &frame)?;
                }
                place.mirror = Some(mirror);
            }
        }
        Ok(())
    }
}

fn fold(mirror: &mut Mirror, frame: &Bytes) -> Result<()> {
    let Some(v1::frame::Kind::Push(push)) = v1::Frame::decode(frame.clone())?.kind else { return Ok(()) };
    if let Some(v1::push::Body::RoomEvents(events)) = push.body {
        for event in &events.events {
            if event.seq > mirror.at().seq {
                mirror.apply(event)?;
            }
        }
    }
    Ok(())
}
