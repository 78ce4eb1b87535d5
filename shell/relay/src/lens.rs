//! A media thread that is driven by hand, so that what it does can be measured: same code, same socket, and a clock of the caller.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::Events;
use parlor_media::Wanted;
use parlor_protocol::ids::RtcUid;
use tokio::sync::oneshot;

use crate::config::RelayConfig;
use crate::directory::Directory;
use crate::error::RelayError;
use crate::events::{self, RelayEvents};
use crate::join::{JoinCall, JoinedCall};
use crate::orders::{Inbox, Order};
use crate::socket;
use crate::thread::MediaThread;

/// A relay of one thread that does nothing by itself.
pub struct Lens {
    directory: Arc<Directory>,
    thread: MediaThread,
    polled: Events,
    local_udp: SocketAddr,
    last_media: u64,
}

impl Lens {
    /// Binds the port. `clock` counts nanoseconds: what it counts while packets are handed to the kernel is kept apart.
    ///
    /// # Errors
    /// [`RelayError::Start`] where the system refuses.
    pub fn new(config: RelayConfig, clock: fn() -> u64) -> Result<(Lens, RelayEvents), RelayError> {
        let mut sockets = socket::bind(config.udp, 1).map_err(RelayError::Start)?;
        let local_udp = sockets[0].local_addr().map_err(RelayError::Start)?;
        let (sender, events) = events::channel();
        let poll = mio::Poll::new().map_err(RelayError::Start)?;
        let inbox = Inbox::new(&poll).map_err(RelayError::Start)?;
        let directory = Directory::new(config, local_udp, vec![inbox], sender).map_err(RelayError::Start)?;
        let directory = Arc::new(directory);
        let socket = sockets.remove(0);
        let mut thread =
            MediaThread::new(0, Arc::clone(&directory), socket, poll).map_err(RelayError::Start)?;
        thread.outlet().watch(clock);
        Ok((Lens { directory, thread, polled: Events::with_capacity(256), local_udp, last_media: 0 }, events))
    }

    /// Where packets come in.
    pub fn local_udp(&self) -> SocketAddr {
        self.local_udp
    }

    /// Takes a device into the call.
    ///
    /// # Errors
    /// As [`crate::Relay::join`].
    pub fn join(&mut self, join: JoinCall, now: Instant) -> Result<JoinedCall, RelayError> {
        self.last_media += 1;
        let media_id = self.last_media;
        self.directory.enter(join.rtc_uid, join.room, media_id)?;
        let (reply, mut answer) = oneshot::channel();
        let inbox = self.directory.inbox_of(join.room);
        if !inbox.ask(Order::Join { media_id, join: Box::new(join), reply }) {
            return Err(RelayError::Busy);
        }
        self.turn(now);
        let answer_sdp = answer.try_recv().unwrap_or(Err(RelayError::Stopped))?;
        Ok(JoinedCall { media_id, answer_sdp })
    }

    /// Which pictures a device wants, all of them.
    pub fn demand(&mut self, rtc_uid: RtcUid, media_id: u64, wanted: Vec<Wanted>) {
        if let Some(room) = self.directory.room_of(rtc_uid) {
            self.directory.inbox_of(room).state(Order::Demand { rtc_uid, media_id, wanted });
        }
    }

    /// Does what there is to do at this time, until there is nothing more.
    pub fn turn(&mut self, now: Instant) {
        loop {
            if self.thread.wait(&mut self.polled, Duration::ZERO).is_err() {
                return;
            }
            self.thread.turn(now);
            if !self.thread.is_busy() && self.thread.deadline().is_none_or(|at| at > now) {
                return;
            }
        }
    }

    /// Nanoseconds that went into handing packets to the kernel so far.
    pub fn kernel_ns(&mut self) -> u64 {
        self.thread.outlet().watched_ns()
    }
}
