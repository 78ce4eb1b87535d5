//! The numbers of a slot's stream: dense and rising whatever is switched into it, so that a receiver sees one stream (RFC 3550
//! sections 5.1 and 7.3).

use crate::codec::Numbers;
use crate::facts::Packet;

/// Places at which numbers shifted that are remembered, for packets that come late.
const SHIFTS: usize = 16;
/// A source whose timestamps go back further than this has begun anew; less is frames out of order.
const BACK_MAX_S: u32 = 10;

/// A source whose numbers leap by more than this, in either way, has begun anew.
const LEAP_MAX: u64 = 10_000;

/// Renumbers packets of one source after the other into one stream.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    /// Number of the next new packet.
    next: u64,
    /// Timestamp of the newest frame, and when it came.
    timestamp: u32,
    at_us: u64,
    begun: bool,
    /// Numbers of the newest frame.
    picture: Option<u16>,
    base: Option<u8>,
    frame: Option<u16>,
    /// Highest number of the source so far; none: the next packet is another's.
    highest: Option<u64>,
    timestamp_shift: u32,
    base_shift: u8,
    frame_shift: u16,
    shifts: [Shift; SHIFTS],
    newest: usize,
    /// Picture id of the last frame that was left out.
    left_out: Option<u16>,
}

/// Numbers of the source in `from..until` become smaller by this, modulo their width.
#[derive(Clone, Copy, Debug, Default)]
struct Shift {
    from: u64,
    until: u64,
    by: u64,
    pictures: u16,
}

/// What a packet is called in the slot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed {
    pub(super) seq: u64,
    pub(super) timestamp: u32,
    /// The first packet of another source or layer.
    pub(super) first: bool,
    /// Picture id and TL0PICIDX, where they differ from what the packet says.
    pub(super) numbers: Option<(u16, u8)>,
    /// The frame number of its dependency descriptor, where it differs.
    pub(super) frame: Option<u16>,
}

impl Default for Writer {
    fn default() -> Writer {
        Writer {
            next: 1,
            timestamp: 0,
            at_us: 0,
            begun: false,
            picture: None,
            base: None,
            frame: None,
            highest: None,
            timestamp_shift: 0,
            base_shift: 0,
            frame_shift: 0,
            shifts: [Shift::default(); SHIFTS],
            newest: 0,
            left_out: None,
        }
    }
}

impl Writer {
    /// The next packet is of another source or layer.
    pub(super) fn restart(&mut self) {
        self.highest = None;
    }

    /// Whether a packet with this number is newer than all before it.
    pub(super) fn is_new(&self, seq: u64) -> bool {
        self.highest.is_none_or(|highest| seq > highest || self.leaps(seq))
    }

    fn leaps(&self, seq: u64) -> bool {
        self.highest.is_some_and(|highest| seq.abs_diff(highest) > LEAP_MAX)
    }

    /// Numbers a packet that is forwarded; nothing for one from before the source was switched in, or too late to be told apart.
    pub(super) fn place(
        &mut self,
        now_us: u64,
        packet: &Packet<'_>,
        numbers: &Numbers,
        hz: u32,
    ) -> Option<Placed> {
        let first = self.highest.is_none() || self.leaps(packet.seq);
        if first {
            self.begin(now_us, packet, numbers, hz);
        }
        let shift = self.shift(packet.seq)?;
        let seq = packet.seq.wrapping_sub(shift.by);
        let is_new = self.is_new(packet.seq) || first;
        if is_new {
            self.highest = Some(packet.seq);
            self.next = seq.wrapping_add(1);
            self.follow(now_us, packet.timestamp, hz);
        }
        let picture = numbers.picture.map(|id| id.value.wrapping_sub(shift.pictures) & mask(id.wide));
        let base = numbers.base.map(|(_, value)| value.wrapping_sub(self.base_shift));
        let frame = frame_of(packet).map(|number| number.wrapping_sub(self.frame_shift));
        if is_new {
            self.picture = picture.or(self.picture);
            self.base = base.or(self.base);
            self.frame = frame.or(self.frame);
        }
        let same = numbers.picture.is_none_or(|id| Some(id.value) == picture)
            && numbers.base.is_none_or(|(_, value)| Some(value) == base);
        let timestamp = packet.timestamp.wrapping_sub(self.timestamp_shift);
        let numbers = (!same).then(|| (picture.unwrap_or(0), base.unwrap_or(0)));
        Some(Placed { seq, timestamp, first, numbers, frame: frame.filter(|_| self.frame_shift != 0) })
    }

