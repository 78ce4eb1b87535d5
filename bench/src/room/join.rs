//! Joins into a large room: until the mirror is complete, and what heart-beats of others and of the joining link itself
//! feel of them.

use super::figure::{Figures, Times};
use super::world::{BEAT, Room, World, act, beat, enter};
use super::{Args, CONTROL_LIMIT_MS, JOIN_LIMIT_MS};
use crate::heard::Tally;
use crate::link::Link;
use crate::process::{Running, beside, free_port};
use anyhow::Result;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use parlor_protocol::v1::{self, room_act::Act};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::Command;
use tokio::time::{MissedTickBehavior, interval};

/// Accounts that come and go, and one that looks in at the end.
pub(super) const JOINERS: usize = 41;
/// Members whose heart-beats are watched, each this often.
const WATCHED: usize = 20;
const WATCH: Duration = Duration::from_millis(100);
/// Bytes of a view of the large room, nearly.
const VIEW_BYTES: usize = 60_000;

const P99: &str = "join to the complete mirror of 500, p99, ms";
const P50: &str = "join to the complete mirror of 500, p50, ms";
const MAX: &str = "join to the complete mirror of 500, max, ms";
const OWN: &str = "echo on the joining link during its join, longest, ms";
const OWN_P99: &str = "echo on the joining link during its join, p99, ms";
const OTHERS: &str = "echo on members' links during joins, longest, ms";
const OTHERS_P99: &str = "echo on members' links during joins, p99, ms";

/// Measures the server.
pub(super) async fn measure(args: &Args, world: &World, room: &Room, figures: &mut Figures) -> Result<()> {
    room.quiet().await?;
    let first = room.members.len();
    let joiners = world.links(first..first + JOINERS - 1, &Tally::new(0)).await?;
    let (mut joins, mut own, mut others) = (Times::default(), Times::default(), Times::default());
    tokio::select! {
        joined = join(args, room, &joiners, &mut joins, &mut own) => joined?,
        watched = watch(&room.members[..WATCHED], &mut others) => watched?,
        beaten = beat(&room.members, BEAT) => beaten?,
    }
    figures.limited(P99, joins.quantile_ms(990), JOIN_LIMIT_MS);
    figures.add(P50, joins.quantile_ms(500));
    figures.add(MAX, joins.quantile_ms(1000));
    figures.limited(OWN, own.quantile_ms(1000), CONTROL_LIMIT_MS);
    figures.add(OWN_P99, own.quantile_ms(990));
    figures.limited(OTHERS, others.quantile_ms(1000), CONTROL_LIMIT_MS);
    figures.add(OTHERS_P99, others.quantile_ms(990));
    println!("  {} joins, {} and {} echoes", joins.len(), own.len(), others.len());
    Ok(())
}

async fn join(
    args: &Args,
    room: &Room,
    joiners: &[Arc<Link>],
    joins: &mut Times,
    own: &mut Times,
) -> Result<()> {
    let mut ticks = interval(Duration::from_secs(1) / args.joins_per_s as u32);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut running = FuturesUnordered::new();
    for number in 0..(args.seconds * args.joins_per_s) as usize {
        ticks.tick().await;
        // Each has long left again when its turn comes anew.
        let (link, room_uuid, archive_id) =
            (joiners[number % joiners.len()].clone(), room.room_uuid.clone(), room.archive_id);
        running.push(tokio::spawn(async move {
            let (took, echo) = tokio::join!(enter(&link, &room_uuid, "member"), link.ping());
            act(&link, archive_id, Act::Leave(v1::ActLeave::default())).await?;
            link.ears().forget(archive_id);
            Ok::<_, anyhow::Error>((took?, echo?))
        }));
    }
    while let Some(done) = running.next().await {
        let (took, echo) = done??;
        joins.push(took);
        own.push(echo);
    }
    Ok(())
}

/// Heart-beats of these links for as long as it runs.
async fn watch(links: &[Arc<Link>], echoes: &mut Times) -> Result<()> {
    let mut ticks = interval(WATCH / links.len() as u32);
    let mut running = FuturesUnordered::new();
    for link in links.iter().cycle() {
        tokio::select! {
            _ = ticks.tick() => running.push(link.ping()),
            Some(echo) = running.next() => echoes.push(echo?),
        }
    }
    Ok(())
}

/// As many bytes, on demand, from a server that knows nothing.
pub(super) async fn floor(args: &Args, figures: &mut Figures) -> Result<()> {
    let port = free_port()?;
    let mut command = Command::new(beside("parlor-broadcast")?);
    command.arg(format!("127.0.0.1:{port}"));
    let running = Running::listening(command, port).await?;
    let url = format!("ws://127.0.0.1:{port}/");
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await?;
    let mut times = Times::default();
    let mut ticks = interval(Duration::from_secs(1) / args.joins_per_s as u32);
    for _ in 0..args.seconds * args.joins_per_s {
        ticks.tick().await;
        let begun = Instant::now();
        let number = tokio_tungstenite::tungstenite::Message::Text(VIEW_BYTES.to_string().into());
        futures_util::SinkExt::send(&mut socket, number).await?;
        let mut bytes = 0;
        while bytes < VIEW_BYTES {
            bytes += socket.next().await.map_or(Ok(VIEW_BYTES), |message| message.map(|m| m.len()))?;
        }
        times.push(begun.elapsed());
    }
    figures.floor(P99, times.quantile_ms(990));
    figures.floor(P50, times.quantile_ms(500));
    figures.floor(MAX, times.quantile_ms(1000));
    running.end().await
}
