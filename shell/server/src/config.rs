//! Everything an operator can set. Units are in the names; every section rejects keys it does not know.

mod advertised;
mod load;

pub use advertised::{Advertised, AdvertisedError};
pub use load::{ConfigError, Overrides, load};

use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The whole configuration: TOML file, then `PARLOR__SECTION__KEY`, then flags.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The folder that holds everything: store, key file, lock, administration socket, certificates.
    pub data: PathBuf,
    /// Where the server listens.
    pub listen: ListenConfig,
    /// How connections are encrypted.
    pub tls: TlsConfig,
    /// Links and sessions.
    pub link: LinkConfig,
    /// Rooms.
    pub room: RoomConfig,
    /// The chats of rooms.
    pub chat: ChatConfig,
    /// The calls of rooms.
    pub media: MediaConfig,
    /// The HTTP API.
    pub http: HttpConfig,
    /// What is remembered.
    pub store: StoreConfig,
    /// Questions to the apps' own servers.
    pub callback: CallbackConfig,
    /// Files.
    pub file: FileConfig,
    /// What is written to the log.
    pub log: LogConfig,
    /// Figures for Prometheus.
    pub metrics: MetricsConfig,
    /// The command line's way to a running server.
    pub admin: AdminConfig,
    /// The end of the process.
    pub shutdown: ShutdownConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("./data"),
            listen: ListenConfig::default(),
            tls: TlsConfig::default(),
            link: LinkConfig::default(),
            room: RoomConfig::default(),
            chat: ChatConfig::default(),
            media: MediaConfig::default(),
            http: HttpConfig::default(),
            store: StoreConfig::default(),
            callback: CallbackConfig::default(),
            file: FileConfig::default(),
            log: LogConfig::default(),
            metrics: MetricsConfig::default(),
            admin: AdminConfig::default(),
            shutdown: ShutdownConfig::default(),
        }
    }
}

/// Where the server listens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ListenConfig {
    /// Address and port of the API and the link; port 0 takes a free one.
    pub address: SocketAddr,
    /// Allows plain HTTP on an address that is not loopback. The signature of a call binds neither path nor body, so
    /// that this is right only where something in front of the server speaks TLS.
    pub insecure_public: bool,
    /// Connections open at once; more are closed when they arrive.
    pub max_connections: usize,
    /// Connections that wait in the kernel to be accepted.
    pub backlog: u32,
    /// The head of a request is complete within this time, counted from the connection's start or from the end of
    /// the request before; otherwise the connection is closed.
    pub head_timeout_ms: u32,
    /// Bytes of the head of a request, at least 8192.
    pub max_head_bytes: usize,
    /// Bytes that the kernel may hold unsent for one connection, so that a reply that matters does not stand behind
    /// a large one. 0 leaves the system's own value.
    pub unsent_low_water_bytes: u32,
}

impl Default for ListenConfig {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8787)),
            insecure_public: false,
            max_connections: 100_000,
            backlog: 4096,
            head_timeout_ms: 30_000,
            max_head_bytes: 32 * 1024,
            unsent_low_water_bytes: 64 * 1024,
        }
    }
}

/// How connections are encrypted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    /// Where the certificate comes from.
    pub mode: TlsMode,
    /// `mode = "files"`: PEM file with the certificate and its chain.
    pub certificate: Option<PathBuf>,
    /// `mode = "files"`: PEM file with the private key.
    pub key: Option<PathBuf>,
    /// `mode = "files"`: how often the files are looked at for a newer certificate. SIGHUP looks at once.
    pub reload_interval_ms: u32,
    /// `mode = "self_signed"` and `"acme"`: the names that the certificate is for.
    pub names: Vec<String>,
    /// `mode = "acme"`: the certificate authority's directory.
    pub acme_directory: String,
    /// `mode = "acme"`: who the certificate authority writes to, as `mailto:you@example.org`.
    pub acme_contact: Option<String>,
    /// A handshake takes at most this long.
    pub handshake_timeout_ms: u32,
    /// Handshakes under way at once; further connections wait to be accepted.
    pub max_pending_handshakes: usize,
}

