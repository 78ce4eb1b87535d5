//! The Rust SDK of Parlor: instant messaging and RoomKit on one identity and one long connection.
//!
//! ```no_run
//! # async fn demo() -> Result<(), parlor_sdk::Error> {
//! use parlor_sdk::{Client, Config, ReuseIm};
//!
//! let client = Client::new(Config::new("http://127.0.0.1:8787", "your app key"))?;
//! client.im().login("alice", "her IM token").await?;
//! // The room account of alice, on the connection that IM has opened.
//! let kit = client.roomkit(ReuseIm::On);
//! kit.login("alice", "her room token").await?;
//! # Ok(())
//! # }
//! ```
//!
//! Then rooms, on the same connection:
//!
//! ```no_run
//! # async fn demo(kit: parlor_sdk::RoomKit) -> Result<(), parlor_sdk::Error> {
//! use parlor_sdk::{CreateRoom, JoinRoom, LeaveKind, RoomEvent, To};
//!
//! // Template 40 is the built-in meeting.
//! kit.rooms().create(CreateRoom::new("standup", 40).chatroom(true)).await?;
//! let room = kit.rooms().join(JoinRoom::new("standup", "Alice").role("host")).await?;
//!
//! let mut events = room.events();
//! tokio::spawn(async move {
//!     while let Some(notice) = events.next().await {
//!         if let RoomEvent::MemberJoined(member) = notice.event {
//!             println!("{} is here", member.user_name);
//!         }
//!     }
//! });
//!
//! let chat = room.chat();
//! chat.join().await?;
//! chat.send_text("good morning", To::Everyone).await?;
//! room.lock().await?;
//! room.leave(LeaveKind::OnlySelf).await?;
//! # Ok(())
//! # }
//! ```
//!
//! A [`Client`] is a handle: clones share one connection, and the connection ends with the last of them.

mod address;
mod call;
mod chat;
mod config;
mod connect;
mod driver;
mod error;
mod file;
mod im;
mod login;
mod media;
mod messages;
mod room;
mod roomkit;

pub use address::{Address, AddressError};
pub use call::{
    AudioFrame, Call, CallEvent, CallEvents, CallOptions, CallStats, CallWay, FrameTime, ReceivedAudio,
    ReceivedStats, ReceivedVideo, SendError, SentStats, VideoCodec, VideoFrame,
};
pub use chat::{ChatContent, ChatDraft, ChatEvents, ChatMembersKind, HistoryQuery, RoomChat, To};
pub use config::{Config, Device};
pub use connect::{Connector, DownloadFuture, FileContent, Transport, TransportFuture, UploadFuture};
pub use error::Error;
pub use file::{Files, Progress};
pub use im::{Im, ImEvent, ImEvents};
pub use login::{Login, LoginAuth, TokenProvider};
pub use media::{MediaEvent, MediaEvents, RoomMedia};
pub use messages::{CommandEvents, Messages};
pub use parlor_client::{Failure, Mirror, RoomCredential, Ticket};
pub use parlor_protocol::causes::{AuthEvent, EndReason};
pub use parlor_protocol::v1::Device as DevicePresence;
pub use parlor_protocol::v1::chat_message::Body as ChatBody;
pub use parlor_protocol::v1::media_line::Use as MediaLineUse;
pub use parlor_protocol::v1::{
    ChatMessage, ChatNotice, ChatNoticeType, ChatSender, FileRef, MediaDeviceQuality, MediaEnded,
    MediaJoined, MediaLayer, MediaLevel, MediaLevels, MediaLine, MediaNeeded, MediaQuality, MediaSlot,
    MediaSlots, MediaWanted, MyRoomDeviceList, RoomBan, RoomBanChanged, RoomBanKind, RoomBans,
    RoomBlacklistChanged, RoomBlacklisted, RoomCreated, RoomEndpoint, RoomHead, RoomIdentity, RoomMember,
    RoomProfile, RoomProperty, RoomResources, RoomRoleChanged, RoomStream, RoomTemplate, UserCommand,
};
pub use parlor_protocol::{Cause, Code, Remedy};
pub use room::{
    BlacklistPage, CreateRoom, JoinRoom, LeaveKind, Room, RoomEvent, RoomEvents, RoomNotice, RoomStep, Rooms,
};
pub use roomkit::{AuthEvents, AuthNotice, ReuseIm, RoomKit};

use driver::Handle;

/// One identity on one connection. Clones share it.
#[derive(Clone)]
pub struct Client {
    handle: Handle,
}

impl Client {
    /// A client of the server named in `config`. Connects when somebody logs in. Needs a tokio runtime.
    pub fn new(config: Config) -> Result<Self, Error> {
        let connector = connect::Network::new(&config)?;
        Ok(Self::with_connector(config, std::sync::Arc::new(connector)))
    }

    /// A client on another transport than the network, such as a simulated one.
    pub fn with_connector(config: Config, connector: std::sync::Arc<dyn Connector>) -> Self {
        Self { handle: Handle::start(config, connector) }
    }

    /// Instant messaging.
    pub fn im(&self) -> Im {
        Im::new(self.handle.clone())
    }

    /// Rooms, on top of the app's own IM login or of one that RoomKit makes.
    pub fn roomkit(&self, reuse_im: ReuseIm) -> RoomKit {
        RoomKit::new(self.handle.clone(), reuse_im)
    }

    /// The network has changed (another Wi-Fi, awake from sleep): reconnect now instead of after the pause.
    pub async fn network_changed(&self) {
        self.handle.network_changed().await;
    }
}
