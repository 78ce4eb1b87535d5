//! Requests on their way: numbered, named by an op id, sent again on every new connection until they are answered.

mod parts;

use crate::api::{CallId, Failure, TransportId};
use parlor_protocol::Code;
use parlor_protocol::v1::{self, reply, request};
use parts::Parts;
use std::collections::BTreeMap;

/// Requests of the app that may be without a reply at once.
pub(crate) const ASKED_MAX: usize = 1024;

/// What a reply is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A call that needs nothing but its answer.
    Plain(CallId),
    /// The app's room login.
    RoomLogin(CallId),
    /// The room login of a new session, after the old one's time was over.
    RoomAgain,
    /// The app's room logout.
    RoomLogout(CallId),
    /// A room logout that the server has yet to hear of.
    RoomForgotten,
    /// The app's IM logout.
    ImLogout(CallId),
    /// An IM logout that nobody waits for.
    LoginForgotten,
    /// A call of the room component that is answered with the reply as it is.
    Reply(CallId),
    /// The app enters a room.
    Join(CallId),
    /// A join that nobody waits for any more.
    JoinUndone,
    /// The way back into the room of that archive id.
    JoinAgain(i64),
    /// A message of the app in the chat of a room.
    Send(CallId, i64),
    /// An act of the app in a room.
    Act(CallId, i64, ActKind),
    /// An act of the machine's own, without anybody who waits for it.
    OwnAct(i64, ActKind),
    /// The events of a room after the mirror.
    RoomPull(i64),
    /// The chat of a room after what was delivered.
    ChatPull(i64),
    /// The user stream after what was delivered.
    UserPull,
    /// Where the user stream is.
    UserBegin,
}

impl Purpose {
    /// The call that waits for the answer, of those that need a room login.
    pub(crate) fn room_call(self) -> Option<CallId> {
        match self {
            Self::Reply(call) | Self::Join(call) | Self::Send(call, _) | Self::Act(call, ..) => Some(call),
            _ => None,
        }
    }

    /// Nobody waits for it, and the server's view rests on it.
    fn is_for_good(self) -> bool {
        matches!(self, Self::JoinUndone | Self::OwnAct(..))
    }

    /// What is left of it when nobody waits for the answer any more: the server may have done it, or do it yet.
    fn undone(self) -> Option<Self> {
        matches!(self, Self::Join(_)).then_some(Self::JoinUndone)
    }

    /// What it asks for is undone when the session is over: on a new one it is another act, not a repeat.
    pub(crate) fn is_undone_with_session(self) -> bool {
        matches!(self, Self::Join(_) | Self::Act(_, _, ActKind::Leave | ActKind::ChatPresence(_)))
    }

    /// Asked by the machine for a room login that stands.
    pub(crate) fn is_of_room_login(self) -> bool {
        use Purpose as P;
        matches!(
            self,
            P::JoinAgain(_) | P::OwnAct(..) | P::RoomPull(_) | P::ChatPull(_) | P::UserPull | P::UserBegin
        )
    }

    /// Asked by the machine for that room.
    pub(crate) fn is_of_room(self, archive_id: i64) -> bool {
        match self {
            Self::JoinAgain(id) | Self::OwnAct(id, _) => id == archive_id,
            Self::RoomPull(id) | Self::ChatPull(id) => id == archive_id,
            _ => false,
        }
    }
}

/// What an act means for the machine itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActKind {
    /// This device leaves.
    Leave,
    /// This device enters or leaves the room's chat.
    ChatPresence(bool),
    /// Something that the room's stream tells.
    Other,
}

/// What has to be there before a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// The IM session.
    Session,
    /// The room login on it.
    RoomLogin,
    /// This device in that room, if it is joined.
    Room(i64),
}