/// Where the certificate comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TlsMode {
    /// No TLS: plain HTTP and WebSocket.
    #[default]
    Off,
    /// The operator's own files, reloaded when they change.
    Files,
    /// Made by the server and kept in the data folder, for trying out.
    SelfSigned,
    /// From a certificate authority that speaks ACME, checked over port 443 (TLS-ALPN-01).
    Acme,
}

impl Default for TlsConfig {
    fn default() -> Self {
        Self {
            mode: TlsMode::Off,
            certificate: None,
            key: None,
            reload_interval_ms: 60_000,
            names: vec!["localhost".into(), "127.0.0.1".into(), "::1".into()],
            acme_directory: "https://acme-v02.api.letsencrypt.org/directory".into(),
            acme_contact: None,
            handshake_timeout_ms: 10_000,
            max_pending_handshakes: 1_024,
        }
    }
}

/// The HTTP API.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpConfig {
    /// The body of a request is complete within this time.
    pub body_timeout_ms: u32,
    /// Bytes of the body of a request.
    pub max_body_bytes: usize,
    /// Requests carried out at once; more are answered "busy".
    pub max_running: usize,
    /// Signed calls per second of one app, and the burst it may save up; 0 is no limit.
    pub requests_per_s: u32,
    /// Login calls of clients per second of one app, and the burst; 0 is no limit.
    pub logins_per_s: u32,
    /// How long an access token of `refreshToken` is valid.
    pub access_token_ttl_s: u32,
    /// The address that clients and server SDKs are told to use, as `https://host:port`; empty: the one they asked.
    pub public_url: String,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            body_timeout_ms: 30_000,
            max_body_bytes: parlor_protocol::limits::HTTP_BODY_MAX_BYTES,
            max_running: 4_096,
            requests_per_s: 2_000,
            logins_per_s: 2_000,
            access_token_ttl_s: 24 * 3600,
            public_url: String::new(),
        }
    }
}

/// Rooms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RoomConfig {
    /// Orders that may wait for one room; more are answered "busy".
    pub queue: usize,
    /// A room that nobody asks for leaves memory after this time. It lives on in the store.
    pub idle_ms: u32,
    /// Between two looks at rooms that something is due in, and at devices whose session is over.
    pub round_ms: u32,
}

impl Default for RoomConfig {
    fn default() -> Self {
        Self { queue: 1_024, idle_ms: 120_000, round_ms: 5_000 }
    }
}

/// The chats of rooms (neroom-server 12).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChatConfig {
    /// Ordinary messages that one receiver gets in a second; of more, some arrive without content and are found in the
    /// history. 0 is no limit.
    pub receive_ordinary_per_s: u32,
    /// The same for messages of high priority.
    pub receive_high_priority_per_s: u32,
    /// How long a sender may recall a message; 0 is for ever.
    pub recall_window_ms: u32,
}

impl Default for ChatConfig {
    fn default() -> Self {
        Self { receive_ordinary_per_s: 20, receive_high_priority_per_s: 10, recall_window_ms: 120_000 }
    }
}

/// The calls of rooms: their packets, past the link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MediaConfig {
    /// Rooms have calls.
    pub enabled: bool,
    /// Address and UDP port of the packets; unset: those of `listen.address`. Open this port in the firewall.
    pub udp: Option<SocketAddr>,
    /// The addresses that devices send to, as they see this server: set them behind NAT, with the port (`IP:PORT`) where it
    /// is another one outside. Empty: the one that is listened on, or all of the interfaces.
    pub advertised: Vec<Advertised>,
    /// Takes packets on the API's TCP port too, from networks that let no UDP through (RFC 6544).
    pub tcp: bool,
    /// The addresses of that port, as devices see it, likewise. Empty: those of `media.advertised` with the API's port.
    pub tcp_advertised: Vec<Advertised>,
    /// A TCP connection that carries nothing of a call for this long is closed.
    pub tcp_idle_ms: u32,
    /// Threads that carry packets, at most 64; 0 is one for each core.
    pub threads: usize,
    /// A device that nothing is heard of for this long is out of the call.
    pub resume_window_ms: u32,
    /// Devices in calls at once; more are answered "busy".
    pub max_sessions: usize,
    /// Bits per second that one device is sent at most.
    pub max_down_bps: u64,
    /// Bits per second that the way to a device is taken to carry until it has been measured.
    pub start_down_bps: u64,
    /// Bits per second that one device may send, its screen apart. What is more is dropped, the highest layers first.
    pub max_up_bps: u64,
    /// Bits per second that one device may send of its screen and its sound.
    pub max_screen_up_bps: u64,
    /// Measures what the way to each device carries, and sends no more. False: everything is sent that is wanted, as in a
    /// network that carries everything.
    pub estimate: bool,
    /// Keeps each media thread on a core of its own, where there are as many of them as cores.
    pub pin: bool,
}

