//! One device's part in the call of one room.

use super::told::{Aim, AskId, MediaConfig, MediaInput, MediaOutput, MediaState, PeerId, Step, WayState};
use crate::api::{CallId, Failure};
use parlor_protocol::Code;
use parlor_protocol::v1::{self, push, reply, request};
use std::collections::VecDeque;

/// Pushes of one kind that may wait for the answer which they have overtaken.
const EARLY: usize = 4;
/// The pause after a demand that did not get through.
const DEMAND_PAUSE_MS: u64 = 1_000;
/// The first pause between two attempts; each next one is twice as long.
const PAUSE_MS: u64 = 500;

/// The app's join that has yet to be answered.
#[derive(Clone, Copy, Debug)]
struct Joining {
    call: CallId,
    until_ms: u64,
}

/// The demand on its way, and when the next one is due.
#[derive(Clone, Copy, Debug, Default)]
struct Demand {
    ask: Option<AskId>,
    due_at_ms: Option<u64>,
}

/// Joins, follows the way of the packets, and comes back by itself: by an ICE restart (RFC 8445 section 9) while the
/// server still knows the media session, and by a new one when it does not.
///
/// Pure, with the three verbs of every machine. The driver makes connections, offers and requests.
#[derive(Debug)]
pub struct MediaMachine {
    archive_id: i64,
    config: MediaConfig,
    state: MediaState,
    outputs: VecDeque<MediaOutput>,
    peer: PeerId,
    last_ask: AskId,
    /// 0 = the server has not said yet.
    media_id: u64,
    resume_window_ms: u64,
    joining: Option<Joining>,
    way: Option<WayState>,
    /// What the app knows.
    told: bool,
    /// Since when packets have no way.
    lost_at_ms: Option<u64>,
    link_up: bool,
    /// Attempts in a row that did not hold.
    failures: u32,
    resuming: Option<AskId>,
    leaving: Option<(AskId, CallId)>,
    wanted: Vec<v1::MediaWanted>,
    demand: Demand,
    early_slots: Option<v1::MediaSlots>,
    early_needed: VecDeque<v1::MediaNeeded>,
}

impl MediaMachine {
    /// Of a room whose call this device is not in.
    pub fn new(archive_id: i64, config: MediaConfig) -> Self {
        Self {
            archive_id,
            config,
            state: MediaState::Idle,
            outputs: VecDeque::new(),
            peer: PeerId(0),
            last_ask: AskId(0),
            media_id: 0,
            resume_window_ms: 0,
            joining: None,
            way: None,
            told: true,
            lost_at_ms: None,
            link_up: true,
            failures: 0,
            resuming: None,
            leaving: None,
            wanted: Vec::new(),
            demand: Demand::default(),
            early_slots: None,
            early_needed: VecDeque::new(),
        }
    }

    /// Where it is.
    pub fn state(&self) -> MediaState {
        self.state
    }

    /// The media session; 0 = none.
    pub fn media_id(&self) -> u64 {
        self.media_id
    }

    /// This device takes part, perhaps with its packets' way lost for the moment.
    pub fn is_in(&self) -> bool {
        self.state != MediaState::Idle && self.joining.is_none()
    }

    /// Takes one input at `now_ms` of a clock that never goes back.
    pub fn handle(&mut self, now_ms: u64, input: MediaInput) {
        match input {
            MediaInput::Join(call) => self.join(now_ms, call),
            MediaInput::Leave(call) => self.leave(call),
            MediaInput::RoomOver => self.end(Failure::local(Code::RoomNotFound), false),
            MediaInput::Offered { peer, sdp, lines } => self.offered(peer, sdp, lines),
            MediaInput::Broken { peer, message } => {
                if peer == self.peer {
                    let failure = Failure { message, ..Failure::local(Code::RtcServiceError) };
                    self.attempt_failed(now_ms, failure);
                }
            }
            MediaInput::Replied(ask, outcome) => self.replied(now_ms, ask, outcome.map(|body| *body)),
            MediaInput::Push(push) => self.push(now_ms, *push),
            MediaInput::Way(peer, way) => {
                if peer == self.peer && self.state != MediaState::Idle {
                    self.way_is(now_ms, way);
                }
            }
            MediaInput::Link(up) => self.link(now_ms, up),
            MediaInput::NetworkChanged => {
                if matches!(self.state, MediaState::In { .. }) && self.link_up {
                    self.restart(now_ms);
                }
            }
            MediaInput::Demand(wanted) => {
                self.wanted = wanted;
                self.demand.due_at_ms = Some(now_ms);
            }
            MediaInput::Tick => {}
        }
        self.tick(now_ms);
    }

