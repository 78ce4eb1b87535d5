//! Rooms and calls of a Parlor server: each peer is a device of an account of its own, with its link, its IM login, its room
//! login on top of that, and its place in the room.

use crate::accounts::{self, Account, App};
use crate::engine::Engine;
use crate::peer::{OfferedLine, Peer, PeerConfig, Receiving};
use crate::plan::{MemberPlan, RoomPlan};
use crate::source::Content;
use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt};
use parlor_sdk::{
    Client, Config, CreateRoom, JoinRoom, MediaEvent, MediaLayer, MediaLine, MediaLineUse, MediaWanted,
    ReuseIm, Room, RoomStream,
};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Logins and joins under way at once.
const PARALLEL: usize = 16;
/// The built-in meeting.
const TEMPLATE_ID: i64 = 40;
/// The most members of a room that a server allows.
const MEMBERS_MAX: i32 = 2_000;
/// What the web client receives in: sound, camera and screen.
const WEB_SOUNDS: usize = 6;
const WEB_PICTURES: usize = 9;
const WEB_SCREENS: usize = 2;
/// All peers are connected within this time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(60);

/// How devices take part.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    pub(crate) peer: PeerConfig,
    /// Everybody offers the lines that the web client does, and not just those that are used.
    pub(crate) web_lines: bool,
    /// Encodings that nobody takes are not sent.
    pub(crate) heeds_needs: bool,
}

/// A server, and the devices that are on it.
pub(crate) struct Parlor {
    server: String,
    app: App,
    habits: Habits,
    accounts: Vec<Account>,
    devices: Vec<Device>,
    listeners: JoinSet<()>,
}

/// A device in its room; it leaves when it is dropped.
struct Device {
    room: Room,
    _client: Client,
}

impl Parlor {
    /// With so many accounts on the server at `server` (`http://host:port`).
    pub(crate) async fn new(server: &str, app: App, accounts: usize, habits: Habits) -> Result<Parlor> {
        let http = reqwest::Client::builder().no_proxy().build()?;
        let prefix = format!("load{:x}_", crate::clock::wall_ns() / 1_000_000);
        let accounts = accounts::make(&http, server, &app, &prefix, accounts).await?;
        let (server, devices) = (server.to_owned(), Vec::new());
        Ok(Parlor { server, app, habits, accounts, devices, listeners: JoinSet::new() })
    }

    /// Fills a room. Answers how long each member waited for the answer to its offer.
    pub(crate) async fn fill(&mut self, engine: &Arc<Engine>, plan: &RoomPlan) -> Result<Vec<Duration>> {
        let first = self.devices.len();
        self.enter(plan).await?;
        let devices = &self.devices[first..];
        let rtc_uids: Vec<_> = devices.iter().map(|device| device.room.rtc_uid()).collect();
        let below_best = plan.below_best;
        let join = |(device, member)| {
            let (engine, habits, rtc_uids) = (engine.clone(), self.habits, &rtc_uids[..]);
            async move { join(device, member, rtc_uids, below_best, habits, &engine).await }
        };
        let (mut publishers, mut others) = (Vec::new(), Vec::new());
        for (device, member) in devices.iter().zip(&plan.members) {
            if member.publishes.is_empty() {
                others.push((device, member))
            } else {
                publishers.push((device, member))
            }
        }
        let mut took = Vec::new();
        // What is published is there before those come who only receive.
        for group in [publishers, others] {
            let joins = futures_util::stream::iter(group.into_iter().map(join)).buffered(PARALLEL);
            for (waited, listener) in joins.try_collect::<Vec<_>>().await? {
                took.push(waited);
                listener.into_iter().for_each(|listener| drop(self.listeners.spawn(listener)));
            }
            engine.connected(CONNECT_TIMEOUT).await?;
        }
        Ok(took)
    }

    /// Makes a room, and its members enter it; the first is the host.
    async fn enter(&mut self, plan: &RoomPlan) -> Result<()> {
        let used = self.devices.len();
        let accounts = self.accounts.get(used..used + plan.members.len()).context("too few accounts")?;
        let Some((host, members)) = accounts.split_first() else { return Ok(()) };
        let uuid = format!("{}{}", plan.name, host.name);
        let enter = |account, role| enter(&self.server, &self.app, account, &uuid, role);
        let host = enter(host, "host").await?;
        let members = futures_util::stream::iter(members.iter().map(|account| enter(account, "member")));
        let members: Vec<_> = members.buffered(PARALLEL).try_collect().await?;
        self.devices.push(host);
        self.devices.extend(members);
        Ok(())
    }
}