    /// Leaves a packet out so that there is no hole; `picture` where frames that are left out take no picture id either.
    pub(super) fn skip(&mut self, seq: u64, picture: Option<u16>) {
        if self.leaps(seq) {
            self.restart();
        }
        if !self.is_new(seq) || self.highest.is_none() {
            return;
        }
        self.highest = Some(seq);
        let mut shift = self.shifts[self.newest];
        shift.by = shift.by.wrapping_add(1);
        if picture.is_some() && picture != self.left_out {
            shift.pictures = shift.pictures.wrapping_add(1);
            self.left_out = picture;
        }
        if shift.from != seq {
            self.shifts[self.newest].until = seq;
            self.newest = (self.newest + 1) % SHIFTS;
        }
        self.shifts[self.newest] = Shift { from: seq.saturating_add(1), until: u64::MAX, ..shift };
    }

    fn begin(&mut self, now_us: u64, packet: &Packet<'_>, numbers: &Numbers, hz: u32) {
        let timestamp = if self.begun { self.after(now_us, hz) } else { packet.timestamp };
        self.timestamp_shift = packet.timestamp.wrapping_sub(timestamp);
        self.timestamp = timestamp;
        self.at_us = now_us;
        self.begun = true;
        let next =
            |value: u16, newest: Option<u16>| newest.map_or(0, |n| value.wrapping_sub(n.wrapping_add(1)));
        let pictures = numbers.picture.map_or(0, |id| next(id.value, self.picture));
        self.base_shift = match (numbers.base, self.base) {
            (Some((_, value)), Some(newest)) => value.wrapping_sub(newest.wrapping_add(1)),
            _ => 0,
        };
        self.frame_shift = frame_of(packet).map_or(0, |number| next(number, self.frame));
        self.left_out = None;
        self.newest = 0;
        self.shifts = [Shift::default(); SHIFTS];
        let by = packet.seq.wrapping_sub(self.next);
        self.shifts[0] = Shift { from: packet.seq, until: u64::MAX, by, pictures };
    }

    /// Keeps the newest timestamp, and the stream together when the source's own begins anew.
    fn follow(&mut self, now_us: u64, timestamp: u32, hz: u32) {
        let ahead =
            |shift: u32, newest: u32| timestamp.wrapping_sub(shift).wrapping_sub(newest).cast_signed();
        let by = ahead(self.timestamp_shift, self.timestamp);
        if by < 0 && by.unsigned_abs() > BACK_MAX_S * hz {
            self.timestamp_shift = timestamp.wrapping_sub(self.after(now_us, hz));
        }
        if ahead(self.timestamp_shift, self.timestamp) > 0 {
            self.timestamp = timestamp.wrapping_sub(self.timestamp_shift);
            self.at_us = now_us;
        }
    }

    /// The timestamp that it is time for: as much after the newest as has passed since that one came.
    fn after(&self, now_us: u64, hz: u32) -> u32 {
        let passed_us = u128::from(now_us.saturating_sub(self.at_us));
        let ticks = (passed_us * u128::from(hz) / 1_000_000).clamp(1, 1 << 30);
        self.timestamp.wrapping_add(u32::try_from(ticks).unwrap_or(1))
    }

    fn shift(&self, seq: u64) -> Option<Shift> {
        (0..SHIFTS)
            .map(|back| self.shifts[(self.newest + SHIFTS - back) % SHIFTS])
            .find(|shift| (shift.from..shift.until).contains(&seq))
    }
}

/// The frame number in a packet's dependency descriptor: "RTP Payload Format For AV1" appendix A.8.2.
fn frame_of(packet: &Packet<'_>) -> Option<u16> {
    let [_, high, low, ..] = *packet.dependency? else { return None };
    Some(u16::from_be_bytes([high, low]))
}

