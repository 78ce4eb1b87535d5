//! What a client is made with.

use std::time::Duration;

/// What this device says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Stable per installation; letters, digits, `_` and `-`, at most 64. Empty: one is made for this process.
    pub device_id: String,
    /// NIMClientType; 0: by the operating system.
    pub client_type: i32,
    /// The app's own kind of client, 0 = none.
    pub custom_client_type: i32,
    /// Text for the account's other devices, at most 32 characters.
    pub custom_tag: String,
}

/// How to reach a server, and as what.
#[derive(Clone, Debug)]
pub struct Config {
    /// `host:port` or `http(s)://host:port`.
    pub server: String,
    /// Without a scheme in `server`: TLS or not. Without this too: plain only for loopback.
    pub use_https: Option<bool>,
    /// The app.
    pub app_key: String,
    /// This device.
    pub device: Device,
    /// A certificate authority to trust besides the public ones, PEM.
    pub extra_root_pem: Option<Vec<u8>>,
    /// How long one attempt to connect and enter may take.
    pub enter_timeout: Duration,
    /// How long a request waits for its reply, over all reconnects.
    pub request_timeout: Duration,
    /// How long a file's transfer may stand still.
    pub file_silence_timeout: Duration,
    /// Random, different for every client; given by simulations only.
    pub seed: Option<[u8; 16]>,
}

impl Config {
    /// The defaults for a server and an app.
    pub fn new(server: impl Into<String>, app_key: impl Into<String>) -> Self {
        Self {
            server: server.into(),
            use_https: None,
            app_key: app_key.into(),
            device: Device::default(),
            extra_root_pem: None,
            enter_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(15),
            file_silence_timeout: Duration::from_secs(30),
            seed: None,
        }
    }

    /// Names the device.
    pub fn device_id(mut self, device_id: impl Into<String>) -> Self {
        self.device.device_id = device_id.into();
        self
    }

    /// Sets the NIMClientType.
    pub fn client_type(mut self, client_type: i32) -> Self {
        self.device.client_type = client_type;
        self
    }
}

/// The NIMClientType of this operating system.
pub(crate) fn client_type_here() -> i32 {
    match std::env::consts::OS {
        "android" => 1,
        "ios" => 2,
        "macos" => 64,
        _ => 4,
    }
}
