//! Who is connected to this node, and which of its sessions wait to be resumed. Soft state: after a restart it is
//! rebuilt from the store.

use crate::outbox::{Close, Outbox, Priority};
use bytes::Bytes;
use parlor_bus::{Address, Lane, Parcel};
use parlor_protocol::ids::{Accid, AppId, ArchiveId, Epoch, SessionId};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::time::Instant;

/// An account within its app.
pub type AccountKey = (AppId, Accid);

/// The sessions that this node holds.
#[derive(Default)]
pub struct Hub {
    tables: Mutex<Tables>,
    detached: Notify,
}

#[derive(Default)]
struct Tables {
    accounts: HashMap<AccountKey, Vec<Held>>,
    /// When detached sessions end, soonest first.
    waiting: BTreeMap<(Instant, SessionId), (AccountKey, Epoch)>,
    attached: usize,
}

struct Held {
    session_id: SessionId,
    epoch: Epoch,
    /// When the room session began that the client was told of.
    room_since_ms: Option<i64>,
    /// The rooms that it is in.
    rooms: Vec<ArchiveId>,
    at: Place,
}

/// What the client of an attached session was told, as far as it can be compared with the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The attachment.
    pub epoch: Epoch,
    /// When its room session began, if it has one.
    pub room_since_ms: Option<i64>,
}

enum Place {
    Attached(Outbox),
    Detached(Instant),
}

/// A detached session whose time is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expired {
    /// Whose.
    pub account: AccountKey,
    /// Which.
    pub session_id: SessionId,
    /// The attachment after which nothing was heard.
    pub epoch: Epoch,
}

impl Hub {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a session on a connection. An older attachment of the same session is closed; false if there is a newer one.
    #[must_use]
    pub fn attach(&self, account: &AccountKey, session_id: SessionId, epoch: Epoch, outbox: &Outbox) -> bool {
        let mut tables = self.tables();
        if let Some(old) = tables.take(account, session_id, |held| held.epoch <= epoch) {
            old.close_replaced();
        } else if tables.has(account, session_id) {
            return false;
        }
        tables.attached += 1;
        let held = Held {
            session_id,
            epoch,
            room_since_ms: None,
            rooms: Vec::new(),
            at: Place::Attached(outbox.clone()),
        };
        tables.accounts.entry(account.clone()).or_default().push(held);
        true
    }

    /// The connection is gone: the session on it waits until `until`.
    pub fn detach(&self, account: &AccountKey, session_id: SessionId, outbox: &Outbox, until: Instant) {
        let mut tables = self.tables();
        let Some(held) = tables.take(account, session_id, |held| held.is_on(outbox)) else { return };
        tables.wait(account, session_id, held.epoch, until);
        drop(tables);
        self.detached.notify_one();
    }

    /// A session found in the store at start-up, whose connection died with the last process.
    pub fn adopt(&self, account: &AccountKey, session_id: SessionId, epoch: Epoch, until: Instant) {
        let mut tables = self.tables();
        if !tables.has(account, session_id) {
            tables.wait(account, session_id, epoch, until);
        }
        drop(tables);
        self.detached.notify_one();
    }

    /// Forgets the session on this connection: it ended, or it never began. False if the connection does not hold it,
    /// be it that another one was faster under the same epoch.
    pub fn remove(&self, account: &AccountKey, session_id: SessionId, outbox: &Outbox) -> bool {
        self.tables().take(account, session_id, |held| held.is_on(outbox)).is_some()
    }

    /// The session has ended: `last_words` are written, then the connection closes.
    pub fn end(&self, account: &AccountKey, session_id: SessionId, last_words: Option<Bytes>, close: Close) {
        let Some(held) = self.tables().take(account, session_id, |_| true) else { return };
        if let Place::Attached(outbox) = held.at {
            if let Some(frame) = last_words {
                outbox.push(Priority::Control, frame);
            }
            outbox.close(close);
        }
    }

    /// The session was attached anew under `epoch`, perhaps on another node: older attachments here are over.
    pub fn fence(&self, account: &AccountKey, session_id: SessionId, epoch: Epoch) {
        if let Some(old) = self.tables().take(account, session_id, |held| held.epoch < epoch) {
            old.close_replaced();
        }
    }

    /// The client of this session is about to be told of a room session that began then.
    pub fn room_began(&self, account: &AccountKey, session_id: SessionId, since_ms: i64) {
        if let Some(held) = self.tables().find(account, session_id) {
            held.room_since_ms = Some(since_ms);
        }
    }

    /// When the room session began that the client of this session was told of.
    pub fn room_since_ms(&self, account: &AccountKey, session_id: SessionId) -> Option<i64> {
        self.tables().find(account, session_id).and_then(|held| held.room_since_ms)
    }

