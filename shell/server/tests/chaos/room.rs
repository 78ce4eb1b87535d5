//! SIGKILL while people are in rooms and write: they are back in them by themselves, nothing acknowledged is lost,
//! nothing comes twice, and what has ended stays ended. `PARLOR_CHAOS_ROUNDS` kills (`cargo xtask soak chaos` sets 200).

use crate::api::Api;
use crate::judge;
use crate::kill::{below, rounds, seed};
use crate::ledger::Tally;
use crate::meeting::{CutOff, Known, LIMIT, Meeting, Member, World};
use crate::server::{Place, Server};
use parlor_sdk::{Client, CreateRoom, JoinRoom, LeaveKind, ReuseIm};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::RwLock;
use tokio::task::JoinSet;

/// Killed this often in a test; `PARLOR_CHAOS_ROUNDS` says otherwise.
const ROUNDS: usize = 5;
/// Rooms that live through all of it.
const MEETINGS: usize = 3;
/// Members of each: a host, and those whose roles change.
const MEMBERS: usize = 4;
/// Ways of writing, each of which happens.
const KINDS: [&str; 22] = [
    "room property",
    "room property deleted",
    "room property by HTTP",
    "room name",
    "room ext",
    "role",
    "role by HTTP",
    "member property",
    "member property deleted",
    "member property by HTTP",
    "member name",
    "member ext",
    "stream",
    "chat message",
    "chat message by HTTP",
    "command",
    "join",
    "leave",
    "kick by HTTP",
    "room made",
    "room made by HTTP",
    "room ended",
];

/// A room that was made meanwhile, and whether it was ended.
struct Made {
    archive_id: i64,
    uuid: String,
    name: String,
    /// The reason of its end; `None` while nobody asked for one.
    ended: Option<&'static str>,
    /// Its end was asked for and not acknowledged.
    may_be_over: bool,
}

type AllMade = Arc<Mutex<Vec<Made>>>;

#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_everybody_is_back_in_the_rooms_and_nothing_is_lost() {
    let rounds = rounds(ROUNDS);
    let (world, mut server) = world().await;
    let mut meetings = Vec::new();
    for number in 0..MEETINGS {
        meetings.push(meeting(&world, number).await);
    }
    let witness = world.person("witness").await;
    let made = AllMade::default();
    let mut writers = begin(&world, &meetings, &made).await;

    let mut random = seed();
    let (mut back, mut compared) = (Vec::new(), 0);
    while world.kills.load(Ordering::Relaxed) < rounds {
        tokio::time::sleep(Duration::from_millis(below(&mut random, 600))).await;
        while let Some(ended) = writers.try_join_next() {
            ended.expect("a writer found a fault");
            assert!(!world.goes_on(), "a writer gave up");
        }
        kill(&world, server).await;
        // Now and then it is killed again before it is up, or before anybody is back.
        while below(&mut random, 4) == 0 && world.kills.load(Ordering::Relaxed) < rounds {
            let starting = world.place.start();
            tokio::time::sleep(Duration::from_millis(below(&mut random, 400))).await;
            kill(&world, starting).await;
        }
        let killed = Instant::now();
        server = world.place.start_ready().await;
        let ready = Instant::now();
        for member in meetings.iter().flat_map(|meeting| &meeting.members) {
            back.push(judge::is_back(member, killed).await.saturating_duration_since(ready));
        }
        // Under load for a while, then everybody holds their breath.
        tokio::time::sleep(Duration::from_millis(below(&mut random, 400))).await;
        let _closed = world.gate.write().await;
        for meeting in &meetings {
            judge::compare(meeting, &witness).await;
        }
        compared = judge_made(&world, &made, compared).await;
    }
    world.stop.store(true, Ordering::Relaxed);
    while let Some(ended) = writers.join_next().await {
        ended.expect("a writer found a fault");
    }
    for meeting in &meetings {
        judge::compare(meeting, &witness).await;
        judge::whole_history(meeting, &witness).await;
    }
    judge_made(&world, &made, 0).await;
    server.kill().await;
    report(&world, &meetings, &made, back, rounds);
}