fn needs(body: &request::Body) -> Needs {
    use request::Body as B;
    match body {
        B::RoomAct(act) => Needs::Room(act.archive_id),
        B::ChatSend(send) => Needs::Room(send.archive_id),
        B::ChatRecall(recall) => Needs::Room(recall.archive_id),
        B::MediaJoin(join) => Needs::Room(join.archive_id),
        B::MediaOffer(offer) => Needs::Room(offer.archive_id),
        B::MediaResume(resume) => Needs::Room(resume.archive_id),
        B::MediaDemand(demand) => Needs::Room(demand.archive_id),
        B::MediaLeave(leave) => Needs::Room(leave.archive_id),
        B::RoomPull(_)
        | B::ChatPull(_)
        | B::RoomCreate(_)
        | B::RoomJoin(_)
        | B::RoomTemplateFetch(_)
        | B::MyRoomDevices(_)
        | B::RoomBlacklistFetch(_)
        | B::ChatHistory(_)
        | B::ChatMembers(_)
        | B::UserSend(_)
        | B::UserPull(_)
        | B::FileUpload(_)
        | B::FileLink(_) => Needs::RoomLogin,
        _ => Needs::Session,
    }
}

/// Whether the request changes something, and so carries an op id.
fn changes(body: &request::Body) -> bool {
    use request::Body as B;
    !matches!(
        body,
        B::RoomPull(_)
            | B::ChatPull(_)
            | B::UserPull(_)
            | B::RoomTemplateFetch(_)
            | B::MyRoomDevices(_)
            | B::RoomBlacklistFetch(_)
            | B::ChatHistory(_)
            | B::ChatMembers(_)
            | B::FileLink(_)
            | B::MediaResume(_)
            | B::MediaDemand(_)
    )
}

/// The pause before what must be known is asked again.
const AGAIN_MS: u64 = 2_000;

/// A request without its reply.
#[derive(Debug)]
struct Asked {
    purpose: Purpose,
    needs: Needs,
    request: v1::Request,
    until_ms: u64,
    sent_on: Option<TransportId>,
    /// It is asked again then, on the same connection too.
    again_at_ms: Option<u64>,
    parts: Parts,
}

impl Asked {
    fn is_undone(&mut self, undone: Purpose) {
        (self.purpose, self.until_ms) = (undone, u64::MAX);
    }
}

/// All requests without a reply, in the order they were made.
#[derive(Debug)]
pub(crate) struct Outbox {
    seed: [u8; 16],
    last_id: u64,
    asked: BTreeMap<u64, Asked>,
}

impl Outbox {
    pub(crate) fn new(seed: [u8; 16]) -> Self {
        Self { seed, last_id: 0, asked: BTreeMap::new() }
    }

    /// A number for a request that is sent at once and never again.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The seed is unique among clients and the number within one: together they name an act for good.
    fn op_id(&self, id: u64) -> Vec<u8> {
        let mut op_id = self.seed[..8].to_vec();
        op_id.extend_from_slice(&id.to_be_bytes());
        op_id
    }

    /// Keeps a request until it is answered or `until_ms` has come.
    pub(crate) fn ask(&mut self, purpose: Purpose, body: request::Body, now_ms: u64, timeout_ms: u64) {
        let id = self.next_id();
        let op_id = if changes(&body) { self.op_id(id) } else { Vec::new() };
        let needs = needs(&body);
        let deadline_ms = u32::try_from(timeout_ms).unwrap_or(u32::MAX);
        let request = v1::Request { id, op_id, deadline_ms, trace: Vec::new(), body: Some(body) };
        let until_ms = now_ms + timeout_ms;
        let asked = Asked {
            purpose,
            needs,
            request,
            until_ms,
            sent_on: None,
            again_at_ms: None,
            parts: Parts::default(),
        };
        self.asked.insert(id, asked);
    }

    /// The requests that were not yet sent on this connection and may be; they now count as sent.
    pub(crate) fn unsent(&mut self, on: TransportId, may: impl Fn(Needs) -> bool) -> Vec<v1::Request> {
        let unsent = self.asked.values_mut().filter(|a| a.sent_on != Some(on) && may(a.needs));
        unsent
            .map(|asked| {
                (asked.sent_on, asked.again_at_ms) = (Some(on), None);
                asked.request.clone()
            })
            .collect()
    }