    /// What to do next.
    pub fn poll(&mut self) -> Option<MediaOutput> {
        self.outputs.pop_front()
    }

    /// When to call [`MediaMachine::handle`] with [`MediaInput::Tick`] at the latest.
    pub fn deadline(&self) -> Option<u64> {
        let own = match self.state {
            MediaState::Idle => None,
            MediaState::In { stable_at_ms } => (self.failures > 0).then_some(stable_at_ms),
            MediaState::Pausing { until_ms, .. } => until_ms,
            MediaState::Making { until_ms, .. } => Some(until_ms),
        };
        let may_demand = self.media_id != 0 && self.demand.ask.is_none();
        let demand = self.demand.due_at_ms.filter(|_| may_demand);
        [own, demand, self.joining.map(|joining| joining.until_ms)].into_iter().flatten().min()
    }

    fn join(&mut self, now_ms: u64, call: CallId) {
        if self.joining.is_some() || self.leaving.is_some() {
            return self.done(call, Err(Failure::local(Code::DuplicateCall)));
        }
        if self.state != MediaState::Idle {
            return self.done(call, Ok(()));
        }
        self.joining = Some(Joining { call, until_ms: now_ms + self.config.join_timeout_ms });
        self.failures = 0;
        self.begin(now_ms);
    }

    fn leave(&mut self, call: CallId) {
        if self.state == MediaState::Idle {
            return self.done(call, Ok(()));
        }
        self.end(Failure::local(Code::RequestIgnored), false);
        let leave = v1::MediaLeave { archive_id: self.archive_id };
        let ask = self.ask(request::Body::MediaLeave(leave));
        self.leaving = Some((ask, call));
    }

    /// Begins a media session.
    fn begin(&mut self, now_ms: u64) {
        self.peer.0 += 1;
        self.media_id = 0;
        self.resuming = None;
        self.way = None;
        self.early_slots = None;
        self.early_needed.clear();
        self.demand = Demand { ask: None, due_at_ms: (!self.wanted.is_empty()).then_some(now_ms) };
        self.attempt(now_ms, Aim::Join);
        self.outputs.push_back(MediaOutput::Open(self.peer));
        self.outputs.push_back(MediaOutput::Offer { peer: self.peer, ice_restart: false });
    }

    /// Another way for the media session there is.
    fn restart(&mut self, now_ms: u64) {
        self.lost(now_ms);
        self.attempt(now_ms, Aim::Restart);
        self.outputs.push_back(MediaOutput::Offer { peer: self.peer, ice_restart: true });
    }

    fn attempt(&mut self, now_ms: u64, aim: Aim) {
        let until_ms = now_ms + self.config.way_timeout_ms;
        self.state = MediaState::Making { aim, step: Step::Offer, until_ms };
    }

    fn lost(&mut self, now_ms: u64) {
        if self.joining.is_none() {
            self.lost_at_ms.get_or_insert(now_ms);
        }
    }

    fn offered(&mut self, peer: PeerId, offer_sdp: String, lines: Vec<v1::MediaLine>) {
        let MediaState::Making { aim, step: Step::Offer, until_ms } = self.state else { return };
        if peer != self.peer {
            return;
        }
        let (archive_id, media_id) = (self.archive_id, self.media_id);
        let ask = self.ask(match aim {
            Aim::Join => request::Body::MediaJoin(v1::MediaJoin { archive_id, offer_sdp, lines }),
            Aim::Restart => {
                request::Body::MediaOffer(v1::MediaOffer { archive_id, media_id, offer_sdp, lines })
            }
        });
        self.state = MediaState::Making { aim, step: Step::Asked(ask), until_ms };
    }

    fn replied(&mut self, now_ms: u64, ask: AskId, outcome: Result<reply::Body, Failure>) {
        if let Some((_, call)) = self.leaving.filter(|(leaving, _)| *leaving == ask) {
            self.leaving = None;
            return self.done(call, Ok(()));
        }
        if self.resuming == Some(ask) {
            self.resuming = None;
            return self.resumed(now_ms, &outcome);
        }
        if self.demand.ask == Some(ask) {
            return self.demanded(now_ms, &outcome);
        }
        if let MediaState::Making { aim, step, until_ms } = self.state
            && step == Step::Asked(ask)
        {
            self.state = MediaState::Making { aim, step: Step::Way, until_ms };
            self.answered(now_ms, aim, outcome);
        }
    }

