//! A login of IM: the account, its credential, and how to come by a fresh one.

use parlor_client::ImLogin;
use parlor_protocol::v1;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Asked for a fresh token, with the account's name, whenever a login is made anew after the session was lost.
pub type TokenProvider =
    Arc<dyn Fn(String) -> Pin<Box<dyn Future<Output = Option<String>> + Send>> + Send + Sync>;

/// How a token is to be read (the published authType).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LoginAuth {
    /// 0: the account's own token.
    #[default]
    Static,
    /// 1: a token that the app's server signed.
    Dynamic,
    /// 2: the app's server decides.
    Callback,
}

/// A login with everything that can be said about it.
#[derive(Clone, Default)]
pub struct Login {
    /// accid.
    pub account: String,
    /// The credential.
    pub token: String,
    /// How to read it.
    pub auth: LoginAuth,
    /// Handed to the app's login callback.
    pub extension: String,
    /// Over the device limit: end the oldest session instead of failing with 417.
    pub force: bool,
    /// Attempts before it fails; 0 = 3.
    pub attempts: u32,
    /// All attempts together, ms; 0 = 60 000.
    pub timeout_ms: u64,
    /// Text for the account's other devices; empty: the client's own.
    pub custom_tag: String,
    /// Asked again at every automatic login.
    pub token_provider: Option<TokenProvider>,
}

impl Login {
    /// With a static token.
    pub fn new(account: impl Into<String>, token: impl Into<String>) -> Self {
        Self { account: account.into(), token: token.into(), ..Self::default() }
    }

    /// Another way to read the token.
    pub fn auth(mut self, auth: LoginAuth) -> Self {
        self.auth = auth;
        self
    }

    pub(crate) fn call(self, device: &v1::Device) -> (ImLogin, Option<TokenProvider>) {
        let mut device = device.clone();
        if !self.custom_tag.is_empty() {
            device.custom_tag = self.custom_tag;
        }
        let login = ImLogin {
            account: self.account,
            auth_type: match self.auth {
                LoginAuth::Static => v1::AuthType::Static,
                LoginAuth::Dynamic => v1::AuthType::Dynamic,
                LoginAuth::Callback => v1::AuthType::Callback,
            },
            token: self.token,
            login_extension: self.extension,
            device,
            force: self.force,
            attempts: self.attempts,
            timeout_ms: self.timeout_ms,
            has_token_provider: self.token_provider.is_some(),
        };
        (login, self.token_provider)
    }
}
