use std::time::{Duration, Instant};

use parlor_media::Input;
use parlor_protocol::ids::{ArchiveId, RtcUid};

use super::{Carrier, mark};
use crate::call::{Call, guard};
use crate::error::RelayError;
use crate::events::{DeviceQuality, LeftCause, RelayEvent};
use crate::join::JoinCall;
use crate::line::Line;
use crate::orders::Order;
use crate::peer::{Peer, PeerStart};
use crate::quality;
use crate::route::PeerKey;
use crate::timers::Who;
use crate::wires::Wires;

/// How often the quality of a call's connections is told.
const QUALITY_INTERVAL: Duration = Duration::from_secs(2);

impl<W: Wires> Carrier<W> {
    /// Does what it is told. An answer that nobody waits for any more takes back what was done.
    pub(crate) fn order(&mut self, order: Order, now: Instant) {
        match order {
            Order::Join { media_id, join, reply } => {
                let rtc_uid = join.rtc_uid;
                let joined = self.join(media_id, *join, now);
                let is_in = joined.is_ok();
                if reply.send(joined).is_err() && self.directory.exit(rtc_uid, media_id) && is_in {
                    self.leave(rtc_uid, now);
                }
            }
            Order::Offer { rtc_uid, media_id, offer_sdp, lines, reply } => {
                // Whoever does not wait asks again.
                let _ = reply.send(self.offer(rtc_uid, media_id, &offer_sdp, &lines, now));
            }
            Order::Resume { rtc_uid, media_id, reply } => {
                let _ = reply.send(self.resume(rtc_uid, media_id, now));
            }
            Order::Grant { rtc_uid, grant } => {
                let Some(key) = self.key(rtc_uid) else { return };
                if let Some(Some(peer)) = self.peers.get_mut(key) {
                    peer.grant = grant;
                }
                self.told(key, now, |peer| Input::Granted { peer, grant });
            }
            Order::Demand { rtc_uid, media_id, wanted } => {
                let Some(key) = self.key(rtc_uid) else { return };
                let Some(Some(peer)) = self.peers.get_mut(key) else { return };
                if peer.media_id == media_id {
                    peer.wanted.clone_from(&wanted);
                    self.told(key, now, |peer| Input::Demanded { peer, wanted });
                }
            }
            Order::Leave { rtc_uid } => self.leave(rtc_uid, now),
            Order::Tcp { stream, remote, read } => self.wires.open(stream, remote, read, now),
        }
    }

    fn join(&mut self, media_id: u64, join: JoinCall, now: Instant) -> Result<String, RelayError> {
        let JoinCall { room, rtc_uid, offer_sdp, lines, grant } = join;
        let directory = std::sync::Arc::clone(&self.directory);
        let start =
            PeerStart { directory: &directory, thread: self.thread, room, rtc_uid, media_id, grant, now };
        // str0m may not stand every offer that there can be.
        let started = guard(|| Peer::start(&start, &offer_sdp, lines));
        let (peer, answer) =
            started.unwrap_or_else(|| Err(RelayError::Offer("it cannot be read".to_owned())))?;
        if let Some(before) = self.key(rtc_uid) {
            self.remove(before, now);
        }
        let key = self.free.pop().unwrap_or_else(|| {
            self.peers.push(None);
            self.peers.len() - 1
        });
        self.routes.name(&peer.credentials.ufrag, key);
        let call = self.calls.entry(room).or_insert_with(|| Call::new(now + QUALITY_INTERVAL));
        call.members.insert(rtc_uid, key);
        self.rooms.insert(rtc_uid, room);
        self.directory.events.tell(peer.slots_event());
        let peer = self.peers[key].insert(peer);
        mark(&mut self.dirty, key, peer);
        Ok(answer)
    }

    fn offer(
        &mut self,
        rtc_uid: RtcUid,
        media_id: u64,
        offer_sdp: &str,
        lines: &[Line],
        now: Instant,
    ) -> Result<String, RelayError> {
        let key = self.session(rtc_uid, media_id).ok_or(RelayError::Gone)?;
        let Some(Some(peer)) = self.peers.get_mut(key) else { return Err(RelayError::Gone) };
        let before = peer.credentials.ufrag.clone();
        let thread = self.thread;
        let answer = guard(|| peer.offer_again(thread, offer_sdp, lines));
        if answer.is_none() {
            self.end(key, LeftCause::Failed, now);
            return Err(RelayError::Gone);
        }
        if peer.credentials.ufrag != before {
            self.routes.unname(&before);
            self.routes.name(&peer.credentials.ufrag, key);
        }
        // It shows that it lives; the way is open for as long as one that was lost is waited for.
        peer.last_sign = now;
        mark(&mut self.dirty, key, peer);
        answer.unwrap_or(Err(RelayError::Gone))
    }

    fn resume(&mut self, rtc_uid: RtcUid, media_id: u64, now: Instant) -> Result<(), RelayError> {
        let key = self.session(rtc_uid, media_id).ok_or(RelayError::Gone)?;
        let Some(Some(peer)) = self.peers.get_mut(key) else { return Err(RelayError::Gone) };
        // It has the rest of the window, at least as long as it takes to be called down, to find the way again.
        peer.last_sign = peer.last_sign.max(now.checked_sub(quality::DOWN_AFTER).unwrap_or(now));
        self.directory.events.tell(peer.slots_event());
        peer.needed_events().for_each(|event| self.directory.events.tell(event));
        Ok(())
    }

