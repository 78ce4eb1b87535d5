//! A server with people on links, and rooms for them.

use super::figure::{Figures, Times};
use crate::accounts::{self, App};
use crate::heard::{Ears, Tally};
use crate::link::Link;
use crate::process::{Running, free_port};
use crate::run;
use anyhow::{Context, Result, bail, ensure};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use parlor_protocol::v1::{self, reply, request, room_act::Act};
use parlor_room::Mirror;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Logins and joins under way at once.
const PARALLEL: usize = 16;
/// Links that keep whole mirrors.
const KEEPERS: usize = 4;
/// The most members of a room here; some come beyond the 500.
const MEMBERS_MAX: u32 = 600;
/// The built-in meeting.
const TEMPLATE_ID: i64 = 40;
/// Clients in a room send something at least this often.
pub(super) const BEAT: Duration = Duration::from_secs(5);
/// Everybody has heard everything by then.
const QUIET_TIMEOUT: Duration = Duration::from_secs(30);

/// A server and accounts on it.
pub(super) struct World {
    pub(super) running: Running,
    pub(super) url: String,
    app: App,
    accounts: Vec<[String; 2]>,
    _folder: tempfile::TempDir,
}

/// One room with members.
pub(super) struct Room {
    pub(super) archive_id: i64,
    pub(super) room_uuid: String,
    /// The first is the host.
    pub(super) members: Vec<Arc<Link>>,
    pub(super) tally: Arc<Tally>,
}

impl World {
    pub(super) async fn new(server: &Path, accounts: usize) -> Result<Self> {
        let (folder, port) = (tempfile::tempdir()?, free_port()?);
        let running = run::start(server, folder.path(), port, false).await?;
        let app = App::first(&folder.path().join(run::DATA)).await?;
        let file = folder.path().join("accounts");
        let base = format!("http://127.0.0.1:{port}");
        accounts::make(&run::client(None)?, &base, &app, accounts, &file).await?;
        let text = std::fs::read_to_string(&file)?;
        let account = |line: &str| {
            let mut words = line.split(' ').map(str::to_owned);
            Some([words.next()?, words.next()?])
        };
        let accounts = text.lines().filter_map(account).collect();
        Ok(Self { running, url: format!("ws://127.0.0.1:{port}/link"), app, accounts, _folder: folder })
    }

    /// The account's link, logged in.
    pub(super) async fn link(&self, account: usize, ears: Ears) -> Result<Arc<Link>> {
        let [name, im_token] = self.accounts.get(account).context("too few accounts")?;
        let link = Link::open(&self.url, ears).await?;
        link.log_in(&self.app.key, name, im_token).await.with_context(|| name.clone())?;
        Ok(Arc::new(link))
    }

    /// The links of these accounts, some of which keep mirrors.
    pub(super) async fn links(
        &self,
        accounts: std::ops::Range<usize>,
        tally: &Arc<Tally>,
    ) -> Result<Vec<Arc<Link>>> {
        let first = accounts.start;
        let coming = |account| self.link(account, Ears::new(tally, account < first + KEEPERS));
        let coming = futures_util::stream::iter(accounts.map(coming)).buffered(PARALLEL);
        coming.collect::<Vec<_>>().await.into_iter().collect()
    }

    /// One room, and so many members in it.
    pub(super) async fn fill(&mut self, members: usize, figures: &mut Figures) -> Result<Room> {
        let tally = Tally::new(1 << 20);
        let links = self.links(0..members, &tally).await?;
        let room_uuid = "large".to_owned();
        let archive_id = create(&links[0], &room_uuid).await?;
        enter(&links[0], &room_uuid, "host").await?;
        let (mut times, begun) = (Times::default(), Instant::now());
        tokio::select! {
            entered = enter_all(&links[1..], &room_uuid, &mut times) => entered?,
            // Who was the first to come in has long to wait.
            beaten = beat(&links, BEAT) => beaten?,
        }
        figures.add("filling the room, joins per s", times.len() as f64 / begun.elapsed().as_secs_f64());
        figures.add("filling the room, join p99, ms", times.quantile_ms(990));
        let room = Room { archive_id, room_uuid, members: links, tally };
        room.quiet().await?;
        Ok(room)
    }

    pub(super) async fn end(self) -> Result<()> {
        self.running.end().await
    }
}

impl Room {
    /// Waits until every member has heard everything; answers the place.
    pub(super) async fn quiet(&self) -> Result<u64> {
        tokio::select! {
            place = self.all_at_one_place() => place,
            beaten = beat(&self.members, BEAT) => beaten.map(|()| 0),
        }
    }

