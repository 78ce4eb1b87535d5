use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parlor_media::{Layer, Level, SlotState, Stream};
use parlor_protocol::ids::{ArchiveId, RtcUid};
use tokio::sync::Notify;

/// What is worth telling.
#[derive(Clone, Debug, PartialEq)]
pub enum RelayEvent {
    /// What is in the slots of a media session now, all of them.
    Slots {
        /// The room.
        room: ArchiveId,
        /// The receiver.
        rtc_uid: RtcUid,
        /// Its media session.
        media_id: u64,
        /// Its slots, in the order of its lines.
        slots: Vec<SlotHeld>,
    },
    /// Which layers of a picture somebody takes.
    Needed {
        /// The room.
        room: ArchiveId,
        /// Who sends it.
        rtc_uid: RtcUid,
        /// Its media session.
        media_id: u64,
        /// Which of its pictures.
        stream: Stream,
        /// The layers, ascending; empty = nobody takes any.
        layers: Vec<Layer>,
        /// How many layers the picture is sent in.
        encodings: u8,
    },
    /// Who is heard, the loudest first.
    Levels {
        /// The room.
        room: ArchiveId,
        /// Those that are heard.
        levels: Vec<Level>,
        /// Who speaks.
        speaker: Option<RtcUid>,
    },
    /// How well the devices of a room are connected, every two seconds.
    Quality {
        /// The room.
        room: ArchiveId,
        /// All that take part.
        devices: Vec<DeviceQuality>,
    },
    /// A media session is over, and nobody asked for it.
    Left {
        /// The room.
        room: ArchiveId,
        /// The device.
        rtc_uid: RtcUid,
        /// Its media session.
        media_id: u64,
        /// Why.
        cause: LeftCause,
    },
}

/// A slot of a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotHeld {
    /// The line it is.
    pub mid: String,
    /// What is in it.
    pub state: SlotState,
}

/// How well a device is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceQuality {
    /// The device.
    pub rtc_uid: RtcUid,
    /// What it sends: NERoomRtcNetworkQuality, 0 unknown, 1 excellent to 6 down.
    pub up: u8,
    /// What it receives, likewise.
    pub down: u8,
}

/// Why a media session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftCause {
    /// No sign of life came within the resume window.
    Silent,
    /// The device ended the encrypted connection (RFC 8446 section 6.1).
    Closed,
    /// Something went wrong in the relay that concerns this device only.
    Failed,
}

/// The relay's events, in an order in which each can be told: a state that was not taken yet gives way to the one after it, so
/// that the queue is bounded by the number of devices.
pub struct RelayEvents {
    queue: Arc<Queue>,
}

impl RelayEvents {
    /// The next event; nothing when the relay has stopped.
    pub async fn next(&mut self) -> Option<RelayEvent> {
        loop {
            let told = self.queue.told.notified();
            {
                let mut waiting = self.queue.lock();
                if let Some(event) = waiting.take() {
                    return Some(event);
                }
                if waiting.stopped {
                    return None;
                }
            }
            told.await;
        }
    }

    /// The next event that is there already.
    pub fn try_next(&mut self) -> Option<RelayEvent> {
        self.queue.lock().take()
    }
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    told: Notify,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an event is about: one that waits is replaced by the next about the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    Slots(RtcUid),
    Needed(RtcUid, Stream),
    Levels(ArchiveId),
    Quality(ArchiveId),
    Left(RtcUid),
}

impl Subject {
    fn of(event: &RelayEvent) -> Subject {
        match event {
            RelayEvent::Slots { rtc_uid, .. } => Subject::Slots(*rtc_uid),
            RelayEvent::Needed { rtc_uid, stream, .. } => Subject::Needed(*rtc_uid, *stream),
            RelayEvent::Levels { room, .. } => Subject::Levels(*room),
            RelayEvent::Quality { room, .. } => Subject::Quality(*room),
            RelayEvent::Left { rtc_uid, .. } => Subject::Left(*rtc_uid),
        }
    }
}

#[derive(Default)]
struct Waiting {
    order: VecDeque<Subject>,
    events: BTreeMap<Subject, RelayEvent>,
    stopped: bool,
}

impl Waiting {
    fn put(&mut self, event: RelayEvent) {
        let subject = Subject::of(&event);
        if self.events.insert(subject, event).is_none() {
            self.order.push_back(subject);
        }
    }

    fn take(&mut self) -> Option<RelayEvent> {
        let subject = self.order.pop_front()?;
        self.events.remove(&subject)
    }
}

/// The relay's side.
#[derive(Clone)]
pub(crate) struct EventSender {
    queue: Arc<Queue>,
}

impl EventSender {
    pub(crate) fn tell(&self, event: RelayEvent) {
        self.queue.lock().put(event);
        self.queue.told.notify_one();
    }

    pub(crate) fn stop(&self) {
        self.queue.lock().stopped = true;
        self.queue.told.notify_one();
    }
}

pub(crate) fn channel() -> (EventSender, RelayEvents) {
    let queue = Arc::new(Queue::default());
    (EventSender { queue: Arc::clone(&queue) }, RelayEvents { queue })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(room: u64, speaker: u64) -> RelayEvent {
        RelayEvent::Levels { room: ArchiveId(room), levels: Vec::new(), speaker: Some(RtcUid(speaker)) }
    }

    #[test]
    fn a_state_gives_way_to_the_next_and_none_is_lost() {
        let mut waiting = Waiting::default();
        for speaker in 0..1000 {
            waiting.put(levels(1, speaker));
            waiting.put(levels(2, speaker));
        }
        assert_eq!(waiting.order.len(), 2);
        assert_eq!(waiting.take(), Some(levels(1, 999)));
        waiting.put(levels(1, 7));
        assert_eq!(waiting.take(), Some(levels(2, 999)));
        assert_eq!(waiting.take(), Some(levels(1, 7)));
        assert_eq!(waiting.take(), None);
    }
}