async fn kill(world: &World, server: Server) {
    server.kill().await;
    world.kills.fetch_add(1, Ordering::Relaxed);
}

async fn world() -> (Arc<World>, Server) {
    let place = Place::new(&[
        ("PARLOR__LINK__LOGINS_PER_S", "0"),
        ("PARLOR__LINK__REQUESTS_PER_S", "0"),
        ("PARLOR__HTTP__REQUESTS_PER_S", "0"),
        // Everybody hears everything, so that what is missing is a fault.
        ("PARLOR__CHAT__RECEIVE_ORDINARY_PER_S", "0"),
        ("PARLOR__CHAT__RECEIVE_HIGH_PRIORITY_PER_S", "0"),
    ]);
    let server = place.start_ready().await;
    let app = place.first_app();
    let api = Api::new(place.base(), app.clone());
    let world = World {
        place,
        api,
        app,
        kills: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        gate: RwLock::new(()),
        tally: Mutex::new(Tally::default()),
    };
    (Arc::new(world), server)
}

async fn meeting(world: &Arc<World>, number: usize) -> Arc<Meeting> {
    let uuid = format!("meeting{number}");
    let name = |at: usize| format!("r{number}m{at}");
    let host = world.person(&name(0)).await;
    let rooms = host.roomkit(ReuseIm::On).rooms();
    let archive_id = rooms.create(CreateRoom::new(&uuid, 40).chatroom(true)).await.unwrap().archive_id;
    let mut members = vec![Member::enter(host, &name(0), &uuid, "host").await];
    for at in 1..MEMBERS {
        members.push(Member::enter(world.person(&name(at)).await, &name(at), &uuid, "member").await);
    }
    let mut known = Known::default();
    for (fact, value) in judge::facts(&members[0].room.read(Clone::clone).unwrap()) {
        known.is(&fact, Some(value));
    }
    let world = world.clone();
    Arc::new(Meeting { world, uuid, archive_id, members, known: Mutex::new(known) })
}

async fn begin(world: &Arc<World>, meetings: &[Arc<Meeting>], made: &AllMade) -> JoinSet<()> {
    let mut writers = JoinSet::new();
    for (number, meeting) in meetings.iter().enumerate() {
        writers.spawn(meeting.clone().host());
        for at in 1..MEMBERS {
            writers.spawn(meeting.clone().member(at));
        }
        writers.spawn(meeting.clone().server());
        let name = format!("wanderer{number}");
        let client = world.person(&name).await;
        writers.spawn(meeting.clone().wanderer(name, client));
    }
    let client = world.person("builder").await;
    writers.spawn(build(world.clone(), client, made.clone()));
    writers.spawn(build_by_http(world.clone(), made.clone()));
    writers
}

/// Makes rooms, enters them, ends every other one; the uuid of an ended one is free again.
async fn build(world: Arc<World>, client: Client, made: AllMade) {
    let (mut number, mut series) = (0_usize, 0);
    while world.goes_on() {
        number += 1;
        if let Err(CutOff) = build_one(&world, &client, &made, number, series).await {
            world.until_killed().await;
            series += 1;
        }
    }
}

async fn build_one(
    world: &World,
    client: &Client,
    made: &AllMade,
    number: usize,
    series: usize,
) -> Result<(), CutOff> {
    let _open = world.gate.read().await;
    let rooms = client.roomkit(ReuseIm::On).rooms();
    let is_ended = number.is_multiple_of(2);
    let uuid = if is_ended { format!("again{series}") } else { format!("stays{number}") };
    let name = format!("room {number}");
    let create = CreateRoom::new(&uuid, 40).name(&name).property("made", "yes");
    let archive_id = world.outcome("room made", rooms.create(create).await)?.archive_id;
    let at = made.lock().unwrap().len();
    made.lock().unwrap().push(Made { archive_id, uuid: uuid.clone(), name, ended: None, may_be_over: false });
    let join = JoinRoom::new(&uuid, "builder").role("host");
    let room = world.outcome("join", rooms.join(join).await)?;
    assert_eq!(room.archive_id(), archive_id);
    assert_eq!(room.properties().get("made").map(String::as_str), Some("yes"));
    if !is_ended {
        return world.outcome("leave", room.leave(LeaveKind::OnlySelf).await);
    }
    let made_at = |change: &dyn Fn(&mut Made)| {
        let mut made = made.lock().unwrap();
        let one = made.iter_mut().skip(at).find(|one| one.archive_id == archive_id);
        change(one.expect("it was made"));
    };
    made_at(&|one| one.may_be_over = true);
    world.outcome("room ended", room.end().await)?;
    made_at(&|one| one.ended = Some("CLOSE_BY_MEMBER"));
    Ok(())
}