    /// The client of this session was told that this room session is over.
    pub fn room_ended(&self, account: &AccountKey, session_id: SessionId, since_ms: i64) {
        if let Some(held) = self.tables().find(account, session_id)
            && held.room_since_ms == Some(since_ms)
        {
            held.room_since_ms = None;
        }
    }

    /// The session is in this room from now on.
    pub fn enter_room(&self, account: &AccountKey, session_id: SessionId, archive_id: ArchiveId) {
        if let Some(held) = self.tables().find(account, session_id) {
            if !held.rooms.contains(&archive_id) {
                held.rooms.push(archive_id);
            }
            held.show_rooms();
        }
    }

    /// The session is not in this room any more.
    pub fn leave_room(&self, account: &AccountKey, session_id: SessionId, archive_id: ArchiveId) {
        if let Some(held) = self.tables().find(account, session_id) {
            held.rooms.retain(|room| *room != archive_id);
            held.show_rooms();
        }
    }

    /// Who of the sessions attached here is in which room.
    pub fn rooms(&self) -> BTreeMap<ArchiveId, Vec<Address>> {
        let tables = self.tables();
        let mut rooms = BTreeMap::<_, Vec<Address>>::new();
        for (account, held) in &tables.accounts {
            for held in held.iter().filter(|held| held.outbox().is_some()) {
                for archive_id in &held.rooms {
                    let address = Address { account: account.clone(), session_id: held.session_id };
                    rooms.entry(*archive_id).or_default().push(address);
                }
            }
        }
        drop(tables);
        // In the order of their ids, whatever the order of the table.
        rooms.values_mut().for_each(|inside| inside.sort_by_key(|address| address.session_id));
        rooms
    }

    /// Sends one frame to all of these that are attached here.
    pub fn post(&self, parcel: &Parcel) {
        let tables = self.tables();
        for address in parcel.to.iter() {
            let held = tables.accounts.get(&address.account).into_iter().flatten();
            let outbox = held.filter(|h| h.session_id == address.session_id).find_map(Held::outbox);
            if let Some(outbox) = outbox {
                let frame = parcel.frame.clone();
                match parcel.lane {
                    Lane::Signalling => outbox.push(Priority::Signalling, frame),
                    Lane::Message => outbox.push(Priority::Message, frame),
                    Lane::Momentary => outbox.offer(Priority::Message, frame),
                }
            }
        }
    }

    /// What the clients of all attached sessions were told.
    pub fn told(&self) -> BTreeMap<SessionId, Told> {
        let tables = self.tables();
        let attached =
            tables.accounts.values().flatten().filter(|held| matches!(held.at, Place::Attached(_)));
        // Sorted once the table is free again.
        let told = attached.map(|held| (held.session_id, held.told())).collect::<Vec<_>>();
        drop(tables);
        told.into_iter().collect()
    }

    /// The clients of these attachments were told something else than what is true: they have to ask anew. Answers
    /// which of them are still there.
    pub fn send_back(&self, wrong: &BTreeMap<SessionId, Told>) -> Vec<SessionId> {
        if wrong.is_empty() {
            return Vec::new();
        }
        let tables = self.tables();
        let held = tables.accounts.values().flatten();
        // In the order of their ids, whatever the order of the table.
        let mut there = held
            .filter(|held| wrong.get(&held.session_id) == Some(&held.told()))
            .filter_map(|held| Some((held.session_id, held.outbox()?)))
            .collect::<Vec<_>>();
        there.sort_by_key(|(session_id, _)| *session_id);
        for (_, outbox) in &there {
            outbox.close(replaced());
        }
        there.into_iter().map(|(session_id, _)| session_id).collect()
    }

    /// Whether this node holds the session, on a connection or waiting.
    pub fn holds(&self, account: &AccountKey, session_id: SessionId) -> bool {
        self.tables().has(account, session_id)
    }

    /// Sends to one session, if it is attached here.
    pub fn push(&self, account: &AccountKey, session_id: SessionId, priority: Priority, frame: Bytes) {
        let tables = self.tables();
        let held =
            tables.accounts.get(account).and_then(|all| all.iter().find(|h| h.session_id == session_id));
        if let Some(Held { at: Place::Attached(outbox), .. }) = held {
            outbox.push(priority, frame);
        }
    }

    /// The account's sessions attached here.
    pub fn attached_of(&self, account: &AccountKey) -> Vec<SessionId> {
        let tables = self.tables();
        let held = tables.accounts.get(account).into_iter().flatten();
        held.filter(|h| matches!(h.at, Place::Attached(_))).map(|h| h.session_id).collect()
    }

