//! The judge: a small model of sessions that shares no code with the product. It is told plain facts, in the order they
//! happened, and names the first that must not be.

mod command;
mod policy;
mod room;
mod told;

pub use policy::{Group, Policy};
pub(crate) use room::Knock;
pub use room::{Endpoint, InRoom, Mirrored, RoomChange};
pub use told::{Ending, Told, View};

use std::collections::{BTreeMap, BTreeSet};

/// Sessions that one account may have at most.
const SESSIONS_MAX: usize = 10;

/// A session, as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionFact {
    /// Its number.
    pub id: u64,
    /// Its account.
    pub account: String,
    /// Its device.
    pub device: String,
    /// NIMClientType.
    pub client_type: i32,
    /// Fence of the latest attachment.
    pub epoch: u64,
    /// The gateway that holds it.
    pub node: String,
    /// The room account on it.
    pub room: Option<String>,
    /// Since when that is so.
    pub room_since_ms: Option<i64>,
    /// Why it ended.
    pub ended: Option<String>,
}

/// An account, as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFact {
    /// Its name.
    pub name: String,
    /// It may log in.
    pub enabled: bool,
    /// Its token.
    pub token: String,
    /// The highest epoch given so far.
    pub last_epoch: u64,
}

/// A room account, as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomFact {
    /// Its name.
    pub user: String,
    /// The IM account it is bound to.
    pub account: String,
    /// Its token.
    pub token: String,
}

/// Everything that is true after a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The login policy.
    pub policy: Policy,
    /// IM is on.
    pub im_on: bool,
    /// The room component is on.
    pub room_on: bool,
    /// The sessions that live.
    pub live: Vec<SessionFact>,
    /// All accounts.
    pub accounts: Vec<AccountFact>,
    /// All room accounts.
    pub rooms: Vec<RoomFact>,
}

/// What the judge knows of a session.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) fact: SessionFact,
    /// Room accounts whose session on it ended, and why; the newest last.
    pub(crate) rooms_ended: Vec<(String, String)>,
}

/// The model.
#[derive(Default)]
pub struct Judge {
    pub(crate) facts: Facts,
    pub(crate) sessions: BTreeMap<u64, Known>,
    /// The newest session of each (account, device).
    newest: BTreeMap<(String, String), u64>,
    /// Logins on their way: account and device, and whether a person asked.
    asking: BTreeMap<(u64, u64), Asking>,
    /// First answers by op id.
    answers: BTreeMap<Vec<u8>, Vec<String>>,
    /// A commit failed without an answer since the last one that succeeded: it may have happened all the same.
    unsure: bool,
    pub(crate) clients: BTreeMap<usize, Told>,
    pub(crate) changes: told::Changes,
    pub(crate) rooms: room::Rooms,
    pub(crate) hearing: room::Hearing,
    commands: command::Commands,
    verdict: Option<String>,
}

/// A login request on its way.
#[derive(Clone, Debug)]
struct Asking {
    device: String,
    manual: bool,
}

impl Judge {
    /// What must not have happened, if anything has.
    pub fn verdict(&self) -> Option<&str> {
        self.verdict.as_deref()
    }

    /// Notes the first thing that must not be.
    pub fn fault(&mut self, what: impl Into<String>) {
        self.verdict.get_or_insert(what.into());
    }

    /// What was true last.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The sessions that the judge takes for alive.
    pub fn live(&self) -> BTreeSet<u64> {
        self.facts.live.iter().map(|s| s.id).collect()
    }

    /// A commit happened: `now` is true, and these sessions are no longer alive.
    pub fn committed(&mut self, at_ms: u64, now: Facts, gone: Vec<SessionFact>) {
        self.unsure = false;
        for session in &gone {
            self.over(session);
        }
        let before = std::mem::replace(&mut self.facts, now);
        let now = self.facts.clone();
        self.epochs(&before, &now);
        for session in &now.live {
            self.alive(session, &now);
        }
        for session in &now.live {
            let known = Known { fact: session.clone(), rooms_ended: Vec::new() };
            let entry = self.sessions.entry(session.id).or_insert(known);
            entry.fact = session.clone();
        }
        for session in now.live.iter().filter(|s| !before.live.iter().any(|b| b.id == s.id)) {
            self.born(session, &now, &gone);
        }
        self.changes.note(at_ms, &before, &now);
    }

    /// A session that lived is over, or vanished.
    fn over(&mut self, session: &SessionFact) {
        let id = session.id;
        match &session.ended {
            None => self.fault(format!("session {id} vanished")),
            Some(cause) if session.room.is_some() => {
                self.fault(format!("session {id} ended by {cause}, and its room session lives on"));
            }
            Some(_) => {}
        }
        if let Some(known) = self.sessions.get_mut(&id) {
            known.fact = session.clone();
        }
    }

    fn epochs(&mut self, before: &Facts, now: &Facts) {
        for account in &now.accounts {
            let earlier = before.accounts.iter().find(|b| b.name == account.name).map_or(0, |b| b.last_epoch);
            if account.last_epoch < earlier {
                self.fault(format!("the epoch of {} went back to {}", account.name, account.last_epoch));
            }
        }
    }

