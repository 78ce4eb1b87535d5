//! What an app's own server does: signed calls of both families of the HTTP API.

use anyhow::{Context, Result, bail};
use base64::Engine as _;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::time::{SystemTime, UNIX_EPOCH};

/// One app, with its secret: this belongs on a server, never into a client.
pub struct Api {
    /// The server's address.
    pub server: String,
    /// The app's key.
    pub app_key: String,
    app_secret: String,
    http: reqwest::Client,
}

fn sha1_hex(parts: &[&str]) -> String {
    let mut sha1 = Sha1::new();
    parts.iter().for_each(|part| sha1.update(part.as_bytes()));
    hex::encode(sha1.finalize())
}

/// Milliseconds since 1970.
pub fn now_ms() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis())
}

impl Api {
    /// For an app of a server.
    pub fn new(server: &str, app_key: &str, app_secret: &str) -> Self {
        let server = server.trim_end_matches('/').to_owned();
        Self { server, app_key: app_key.into(), app_secret: app_secret.into(), http: reqwest::Client::new() }
    }

    fn signed(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let (nonce, cur_time) = (now_ms().to_string(), (now_ms() / 1000).to_string());
        let check_sum = sha1_hex(&[&self.app_secret, &nonce, &cur_time]);
        self.http
            .request(method, format!("{}{path}", self.server))
            .header("AppKey", &self.app_key)
            .header("Nonce", nonce)
            .header("CurTime", cur_time)
            .header("CheckSum", check_sum)
    }

    /// An IM call, v1: a form. Fails unless the answer is 200.
    pub async fn im(&self, action: &str, form: &[(&str, &str)]) -> Result<Value> {
        let path = format!("/nimserver/user/{action}.action");
        let reply: Value = self.signed(reqwest::Method::POST, &path).form(form).send().await?.json().await?;
        if reply["code"] != 200 {
            bail!("{path}: {reply}");
        }
        Ok(reply)
    }

    /// A call of the room component: JSON. Answers the whole envelope.
    pub async fn room(&self, method: reqwest::Method, path: &str, body: Value) -> Result<Value> {
        Ok(self.signed(method, path).json(&body).send().await?.json().await?)
    }

    /// Makes an IM account.
    pub async fn create_im_account(&self, accid: &str, token: &str) -> Result<()> {
        self.im("create", &[("accid", accid), ("token", token)]).await.map(drop)
    }

    /// Makes a room account bound to an IM account that exists; answers its token.
    pub async fn create_room_account(&self, user_uuid: &str, accid: &str, im_token: &str) -> Result<String> {
        let body = json!({ "user_uuid": user_uuid, "im_accid": accid, "im_token": im_token });
        let reply = self.room(reqwest::Method::POST, "/neroom/v3/users", body).await?;
        let token = reply["data"]["user_token"].as_str();
        Ok(token.with_context(|| format!("no user_token in {reply}"))?.to_owned())
    }

    /// Binds a room account to another IM account.
    pub async fn rebind(&self, user_uuid: &str, accid: &str, im_token: &str) -> Result<Value> {
        let path = format!("/apps/{}/v1/users/{user_uuid}", self.app_key);
        let body = json!({ "imAccid": accid, "imToken": im_token, "updateOnConflict": true });
        self.room(reqwest::Method::PUT, &path, body).await
    }

    /// Devices of an account that are online, by client type.
    pub async fn online(&self, accid: &str) -> Result<usize> {
        let accids = json!([accid]).to_string();
        let reply = self.im("userOnlineStatus", &[("accids", &accids)]).await?;
        let status = reply["data"]["status"].as_object().context("no data.status")?;
        Ok(status.get(accid).and_then(Value::as_array).map_or(0, Vec::len))
    }

    /// A token signed by the app: for a room account over its user uuid, for IM over the accid.
    pub fn dynamic_token(&self, account: &str, cur_time_ms: u128, ttl_s: u64) -> String {
        let (cur_time, ttl) = (cur_time_ms.to_string(), ttl_s.to_string());
        let signature = sha1_hex(&[&self.app_key, account, &cur_time, &ttl, &self.app_secret]);
        let json = json!({ "signature": signature, "curTime": cur_time_ms as u64, "ttl": ttl_s });
        base64::engine::general_purpose::STANDARD.encode(json.to_string())
    }
}