impl Default for MediaConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            udp: None,
            advertised: Vec::new(),
            tcp: true,
            tcp_advertised: Vec::new(),
            tcp_idle_ms: 30_000,
            threads: 0,
            resume_window_ms: 30_000,
            max_sessions: 10_000,
            max_down_bps: 20_000_000,
            start_down_bps: 1_500_000,
            max_up_bps: 10_000_000,
            max_screen_up_bps: 10_000_000,
            estimate: true,
            pin: false,
        }
    }
}

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoreConfig {
    /// Connections that read.
    pub readers: usize,
    /// Commits that may wait; more are answered "busy".
    pub queue: usize,
    /// How often expired rows are removed.
    pub sweep_interval_ms: u32,
}

impl Default for StoreConfig {
    fn default() -> Self {
        Self { readers: 4, queue: 4_096, sweep_interval_ms: 60_000 }
    }
}

/// Questions to the apps' own servers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CallbackConfig {
    /// Allows addresses of this machine and of private networks; otherwise an app's owner could turn the server on
    /// the network it stands in.
    pub allow_private_addresses: bool,
    /// How long an answer may take when the app sets nothing.
    pub timeout_ms: u32,
    /// Longest time an app may set.
    pub max_timeout_ms: u32,
    /// Bytes of an answer.
    pub max_answer_bytes: usize,
    /// Questions under way at once; more fail as an unreachable server does.
    pub max_running: usize,
    /// How long a server may take for an event.
    pub event_timeout_ms: u32,
    /// Events under way at once, over all apps.
    pub events_running: usize,
    /// Events under way at once for one app; those of one room always go one after another.
    pub events_per_app: usize,
    /// How long after a failure an event is tried again, at first; doubles with each failure.
    pub event_retry_min_ms: u32,
    /// The longest time between two attempts.
    pub event_retry_max_ms: u32,
    /// How long an event is tried; then it is dropped with a line in the log.
    pub event_keep_s: u32,
    /// Between two looks at what waits.
    pub event_poll_interval_ms: u32,
}

impl Default for CallbackConfig {
    fn default() -> Self {
        Self {
            allow_private_addresses: false,
            timeout_ms: 2_000,
            max_timeout_ms: 10_000,
            max_answer_bytes: 64 * 1024,
            max_running: 1_024,
            event_timeout_ms: 5_000,
            events_running: 256,
            events_per_app: 16,
            event_retry_min_ms: 1_000,
            event_retry_max_ms: 300_000,
            event_keep_s: 3 * 24 * 3600,
            event_poll_interval_ms: 200,
        }
    }
}

/// Files: uploaded and fetched over HTTP beside the link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileConfig {
    /// Bytes of one file.
    pub max_bytes: u64,
    /// Bytes of all files of one app together, announced ones included; an upload that would go over it is refused. 0 is
    /// no limit.
    pub max_bytes_per_app: u64,
    /// How long a file is kept, counted from its upload, then from the message that brings it into a room; 0 is for
    /// ever.
    pub keep_days: u32,
    /// How long the address for an upload is good; the upload ends within the same time.
    pub put_ttl_s: u32,
    /// How long the address of a file is good at least.
    pub address_ttl_s: u32,
    /// An upload that brings nothing for this long fails, and a download that takes nothing.
    pub idle_timeout_ms: u32,
    /// Uploads and downloads at once; more are answered "busy".
    pub max_running: usize,
}

