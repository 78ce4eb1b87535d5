//! Signed calls, as an app's own server makes them.

use crate::server::App;
use parlor_identity::token::check_sum;
use serde_json::Value;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// An answer takes at most this long where there is one.
const CALL_TIMEOUT: Duration = Duration::from_secs(20);

/// Calls one server for one app.
#[derive(Clone)]
pub(crate) struct Api {
    http: reqwest::Client,
    base: String,
    app: App,
}

impl Api {
    pub(crate) fn new(base: String, app: App) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(CALL_TIMEOUT).pool_max_idle_per_host(0);
        Self { http: http.build().unwrap(), base, app }
    }

    /// The same for another app.
    pub(crate) fn of(&self, app: &App) -> Self {
        Self { app: app.clone(), ..self.clone() }
    }

    /// A call of the v1 family.
    pub(crate) async fn form(&self, path: &str, pairs: &[(&str, &str)]) -> Result<Value, reqwest::Error> {
        let all = percent_encoding::NON_ALPHANUMERIC;
        let encode = |text: &str| percent_encoding::utf8_percent_encode(text, all).to_string();
        let body =
            pairs.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&");
        let call = self.signed("POST", path).header("Content-Type", "application/x-www-form-urlencoded");
        call.body(body).send().await?.json().await
    }

    /// A call with a JSON body, or none.
    pub(crate) async fn json(&self, method: &str, path: &str, body: &Value) -> Result<Value, reqwest::Error> {
        let mut call = self.signed(method, path);
        if !body.is_null() {
            call = call.header("Content-Type", "application/json").body(body.to_string());
        }
        call.send().await?.json().await
    }

    /// A request that is signed and nothing else.
    pub(crate) fn signed(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let cur_time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().to_string();
        let call = self.http.request(method.parse().unwrap(), format!("{}{path}", self.base));
        call.header("AppKey", &self.app.key)
            .header("Nonce", "n")
            .header("CheckSum", check_sum(&self.app.secret, "n", &cur_time))
            .header("CurTime", cur_time)
    }
}
