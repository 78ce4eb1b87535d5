use crate::events::{RelayEvent, SlotHeld};
use crate::line::{Line, LineUse};

use super::Peer;

impl Peer {
    /// What is in its slots, with the lines that they are.
    pub(crate) fn slots_event(&self) -> RelayEvent {
        let is_slot = |line: &&Line| matches!(line.usage, LineUse::Slot(_));
        let held = self.lines.iter().filter(is_slot).zip(&self.told_slots);
        let slots = held.map(|(line, state)| SlotHeld { mid: line.mid.clone(), state: *state }).collect();
        let (room, rtc_uid, media_id) = (self.room, self.rtc_uid, self.media_id);
        RelayEvent::Slots { room, rtc_uid, media_id, slots }
    }

    /// Which layers of its pictures somebody takes, the one that changed last at the end.
    pub(crate) fn needed_events(&self) -> impl DoubleEndedIterator<Item = RelayEvent> {
        let (room, rtc_uid, media_id) = (self.room, self.rtc_uid, self.media_id);
        self.told_needs.iter().map(move |(stream, layers)| {
            let (stream, layers, encodings) = (*stream, layers.clone(), self.encodings(*stream));
            RelayEvent::Needed { room, rtc_uid, media_id, stream, layers, encodings }
        })
    }
}
