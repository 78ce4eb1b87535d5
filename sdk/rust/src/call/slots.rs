//! Whose frames they are that come in a slot.

use super::event::CallEvent;
use super::frame::{ReceivedAudio, ReceivedVideo};
use super::peer::video_codec;
use bytes::Bytes;
use parlor_protocol::v1::{MediaLayer, MediaSlot, RoomStream};
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};
use str0m::media::MediaData;

/// Frames that wait for the word of whose they are: it goes over the link, and they may overtake it.
const WAITING: usize = 128;
/// For so long.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Slots {
    held: BTreeMap<String, MediaSlot>,
    waiting: VecDeque<(Instant, Box<MediaData>)>,
    /// Frames of which nobody said whose they are.
    pub(super) unknown: u64,
}

impl Slots {
    /// What is in the slots from now on; the frames that have waited for that.
    pub(super) fn assign(&mut self, slots: Vec<MediaSlot>) -> Vec<CallEvent> {
        let taken = slots.into_iter().filter(|slot| slot.rtc_uid != 0);
        self.held = taken.map(|slot| (slot.mid.clone(), slot)).collect();
        self.forget(Instant::now());
        let waiting = std::mem::take(&mut self.waiting);
        let mut told = Vec::new();
        for (at, media) in waiting {
            match self.told(&media) {
                Some(event) => told.push(event),
                None => self.waiting.push_back((at, media)),
            }
        }
        told
    }

    /// A frame came: the event of it, or nothing yet.
    pub(super) fn take(&mut self, media: Box<MediaData>) -> Option<CallEvent> {
        let event = self.told(&media);
        if event.is_none() {
            let now = Instant::now();
            self.forget(now);
            if self.waiting.len() == WAITING {
                self.waiting.pop_front();
                self.unknown += 1;
            }
            self.waiting.push_back((now, media));
        }
        event
    }

    fn forget(&mut self, now: Instant) {
        while self.waiting.pop_front_if(|(at, _)| *at + PATIENCE < now).is_some() {
            self.unknown += 1;
        }
    }

    /// Nothing is received any more; whether anything was.
    pub(super) fn clear(&mut self) -> bool {
        self.unknown += u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        self.waiting.clear();
        let was = !self.held.is_empty();
        self.held.clear();
        was
    }

    /// The slot that somebody's stream is in.
    pub(super) fn mid_of(&self, rtc_uid: i64, stream: RoomStream) -> Option<&str> {
        let is = |slot: &&MediaSlot| slot.rtc_uid == rtc_uid && slot.stream == i32::from(stream);
        self.held.values().find(is).map(|slot| slot.mid.as_str())
    }

    fn told(&self, media: &MediaData) -> Option<CallEvent> {
        let slot = self.held.get(&*media.mid)?;
        let stream = RoomStream::try_from(slot.stream).ok()?;
        let (rtc_uid, rtp_time, contiguous) = (slot.rtc_uid, media.time.numer(), media.contiguous);
        let payload = Bytes::from_owner(media.data.clone());
        let Some(codec) = video_codec(media.params.spec().codec) else {
            let level_dbov = media.ext_vals.audio_level;
            let frame = ReceivedAudio { payload, rtp_time, level_dbov, contiguous };
            return Some(CallEvent::Audio { rtc_uid, stream, frame });
        };
        let layer = MediaLayer::try_from(slot.layer).unwrap_or(MediaLayer::High);
        let frame = ReceivedVideo { payload, codec, is_key: media.is_keyframe(), rtp_time, contiguous };
        Some(CallEvent::Video { rtc_uid, stream, layer, frame })
    }
}
