//! Accounts, made over the server's HTTP API as an app's own server makes them.

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Calls under way at once.
const PARALLEL: usize = 32;
/// A call that the server is too busy for is made again this often, this far apart.
const ATTEMPTS: usize = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// Key and secret of an app.
#[derive(Clone, Debug)]
pub struct App {
    /// AppKey.
    pub key: String,
    /// AppSecret.
    pub secret: String,
}

impl App {
    /// The app that a server's first start makes in its folder, from the file that it leaves there.
    pub fn first(file: &Path) -> Result<App> {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let shown: Value = serde_json::from_str(&text)?;
        let text = |name: &str| shown[name].as_str().map(str::to_owned).with_context(|| format!("no {name}"));
        Ok(App { key: text("app_key")?, secret: text("app_secret")? })
    }
}

/// A room account, and the IM account that is bound to it.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name of both.
    pub name: String,
    /// Logs IM in.
    pub im_token: String,
    /// Logs the room account in.
    pub room_token: String,
}

/// Makes so many accounts of an app, named after `prefix`, which no account there has.
pub async fn make(
    http: &reqwest::Client,
    base: &str,
    app: &App,
    prefix: &str,
    count: usize,
) -> Result<Vec<Account>> {
    let url = format!("{base}/neroom/v3/users");
    let make = |number| make_one(http, &url, app, format!("{prefix}{number:06}"));
    let made = futures_util::stream::iter((0..count).map(make)).buffered(PARALLEL);
    made.collect::<Vec<_>>().await.into_iter().collect()
}

async fn make_one(http: &reqwest::Client, url: &str, app: &App, name: String) -> Result<Account> {
    let body = json!({"user_uuid": &name, "user_name": &name});
    let mut refusal = Value::Null;
    for _ in 0..ATTEMPTS {
        let cur_time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
        let check_sum = hex::encode(Sha1::digest(format!("{}nonce{cur_time}", app.secret)));
        let call = http.post(url).header("AppKey", &app.key).header("Nonce", "nonce");
        let call = call.header("CurTime", cur_time).header("CheckSum", check_sum).json(&body);
        let answer: Value = call.send().await?.json().await?;
        if answer["code"] == 0 {
            let text = |name: &str| answer["data"][name].as_str().unwrap_or_default().to_owned();
            return Ok(Account {
                name: text("user_uuid"),
                im_token: text("im_token"),
                room_token: text("user_token"),
            });
        }
        refusal = answer;
        tokio::time::sleep(PAUSE).await;
    }
    bail!("an account could not be made: {refusal}")
}