    /// The encrypted connection of a device stands: it takes part.
    pub(super) fn connected(&mut self, key: PeerKey, now: Instant) {
        let Some(Some(peer)) = self.peers.get_mut(key) else { return };
        if std::mem::replace(&mut peer.joined, true) {
            return;
        }
        let (room, rtc_uid, grant) = (peer.room, peer.rtc_uid, peer.grant);
        let (slots, wanted) = (peer.kinds.clone(), peer.wanted.clone());
        self.fact(room, Input::Joined { peer: rtc_uid, slots, grant }, now);
        if !wanted.is_empty() {
            self.fact(room, Input::Demanded { peer: rtc_uid, wanted }, now);
        }
    }

    fn leave(&mut self, rtc_uid: RtcUid, now: Instant) {
        let Some(key) = self.key(rtc_uid) else { return };
        if let Some(Some(peer)) = self.peers.get_mut(key)
            && guard(|| peer.close(now)).is_some()
        {
            self.drain(key, now);
            // What a peer that goes says of itself is of no use any more.
            self.happened.retain(|(of, _)| *of != key);
        }
        self.remove(key, now);
    }

    /// A media session is over that nobody asked to end.
    pub(super) fn end(&mut self, key: PeerKey, cause: LeftCause, now: Instant) {
        let Some(Some(peer)) = self.peers.get(key) else { return };
        let (room, rtc_uid, media_id) = (peer.room, peer.rtc_uid, peer.media_id);
        tracing::debug!(%room, %rtc_uid, ?cause, "a media session is over");
        self.remove(key, now);
        self.directory.exit(rtc_uid, media_id);
        self.directory.events.tell(RelayEvent::Left { room, rtc_uid, media_id, cause });
    }

    fn remove(&mut self, key: PeerKey, now: Instant) {
        let Some(mut peer) = self.peers.get_mut(key).and_then(Option::take) else { return };
        self.timers.set(Who::Peer(key), &mut peer.deadline, None);
        self.routes.unname(&peer.credentials.ufrag);
        for address in &peer.addresses {
            self.routes.forget(*address, key);
            self.directory.disown(address.1, self.thread);
        }
        for ssrc in &peer.ssrcs {
            self.routes.forget_ssrc(*ssrc, key);
        }
        self.happened.retain(|(of, _)| *of != key);
        self.dirty.retain(|of| *of != key);
        self.free.push(key);
        let (room, rtc_uid) = (peer.room, peer.rtc_uid);
        self.rooms.remove(&rtc_uid);
        let Some(call) = self.calls.get_mut(&room) else { return };
        call.members.remove(&rtc_uid);
        if call.members.is_empty() {
            self.timers.set(Who::Call(room), &mut call.deadline, None);
            self.calls.remove(&room);
        } else if peer.joined {
            self.fact(room, Input::Left { peer: rtc_uid }, now);
        }
    }

    /// The switch of a call failed: all that take part join anew.
    pub(super) fn broken(&mut self, room: ArchiveId, now: Instant) {
        let Some(mut call) = self.calls.remove(&room) else { return };
        tracing::error!(%room, "a call failed");
        self.timers.set(Who::Call(room), &mut call.deadline, None);
        for key in call.members.into_values() {
            self.end(key, LeftCause::Failed, now);
        }
    }

    /// Once a second: who has been silent for too long, and how well the others are connected.
    pub(crate) fn sweep(&mut self, now: Instant) {
        let silent = |peer: &Peer| now.saturating_duration_since(peer.last_sign);
        for key in 0..self.peers.len() {
            let Some(peer) = &self.peers[key] else { continue };
            if silent(peer) >= self.directory.config.resume_window {
                self.end(key, LeftCause::Silent, now);
            }
        }
        for (room, call) in &mut self.calls {
            if now < call.quality_at {
                continue;
            }
            call.quality_at = now + QUALITY_INTERVAL;
            let quality = |(rtc_uid, key): (&RtcUid, &PeerKey)| {
                let peer = self.peers.get(*key)?.as_ref()?;
                let up = quality::grade(peer.up, silent(peer));
                let down = quality::grade(peer.down, silent(peer));
                Some(DeviceQuality { rtc_uid: *rtc_uid, up, down })
            };
            let devices = call.members.iter().filter_map(quality).collect();
            self.directory.events.tell(RelayEvent::Quality { room: *room, devices });
        }
        self.counts.peers = (self.peers.len() - self.free.len()) as u64;
        self.directory.count(self.thread, self.counts);
    }

    /// The relay stops: everybody is told.
    pub(crate) fn stop(&mut self, now: Instant) {
        let present = self.peers.iter().flatten().map(|peer| peer.rtc_uid).collect::<Vec<_>>();
        for rtc_uid in present {
            self.leave(rtc_uid, now);
        }
        self.flush(now);
    }

    /// A device's peer of this thread, in whichever room.
    pub(super) fn key(&self, rtc_uid: RtcUid) -> Option<PeerKey> {
        let room = self.rooms.get(&rtc_uid)?;
        self.key_of(*room, rtc_uid)
    }

    fn session(&self, rtc_uid: RtcUid, media_id: u64) -> Option<PeerKey> {
        let key = self.key(rtc_uid)?;
        let peer = self.peers.get(key)?.as_ref()?;
        (peer.media_id == media_id).then_some(key)
    }
}