    /// Attached sessions in all.
    pub fn attached(&self) -> usize {
        self.tables().attached
    }

    /// Detached sessions whose time is over at `now`. They are forgotten here; the caller ends them in the store.
    pub fn expired(&self, now: Instant) -> Vec<Expired> {
        let mut tables = self.tables();
        let mut expired = Vec::new();
        while let Some((&(until, session_id), _)) = tables.waiting.first_key_value() {
            if until > now {
                break;
            }
            if let Some((account, epoch)) = tables.waiting.remove(&(until, session_id)) {
                tables.take(&account, session_id, |held| held.epoch == epoch);
                expired.push(Expired { account, session_id, epoch });
            }
        }
        expired
    }

    /// Waits until the next detached session's time is over.
    pub async fn next_expiry(&self) {
        loop {
            let changed = self.detached.notified();
            let next = self.tables().waiting.first_key_value().map(|(&(until, _), _)| until);
            match next {
                Some(until) => tokio::select! {
                    biased;
                    () = tokio::time::sleep_until(until) => return,
                    () = changed => {}
                },
                None => changed.await,
            }
        }
    }

    /// Closes every connection with a pause drawn by `pause_ms`, so that clients do not all come back at once.
    pub fn close_all(&self, code: parlor_protocol::Code, mut pause_ms: impl FnMut() -> u32) {
        for held in self.tables().accounts.values().flatten() {
            if let Place::Attached(outbox) = &held.at {
                outbox.close(Close { code, reconnect_after_ms: pause_ms(), silent: false });
            }
        }
    }
}

impl Held {
    fn is_on(&self, connection: &Outbox) -> bool {
        matches!(&self.at, Place::Attached(outbox) if outbox.is(connection))
    }

    fn outbox(&self) -> Option<&Outbox> {
        match &self.at {
            Place::Attached(outbox) => Some(outbox),
            Place::Detached(_) => None,
        }
    }

    fn show_rooms(&self) {
        if let Some(outbox) = self.outbox() {
            outbox.set_in_room(!self.rooms.is_empty());
        }
    }

    fn told(&self) -> Told {
        Told { epoch: self.epoch, room_since_ms: self.room_since_ms }
    }

    fn close_replaced(self) {
        if let Some(outbox) = self.outbox() {
            outbox.close(replaced());
        }
    }
}

/// How an attachment ends that is not the session's any more.
fn replaced() -> Close {
    Close { code: parlor_protocol::Code::SessionFenced, reconnect_after_ms: 0, silent: true }
}

impl Tables {
    fn has(&self, account: &AccountKey, session_id: SessionId) -> bool {
        self.accounts.get(account).is_some_and(|all| all.iter().any(|h| h.session_id == session_id))
    }

    fn find(&mut self, account: &AccountKey, session_id: SessionId) -> Option<&mut Held> {
        self.accounts.get_mut(account)?.iter_mut().find(|h| h.session_id == session_id)
    }

    fn take(
        &mut self,
        account: &AccountKey,
        session_id: SessionId,
        wanted: impl Fn(&Held) -> bool,
    ) -> Option<Held> {
        let all = self.accounts.get_mut(account)?;
        let index = all.iter().position(|h| h.session_id == session_id && wanted(h))?;
        let held = all.swap_remove(index);
        if all.is_empty() {
            self.accounts.remove(account);
        }
        match held.at {
            Place::Attached(_) => self.attached -= 1,
            Place::Detached(until) => {
                self.waiting.remove(&(until, session_id));
            }
        }
        Some(held)
    }

    fn wait(&mut self, account: &AccountKey, session_id: SessionId, epoch: Epoch, until: Instant) {
        self.waiting.insert((until, session_id), (account.clone(), epoch));
        let held =
            Held { session_id, epoch, room_since_ms: None, rooms: Vec::new(), at: Place::Detached(until) };
        self.accounts.entry(account.clone()).or_default().push(held);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> AccountKey {
        (AppId(1), Accid::parse("ann").expect("a name"))
    }

    #[tokio::test]
    async fn a_connection_lets_go_only_of_what_it_holds_itself() {
        let (hub, account, session) = (Hub::default(), account(), SessionId(5));
        let (slow, fast) = (Outbox::new(1_000), Outbox::new(1_000));
        assert!(hub.attach(&account, session, Epoch(2), &slow));
        // The same epoch: only one of the two attempts can commit it.
        assert!(hub.attach(&account, session, Epoch(2), &fast));
        assert!(!hub.remove(&account, session, &slow));
        hub.detach(&account, session, &slow, Instant::now());
        assert_eq!(hub.attached(), 1);
        assert!(hub.remove(&account, session, &fast));
        assert_eq!(hub.attached(), 0);
    }
}