fn mask(wide: bool) -> u16 {
    if wide { 0x7fff } else { 0x7f }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::PictureId;
    use crate::facts::{Codec, Source, Stream};
    use parlor_protocol::ids::RtcUid;

    fn packet(seq: u64, timestamp: u32) -> Packet<'static> {
        Packet {
            source: Source { rtc_uid: RtcUid(1), stream: Stream::Video },
            encoding: 0,
            codec: Codec::Vp8,
            seq,
            timestamp,
            marker: false,
            audio_level: None,
            dependency: None,
            payload: &[],
        }
    }

    fn place(writer: &mut Writer, seq: u64) -> Option<u64> {
        writer.place(seq, &packet(seq, 0), &Numbers::default(), 90_000).map(|placed| placed.seq)
    }

    #[test]
    fn what_is_left_out_leaves_no_hole_and_what_is_late_finds_its_place() {
        let mut writer = Writer::default();
        assert_eq!(place(&mut writer, 100), Some(1));
        writer.skip(101, None);
        writer.skip(102, None);
        assert_eq!(place(&mut writer, 103), Some(2));
        assert_eq!(place(&mut writer, 105), Some(4), "104 may still come");
        writer.skip(106, None);
        assert_eq!(place(&mut writer, 107), Some(5));
        assert_eq!(place(&mut writer, 104), Some(3));
        assert_eq!(place(&mut writer, 102), None, "it was left out");
        assert_eq!(place(&mut writer, 99), None, "it is from before");
        assert_eq!(place(&mut writer, 1_000_000), Some(6), "it began anew");
        writer.skip(7, None);
        assert_eq!(place(&mut writer, 8), Some(7), "and again");
    }

    #[test]
    fn timestamps_go_on_by_the_time_that_passed() {
        let mut writer = Writer::default();
        let timestamp = |writer: &mut Writer, now_us: u64, seq: u64, timestamp: u32| {
            writer.place(now_us, &packet(seq, timestamp), &Numbers::default(), 90_000).unwrap().timestamp
        };
        assert_eq!(timestamp(&mut writer, 0, 1, u32::MAX), u32::MAX);
        assert_eq!(timestamp(&mut writer, 33_000, 2, 2999), 2999);
        writer.restart();
        assert_eq!(timestamp(&mut writer, 53_000, 900, 77), 2999 + 1800);
        assert_eq!(timestamp(&mut writer, 90_000, 901, 3077), 2999 + 4800);
        assert_eq!(timestamp(&mut writer, 190_000, 902, 3_000_000_000), 2999 + 4800 + 9000, "it began anew");
    }

    #[test]
    fn frame_numbers_of_dependency_descriptors_go_on() {
        let mut writer = Writer::default();
        let place = |writer: &mut Writer, seq: u64, frame: u16| {
            let [high, low] = frame.to_be_bytes();
            let dependency = [0, high, low];
            let packet = Packet { dependency: Some(&dependency), ..packet(seq, 0) };
            writer.place(0, &packet, &Numbers::default(), 90_000).unwrap().frame
        };
        assert_eq!(place(&mut writer, 1, 500), None);
        writer.skip(2, None);
        assert_eq!(place(&mut writer, 3, 502), None, "they are dense only in what is sent");
        writer.restart();
        assert_eq!(place(&mut writer, 9, 7), Some(503));
        assert_eq!(place(&mut writer, 10, 9), Some(505));
    }

    #[test]
    fn picture_ids_are_dense_over_frames_that_are_left_out_and_over_switches() {
        let mut writer = Writer::default();
        let numbers = |value: u16, base: u8| Numbers {
            picture: Some(PictureId { at: 2, wide: true, value }),
            base: Some((4, base)),
        };
        let place = |writer: &mut Writer, seq: u64, value: u16, base: u8| {
            writer.place(0, &packet(seq, 0), &numbers(value, base), 90_000).unwrap().numbers
        };
        assert_eq!(place(&mut writer, 1, 0x7ffe, 9), None);
        writer.skip(2, Some(0x7fff));
        writer.skip(3, Some(0x7fff));
        assert_eq!(place(&mut writer, 4, 0, 10), Some((0x7fff, 10)));
        writer.restart();
        assert_eq!(place(&mut writer, 70, 500, 200), Some((0, 11)));
        assert_eq!(place(&mut writer, 71, 501, 201), Some((1, 12)));
    }
}