    async fn all_at_one_place(&self) -> Result<u64> {
        let begun = Instant::now();
        loop {
            let mut places = self.members.iter().map(|link| link.ears().at(self.archive_id));
            let first = places.next().unwrap_or(0);
            if places.all(|place| place == first) {
                // What is under way is answered on the same link that all pushes go over.
                pull(&self.members[0], self.archive_id, first).await?;
                if self.members[0].ears().at(self.archive_id) == first {
                    return Ok(first);
                }
            }
            for (number, link) in self.members.iter().enumerate() {
                if let Some(cause) = link.ears().is_lost() {
                    bail!("the link of member {number} was lost: {cause}");
                }
            }
            ensure!(begun.elapsed() < QUIET_TIMEOUT, "some have not heard everything");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The mirrors that were kept equal what a newcomer is shown.
    pub(super) async fn check(&self, world: &World) -> Result<()> {
        let newcomer = world.accounts.len() - 1;
        let link = world.link(newcomer, Ears::new(&Tally::new(0), true)).await?;
        enter(&link, &self.room_uuid, "member").await?;
        self.quiet().await?;
        let ears = link.ears();
        let shown = ears.mirror(self.archive_id).context("the newcomer has no mirror")?;
        let mut kept = 0;
        for member in &self.members {
            if let Some(mirror) = member.ears().mirror(self.archive_id) {
                ensure!(same(mirror, shown), "a mirror is not what a newcomer is shown");
                kept += 1;
            }
        }
        ensure!(kept == KEEPERS, "only {kept} mirrors were kept");
        println!("  {kept} mirrors folded from all events equal the server's view at {}", shown.at().seq);
        Ok(())
    }
}

fn same(one: &Mirror, other: &Mirror) -> bool {
    one.at() == other.at() && one == other
}

async fn enter_all(links: &[Arc<Link>], room_uuid: &str, times: &mut Times) -> Result<()> {
    let joins = links.iter().map(|link| enter(link, room_uuid, "member"));
    let mut joins = futures_util::stream::iter(joins).buffer_unordered(PARALLEL);
    while let Some(took) = joins.next().await {
        times.push(took?);
    }
    Ok(())
}

/// Makes a room.
pub(super) async fn create(link: &Link, room_uuid: &str) -> Result<i64> {
    let create = v1::RoomCreate {
        room_uuid: room_uuid.to_owned(),
        room_name: room_uuid.to_owned(),
        template_id: TEMPLATE_ID,
        max_members: MEMBERS_MAX as i32,
        ..v1::RoomCreate::default()
    };
    match link.ask(request::Body::RoomCreate(create)).await?.parts.pop() {
        Some(reply::Body::RoomCreate(created)) => Ok(created.archive_id),
        _ => bail!("making a room was answered with something else"),
    }
}

/// Brings a link into a room; answers how long the whole mirror took.
pub(super) async fn enter(link: &Link, room_uuid: &str, role: &str) -> Result<Duration> {
    let join =
        v1::RoomJoin { room_uuid: room_uuid.to_owned(), role: role.to_owned(), ..v1::RoomJoin::default() };
    Ok(link.ask(request::Body::RoomJoin(join)).await?.took)
}

/// Does something in a room; answers its place in the stream.
pub(super) async fn act(link: &Link, archive_id: i64, act: Act) -> Result<u64> {
    let act = v1::RoomAct { archive_id, act: Some(act) };
    match link.ask(request::Body::RoomAct(act)).await?.parts.pop() {
        Some(reply::Body::RoomAct(done)) => Ok(done.at.map_or(0, |at| at.seq)),
        _ => bail!("an act was answered with something else"),
    }
}

async fn pull(link: &Link, archive_id: i64, seq: u64) -> Result<()> {
    let pull = v1::RoomPull { archive_id, after: Some(v1::Cursor { epoch: 1, seq }), rtc_uid: 0 };
    link.ask(request::Body::RoomPull(pull)).await?;
    Ok(())
}

/// Heart-beats of all these links, one after another, each every `every`; runs until it is dropped.
pub(super) async fn beat(links: &[Arc<Link>], every: Duration) -> Result<()> {
    let mut ticks = tokio::time::interval(every / links.len().max(1) as u32);
    let mut echoes = FuturesUnordered::new();
    for link in links.iter().cycle() {
        ticks.tick().await;
        echoes.push(async move { link.ping().await });
        while let Some(Some(echo)) = futures_util::FutureExt::now_or_never(echoes.next()) {
            echo?;
        }
    }
    Ok(())
}
