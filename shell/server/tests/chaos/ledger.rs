//! What the server has acknowledged, remembered apart from it.

use serde_json::Value;
use std::collections::BTreeMap;

/// A value that was set by calls that may have been cut off: one of these.
#[derive(Clone, Debug)]
pub(crate) struct Possible<T>(Vec<T>);

impl<T: PartialEq + Clone> Possible<T> {
    pub(crate) fn exactly(value: T) -> Self {
        Self(vec![value])
    }

    /// A call that sets it is on its way.
    pub(crate) fn may_be(&mut self, value: T) {
        self.0.push(value);
    }

    /// The call was acknowledged.
    pub(crate) fn is(&mut self, value: T) {
        self.0 = vec![value];
    }

    pub(crate) fn allows(&self, value: &T) -> bool {
        self.0.contains(value)
    }
}

/// One person: an IM account, and a room account that may be bound to it.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) accid: String,
    pub(crate) token: Possible<String>,
    pub(crate) name: Possible<String>,
    pub(crate) enabled: Possible<bool>,
    /// Its room account has this name; bound to one of these.
    pub(crate) bound: Option<(String, Possible<String>)>,
    /// The session that an acknowledged kick or block has ended.
    pub(crate) kicked: bool,
}

/// How many acknowledged writes of each kind there were.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<&'static str, usize>);

impl Tally {
    /// An acknowledged write of a kind.
    pub(crate) fn ack(&mut self, kind: &'static str) {
        *self.0.entry(kind).or_default() += 1;
    }

    pub(crate) fn of(&self, kind: &'static str) -> usize {
        self.0.get(kind).copied().unwrap_or_default()
    }

    fn merge(&mut self, other: Tally) {
        for (kind, count) in other.0 {
            *self.0.entry(kind).or_default() += count;
        }
    }
}

/// Everybody, and how many acknowledged writes of each kind there were.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) people: Vec<Person>,
    pub(crate) apps: Vec<(String, String)>,
    pub(crate) acked: Tally,
}

impl Ledger {
    /// An acknowledged write of a kind.
    pub(crate) fn ack(&mut self, kind: &'static str) {
        self.acked.ack(kind);
    }

    pub(crate) fn merge(&mut self, other: Ledger) {
        self.people.extend(other.people);
        self.apps.extend(other.apps);
        self.acked.merge(other.acked);
    }
}

impl Person {
    /// Compares with what the server now says: a profile, and the room account where there is one.
    pub(crate) fn check(&self, uinfo: &Value, room: Option<&Value>) {
        let name = uinfo["name"].as_str().unwrap_or_default().to_owned();
        assert!(self.name.allows(&name), "{self:?}: the name is {name:?}");
        let enabled = uinfo["valid"].as_bool().unwrap_or_default();
        assert!(self.enabled.allows(&enabled), "{self:?}: enabled is {enabled}");
        if let (Some((_, bound)), Some(room)) = (&self.bound, room) {
            let accid = room["im_accid"].as_str().unwrap_or_default().to_owned();
            assert!(bound.allows(&accid), "{self:?}: the room account is bound to {accid}");
            if accid == self.accid {
                let token = room["im_token"].as_str().unwrap_or_default().to_owned();
                assert!(self.token.allows(&token), "{self:?}: the token is {token}");
            }
        }
    }
}
