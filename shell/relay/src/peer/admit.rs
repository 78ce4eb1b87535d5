//! What a device sends, against what it may; and what is counted of what it asks for.

use std::time::{Duration, Instant};

use parlor_media::Stream;
use str0m::bwe::Bitrate;
use str0m::media::Mid;

use super::{Happening, Incoming, Peer};
use crate::route;

/// How often a device that sends more than it may is told so.
const HOLD_INTERVAL: Duration = Duration::from_secs(1);

impl Peer {
    /// Whether the room allows it to send a stream.
    pub(crate) fn may_send(&self, stream: Stream) -> bool {
        match stream {
            Stream::Audio => self.grant.audio,
            Stream::Video => self.grant.video,
            Stream::SubVideo => self.grant.sub_video,
            Stream::SystemAudio => self.grant.system_audio,
        }
    }

    /// It may send nothing at all.
    pub(crate) fn is_silenced(&self) -> bool {
        let all = [Stream::Audio, Stream::Video, Stream::SubVideo, Stream::SystemAudio];
        !all.into_iter().any(|stream| self.may_send(stream))
    }

    /// Whether a packet fits into what it may send.
    pub(crate) fn takes(&mut self, incoming: &Incoming, bytes: usize, now: Instant) -> bool {
        let stream = incoming.source.stream;
        let allowance =
            if is_of_screen(stream) { &mut self.screen_allowance } else { &mut self.up_allowance };
        allowance.take(now, stream, incoming.encoding, bytes)
    }

    /// Tells it how much it may send (REMB, draft-alvestrand-rmcat-remb), unless it was told just now; true when it is.
    pub(crate) fn hold(&mut self, stream: Stream, now: Instant) -> bool {
        if self.held_at.is_some_and(|at| now < at + HOLD_INTERVAL) {
            return false;
        }
        self.held_at = Some(now);
        let of_screen = is_of_screen(stream);
        let bps = if of_screen { self.screen_allowance.bps() } else { self.up_allowance.bps() };
        let mut direct = self.rtc.direct_api();
        for sending in self.sending.iter().filter(|sending| is_of_screen(sending.stream) == of_screen) {
            let alone = sending.rids.is_empty().then_some(None);
            for rid in sending.rids.iter().copied().map(Some).chain(alone) {
                if let Some(receiving) = direct.stream_rx_by_mid(sending.mid, rid) {
                    receiving.request_remb(Bitrate::from(bps));
                }
            }
        }
        true
    }

    /// How many encodings a stream of it has.
    pub(crate) fn encodings(&self, stream: Stream) -> u8 {
        let sending = self.sending.iter().find(|sending| sending.stream == stream);
        sending.map_or(1, |sending| u8::try_from(sending.rids.len().max(1)).unwrap_or(1))
    }

    /// Counts a packet that goes out, if it is one of a retransmission stream and no mere padding.
    pub(super) fn count_resent(&mut self, packet: &[u8]) {
        const PADDED: u8 = 0x20;
        let is_resent = route::ssrc_of(packet).is_some_and(|ssrc| self.resends.contains(&ssrc));
        if is_resent && packet[0] & PADDED == 0 {
            self.resent += 1;
        }
    }

    /// Packets of retransmission streams that went out since this was asked last.
    pub(crate) fn take_resent(&mut self) -> u64 {
        std::mem::take(&mut self.resent)
    }

    /// How often it asked for packets again on a line since that was said last; `times` in all.
    pub(super) fn nacked(&mut self, mid: Mid, times: u64) -> Option<Happening> {
        let place = self.nacks.iter().position(|(known, _)| *known == mid);
        let before = match place {
            Some(place) => std::mem::replace(&mut self.nacks[place].1, times),
            None => {
                self.nacks.push((mid, times));
                0
            }
        };
        (times > before).then(|| Happening::Nacked(times - before))
    }
}

fn is_of_screen(stream: Stream) -> bool {
    matches!(stream, Stream::SubVideo | Stream::SystemAudio)
}
