use std::collections::VecDeque;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use parlor_media::{Grant, Wanted};
use parlor_protocol::ids::RtcUid;
use tokio::sync::oneshot;

use crate::carrier::Carrier;
use crate::config::RelayConfig;
use crate::counts::ThreadCounts;
use crate::directory::Directory;
use crate::error::RelayError;
use crate::events::{self, RelayEvents};
use crate::join::{JoinCall, JoinedCall};
use crate::kept::Kept;
use crate::line::Line;
use crate::orders::{Order, Reply};
use crate::peer::Path;
use crate::route::Way;
use crate::tcp;
use crate::wires::Wires;

/// How often it is looked who has been silent.
const SWEEP_INTERVAL: Duration = Duration::from_secs(1);

/// A packet that leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Where it goes.
    pub remote: SocketAddr,
    /// What it is.
    pub contents: Vec<u8>,
}

/// The packets that leave, in their order.
#[derive(Default)]
struct Gathered(VecDeque<Sent>);

impl Wires for Gathered {
    fn send(&mut self, path: Path, packet: &[u8]) {
        if path.way == Way::Udp {
            self.0.push_back(Sent { remote: path.remote, contents: packet.to_vec() });
        }
    }

    fn flush(&mut self) -> u64 {
        0
    }

    fn open(&mut self, _: TcpStream, _: SocketAddr, _: Vec<u8>, _: Instant) {}

    fn take(&mut self, _: SocketAddr) -> Option<(TcpStream, Vec<u8>)> {
        None
    }

    fn prove(&mut self, _: SocketAddr) {}
}

/// A relay without sockets, threads and clock, for whoever brings packets and the time: the same code that [`crate::Relay`] runs on
/// each of its threads. What leaves, leaves over UDP.
pub struct BareRelay {
    carrier: Carrier<Gathered>,
    directory: Arc<Directory>,
    udp: SocketAddr,
    media_ids: u64,
    sweep_at: Instant,
}

impl BareRelay {
    /// A relay that nobody is in yet, at this time.
    ///
    /// # Errors
    /// [`RelayError::Start`]: there is no certificate.
    pub fn new(config: RelayConfig, now: Instant) -> Result<(BareRelay, RelayEvents), RelayError> {
        let (sender, events) = events::channel();
        let udp = config.udp;
        let directory = Directory::new(config, udp, Vec::new(), sender).map_err(RelayError::Start)?;
        let directory = Arc::new(directory);
        let carrier = Carrier::new(0, Arc::clone(&directory), Gathered::default(), now);
        Ok((BareRelay { carrier, directory, udp, media_ids: 0, sweep_at: now + SWEEP_INTERVAL }, events))
    }

    /// As [`crate::Relay::join`].
    ///
    /// # Errors
    /// As there.
    pub fn join(&mut self, join: JoinCall, now: Instant) -> Result<JoinedCall, RelayError> {
        self.media_ids += 1;
        let (media_id, rtc_uid) = (self.media_ids, join.rtc_uid);
        self.directory.enter(rtc_uid, join.room, media_id)?;
        let join = Box::new(join);
        let joined = self.ask(|reply| Order::Join { media_id, join, reply }, now);
        if joined.is_err() {
            self.directory.exit(rtc_uid, media_id);
        }
        Ok(JoinedCall { media_id, answer_sdp: joined? })
    }

    /// As [`crate::Relay::offer`].
    ///
    /// # Errors
    /// As there.
    pub fn offer(
        &mut self,
        rtc_uid: RtcUid,
        media_id: u64,
        offer_sdp: String,
        lines: Vec<Line>,
        now: Instant,
    ) -> Result<String, RelayError> {
        self.ask(|reply| Order::Offer { rtc_uid, media_id, offer_sdp, lines, reply }, now)
    }

    /// As [`crate::Relay::grant`].
    pub fn grant(&mut self, rtc_uid: RtcUid, grant: Grant, now: Instant) {
        self.carrier.order(Order::Grant { rtc_uid, grant }, now);
    }

    /// As [`crate::Relay::demand`].
    pub fn demand(&mut self, rtc_uid: RtcUid, media_id: u64, wanted: Vec<Wanted>, now: Instant) {
        self.carrier.order(Order::Demand { rtc_uid, media_id, wanted }, now);
    }

    /// As [`crate::Relay::leave`].
    pub fn leave(&mut self, rtc_uid: RtcUid, now: Instant) {
        if self.directory.remove(rtc_uid).is_some() {
            self.carrier.order(Order::Leave { rtc_uid }, now);
        }
    }

    /// A packet came in.
    pub fn receive(&mut self, source: SocketAddr, packet: &[u8], now: Instant) {
        self.carrier.arrive(Way::Udp, source, Some(self.udp.ip()), packet, now);
    }

    /// Bytes of a TCP connection came in, after `unread` of it, which is what of it is no whole packet yet afterwards. False: it is
    /// no connection of packets, and to be closed.
    pub fn receive_stream(
        &mut self,
        source: SocketAddr,
        unread: &mut Vec<u8>,
        bytes: &[u8],
        now: Instant,
    ) -> bool {
        unread.extend_from_slice(bytes);
        let (carrier, local) = (&mut self.carrier, Some(self.udp.ip()));
        tcp::cut(unread, |packet| carrier.arrive(Way::Tcp, source, local, packet, now))
    }

    /// Does what is due, and sends what was written. To be called after packets and orders, and when [`BareRelay::deadline`] has
    /// come.
    pub fn turn(&mut self, now: Instant) {
        self.carrier.expire(now);
        self.carrier.flush(now);
        if now >= self.sweep_at {
            self.sweep_at = now + SWEEP_INTERVAL;
            self.carrier.sweep(now);
        }
    }

    /// When something is due.
    pub fn deadline(&self) -> Instant {
        self.carrier.next_deadline().map_or(self.sweep_at, |at| at.min(self.sweep_at))
    }

    /// The next packet that leaves.
    pub fn sent(&mut self) -> Option<Sent> {
        self.carrier.wires().0.pop_front()
    }

    /// What was done so far, as of at most a second ago.
    pub fn counts(&self) -> ThreadCounts {
        self.directory.counts()[0]
    }

    /// What the way to a device was last taken to carry, in bits per second.
    pub fn estimate_bps(&self, rtc_uid: RtcUid) -> Option<u64> {
        self.carrier.estimate_bps(rtc_uid)
    }

    /// How much of everything is kept.
    pub fn kept(&self) -> Kept {
        self.carrier.kept()
    }

    fn ask<T>(&mut self, order: impl FnOnce(Reply<T>) -> Order, now: Instant) -> Result<T, RelayError> {
        let (reply, mut answer) = oneshot::channel();
        self.carrier.order(order(reply), now);
        answer.try_recv().unwrap_or(Err(RelayError::Stopped))
    }
}
