//! The call of a room, for programs that have encoded sound and pictures or want them: bots, recorders, load.
//!
//! ```no_run
//! # async fn demo(room: parlor_sdk::Room, opus: Vec<u8>) -> Result<(), parlor_sdk::Error> {
//! use parlor_sdk::{AudioFrame, CallEvent, CallOptions, RoomStream};
//!
//! let call = room.call(CallOptions::default()).await?;
//! call.publish(RoomStream::Audio).await?;
//! let mut events = call.events();
//! call.send_audio(AudioFrame::new(opus).level(-30)).ok();
//! while let Some(event) = events.next().await {
//!     if let CallEvent::Audio { rtc_uid, frame, .. } = event {
//!         println!("{rtc_uid} said {} bytes", frame.payload.len());
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod event;
mod frame;
mod options;
mod paths;
mod peer;
mod slots;
mod stats;
mod task;

pub use event::{CallEvent, CallEvents};
pub use frame::{AudioFrame, FrameTime, ReceivedAudio, ReceivedVideo, VideoCodec, VideoFrame};
pub use options::CallOptions;
pub use stats::{CallStats, CallWay, ReceivedStats, SentStats};

use crate::error::Error;
use crate::room::Room;
use event::Loudspeaker;
use parlor_protocol::Code;
use parlor_protocol::v1::{MediaWanted, RoomStream};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use task::{Inlets, Order, Outgoing, Shared, Task};
use tokio::sync::{mpsc, oneshot, watch};

/// Orders that may wait for the task.
const ORDERS: usize = 64;
/// Frames that may wait for the task.
const FRAMES: usize = 256;
/// Lines that an offer may have (`limits` of the wire).
const MAX_LINES: usize = 40;

/// Why a frame is not sent. Nothing is wrong with the call: go on with the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Packets have no way at the moment.
    #[error("packets have no way at the moment")]
    NoWay,
    /// More frames wait than the network takes.
    #[error("too many frames wait")]
    Crowded,
    /// A frame before it was not sent, and this one leans on that: a key frame is needed.
    #[error("a key frame is needed")]
    KeyFrameNeeded,
    /// The options of the call have no line or no codec for it.
    #[error("the call was joined without a line for this")]
    NoLine,
    /// The call is over.
    #[error("the call is over")]
    Ended,
}

/// This device's part in the call of one room. Clones are the same; it leaves when the last of them is gone.
///
/// It comes back by itself: by an ICE restart where the way is lost, by a new media session where the server has
/// forgotten the old one, over TCP where UDP finds no way.
#[derive(Clone)]
pub struct Call {
    inner: Arc<Inner>,
}

struct Inner {
    room: Room,
    options: CallOptions,
    orders: mpsc::Sender<Order>,
    frames: mpsc::Sender<Outgoing>,
    demand: watch::Sender<Vec<MediaWanted>>,
    shared: Arc<Shared>,
    told: Loudspeaker,
    /// Everything since the join, for the first listener.
    first: Mutex<Option<CallEvents>>,
}

impl Room {
    /// Takes part in the room's call (`joinRtcChannel`); done when packets have a way. What is published is said by
    /// [`Call::publish`]. A room without calls: [`Code::NotSupported`]; where this client takes part already:
    /// [`Code::DuplicateCall`].
    pub async fn call(&self, options: CallOptions) -> Result<Call, Error> {
        Call::join(self.clone(), options).await
    }
}

