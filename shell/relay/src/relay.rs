use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use parlor_media::{Grant, Wanted};
use parlor_protocol::ids::{ArchiveId, RtcUid};
use tokio::sync::oneshot;

use crate::call::guard;
use crate::config::RelayConfig;
use crate::counts::ThreadCounts;
use crate::directory::Directory;
use crate::error::RelayError;
use crate::events::{self, RelayEvents};
use crate::join::{JoinCall, JoinedCall};
use crate::line::Line;
use crate::orders::{Inbox, Order, Reply};
use crate::pin::pin;
use crate::socket;
use crate::thread::MediaThread;

/// The forwarding unit: its sockets and its threads. Dropped, it stops.
pub struct Relay {
    directory: Arc<Directory>,
    threads: Vec<JoinHandle<()>>,
    local_udp: SocketAddr,
    next_media: AtomicU64,
}

impl Relay {
    /// Binds the UDP port, once for each thread, and starts the threads.
    ///
    /// # Errors
    /// [`RelayError::Setting`] for a setting that cannot be, [`RelayError::Start`] where the system refuses.
    pub fn start(config: RelayConfig) -> Result<(Relay, RelayEvents), RelayError> {
        if config.threads == 0 || config.threads > 64 {
            return Err(RelayError::Setting { name: "threads", reason: "must be 1 to 64" });
        }
        if config.advertised.is_empty() && config.udp.ip().is_unspecified() {
            return Err(RelayError::Setting {
                name: "advertised",
                reason: "must be given where udp is the unspecified address",
            });
        }
        let sockets = socket::bind(config.udp, config.threads).map_err(RelayError::Start)?;
        let local_udp = sockets[0].local_addr().map_err(RelayError::Start)?;
        let (sender, events) = events::channel();
        let mut polls = Vec::new();
        for _ in 0..config.threads {
            polls.push(mio::Poll::new().map_err(RelayError::Start)?);
        }
        let inboxes = polls.iter().map(Inbox::new).collect::<Result<_, _>>().map_err(RelayError::Start)?;
        let directory =
            Arc::new(Directory::new(config, local_udp, inboxes, sender).map_err(RelayError::Start)?);
        let mut threads = Vec::new();
        for (index, (socket, poll)) in sockets.into_iter().zip(polls).enumerate() {
            let thread =
                MediaThread::new(index, Arc::clone(&directory), socket, poll).map_err(RelayError::Start)?;
            let named = std::thread::Builder::new().name(format!("media-{index}"));
            let directory = Arc::clone(&directory);
            let run = move || {
                if directory.config.pin {
                    pin(index, directory.config.threads);
                }
                if guard(|| thread.run()).is_none() {
                    directory.lost(index);
                }
            };
            threads.push(named.spawn(run).map_err(RelayError::Start)?);
        }
        let relay = Relay { directory, threads, local_udp, next_media: AtomicU64::new(first_media_id()) };
        Ok((relay, events))
    }

    /// Where packets come in.
    pub fn local_udp(&self) -> SocketAddr {
        self.local_udp
    }

    /// Of each thread, what it has done, as of at most a second ago.
    pub fn counts(&self) -> Vec<ThreadCounts> {
        self.directory.counts()
    }

    /// Takes a device into the call. A media session that it has ends without a word.
    ///
    /// # Errors
    /// [`RelayError::Offer`] and [`RelayError::Line`] for what it offers, [`RelayError::Busy`], [`RelayError::Stopped`].
    pub async fn join(&self, join: JoinCall) -> Result<JoinedCall, RelayError> {
        let media_id = self.next_media.fetch_add(1, Ordering::Relaxed);
        let (rtc_uid, room) = (join.rtc_uid, join.room);
        let before = self.directory.enter(rtc_uid, room, media_id)?;
        if let Some(before) = before.filter(|before| *before != room) {
            self.directory.inbox_of(before).state(Order::Leave { rtc_uid });
        }
        let join = Box::new(join);
        let joined = self.ask(room, |reply| Order::Join { media_id, join, reply }).await;
        if joined.is_err() && self.directory.exit(rtc_uid, media_id) {
            self.directory.inbox_of(room).state(Order::Leave { rtc_uid });
        }
        Ok(JoinedCall { media_id, answer_sdp: joined? })
    }

    /// Negotiates a media session anew: another way to the server, or other parameters. Answers with the SDP.
    ///
    /// # Errors
    /// As [`Relay::join`], and [`RelayError::Gone`].
    pub async fn offer(
        &self,
        rtc_uid: RtcUid,
        media_id: u64,
        offer_sdp: String,
        lines: Vec<Line>,
    ) -> Result<String, RelayError> {
        let room = self.directory.room_of(rtc_uid).ok_or(RelayError::Gone)?;
        self.ask(room, |reply| Order::Offer { rtc_uid, media_id, offer_sdp, lines, reply }).await
    }

    /// Whether a media session is still known. Its slots and needed layers are told again.
    ///
    /// # Errors
    /// [`RelayError::Gone`], [`RelayError::Busy`], [`RelayError::Stopped`].
    pub async fn resume(&self, rtc_uid: RtcUid, media_id: u64) -> Result<(), RelayError> {
        let room = self.directory.room_of(rtc_uid).ok_or(RelayError::Gone)?;
        self.ask(room, |reply| Order::Resume { rtc_uid, media_id, reply }).await
    }

    /// What the room allows a device from now on. Cheap when it takes no part.
    pub fn grant(&self, rtc_uid: RtcUid, grant: Grant) {
        if let Some(room) = self.directory.room_of(rtc_uid) {
            self.directory.inbox_of(room).state(Order::Grant { rtc_uid, grant });
        }
    }

    /// Which pictures a device wants, all of them. Of another media session than its own: nothing happens.
    pub fn demand(&self, rtc_uid: RtcUid, media_id: u64, wanted: Vec<Wanted>) {
        if let Some(room) = self.directory.room_of(rtc_uid) {
            self.directory.inbox_of(room).state(Order::Demand { rtc_uid, media_id, wanted });
        }
    }

    /// Ends what a device has here; without an event.
    pub fn leave(&self, rtc_uid: RtcUid) {
        if let Some(room) = self.directory.remove(rtc_uid) {
            self.directory.inbox_of(room).state(Order::Leave { rtc_uid });
        }
    }

    /// A TCP connection whose first bytes are a frame of RFC 4571. `read` are the bytes that were read from it already.
    pub fn tcp(&self, stream: TcpStream, read: Vec<u8>) {
        if let Ok(remote) = stream.peer_addr() {
            self.directory.inboxes[0].ask(Order::Tcp { stream, remote, read });
        }
    }

    async fn ask<T>(&self, room: ArchiveId, order: impl FnOnce(Reply<T>) -> Order) -> Result<T, RelayError> {
        let (reply, answer) = oneshot::channel();
        if !self.directory.inbox_of(room).ask(order(reply)) {
            return Err(RelayError::Busy);
        }
        answer.await.unwrap_or(Err(RelayError::Stopped))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        for inbox in &self.directory.inboxes {
            inbox.stop();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// The first media session's number: milliseconds since 1970 with room for a thousand media sessions in each.
fn first_media_id() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(0) << 10
}