/// Logs an account in, IM and room, and enters the room; the host makes it first.
async fn enter(server: &str, app: &App, account: &Account, uuid: &str, role: &str) -> Result<Device> {
    let Account { name, im_token, room_token } = account;
    let config = Config::new(server, &app.key).device_id(name).client_type(16);
    let client = Client::new(config)?;
    client.im().login(name, im_token).await.with_context(|| format!("IM login of {name}"))?;
    let kit = client.roomkit(ReuseIm::On);
    kit.login(name, room_token).await.with_context(|| format!("room login of {name}"))?;
    if role == "host" {
        let create = CreateRoom { max_members: MEMBERS_MAX, ..CreateRoom::new(uuid, TEMPLATE_ID) };
        kit.rooms().create(create).await.context("the room")?;
    }
    let join = JoinRoom::new(uuid, name).role(role);
    let room = kit.rooms().join(join).await.with_context(|| format!("{name} does not get into the room"))?;
    Ok(Device { room, _client: client })
}

/// Listens for as long as it is kept.
type Listener = futures_util::future::BoxFuture<'static, ()>;

/// A device takes part in the call, switches on what it publishes, and says what it wants to see. What listens for the
/// server's word on needed encodings is handed back, where there is something to listen for.
async fn join(
    device: &Device,
    plan: &MemberPlan,
    rtc_uids: &[i64],
    below_best: u8,
    habits: Habits,
    engine: &Arc<Engine>,
) -> Result<(Duration, Option<Listener>)> {
    let (media, begun) = (device.room.media(), Instant::now());
    let receiving = match (habits.web_lines, plan.receiving()) {
        // Screens are pictures here; which line is for one is said beside the offer.
        (true, _) => Receiving { sounds: WEB_SOUNDS, pictures: WEB_PICTURES + WEB_SCREENS },
        (false, used) => used,
    };
    let offering = Peer::offer(habits.peer, begun, &plan.publishes, receiving)?;
    let lines = lines(&offering.lines, habits.web_lines);
    let mut events = media.events();
    let joined = media.join(offering.sdp.clone(), lines).await.context("the call")?;
    let waited = begun.elapsed();
    let mut peer = offering.accept(&joined.answer_sdp)?;
    peer.due.clone_from(&plan.due);
    engine.enter(peer)?;
    for publish in &plan.publishes {
        let stream = match publish.content {
            Content::Sound => RoomStream::Audio,
            Content::Picture(_) => RoomStream::Video,
        };
        device.room.set_stream("", stream, true).await.context("a stream is not allowed")?;
    }
    if !plan.sees.is_empty() {
        let wanted = plan.sees.iter().map(|place| wanted(rtc_uids[*place], below_best)).collect();
        media.demand(joined.media_id, wanted).await.context("what is wanted")?;
    }
    let picture = plan.publishes.iter().find(|publish| publish.content.layers() > 1);
    let Some(picture) = picture.filter(|_| habits.heeds_needs) else { return Ok((waited, None)) };
    let (engine, source) = (engine.clone(), picture.number);
    let listener = async move {
        while let Some(event) = events.next().await {
            let MediaEvent::Needed(needed) = event else { continue };
            if needed.stream() == RoomStream::Video {
                let taken = [MediaLayer::Low, MediaLayer::Medium, MediaLayer::High];
                engine.need(source, &taken.map(|layer| needed.layers.contains(&layer.into())));
            }
        }
    };
    Ok((waited, Some(Box::pin(listener))))
}

fn wanted(rtc_uid: i64, below_best: u8) -> MediaWanted {
    let best = match below_best {
        0 => MediaLayer::High,
        1 => MediaLayer::Medium,
        _ => MediaLayer::Low,
    };
    let stream = RoomStream::Video.into();
    MediaWanted { rtc_uid, stream, width: 0, height: 0, best: best.into(), priority: 0 }
}

/// What each line is for. With the web client's lines the last ones are for screens.
fn lines(offered: &[OfferedLine], web_lines: bool) -> Vec<MediaLine> {
    let screens = if web_lines { WEB_SCREENS } else { 0 };
    let line = |(place, line): (usize, &OfferedLine)| {
        let stream = match line.is_sound {
            true => RoomStream::Audio,
            false if !line.sends && place + screens >= offered.len() => RoomStream::SubVideo,
            false => RoomStream::Video,
        };
        let r#use = match line.sends {
            true => MediaLineUse::Sends(stream.into()),
            false => MediaLineUse::Slot(stream.into()),
        };
        MediaLine { mid: line.mid.clone(), r#use: Some(r#use) }
    };
    offered.iter().enumerate().map(line).collect()
}

/// The address of a server's API, without a slash at its end.
pub(crate) fn base(server: &str) -> Result<String> {
    match server.split_once("://") {
        Some(("http" | "https", _)) => Ok(server.trim_end_matches('/').to_owned()),
        _ => bail!("--server is http://host:port, found {server}"),
    }
}