    /// Takes a reply or a part of one; what it was for and the whole answer, once that is there.
    pub(crate) fn answered(
        &mut self,
        now_ms: u64,
        reply: v1::Reply,
    ) -> Option<(Purpose, Result<reply::Body, Failure>)> {
        let asked = self.asked.get_mut(&reply.id)?;
        let id = reply.id;
        let outcome = asked.parts.take(reply)?;
        // "Not now" is no answer to what must be known: it is asked again.
        if let (true, Err(failure)) = (asked.purpose.is_for_good(), &outcome)
            && failure.may_pass()
        {
            let pause_ms = u64::from(failure.retry_after_ms).max(AGAIN_MS);
            (asked.again_at_ms, asked.parts) = (Some(now_ms + pause_ms), Parts::default());
            return None;
        }
        let was = asked.purpose;
        match (was.undone(), &outcome) {
            (Some(undone), Err(failure)) if failure.code == Code::RequestTimeout => {
                asked.is_undone(undone);
                (asked.again_at_ms, asked.parts) = (Some(now_ms + AGAIN_MS), Parts::default());
            }
            _ => drop(self.asked.remove(&id)),
        }
        Some((was, outcome))
    }

    /// Requests whose pause is over count as not sent.
    pub(crate) fn wake(&mut self, now_ms: u64) {
        let is_due = |asked: &&mut Asked| asked.again_at_ms.is_some_and(|at_ms| at_ms <= now_ms);
        for asked in self.asked.values_mut().filter(is_due) {
            (asked.sent_on, asked.again_at_ms) = (None, None);
        }
    }

    /// Takes the requests whose time is over. What is left of some is asked on, under the same op id.
    pub(crate) fn expired(&mut self, now_ms: u64) -> Vec<Purpose> {
        let mut over = Vec::new();
        self.asked.retain(|_, asked| {
            if asked.until_ms > now_ms {
                return true;
            }
            over.push(asked.purpose);
            match asked.purpose.undone() {
                Some(undone) => asked.is_undone(undone),
                None => return false,
            }
            true
        });
        over
    }

    /// Takes everything: the session is over.
    pub(crate) fn drain(&mut self) -> Vec<Purpose> {
        std::mem::take(&mut self.asked).into_values().map(|a| a.purpose).collect()
    }

    /// Takes the requests of the room component: its login is over.
    pub(crate) fn drain_rooms(&mut self) -> Vec<Purpose> {
        let over: Vec<u64> =
            self.asked.iter().filter(|(_, a)| a.needs != Needs::Session).map(|(id, _)| *id).collect();
        over.iter().filter_map(|id| self.asked.remove(id)).map(|a| a.purpose).collect()
    }

    /// Whether such a request is without a reply.
    pub(crate) fn holds(&self, such: impl Fn(Purpose) -> bool) -> bool {
        self.asked.values().any(|a| such(a.purpose))
    }

    /// How many requests are without a reply.
    pub(crate) fn len(&self) -> usize {
        self.asked.len()
    }

    /// Drops requests that have lost their point.
    pub(crate) fn forget(&mut self, pointless: impl Fn(Purpose) -> bool) {
        self.asked.retain(|_, a| !pointless(a.purpose));
    }

    /// Makes requests new ones, to be carried out again: what the server may have done for them is undone.
    pub(crate) fn renew(&mut self, undone: impl Fn(Purpose) -> bool) {
        let ids: Vec<u64> = self.asked.iter().filter(|(_, a)| undone(a.purpose)).map(|(id, _)| *id).collect();
        for old in ids {
            let Some(mut asked) = self.asked.remove(&old) else { continue };
            let id = self.next_id();
            (asked.request.id, asked.request.op_id) = (id, self.op_id(id));
            (asked.sent_on, asked.again_at_ms, asked.parts) = (None, None, Parts::default());
            self.asked.insert(id, asked);
        }
    }

    pub(crate) fn deadline(&self) -> Option<u64> {
        self.asked.values().map(|a| a.again_at_ms.map_or(a.until_ms, |at_ms| at_ms.min(a.until_ms))).min()
    }
}
