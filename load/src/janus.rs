//! Rooms of the VideoRoom plugin of Janus, over its HTTP API: one session with a handle for each peer. Who publishes and
//! receives has two of them, as the plugin wants it.

use crate::engine::Engine;
use crate::peer::{Offering, Peer, PeerConfig, Receiving};
use crate::plan::{MemberPlan, RoomPlan};
use crate::source::Content;
use anyhow::{Context, Result, bail, ensure};
use futures_util::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// Calls under way at once.
const PARALLEL: usize = 16;
/// An answer is there within this time.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// All peers are connected within this time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(60);
/// Publishers that a room takes.
const PUBLISHERS_MAX: usize = 200;
/// Encodings of simulcast.
const SUBSTREAMS: u8 = 3;

/// A session with a server.
pub(crate) struct Janus {
    api: Arc<Api>,
    config: PeerConfig,
    rooms: u64,
    _poll: JoinSet<()>,
}

/// What calls go through.
struct Api {
    http: reqwest::Client,
    session: String,
    next: AtomicU64,
    waiting: Mutex<HashMap<String, oneshot::Sender<Value>>>,
}

/// Somebody who publishes.
struct Feed {
    id: u64,
    sound: Option<String>,
    picture: Option<String>,
}

impl Janus {
    /// With a server at `server` (`http://host:port`).
    pub(crate) async fn new(server: &str, config: PeerConfig) -> Result<Janus> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let base = format!("{server}/janus");
        let created = post(&http, &base, json!({"janus": "create", "transaction": "create"})).await?;
        let session = format!("{base}/{}", created["data"]["id"].as_u64().context("no session")?);
        let api = Arc::new(Api { http, session, next: AtomicU64::new(1), waiting: Mutex::default() });
        let mut poll = JoinSet::new();
        poll.spawn(listen(api.clone()));
        Ok(Janus { api, config, rooms: 0, _poll: poll })
    }

    /// Fills a room. Answers how long each peer waited for the other's description.
    pub(crate) async fn fill(&mut self, engine: &Arc<Engine>, plan: &RoomPlan) -> Result<Vec<Duration>> {
        self.rooms += 1;
        let room = 7_000 + self.rooms;
        let handle = self.api.attach().await?;
        let create = json!({
            "request": "create", "room": room, "publishers": PUBLISHERS_MAX, "bitrate": 0, "videocodec": "vp8",
            "audiocodec": "opus", "transport_wide_cc_ext": self.config.estimate, "notify_joining": false,
        });
        let answer = self.api.call(handle, create, None).await?;
        ensure!(data(&answer)["videoroom"] == "created", "the room: {answer}");
        let publish = |member| publish(&self.api, self.config, room, member, engine);
        let published = futures_util::stream::iter(plan.members.iter().map(publish)).buffered(PARALLEL);
        let (feeds, mut took): (Vec<_>, Vec<_>) =
            published.try_collect::<Vec<_>>().await?.into_iter().unzip();
        engine.connected(CONNECT_TIMEOUT).await?;
        let substream = SUBSTREAMS.saturating_sub(1 + plan.below_best);
        let subscribe = |member| subscribe(&self.api, self.config, room, member, &feeds, substream, engine);
        let receivers = plan.members.iter().filter(|member| !member.due.is_empty());
        let subscribed = futures_util::stream::iter(receivers.map(subscribe)).buffered(PARALLEL);
        took.extend(subscribed.try_collect::<Vec<_>>().await?.into_iter().map(Some));
        engine.connected(CONNECT_TIMEOUT).await?;
        Ok(took.into_iter().flatten().collect())
    }
}

/// A member publishes what it has to; nothing happens when that is nothing.
async fn publish(
    api: &Api,
    config: PeerConfig,
    room: u64,
    member: &MemberPlan,
    engine: &Engine,
) -> Result<(Option<Feed>, Option<Duration>)> {
    if member.publishes.is_empty() {
        return Ok((None, None));
    }
    let handle = api.attach().await?;
    let begun = Instant::now();
    let offering = Peer::offer(config, begun, &member.publishes, Receiving::default())?;
    let join = json!({"request": "joinandconfigure", "room": room, "ptype": "publisher"});
    let offer = json!({"type": "offer", "sdp": offering.sdp, "trickle": false, "rid_order": "lmh"});
    let answer = api.call(handle, join, Some(offer)).await?;
    let waited = begun.elapsed();
    let id = data(&answer)["id"].as_u64().with_context(|| format!("no feed: {answer}"))?;
    let sdp = answer["jsep"]["sdp"].as_str().with_context(|| format!("no answer: {answer}"))?;
    let feed = feed(id, member, &offering);
    engine.enter(offering.accept(sdp)?)?;
    Ok((Some(feed), Some(waited)))
}