impl Default for FileConfig {
    fn default() -> Self {
        Self {
            max_bytes: parlor_protocol::limits::FILE_MAX_BYTES,
            max_bytes_per_app: 0,
            keep_days: 30,
            put_ttl_s: parlor_protocol::limits::FILE_PUT_TTL_S as u32,
            address_ttl_s: parlor_protocol::limits::FILE_LINK_TTL_S as u32,
            idle_timeout_ms: 30_000,
            max_running: 512,
        }
    }
}

/// What is written to the log, on standard error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// For people or for programs.
    pub format: LogFormat,
    /// What is logged, as `info` or `info,parlor_server=debug`. By itself without what the WebRTC library remarks on each
    /// offer that differs from its own settings.
    pub filter: String,
}

/// The shape of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Human,
    /// One JSON object per line; nothing else is printed.
    Json,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { format: LogFormat::Human, filter: "info,str0m=error".into() }
    }
}

/// Figures for Prometheus. `/metrics` on the main address answers only this machine, and never through a proxy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsConfig {
    /// A second address that serves `/metrics` to everybody who reaches it.
    pub address: Option<SocketAddr>,
}

/// The command line's way to a running server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdminConfig {
    /// Bytes of one request.
    pub max_request_bytes: usize,
    /// Commands carried out at once.
    pub max_running: usize,
    /// A connection that asks nothing for this long is closed.
    pub idle_timeout_ms: u32,
}

impl Default for AdminConfig {
    fn default() -> Self {
        Self { max_request_bytes: 256 * 1024, max_running: 16, idle_timeout_ms: 60_000 }
    }
}

/// The end of the process, after SIGTERM or SIGINT.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShutdownConfig {
    /// Running requests and links have this long to finish.
    pub drain_timeout_ms: u32,
}

impl Default for ShutdownConfig {
    fn default() -> Self {
        Self { drain_timeout_ms: 10_000 }
    }
}

/// Links and sessions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinkConfig {
    /// A connection that has not logged in by then is closed.
    pub login_timeout_ms: u32,
    /// Clients send something at least this often.
    pub ping_interval_ms: u32,
    /// A link silent for this long is dead.
    pub silence_ms: u32,
    /// The same while its session is in a room; its client pings three times as often.
    pub silence_in_room_ms: u32,
    /// A session waits this long for a resume, counted from the last byte received.
    pub resume_window_ms: u32,
    /// Between two comparisons of what clients were told with what is stored.
    pub reconcile_interval_ms: u32,
    /// A frame that cannot be written within this time closes the link.
    pub write_timeout_ms: u32,
    /// Bytes that may wait for one slow receiver.
    pub outbox_bytes: usize,
    /// Longest a request may take when the client names no deadline.
    pub request_timeout_ms: u32,
    /// Logins and resumes per second this node admits; more are told to wait; 0 is no limit.
    pub logins_per_s: u32,
    /// Failed logins per minute from one account before it is told to wait; 0 is no limit.
    pub failed_logins_per_minute: u32,
    /// Requests per second of one link, and the burst it may save up; 0 is no limit.
    pub requests_per_s: u32,
    /// Links open at once on this node.
    pub max_links: u32,
}

impl Default for LinkConfig {
    fn default() -> Self {
        Self {
            login_timeout_ms: 10_000,
            ping_interval_ms: 15_000,
            silence_ms: 45_000,
            silence_in_room_ms: 15_000,
            resume_window_ms: 30_000,
            reconcile_interval_ms: 15_000,
            write_timeout_ms: 10_000,
            outbox_bytes: 1 << 20,
            request_timeout_ms: 10_000,
            logins_per_s: 2_000,
            failed_logins_per_minute: 10,
            requests_per_s: 100,
            max_links: 100_000,
        }
    }
}
