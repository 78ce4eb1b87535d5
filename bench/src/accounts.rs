//! Accounts, made over the HTTP API as an app's own server makes them.

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Calls under way at once.
const PARALLEL: usize = 32;
/// A call that the server is too busy for is made again this often, this far apart.
const ATTEMPTS: usize = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// A new server needs this long at most to make its first app.
const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Key and secret of the app.
#[derive(Clone)]
pub(crate) struct App {
    /// AppKey.
    pub(crate) key: String,
    /// AppSecret.
    pub(crate) secret: String,
}

impl App {
    /// The app that the server's first start makes in its folder, once it is there.
    pub(crate) async fn first(folder: &Path) -> Result<Self> {
        let file = folder.join("first-app.json");
        let begun = Instant::now();
        while !file.exists() && begun.elapsed() < START_TIMEOUT {
            tokio::time::sleep(PAUSE).await;
        }
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let shown: Value = serde_json::from_str(&text)?;
        let text = |name: &str| shown[name].as_str().map(str::to_owned).with_context(|| format!("no {name}"));
        Ok(Self { key: text("app_key")?, secret: text("app_secret")? })
    }
}

/// Makes `count` room accounts, each with an IM account of its own, and writes them to a file, one a line: name,
/// IM token, room token. Answers how many were made per second.
pub(crate) async fn make(
    http: &reqwest::Client,
    base: &str,
    app: &App,
    count: usize,
    file: &Path,
) -> Result<f64> {
    let places = Arc::new(Semaphore::new(PARALLEL));
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let place = places.clone().acquire_owned().await?;
        let (http, url, app) = (http.clone(), format!("{base}/neroom/v3/users"), app.clone());
        tasks.spawn(async move {
            let made = make_one(&http, &url, &app, number).await;
            drop(place);
            made
        });
    }
    let mut lines = String::new();
    while let Some(made) = tasks.join_next().await {
        let [name, im_token, room_token] = made??;
        writeln!(lines, "{name} {im_token} {room_token}")?;
    }
    std::fs::write(file, lines)?;
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}

async fn make_one(http: &reqwest::Client, url: &str, app: &App, number: usize) -> Result<[String; 3]> {
    let body = json!({"user_uuid": format!("bench{number:06}"), "user_name": format!("Bench {number}")});
    let mut refusal = Value::Null;
    for _ in 0..ATTEMPTS {
        let cur_time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().to_string();
        let check_sum = hex::encode(Sha1::digest(format!("{}nonce{cur_time}", app.secret)));
        let call = http.post(url).header("AppKey", &app.key).header("Nonce", "nonce");
        let call = call.header("CurTime", cur_time).header("CheckSum", check_sum).json(&body);
        let answer: Value = call.send().await?.json().await?;
        if answer["code"] == 0 {
            let text = |name: &str| answer["data"][name].as_str().unwrap_or_default().to_owned();
            return Ok([text("user_uuid"), text("im_token"), text("user_token")]);
        }
        refusal = answer;
        tokio::time::sleep(PAUSE).await;
    }
    bail!("an account could not be made: {refusal}")
}
