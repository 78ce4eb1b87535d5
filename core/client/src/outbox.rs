//! Requests on their way: numbered, named by an op id, sent again on every new connection until they are answered.

use crate::api::{CallId, TransportId};
use parlor_protocol::v1;
use std::collections::BTreeMap;

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
}

/// A request without its reply.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) call: Purpose,
    request: v1::Request,
    until_ms: u64,
    sent_on: Option<TransportId>,
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

    /// Keeps a request until it is answered or `until_ms` has come.
    pub(crate) fn ask(&mut self, call: Purpose, body: v1::request::Body, now_ms: u64, timeout_ms: u64) {
        let id = self.next_id();
        // The seed is unique among clients and the number within one: together they name the act for good.
        let mut op_id = self.seed[..8].to_vec();
        op_id.extend_from_slice(&id.to_be_bytes());
        let deadline_ms = u32::try_from(timeout_ms).unwrap_or(u32::MAX);
        let request = v1::Request { id, op_id, deadline_ms, trace: Vec::new(), body: Some(body) };
        self.asked.insert(id, Asked { call, request, until_ms: now_ms + timeout_ms, sent_on: None });
    }

    /// The requests that were not yet sent on this connection; they now count as sent.
    pub(crate) fn unsent(&mut self, transport: TransportId) -> Vec<v1::Request> {
        let unsent = self.asked.values_mut().filter(|a| a.sent_on != Some(transport));
        unsent
            .map(|asked| {
                asked.sent_on = Some(transport);
                asked.request.clone()
            })
            .collect()
    }

    /// Takes the request that a reply answers.
    pub(crate) fn answered(&mut self, id: u64) -> Option<Asked> {
        self.asked.remove(&id)
    }

    /// Takes the requests whose time is over.
    pub(crate) fn expired(&mut self, now_ms: u64) -> Vec<Purpose> {
        let over: Vec<u64> =
            self.asked.iter().filter(|(_, a)| a.until_ms <= now_ms).map(|(id, _)| *id).collect();
        over.iter().filter_map(|id| self.asked.remove(id)).map(|a| a.call).collect()
    }

    /// Takes everything: the session is over.
    pub(crate) fn drain(&mut self) -> Vec<Purpose> {
        std::mem::take(&mut self.asked).into_values().map(|a| a.call).collect()
    }

    /// Whether such a request is without a reply.
    pub(crate) fn holds(&self, such: impl Fn(Purpose) -> bool) -> bool {
        self.asked.values().any(|a| such(a.call))
    }

    /// Drops requests that have lost their point.
    pub(crate) fn forget(&mut self, pointless: impl Fn(Purpose) -> bool) {
        self.asked.retain(|_, a| !pointless(a.call));
    }

    pub(crate) fn deadline(&self) -> Option<u64> {
        self.asked.values().map(|a| a.until_ms).min()
    }
}
