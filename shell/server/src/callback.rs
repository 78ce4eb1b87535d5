//! What an app's own server is asked and told. A question has one attempt and one timeout; an answer that does not
//! come as documented counts as no answer, and the app's own default decides. [Events](event) wait in the store and are
//! told until they are taken.

mod address;
mod outbox;

pub use outbox::{Outbox, deliver, event};

use crate::config::CallbackConfig;
use crate::metrics;
use md5::{Digest, Md5};
use parlor_identity::app::{LoginCallback, OnFailure};
use parlor_protocol::ids::{Accid, DeviceId};
use parlor_store::rows::AppRow;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Event type of the question whether an IM account may log in.
const LOGIN_EVENT: u8 = 36;
/// Longest address an app may name.
const URL_MAX_BYTES: usize = 2048;

/// What the app's server is told about a login.
#[derive(Clone)]
pub struct LoginQuestion {
    /// Who logs in.
    pub account: Accid,
    /// On which device.
    pub device_id: DeviceId,
    /// NIMClientType.
    pub client_type: i32,
    /// The app's own kind of client, 0 = none.
    pub custom_client_type: i32,
    /// Text of the device for the account's other devices.
    pub custom_tag: String,
    /// 0 static, 1 dynamic, 2 decided by this question.
    pub auth_type: i32,
    /// The token as the client gave it.
    pub token: String,
    /// What the client adds for the app's server.
    pub login_ext: String,
    /// Where the client is.
    pub client_ip: IpAddr,
    /// Its port.
    pub client_port: u16,
    /// When, in ms since 1970; also the signature's `CurTime`.
    pub timestamp_ms: i64,
}

/// The app's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The act goes on.
    Allow,
    /// The act is refused.
    Refuse,
    /// No usable answer: the app's default decides.
    FailedDefault(OnFailure),
}

/// A callback address that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It is no absolute http or https address with a host.
    #[error("url is an http:// or https:// address with a host, of at most 2048 bytes")]
    Malformed,
    /// It holds a user name or a password.
    #[error("url holds no user name and no password")]
    Credentials,
    /// It points at this machine or at a private network.
    #[error("url points at this machine or a private network; callback.allow_private_addresses allows that")]
    Private,
}

