use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use parlor_protocol::ids::{ArchiveId, RtcUid};
use str0m::config::{CryptoProvider, DtlsCert};

use crate::config::RelayConfig;
use crate::counts::ThreadCounts;
use crate::error::RelayError;
use crate::events::{EventSender, LeftCause, RelayEvent};
use crate::orders::Inbox;

/// Encryption, once for the process.
pub(crate) fn crypto() -> &'static Arc<CryptoProvider> {
    static CRYPTO: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    CRYPTO.get_or_init(|| Arc::new(str0m::crypto::from_feature_flags()))
}

/// A device's place.
#[derive(Clone, Copy)]
struct Member {
    room: ArchiveId,
    media_id: u64,
}

/// What all threads have.
pub(crate) struct Directory {
    pub(crate) config: RelayConfig,
    /// Where devices are told to send packets.
    pub(crate) advertised: Vec<SocketAddr>,
    pub(crate) certificate: DtlsCert,
    pub(crate) inboxes: Vec<Arc<Inbox>>,
    pub(crate) events: EventSender,
    members: Mutex<BTreeMap<RtcUid, Member>>,
    /// Of proven addresses, the thread: a packet may come in at another thread's socket.
    owners: RwLock<HashMap<SocketAddr, usize>>,
    /// Of each thread, what it has done.
    counts: Mutex<Vec<ThreadCounts>>,
}

impl Directory {
    pub(crate) fn new(
        config: RelayConfig,
        bound: SocketAddr,
        inboxes: Vec<Arc<Inbox>>,
        events: EventSender,
    ) -> io::Result<Directory> {
        let certificate = crypto().dtls_provider.generate_certificate();
        let certificate = certificate.ok_or_else(|| io::Error::other("no certificate can be made"))?;
        Ok(Directory {
            advertised: config.advertised_at(bound),
            config,
            certificate,
            counts: Mutex::new(vec![ThreadCounts::default(); inboxes.len().max(1)]),
            inboxes,
            events,
            members: Mutex::default(),
            owners: RwLock::default(),
        })
    }

    /// The address that devices are told for one of ours: itself, or, behind 1:1 NAT, the first of its family.
    pub(crate) fn told(addresses: &[SocketAddr], local: Option<IpAddr>, source: SocketAddr) -> SocketAddr {
        let same = |address: &&SocketAddr| Some(address.ip()) == local;
        let family = |address: &&SocketAddr| address.is_ipv4() == source.is_ipv4();
        let found = addresses.iter().find(same).or_else(|| addresses.iter().find(family));
        found.or(addresses.first()).copied().unwrap_or(source)
    }

    /// A device comes; the room that it was in.
    pub(crate) fn enter(
        &self,
        rtc_uid: RtcUid,
        room: ArchiveId,
        media_id: u64,
    ) -> Result<Option<ArchiveId>, RelayError> {
        let mut members = self.members();
        if members.len() >= self.config.max_peers && !members.contains_key(&rtc_uid) {
            return Err(RelayError::Busy);
        }
        Ok(members.insert(rtc_uid, Member { room, media_id }).map(|before| before.room))
    }

    /// A media session of a device is over; false when it has another one already.
    pub(crate) fn exit(&self, rtc_uid: RtcUid, media_id: u64) -> bool {
        let mut members = self.members();
        let is_same = members.get(&rtc_uid).is_some_and(|member| member.media_id == media_id);
        if is_same {
            members.remove(&rtc_uid);
        }
        is_same
    }

    pub(crate) fn remove(&self, rtc_uid: RtcUid) -> Option<ArchiveId> {
        self.members().remove(&rtc_uid).map(|member| member.room)
    }

    pub(crate) fn room_of(&self, rtc_uid: RtcUid) -> Option<ArchiveId> {
        self.members().get(&rtc_uid).map(|member| member.room)
    }

    /// The queue of the thread that a room is on.
    pub(crate) fn inbox_of(&self, room: ArchiveId) -> &Inbox {
        let threads = self.inboxes.len() as u64;
        &self.inboxes[(room.0 % threads) as usize]
    }

    /// A thread has stopped that should not: who was on it is out, and whoever comes to its rooms is refused.
    pub(crate) fn lost(&self, thread: usize) {
        tracing::error!(thread, "a media thread failed");
        self.inboxes[thread].abandon();
        let is_there = |member: &Member| member.room.0 % self.inboxes.len() as u64 == thread as u64;
        let gone = self.members().extract_if(.., |_, member| is_there(member)).collect::<Vec<_>>();
        for (rtc_uid, Member { room, media_id }) in gone {
            let cause = LeftCause::Failed;
            self.events.tell(RelayEvent::Left { room, rtc_uid, media_id, cause });
        }
    }

    /// A thread says what it has done.
    pub(crate) fn count(&self, thread: usize, counts: ThreadCounts) {
        self.counted()[thread] = counts;
    }

    /// Of each thread, what it had done when it said so last.
    pub(crate) fn counts(&self) -> Vec<ThreadCounts> {
        self.counted().clone()
    }

    fn counted(&self) -> MutexGuard<'_, Vec<ThreadCounts>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An address was proven to be of a peer of this thread.
    pub(crate) fn own(&self, address: SocketAddr, thread: usize) {
        if self.inboxes.len() > 1 {
            self.owners.write().unwrap_or_else(PoisonError::into_inner).insert(address, thread);
        }
    }

    pub(crate) fn disown(&self, address: SocketAddr, thread: usize) {
        if self.inboxes.len() > 1 {
            let mut owners = self.owners.write().unwrap_or_else(PoisonError::into_inner);
            if owners.get(&address) == Some(&thread) {
                owners.remove(&address);
            }
        }
    }

    pub(crate) fn owner(&self, address: SocketAddr) -> Option<usize> {
        if self.inboxes.len() <= 1 {
            return None;
        }
        self.owners.read().unwrap_or_else(PoisonError::into_inner).get(&address).copied()
    }

    fn members(&self) -> MutexGuard<'_, BTreeMap<RtcUid, Member>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events;

    #[tokio::test]
    async fn who_is_on_a_thread_that_failed_is_out() {
        let polls = [mio::Poll::new().unwrap(), mio::Poll::new().unwrap()];
        let inboxes = polls.iter().map(|poll| Inbox::new(poll).unwrap()).collect::<Vec<_>>();
        let (sender, mut told) = events::channel();
        let bound = SocketAddr::from(([127, 0, 0, 1], 9));
        let directory = Directory::new(RelayConfig::default(), bound, inboxes, sender).unwrap();
        directory.enter(RtcUid(1), ArchiveId(4), 1).unwrap();
        directory.enter(RtcUid(2), ArchiveId(5), 2).unwrap();
        directory.lost(1);
        let left = told.next().await;
        assert!(
            matches!(left, Some(RelayEvent::Left { rtc_uid: RtcUid(2), cause: LeftCause::Failed, .. })),
            "{left:?}"
        );
        assert_eq!(directory.room_of(RtcUid(1)), Some(ArchiveId(4)));
        assert_eq!(directory.room_of(RtcUid(2)), None);
    }
}