impl Call {
    async fn join(room: Room, options: CallOptions) -> Result<Self, Error> {
        check(&options)?;
        let seat = room.handle().take_seat(room.archive_id());
        let seat = seat.ok_or_else(|| Error::local(Code::DuplicateCall))?;
        let told = Loudspeaker::new(options.receive_queue);
        let first = Mutex::new(Some(told.listen()));
        let (orders, order_queue) = mpsc::channel(ORDERS);
        let (frames, frame_queue) = mpsc::channel(FRAMES);
        let (demand, demanded) = watch::channel(Vec::new());
        let shared = Arc::new(Shared::default());
        let events = room.handle().events();
        let inlets = Inlets { orders: order_queue, frames: frame_queue, demand: demanded, events };
        let (joining, joined) = oneshot::channel();
        let own = (room.handle().downgrade(), seat);
        let outlets = (shared.clone(), told.clone());
        let task = Task::new(room.archive_id(), options.clone(), own, outlets, joining);
        // It ends by itself: when it is told to, or when `orders` is gone.
        tokio::spawn(task.run(inlets));
        joined.await.map_err(|_| Error::local(Code::NotInitialized))??;
        let inner = Inner { room, options, orders, frames, demand, shared, told, first };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The room whose call it is.
    pub fn room(&self) -> &Room {
        &self.inner.room
    }

    /// What it was joined with.
    pub fn options(&self) -> &CallOptions {
        &self.inner.options
    }

    /// Packets have a way at the moment.
    pub fn is_connected(&self) -> bool {
        self.inner.shared.is_connected.load(Ordering::Relaxed)
    }

    /// Switches an own stream on: others get what is sent on it from then on (`unmuteMyAudio`, `unmuteMyVideo`, `startScreenShare`).
    pub async fn publish(&self, stream: RoomStream) -> Result<(), Error> {
        self.inner.room.set_stream("", stream, true).await
    }

    /// Switches it off: what is sent on it reaches nobody.
    pub async fn unpublish(&self, stream: RoomStream) -> Result<(), Error> {
        self.inner.room.set_stream("", stream, false).await
    }

    /// Sends sound of the microphone. Never waits; says so where it is not sent.
    pub fn send_audio(&self, frame: AudioFrame) -> Result<(), SendError> {
        self.send_sound(RoomStream::Audio, frame)
    }

    /// Sends sound of what is shared. Never waits.
    pub fn send_system_audio(&self, frame: AudioFrame) -> Result<(), SendError> {
        self.send_sound(RoomStream::SystemAudio, frame)
    }

    fn send_sound(&self, stream: RoomStream, frame: AudioFrame) -> Result<(), SendError> {
        let options = &self.inner.options;
        let has_line = if stream == RoomStream::Audio { options.audio } else { options.system_audio };
        self.send(has_line, Outgoing::Audio(stream, frame))
    }

    /// Sends a frame of the camera ([`RoomStream::Video`]) or of the second picture ([`RoomStream::SubVideo`]). Never
    /// waits. Where a frame was not sent, those that lean on it are not either: until a key frame it answers
    /// [`SendError::KeyFrameNeeded`].
    pub fn send_video(&self, stream: RoomStream, frame: VideoFrame) -> Result<(), SendError> {
        let options = &self.inner.options;
        let has_line = match stream {
            RoomStream::Video => options.camera,
            RoomStream::SubVideo => options.screen,
            _ => false,
        };
        let encoding = options.encoding(stream, frame.layer);
        let mut broken = self.inner.shared.broken();
        if !frame.is_key && broken.contains(&encoding) {
            self.inner.shared.stats().frames_crowded_out += 1;
            return Err(SendError::KeyFrameNeeded);
        }
        let has_line = has_line && options.video.contains(&frame.codec);
        let sent = self.send(has_line, Outgoing::Video(stream, frame));
        match sent {
            Ok(()) => broken.remove(&encoding),
            Err(_) => broken.insert(encoding),
        };
        sent
    }

    fn send(&self, has_line: bool, frame: Outgoing) -> Result<(), SendError> {
        let inner = &self.inner;
        if !has_line {
            inner.shared.stats().frames_refused += 1;
            return Err(SendError::NoLine);
        }
        if !self.is_connected() {
            inner.shared.stats().frames_without_way += 1;
            let is_over = inner.orders.is_closed();
            return Err(if is_over { SendError::Ended } else { SendError::NoWay });
        }
        inner.frames.try_send(frame).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                inner.shared.stats().frames_crowded_out += 1;
                SendError::Crowded
            }
            mpsc::error::TrySendError::Closed(_) => SendError::Ended,
        })
    }

    /// Which pictures of others are wanted, all of them, at most 64; nothing else is received. Sound comes by itself. Holds
    /// over reconnects.
    pub fn demand(&self, wanted: Vec<MediaWanted>) {
        self.inner.demand.send_replace(wanted);
    }

    /// Asks for a key frame of somebody's picture: after a gap, or where a decoder begins.
    pub fn ask_key_frame(&self, rtc_uid: i64, stream: RoomStream) {
        // With so many orders waiting there is one of these among them, or the call has worse to do.
        let _ = self.inner.orders.try_send(Order::AskKeyFrame { rtc_uid, stream });
    }

    /// The network has changed (another Wi-Fi, awake from sleep): look for another way now.
    pub fn network_changed(&self) {
        let _ = self.inner.orders.try_send(Order::NetworkChanged);
    }

    /// What the call has carried so far.
    pub fn stats(&self) -> CallStats {
        self.inner.shared.stats().clone()
    }

    /// What happens in the call: for the first listener since the join, for later ones from now on.
    pub fn events(&self) -> CallEvents {
        let first = self.inner.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.unwrap_or_else(|| self.inner.told.listen())
    }

    /// Leaves the call (`leaveRtcChannel`); this device stays in the room. Done when the server knows, or cannot be told.
    pub async fn leave(&self) {
        let (done, left) = oneshot::channel();
        if self.inner.orders.send(Order::Leave(done)).await.is_ok() {
            // A task that has ended meanwhile has left too.
            let _ = left.await;
        }
        // From here on the room may be called again.
        self.inner.orders.closed().await;
    }
}

fn check(options: &CallOptions) -> Result<(), Error> {
    let sent = [options.audio, options.system_audio, options.camera, options.screen];
    let sent = sent.into_iter().filter(|wanted| *wanted).count();
    let received = [options.receive_audio, options.receive_video, options.receive_screen];
    let received = received.into_iter().fold(0_usize, |sum, count| sum.saturating_add(count as usize));
    if !(1..=MAX_LINES).contains(&sent.saturating_add(received)) {
        return Err(Error::invalid(format!(
            "a call has 1 to {MAX_LINES} lines, those sent and those received"
        )));
    }
    let pictures =
        options.camera || options.screen || options.receive_video > 0 || options.receive_screen > 0;
    if pictures && options.video.is_empty() {
        return Err(Error::invalid("video names no codec"));
    }
    Ok(())
}