fn feed(id: u64, member: &MemberPlan, offering: &Offering) -> Feed {
    let mid = |is_sound| {
        let place =
            member.publishes.iter().position(|publish| (publish.content == Content::Sound) == is_sound)?;
        offering.lines.get(place).map(|line| line.mid.clone())
    };
    Feed { id, sound: mid(true), picture: mid(false) }
}

/// A member receives what it is due; how long it waited for the server's offer.
async fn subscribe(
    api: &Api,
    config: PeerConfig,
    room: u64,
    member: &MemberPlan,
    feeds: &[Option<Feed>],
    substream: u8,
    engine: &Engine,
) -> Result<Duration> {
    let of = |place: &usize| feeds.get(*place).and_then(Option::as_ref);
    let sounds = member.hears.iter().filter_map(of).map(|feed| (feed.id, &feed.sound));
    let pictures = member.sees.iter().filter_map(of).map(|feed| (feed.id, &feed.picture));
    let stream = |(id, mid): (u64, &Option<String>)| json!({"feed": id, "mid": mid});
    let streams: Vec<_> = sounds.chain(pictures).map(stream).collect();
    let handle = api.attach().await?;
    let begun = Instant::now();
    let join = json!({"request": "join", "room": room, "ptype": "subscriber", "streams": streams});
    let offer = api.call(handle, join, None).await?;
    let waited = begun.elapsed();
    let sdp = offer["jsep"]["sdp"].as_str().with_context(|| format!("no offer: {offer}"))?;
    let (mut peer, answer_sdp) = Peer::answer(config, begun, sdp)?;
    peer.due.clone_from(&member.due);
    engine.enter(peer)?;
    let answer = json!({"type": "answer", "sdp": answer_sdp, "trickle": false});
    let started = api.call(handle, json!({"request": "start"}), Some(answer)).await?;
    ensure!(data(&started)["started"] == "ok", "not started: {started}");
    if member.due.iter().any(|due| due.layers > 1) {
        let offered = data(&offer)["streams"].as_array().cloned().unwrap_or_default();
        let pictures = offered.iter().filter(|stream| stream["type"] == "video");
        let layer = |stream: &Value| json!({"mid": stream["mid"], "substream": substream});
        let streams: Vec<_> = pictures.map(layer).collect();
        api.call(handle, json!({"request": "configure", "streams": streams}), None).await?;
    }
    Ok(waited)
}

fn data(answer: &Value) -> &Value {
    &answer["plugindata"]["data"]
}

impl Api {
    async fn attach(&self) -> Result<u64> {
        let attach =
            json!({"janus": "attach", "plugin": "janus.plugin.videoroom", "transaction": self.transaction()});
        let answer = post(&self.http, &self.session, attach).await?;
        answer["data"]["id"].as_u64().with_context(|| format!("no handle: {answer}"))
    }

    fn transaction(&self) -> String {
        self.next.fetch_add(1, Ordering::Relaxed).to_string()
    }

    /// Asks the plugin; its answer, which comes at once or as an event.
    async fn call(&self, handle: u64, body: Value, jsep: Option<Value>) -> Result<Value> {
        let transaction = self.transaction();
        let (sender, event) = oneshot::channel();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(transaction.clone(), sender);
        let mut message = json!({"janus": "message", "transaction": transaction, "body": body});
        if let Some(jsep) = jsep {
            message["jsep"] = jsep;
        }
        let answer = post(&self.http, &format!("{}/{handle}", self.session), message).await?;
        let answer = match answer["janus"].as_str() {
            Some("ack") => {
                tokio::time::timeout(ANSWER_TIMEOUT, event).await.context("no answer in time")??
            }
            _ => answer,
        };
        if let Some(error) = data(&answer)["error"].as_str() {
            bail!("the plugin says: {error}");
        }
        Ok(answer)
    }

    fn told(&self, event: Value) {
        let Some(transaction) = event["transaction"].as_str() else { return };
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(transaction);
        if let Some(waiting) = waiting {
            let _ = waiting.send(event);
        }
    }
}

/// Hands events to those who wait for them, for as long as the session lives.
async fn listen(api: Arc<Api>) {
    let url = format!("{}?maxev=50", api.session);
    loop {
        let events: Value = match api.http.get(&url).send().await {
            Ok(answer) => answer.json().await.unwrap_or_default(),
            Err(_) => return,
        };
        match events {
            Value::Array(events) => events.into_iter().for_each(|event| api.told(event)),
            event => api.told(event),
        }
    }
}

async fn post(http: &reqwest::Client, url: &str, body: Value) -> Result<Value> {
    let answer: Value = http.post(url).json(&body).send().await?.json().await?;
    ensure!(answer["janus"] != "error", "Janus says: {}", answer["error"]);
    Ok(answer)
}