    fn answered(&mut self, now_ms: u64, aim: Aim, outcome: Result<reply::Body, Failure>) {
        let peer = self.peer;
        match (aim, outcome) {
            (_, Err(failure)) => self.attempt_failed(now_ms, failure),
            (Aim::Join, Ok(reply::Body::MediaJoin(joined))) => {
                self.media_id = joined.media_id;
                self.resume_window_ms = u64::from(joined.resume_window_ms);
                self.outputs.push_back(MediaOutput::Apply { peer, sdp: joined.answer_sdp });
                self.take_early();
            }
            (Aim::Restart, Ok(reply::Body::MediaOffer(answer))) => {
                self.outputs.push_back(MediaOutput::Apply { peer, sdp: answer.answer_sdp });
            }
            _ => self.attempt_failed(now_ms, Failure::local(Code::FrameUnknown)),
        }
    }

    fn resumed(&mut self, now_ms: u64, outcome: &Result<reply::Body, Failure>) {
        if self.state == MediaState::Idle {
            return;
        }
        if outcome.as_ref().is_err_and(is_gone) {
            self.join_anew(now_ms);
        } else if matches!(self.state, MediaState::In { .. }) && self.way != Some(WayState::Connected) {
            self.restart(now_ms);
        }
    }

    fn push(&mut self, now_ms: u64, push: push::Body) {
        if self.state == MediaState::Idle {
            return;
        }
        match push {
            push::Body::MediaSlots(slots) if self.media_id == 0 => self.early_slots = Some(slots),
            push::Body::MediaNeeded(needed) if self.media_id == 0 => {
                if self.early_needed.len() == EARLY {
                    self.early_needed.pop_front();
                }
                self.early_needed.push_back(needed);
            }
            push::Body::MediaSlots(slots) => self.slots(slots),
            push::Body::MediaNeeded(needed) => self.needed(needed),
            push::Body::MediaEnded(ended) if self.media_id != 0 && ended.media_id == self.media_id => {
                let failure = Failure::local(Code::from_link(ended.code).unwrap_or(Code::Failure));
                if failure.code.is_ok() || failure.may_pass() {
                    self.join_anew(now_ms);
                } else {
                    self.end(failure, true);
                }
            }
            _ => {}
        }
    }

    fn slots(&mut self, slots: v1::MediaSlots) {
        if slots.media_id == self.media_id {
            self.outputs.push_back(MediaOutput::Slots(slots.slots));
        }
    }

    fn needed(&mut self, needed: v1::MediaNeeded) {
        if needed.media_id == self.media_id {
            self.outputs.push_back(MediaOutput::Needed(needed));
        }
    }

    fn take_early(&mut self) {
        if let Some(slots) = self.early_slots.take() {
            self.slots(slots);
        }
        for needed in std::mem::take(&mut self.early_needed) {
            self.needed(needed);
        }
    }

    fn way_is(&mut self, now_ms: u64, way: WayState) {
        let before = self.way.replace(way);
        match (way, self.state) {
            // An old way may come back while the answer for another one is on its way: that one counts.
            (WayState::Connected, MediaState::Making { step: Step::Way, .. }) => self.way_found(now_ms),
            (WayState::Connected, _) => {}
            (_, MediaState::In { .. }) => {
                // A short silence is not worth a word.
                if way != WayState::Silent {
                    self.tell(false);
                }
                self.lost(now_ms);
                if self.link_up {
                    self.outputs.push_back(MediaOutput::DoubtLink);
                    self.restart(now_ms);
                }
            }
            (WayState::Failed, MediaState::Making { .. }) if before != Some(WayState::Failed) => {
                self.attempt_failed(now_ms, Failure::local(Code::NetworkUnavailable));
            }
            _ => {}
        }
    }

    fn way_found(&mut self, now_ms: u64) {
        self.lost_at_ms = None;
        self.state = MediaState::In { stable_at_ms: now_ms + self.config.stable_after_ms };
        if let Some(joining) = self.joining.take() {
            self.done(joining.call, Ok(()));
        }
        self.tell(true);
    }

    fn link(&mut self, now_ms: u64, up: bool) {
        self.link_up = up;
        if !up || self.state == MediaState::Idle {
            return;
        }
        match self.state {
            MediaState::Pausing { until_ms: None, then: Aim::Join } => self.begin(now_ms),
            MediaState::Pausing { until_ms: Some(_), then: Aim::Join } => {}
            MediaState::Pausing { until_ms: None, then: Aim::Restart } => self.restart(now_ms),
            _ if self.media_id != 0 && self.resuming.is_none() => {
                let (archive_id, media_id) = (self.archive_id, self.media_id);
                let resume = v1::MediaResume { archive_id, media_id };
                self.resuming = Some(self.ask(request::Body::MediaResume(resume)));
            }
            _ => {}
        }
    }

    /// The media session is over at the server: another one takes its place.
    fn join_anew(&mut self, now_ms: u64) {
        if self.joining.is_none() {
            self.tell(false);
        }
        self.lost(now_ms);
        self.media_id = 0;
        self.pause(now_ms, Aim::Join, 0);
    }