/// The same by the app's server.
async fn build_by_http(world: Arc<World>, made: AllMade) {
    let mut number = 0;
    while world.goes_on() {
        number += 1;
        if let Err(CutOff) = build_one_by_http(&world, &made, number).await {
            world.until_killed().await;
        }
    }
}

async fn build_one_by_http(world: &World, made: &AllMade, number: usize) -> Result<(), CutOff> {
    let _open = world.gate.read().await;
    let (uuid, name) = (format!("http{number}"), format!("http room {number}"));
    let body = json!({"template_id": 40, "room_uuid": uuid, "room_name": name});
    let answer = world.call("room made by HTTP", "POST", "/neroom/v4/rooms", body).await?;
    let archive_id: i64 = answer["room_archive_id"].as_str().unwrap().parse().unwrap();
    let is_ended = number.is_multiple_of(2);
    let one = Made { archive_id, uuid, name, ended: None, may_be_over: is_ended };
    made.lock().unwrap().push(one);
    if is_ended {
        let path = format!("/neroom/v3/rooms/{archive_id}");
        world.call("room ended by HTTP", "DELETE", &path, Value::Null).await?;
        let mut made = made.lock().unwrap();
        let one = made.iter_mut().rev().find(|one| one.archive_id == archive_id);
        one.expect("it was made").ended = Some("CLOSE_BY_BACKEND");
    }
    Ok(())
}

/// Rooms made are there, those ended are over, from the one at `from` on; answers how many there are.
async fn judge_made(world: &World, made: &AllMade, from: usize) -> usize {
    let to_be_seen: Vec<_> = {
        let made = made.lock().unwrap();
        let one =
            |one: &Made| (one.archive_id, one.uuid.clone(), one.name.clone(), one.ended, one.may_be_over);
        made.iter().skip(from).map(one).collect()
    };
    for (archive_id, uuid, name, ended, may_be_over) in &to_be_seen {
        let path = format!("/apps/v2/room?roomArchiveId={archive_id}");
        let answer = world.api.json("GET", &path, &Value::Null).await.unwrap();
        assert_eq!(answer["code"], 0, "room {uuid} is lost: {answer}");
        let shown = &answer["data"];
        assert_eq!(json!([shown["roomUuid"], shown["roomName"]]), json!([uuid, name]));
        let reason = shown["closeReason"].as_str();
        match ended {
            Some(_) => assert_eq!(reason, *ended, "{shown}"),
            None => assert!(reason.is_none() || *may_be_over, "nobody has ended it: {shown}"),
        }
    }
    from + to_be_seen.len()
}

fn report(world: &World, meetings: &[Arc<Meeting>], made: &AllMade, mut back: Vec<Duration>, rounds: usize) {
    back.sort();
    let (median, most) = (back[back.len() / 2], back[back.len() - 1]);
    let kills = world.kills.load(Ordering::Relaxed);
    let tally = world.tally.lock().unwrap();
    println!("rooms: seed {}, {kills} kills, {} rooms made, {tally:?}", seed(), made.lock().unwrap().len());
    println!("rooms: back in the room after the server answers: median {median:?}, at most {most:?}");
    let messages: usize = meetings.iter().map(|meeting| meeting.known().messages.len()).sum();
    println!("rooms: {messages} messages in {} histories", meetings.len());
    assert!(most < LIMIT);
    let enough = if rounds >= 200 { 50 } else { 1 };
    for kind in KINDS {
        assert!(tally.of(kind) >= enough || rounds < ROUNDS, "only {} of {kind}", tally.of(kind));
    }
}
