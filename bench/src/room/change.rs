//! One large room whose properties change: from the change to the last mirror.

use super::figure::{Figures, Times};
use super::world::{BEAT, Room, World, act, beat};
use super::{Args, CHANGE_LIMIT_MS, MEMBERS};
use crate::heard::{Ears, Tally};
use crate::link::Link;
use crate::process::{Running, beside, free_port};
use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use parlor_protocol::v1::{self, room_act::Act};
use prost::Message;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::process::Command;
use tokio::time::{MissedTickBehavior, interval};

/// Changes before the measurement.
const WARM_UP: u64 = 50;
/// Members that change something of their own in turn, every second time; else the host changes the room's.
const CHANGERS: usize = 50;
/// The last mirror is complete by then.
const TAIL: Duration = Duration::from_secs(10);

const P99: &str = "change to the last of 500 mirrors, p99, ms";
const P50: &str = "change to the last of 500 mirrors, p50, ms";
const MAX: &str = "change to the last of 500 mirrors, max, ms";
const ANSWER: &str = "change to its answer, p99, ms";
const CPU: &str = "server CPU per event and mirror, us";

/// Measures the server.
pub(super) async fn measure(args: &Args, world: &World, room: &Room, figures: &mut Figures) -> Result<()> {
    let place = room.quiet().await?;
    room.tally.begin(place);
    let measured = async {
        changes(room, WARM_UP, args.changes_per_s).await?;
        let cpu_s = world.running.cpu_s()?;
        let seen = changes(room, args.seconds * args.changes_per_s, args.changes_per_s).await?;
        Ok::<_, anyhow::Error>((seen, world.running.cpu_s()? - cpu_s))
    };
    let ((mut last, mut answers), cpu_s) = tokio::select! {
        measured = measured => measured?,
        beaten = beat(&room.members, BEAT) => return beaten.and(Err(anyhow::anyhow!("the hearts stood still"))),
    };
    figures.limited(P99, last.quantile_ms(990), CHANGE_LIMIT_MS);
    figures.add(P50, last.quantile_ms(500));
    figures.add(MAX, last.quantile_ms(1000));
    figures.add(ANSWER, answers.quantile_ms(990));
    figures.add(CPU, cpu_s * 1e6 / (last.len() * room.members.len()) as f64);
    Ok(())
}

/// Makes so many changes; answers the times until the last mirror, and until each answer.
async fn changes(room: &Room, count: u64, per_s: u64) -> Result<(Times, Times)> {
    let mut ticks = interval(Duration::from_secs(1) / per_s as u32);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut running = FuturesUnordered::new();
    for number in 0..count {
        ticks.tick().await;
        let link = match number % 2 {
            0 => &room.members[0],
            _ => &room.members[1 + number as usize / 2 % CHANGERS],
        };
        let (link, archive_id) = (link.clone(), room.archive_id);
        running.push(tokio::spawn(async move {
            let begun = Instant::now();
            act(&link, archive_id, change(number)).await.map(|seq| (seq, begun, begun.elapsed()))
        }));
    }
    let (mut done, mut answers) = (Vec::new(), Times::default());
    while let Some(answered) = running.next().await {
        let (seq, begun, took) = answered??;
        answers.push(took);
        done.push((seq, begun));
    }
    let mut last = Times::default();
    for (seq, begun) in done {
        last.push(complete(&room.tally, seq, room.members.len()).await?.saturating_duration_since(begun));
    }
    Ok((last, answers))
}

/// Of the room, or of a member's own, in turn.
fn change(number: u64) -> Act {
    let value = format!("value {number:08} of a property");
    match number % 2 {
        0 => Act::SetRoomProperty(v1::ActSetRoomProperty {
            key: format!("topic{}", number / 2 % 8),
            value,
            associated_user_uuid: String::new(),
        }),
        _ => Act::SetMemberProperty(v1::ActSetMemberProperty {
            user_uuid: String::new(),
            key: "hand".to_owned(),
            value,
        }),
    }
}

async fn complete(tally: &Tally, seq: u64, links: usize) -> Result<Instant> {
    let begun = Instant::now();
    loop {
        if let Some(at) = tally.complete(seq, links) {
            return Ok(at);
        }
        ensure!(begun.elapsed() < TAIL, "not everybody has heard event {seq}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The same bytes to as many connections, from a server that only passes them on.
pub(super) async fn floor(args: &Args, figures: &mut Figures) -> Result<()> {
    let port = free_port()?;
    let mut command = Command::new(beside("parlor-broadcast")?);
    command.arg(format!("127.0.0.1:{port}"));
    let running = Running::listening(command, port).await?;
    let url = format!("ws://127.0.0.1:{port}/");
    let count = args.seconds * args.changes_per_s;
    let tally = Tally::new((WARM_UP + count) as usize + 1);
    tally.begin(0);
    let mut links = Vec::new();
    for _ in 0..MEMBERS {
        links.push(Arc::new(Link::open(&url, Ears::new(&tally, false)).await?));
    }
    let mut ticks = interval(Duration::from_secs(1) / args.changes_per_s as u32);
    let mut sent = Vec::new();
    let mut cpu_s = 0.0;
    for number in 0..WARM_UP + count {
        ticks.tick().await;
        if number == WARM_UP {
            cpu_s = running.cpu_s()?;
        }
        sent.push(Instant::now());
        links[number as usize % CHANGERS].send(event(number + 1).encode_to_vec().into()).await?;
    }
    let mut last = Times::default();
    for (number, begun) in sent.into_iter().enumerate().skip(WARM_UP as usize) {
        let at = complete(&tally, number as u64 + 1, links.len()).await.context("the bare server")?;
        last.push(at.saturating_duration_since(begun));
    }
    cpu_s = running.cpu_s()? - cpu_s;
    figures.floor(P99, last.quantile_ms(990));
    figures.floor(P50, last.quantile_ms(500));
    figures.floor(MAX, last.quantile_ms(1000));
    figures.floor(CPU, cpu_s * 1e6 / (last.len() * links.len()) as f64);
    running.end().await
}

/// The frame that the server sends for such a change.
fn event(seq: u64) -> v1::Frame {
    let value = format!("value {seq:08} of a property");
    let changed = v1::RoomMemberPropertiesChanged {
        user_uuid: "bench000000".to_owned(),
        properties: [("hand".to_owned(), value)].into(),
    };
    let event = v1::RoomEvent {
        seq,
        at_ms: 1_800_000_000_000,
        operate_by: "bench000000".to_owned(),
        body: Some(v1::room_event::Body::MemberPropertiesChanged(changed)),
    };
    let events = v1::RoomEvents { archive_id: 1, epoch: 1, events: vec![event] };
    let push = v1::Push { body: Some(v1::push::Body::RoomEvents(events)) };
    v1::Frame { kind: Some(v1::frame::Kind::Push(push)) }
}