    /// What must be true of every session that lives.
    fn alive(&mut self, session: &SessionFact, now: &Facts) {
        let id = session.id;
        let account = now.accounts.iter().find(|a| a.name == session.account);
        if account.is_none_or(|a| a.last_epoch < session.epoch) {
            self.fault(format!("session {id} has epoch {}, above its account's", session.epoch));
        }
        if let Some(known) = self.sessions.get(&id) {
            let known = known.fact.clone();
            if let Some(cause) = known.ended {
                self.fault(format!("session {id} came back after it had ended by {cause}"));
            }
            if session.epoch < known.epoch {
                self.fault(format!("the epoch of session {id} went back"));
            }
            if (&known.account, &known.device) != (&session.account, &session.device) {
                self.fault(format!("session {id} changed hands"));
            }
        }
        if let Some(user) = &session.room {
            match now.rooms.iter().find(|r| r.user == *user) {
                Some(room) if room.account == session.account => {}
                _ => self
                    .fault(format!("session {id} carries {user}, who is not bound to {}", session.account)),
            }
        }
    }

    /// What must be true when a session begins.
    fn born(&mut self, session: &SessionFact, now: &Facts, gone: &[SessionFact]) {
        let id = session.id;
        let account = &session.account;
        let beside: Vec<&SessionFact> =
            now.live.iter().filter(|s| s.account == *account && s.id != id).collect();
        if beside.iter().any(|s| s.device == session.device) {
            self.fault(format!("two sessions of device {} live", session.device));
        }
        if beside.len() + 1 > SESSIONS_MAX {
            self.fault(format!("{account} has {} sessions", beside.len() + 1));
        }
        if let Some(other) = now.policy.offended(session, &beside) {
            self.fault(format!("session {id} began beside session {other}, which the policy excludes"));
        }
        if beside.iter().any(|s| s.epoch >= session.epoch) {
            self.fault(format!("session {id} began with an epoch that is not the newest"));
        }
        if !now.accounts.iter().any(|a| a.name == *account && a.enabled) {
            self.fault(format!("session {id} began although {account} is blocked"));
        }
        if !now.im_on {
            self.fault(format!("session {id} began although IM is off"));
        }
        let asked: Vec<bool> =
            self.asking.values().filter(|a| a.device == session.device).map(|a| a.manual).collect();
        let automatic = !asked.is_empty() && asked.iter().all(|manual| !manual);
        if asked.is_empty() {
            self.fault(format!("session {id} began, and nobody had asked for it"));
        }
        if automatic && let Some(victim) = gone.iter().find(|s| s.device != session.device) {
            self.fault(format!("session {id}, an automatic login, ended session {}", victim.id));
        }
        let key = (account.clone(), session.device.clone());
        if automatic
            && let Some(known) = self.newest.get(&key).and_then(|id| self.sessions.get(id))
            && let Some(cause) = known.fact.ended.clone()
            && !told::may_come_back(&cause)
        {
            self.fault(format!("session {id}, an automatic login, came back after {cause}"));
        }
        self.newest.insert(key, id);
    }

    /// A commit failed in a way that leaves open whether it happened.
    pub fn commit_failed(&mut self) {
        self.unsure = true;
    }

    /// The disk came back after the power was cut: this is what was on it.
    pub fn restarted(&mut self, at_ms: u64, now: Facts, gone: Vec<SessionFact>) {
        if !self.unsure && now != self.facts {
            let what = difference(&self.facts, &now);
            self.fault(format!("the crash lost something acknowledged: {what}"));
        }
        self.committed(at_ms, now, gone);
    }

    /// A gateway has begun to handle a login.
    pub fn login_asked(&mut self, wire: u64, request: u64, device: &str, manual: bool) {
        self.asking.insert((wire, request), Asking { device: device.to_owned(), manual });
    }

    /// A gateway has let a session in, anew or by a resume.
    pub fn entered(&mut self, session: u64, epoch: u64) {
        match self.sessions.get(&session) {
            None => self.fault(format!("session {session} was acknowledged, and is not in the store")),
            Some(known) if known.fact.epoch < epoch => {
                self.fault(format!(
                    "epoch {epoch} of session {session} was acknowledged, and is not in the store"
                ));
            }
            Some(_) => {}
        }
    }

    /// True if an act of this attachment must not succeed any more.
    pub fn is_stale(&self, session: u64, epoch: u64) -> bool {
        let known = self.sessions.get(&session);
        known.is_none_or(|known| known.fact.ended.is_some() || known.fact.epoch != epoch)
    }

    /// An act succeeded; `stale` as it was when the gateway took it up.
    pub fn acted(&mut self, session: u64, epoch: u64, what: &str, stale: bool) {
        if stale {
            self.fault(format!("{what} of session {session} succeeded under epoch {epoch}, which was over"));
        }
    }

    /// An act of that op id was answered before.
    pub fn knows(&self, op_id: &[u8]) -> bool {
        self.answers.contains_key(op_id)
    }

    /// A kick by op id was answered; the same op id always gets the same answer.
    pub fn kick_answered(&mut self, op_id: &[u8], devices: Vec<String>) {
        let first = self.answers.entry(op_id.to_vec()).or_insert_with(|| devices.clone());
        if *first != devices {
            let what = format!("one kick was carried out twice: first it ended {first:?}, then {devices:?}");
            self.fault(what);
        }
    }
}

fn difference(before: &Facts, after: &Facts) -> String {
    let lost: Vec<String> =
        before.live.iter().filter(|b| !after.live.contains(b)).map(|b| format!("{b:?}")).collect();
    let odd: Vec<String> =
        after.live.iter().filter(|a| !before.live.contains(a)).map(|a| format!("{a:?}")).collect();
    let rest = (&before.policy, before.im_on, before.room_on, &before.accounts, &before.rooms)
        != (&after.policy, after.im_on, after.room_on, &after.accounts, &after.rooms);
    format!("before {lost:?}, after {odd:?}, settings or accounts differ: {rest}")
}