/// Why there was no usable answer; for the log.
#[derive(Debug, thiserror::Error)]
enum CallbackError {
    #[error(transparent)]
    Url(#[from] UrlError),
    #[error("{0} questions are under way already")]
    Busy(usize),
    #[error("no answer within {0} ms")]
    Timeout(u64),
    #[error("no connection or a broken answer: {0}")]
    Transport(#[source] reqwest::Error),
    #[error("HTTP status {0}")]
    Status(u16),
    #[error("an answer of more than {0} bytes")]
    TooLarge(usize),
    #[error("an answer that is not the documented JSON")]
    Malformed,
    #[error("answered with code {0}")]
    Refused(i64),
    #[error("the app could not be read")]
    Unknown,
}

/// Decides a question in a simulation.
pub type Script = Arc<dyn Fn(&AppRow, &LoginQuestion) -> Verdict + Send + Sync>;

/// Asks the apps' own servers.
#[derive(Clone)]
pub enum Callbacks {
    /// Over the network.
    Network(Arc<Network>),
    /// From a script, for simulations.
    Scripted(Script),
}

/// The way over the network.
pub struct Network {
    client: reqwest::Client,
    running: Semaphore,
    config: CallbackConfig,
}

impl Callbacks {
    /// Callbacks over the network.
    ///
    /// # Errors
    /// The HTTP client could not be set up.
    pub fn network(config: CallbackConfig) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("parlor/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(Duration::from_millis(config.max_timeout_ms.into()))
            .dns_resolver(Arc::new(address::GuardedResolver {
                allow_private: config.allow_private_addresses,
            }))
            .build()?;
        Ok(Self::Network(Arc::new(Network { client, running: Semaphore::new(config.max_running), config })))
    }

    /// Asks whether a login may go on. Ask only where the app has set a callback: without one the answer is
    /// `FailedDefault(Refuse)`.
    pub async fn ask_login(&self, app: &AppRow, question: LoginQuestion) -> Verdict {
        let Some(callback) = &app.settings.login_callback else {
            return Verdict::FailedDefault(OnFailure::Refuse);
        };
        let network = match self {
            Self::Scripted(script) => return script(app, &question),
            Self::Network(network) => network,
        };
        let (verdict, result) = match network.ask(app, callback, &question).await {
            Ok(true) => (Verdict::Allow, "allowed"),
            Ok(false) => (Verdict::Refuse, "refused"),
            Err(cause) => {
                let on_failure = callback.on_failure;
                tracing::warn!(app = %app.app_key, %cause, ?on_failure, "the login callback failed");
                (Verdict::FailedDefault(on_failure), "failed")
            }
        };
        metrics::callback(result);
        verdict
    }
}

impl Network {
    async fn ask(
        &self,
        app: &AppRow,
        callback: &LoginCallback,
        question: &LoginQuestion,
    ) -> Result<bool, CallbackError> {
        let url = check_url(&callback.url, self.config.allow_private_addresses)?;
        let _slot = self.running.try_acquire().map_err(|_| CallbackError::Busy(self.config.max_running))?;
        let wanted_ms = if callback.timeout_ms == 0 { self.config.timeout_ms } else { callback.timeout_ms };
        let limit = Duration::from_millis(wanted_ms.min(self.config.max_timeout_ms).into());
        let body = login_body(question);
        let request = self.request(url, app, body, question.timestamp_ms);
        let answer = tokio::time::timeout(limit, self.answer(request))
            .await
            .map_err(|_| CallbackError::Timeout(limit.as_millis() as u64))??;
        let reply: Reply = serde_json::from_slice(&answer).map_err(|_| CallbackError::Malformed)?;
        Ok(reply.err_code == 0)
    }

    /// A signed POST (neroom-server 11.1, nim 4.1).
    fn request(&self, url: Url, app: &AppRow, body: Vec<u8>, cur_time_ms: i64) -> reqwest::RequestBuilder {
        let md5 = hex::encode(Md5::digest(&body));
        self.client
            .post(url)
            .header("AppKey", app.app_key.as_str())
            .header("CurTime", cur_time_ms)
            .header("CheckSum", check_sum(app.app_secret.expose(), &md5, cur_time_ms))
            .header("MD5", md5)
            .header("Content-Type", "application/json; charset=utf-8")
            .body(body)
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Vec<u8>, CallbackError> {
        let mut response = request.send().await.map_err(|e| CallbackError::Transport(e.without_url()))?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(CallbackError::Status(response.status().as_u16()));
        }
        let mut answer = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|e| CallbackError::Transport(e.without_url()))?
        {
            if answer.len() + chunk.len() > self.config.max_answer_bytes {
                return Err(CallbackError::TooLarge(self.config.max_answer_bytes));
            }
            answer.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

/// Checks an address that an app wants to be asked at. A host name is checked again, by its addresses, whenever it is
/// connected to.
///
/// # Errors
/// See [`UrlError`].
pub fn check_url(text: &str, allow_private: bool) -> Result<Url, UrlError> {
    if text.len() > URL_MAX_BYTES {
        return Err(UrlError::Malformed);
    }
    let url = Url::parse(text).map_err(|_| UrlError::Malformed)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(UrlError::Malformed);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlError::Credentials);
    }
    let host = url.host_str().unwrap_or_default();
    let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if !allow_private && literal.is_ok_and(|ip| !address::is_public(ip)) {
        return Err(UrlError::Private);
    }
    Ok(url)
}

/// `CheckSum` of a question: lower-case hex of SHA1(AppSecret + MD5 + CurTime).
fn check_sum(app_secret: &str, md5: &str, cur_time_ms: i64) -> String {
    let sha1 = Sha1::new()
        .chain_update(app_secret.as_bytes())
        .chain_update(md5.as_bytes())
        .chain_update(cur_time_ms.to_string().as_bytes());
    hex::encode(sha1.finalize())
}

/// The documented fields of event type 36; port and time are strings there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginBody<'a> {
    event_type: u8,
    from_account: &'a str,
    from_device_id: &'a str,
    from_client_type: &'static str,
    from_client_ip: String,
    from_client_port: String,
    custom_client_type: i32,
    custom_tag: &'a str,
    auth_type: i32,
    token: &'a str,
    login_ext: &'a str,
    timestamp: String,
}

fn login_body(question: &LoginQuestion) -> Vec<u8> {
    let body = LoginBody {
        event_type: LOGIN_EVENT,
        from_account: question.account.as_str(),
        from_device_id: question.device_id.as_str(),
        from_client_type: client_type_name(question.client_type),
        from_client_ip: question.client_ip.to_canonical().to_string(),
        from_client_port: question.client_port.to_string(),
        custom_client_type: question.custom_client_type,
        custom_tag: &question.custom_tag,
        auth_type: question.auth_type,
        token: &question.token,
        login_ext: &question.login_ext,
        timestamp: question.timestamp_ms.to_string(),
    };
    // Strings and numbers always serialise.
    serde_json::to_vec(&body).unwrap_or_default()
}

/// The name of a NIMClientType in callbacks.
fn client_type_name(client_type: i32) -> &'static str {
    match client_type {
        1 => "AOS",
        2 => "IOS",
        4 => "PC",
        8 => "WINPHONE",
        16 => "WEB",
        32 => "REST",
        64 => "MAC",
        65 => "HARMONY",
        _ => "UNKNOWN",
    }
}

/// The part of an answer that decides.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    err_code: i64,
}

#[cfg(test)]
mod tests;
