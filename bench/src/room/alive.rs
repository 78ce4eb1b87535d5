//! Many links, each in eight rooms, alive: what the server keeps for them.

use super::figure::{Figures, Times};
use super::world::{BEAT, World, act, beat, create, enter};
use super::{Args, RSS_LIMIT_MIB};
use crate::heard::{Ears, Tally};
use crate::link::Link;
use crate::process::{Running, beside, free_port};
use anyhow::{Result, bail, ensure};
use futures_util::StreamExt;
use parlor_protocol::v1::{self, room_act::Act};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::Command;
use tokio::time::interval;

/// Rooms of each link.
const ROOMS_PER_LINK: usize = 8;
/// Members of each room.
const MEMBERS_PER_ROOM: usize = 50;
/// Joins under way at once.
const PARALLEL: usize = 32;
/// Each room has a change this often.
const CHANGE: Duration = Duration::from_secs(5);

const RSS: &str = "RSS with 2500 links in 8 rooms each, MiB";
const LINK: &str = "RSS per link without rooms, KiB";
const MEMBERSHIP: &str = "RSS per link and room, bytes";
const JOINS: &str = "joins per s into rooms of 50";
const CPU: &str = "server CPU while alive, share of one core";
const MISSED: &str = "events that did not come, of those due";

/// Measures the server.
pub(super) async fn measure(args: &Args, server: &Path, figures: &mut Figures) -> Result<()> {
    let rooms = args.links * ROOMS_PER_LINK / MEMBERS_PER_ROOM;
    println!("  {} links, {rooms} rooms of {MEMBERS_PER_ROOM}, {ROOMS_PER_LINK} rooms each", args.links);
    let world = World::new(server, args.links).await?;
    let tally = Tally::new(0);
    let before_kib = world.running.rss_kib()?;
    let links = world.links(0..args.links, &tally).await?;
    let logged_in_kib = world.running.rss_kib()?;
    figures.add(LINK, (logged_in_kib as f64 - before_kib as f64) / args.links as f64);
    let begun = Instant::now();
    let memberships = tokio::select! {
        entered = enter_all(&links, rooms) => entered?,
        beaten = beat(&links, BEAT) => return beaten,
    };
    figures.add(JOINS, (args.links * ROOMS_PER_LINK) as f64 / begun.elapsed().as_secs_f64());
    let cpu_s = world.running.cpu_s()?;
    let (heard, begun) = (tally.total(), Instant::now());
    let changed = tokio::select! {
        changed = change(&memberships, Duration::from_secs(args.seconds)) => changed?,
        beaten = beat(&links, BEAT) => return beaten,
    };
    tokio::time::sleep(Duration::from_secs(1)).await;
    figures.add(CPU, (world.running.cpu_s()? - cpu_s) / begun.elapsed().as_secs_f64());
    let due = (changed * MEMBERS_PER_ROOM) as f64;
    figures.limited(MISSED, due - (tally.total() - heard) as f64, 0.0);
    for link in &links {
        if let Some(cause) = link.ears().is_lost() {
            bail!("a link was lost: {cause}");
        }
    }
    let after_kib = world.running.rss_kib()?;
    figures.limited(RSS, after_kib as f64 / 1024.0, RSS_LIMIT_MIB);
    let of_rooms = (after_kib as f64 - logged_in_kib as f64) * 1024.0;
    figures.add(MEMBERSHIP, of_rooms / (args.links * ROOMS_PER_LINK) as f64);
    world.end().await
}

/// The rooms, each with its first member and its archive id.
async fn enter_all(links: &[Arc<Link>], rooms: usize) -> Result<Vec<(Arc<Link>, i64)>> {
    let mut made = Vec::new();
    for room in 0..rooms {
        let host = &links[room / ROOMS_PER_LINK];
        made.push((host.clone(), create(host, &format!("room{room}")).await?));
    }
    let mut times = Times::default();
    let joins = (0..ROOMS_PER_LINK).flat_map(|turn| (0..links.len()).map(move |link| (turn, link)));
    let joins = joins.map(|(turn, link)| async move {
        let room = (link * ROOMS_PER_LINK + turn) % rooms;
        enter(&links[link], &format!("room{room}"), "member").await
    });
    let mut joins = futures_util::stream::iter(joins).buffer_unordered(PARALLEL);
    while let Some(took) = joins.next().await {
        times.push(took?);
    }
    ensure!(times.len() == links.len() * ROOMS_PER_LINK, "not all are in");
    Ok(made)
}

/// A change in each room now and then; answers how many there were.
async fn change(rooms: &[(Arc<Link>, i64)], time: Duration) -> Result<usize> {
    let mut ticks = interval(CHANGE / rooms.len().max(1) as u32);
    let (begun, mut count) = (Instant::now(), 0);
    for (link, archive_id) in rooms.iter().cycle() {
        if begun.elapsed() > time {
            break;
        }
        ticks.tick().await;
        let (key, value) = ("hand".to_owned(), format!("{count}"));
        let change = v1::ActSetMemberProperty { user_uuid: String::new(), key, value };
        act(link, *archive_id, Act::SetMemberProperty(change)).await?;
        count += 1;
    }
    Ok(count)
}

/// As many connections to a server that knows nothing of rooms.
pub(super) async fn floor(args: &Args, figures: &mut Figures) -> Result<()> {
    let port = free_port()?;
    let mut command = Command::new(beside("parlor-broadcast")?);
    command.arg(format!("127.0.0.1:{port}"));
    let running = Running::listening(command, port).await?;
    let url = format!("ws://127.0.0.1:{port}/");
    let tally = Tally::new(0);
    let before_kib = running.rss_kib()?;
    let mut links = Vec::new();
    for _ in 0..args.links {
        links.push(Link::open(&url, Ears::new(&tally, false)).await?);
    }
    let after_kib = running.rss_kib()?;
    figures.floor(LINK, (after_kib as f64 - before_kib as f64) / links.len() as f64);
    figures.floor(RSS, after_kib as f64 / 1024.0);
    running.end().await
}