    /// An attempt came to nothing. The app hears of it when it is its own join and another one would not help.
    fn attempt_failed(&mut self, now_ms: u64, failure: Failure) {
        let MediaState::Making { aim, .. } = self.state else { return };
        let window = self.resume_window_ms;
        let is_over = self.lost_at_ms.is_some_and(|lost| window > 0 && now_ms.saturating_sub(lost) >= window);
        if aim == Aim::Restart && !is_gone(&failure) && !is_over {
            // Another code than "gone" may mean anything: a new session finds out.
            let then = if failure.may_pass() { Aim::Restart } else { Aim::Join };
            return self.pause(now_ms, then, failure.retry_after_ms);
        }
        if aim == Aim::Join && !failure.may_pass() {
            return self.end(failure, true);
        }
        self.pause(now_ms, Aim::Join, failure.retry_after_ms);
    }

    fn pause(&mut self, now_ms: u64, then: Aim, at_least_ms: u32) {
        let pause_ms = match self.failures {
            0 => 0,
            failures => (PAUSE_MS << (failures - 1).min(16)).min(self.config.pause_max_ms),
        };
        self.failures += 1;
        let until_ms = now_ms + pause_ms.max(u64::from(at_least_ms));
        self.state = MediaState::Pausing { until_ms: self.link_up.then_some(until_ms), then };
    }

    /// Out of the call; `told` says whether the app hears of it when it was in.
    fn end(&mut self, failure: Failure, told: bool) {
        if self.state == MediaState::Idle {
            return;
        }
        self.state = MediaState::Idle;
        self.media_id = 0;
        self.lost_at_ms = None;
        self.told = true;
        self.resuming = None;
        self.demand = Demand::default();
        self.outputs.push_back(MediaOutput::Close(self.peer));
        if let Some(joining) = self.joining.take() {
            self.done(joining.call, Err(failure));
        } else if told {
            self.outputs.push_back(MediaOutput::Over(failure));
        }
    }

    fn tell(&mut self, connected: bool) {
        if self.told != connected {
            self.told = connected;
            self.outputs.push_back(MediaOutput::Connection(connected));
        }
    }

    fn demanded(&mut self, now_ms: u64, outcome: &Result<reply::Body, Failure>) {
        let again = outcome.as_ref().is_err_and(|failure| failure.may_pass() && !is_gone(failure));
        let again_at_ms = again.then_some(now_ms + DEMAND_PAUSE_MS);
        self.demand = Demand { ask: None, due_at_ms: self.demand.due_at_ms.or(again_at_ms) };
    }

    fn tick(&mut self, now_ms: u64) {
        if self.joining.is_some_and(|joining| joining.until_ms <= now_ms) {
            self.end(Failure::local(Code::RequestTimeout), false);
        }
        match self.state {
            MediaState::In { stable_at_ms } if stable_at_ms <= now_ms => self.failures = 0,
            MediaState::Pausing { until_ms: Some(until_ms), then } if until_ms <= now_ms => {
                match (self.link_up, then) {
                    (false, _) => self.state = MediaState::Pausing { until_ms: None, then },
                    (true, Aim::Restart) => self.restart(now_ms),
                    (true, Aim::Join) => self.begin(now_ms),
                }
            }
            MediaState::Making { until_ms, .. } if until_ms <= now_ms => {
                self.attempt_failed(now_ms, Failure::local(Code::NetworkUnavailable));
            }
            _ => {}
        }
        self.send_demand(now_ms);
    }

    fn send_demand(&mut self, now_ms: u64) {
        let is_due = self.demand.due_at_ms.is_some_and(|due| due <= now_ms);
        if self.media_id == 0 || self.demand.ask.is_some() || !is_due {
            return;
        }
        let wanted = self.wanted.clone();
        let (archive_id, media_id) = (self.archive_id, self.media_id);
        let ask = self.ask(request::Body::MediaDemand(v1::MediaDemand { archive_id, media_id, wanted }));
        self.demand = Demand { ask: Some(ask), due_at_ms: None };
    }

    fn ask(&mut self, body: request::Body) -> AskId {
        self.last_ask.0 += 1;
        self.outputs.push_back(MediaOutput::Ask(self.last_ask, Box::new(body)));
        self.last_ask
    }

    fn done(&mut self, call: CallId, outcome: Result<(), Failure>) {
        self.outputs.push_back(MediaOutput::Done(call, outcome));
    }
}

/// The server does not know the media session any more.
fn is_gone(failure: &Failure) -> bool {
    failure.code == Code::MediaSessionGone
}
