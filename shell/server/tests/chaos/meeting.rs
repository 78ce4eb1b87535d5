//! A room under load: people who write into it, what they were told, and what they hear.

use crate::api::Api;
use crate::ledger::{Possible, Tally};
use crate::server::{App, Place};
use parlor_sdk::{
    ChatContent, ChatDraft, ChatMessage, Client, Code, Error, JoinRoom, ReuseIm, Room, RoomEvent, RoomStep,
    RoomStream, To,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::RwLock;

/// Between two writes of one writer.
const PACE: Duration = Duration::from_millis(4);
/// A client that was put out knows it within this.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);
const TICK: Duration = Duration::from_millis(10);

/// What all writers share.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) api: Api,
    pub(crate) app: App,
    /// Kills so far: what was cut off before the latest is not under way any more.
    pub(crate) kills: AtomicUsize,
    pub(crate) stop: AtomicBool,
    /// Writers hold it while they write, the judge while it compares.
    pub(crate) gate: RwLock<()>,
    pub(crate) tally: Mutex<Tally>,
}

/// A call's outcome is unknown.
pub(crate) struct CutOff;

/// A message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// It may be there, once, or not.
    Asked,
    /// It is there, in this place where the answer named one.
    Acked(Option<u64>),
}

/// What is known of a room apart from the server. A fact is named by where it stands in the mirror (see `facts`).
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) facts: BTreeMap<String, Possible<Option<String>>>,
    /// Messages by their texts, each of which is written once.
    pub(crate) messages: BTreeMap<String, Sending>,
    /// The history as far as it was read.
    pub(crate) history: Vec<ChatMessage>,
    /// Commands from person to person: who gets them, and whether they were acknowledged.
    pub(crate) commands: BTreeMap<String, (String, bool)>,
}

/// A room that lives through all kills, and those in it.
pub(crate) struct Meeting {
    pub(crate) world: Arc<World>,
    pub(crate) uuid: String,
    pub(crate) archive_id: i64,
    pub(crate) members: Vec<Member>,
    pub(crate) known: Mutex<Known>,
}

/// Somebody who entered once, and whom only the SDK brings back.
pub(crate) struct Member {
    pub(crate) user_uuid: String,
    pub(crate) client: Client,
    pub(crate) room: Room,
    pub(crate) rtc_uid: i64,
    pub(crate) heard: Arc<Mutex<Heard>>,
}

/// What a member's listeners were told.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) event_seq: u64,
    pub(crate) messages: BTreeSet<u64>,
    pub(crate) commands: BTreeSet<String>,
    pub(crate) back_at: Option<Instant>,
    /// Something that must not be.
    pub(crate) wrong: Vec<String>,
}

impl World {
    pub(crate) fn ack(&self, kind: &'static str) {
        self.tally.lock().unwrap().ack(kind);
    }

    pub(crate) fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    /// Makes a person and logs their client in, IM and room.
    pub(crate) async fn person(&self, name: &str) -> Client {
        let body = json!({"user_uuid": name, "user_token": "room"});
        let made = self.api.json("POST", "/neroom/v3/users", &body).await.unwrap();
        let client = self.place.client(&self.app, name);
        client.im().login(name, made["data"]["im_token"].as_str().unwrap()).await.unwrap();
        client.roomkit(ReuseIm::On).login(name, "room").await.unwrap();
        client
    }

    /// Waits until what was cut off now cannot be carried out any more.
    pub(crate) async fn until_killed(&self) {
        let kills = self.kills.load(Ordering::Relaxed);
        while self.goes_on() && self.kills.load(Ordering::Relaxed) == kills {
            tokio::time::sleep(TICK).await;
        }
    }

    /// Whether a call of the SDK was carried out. A refusal is a fault: nobody here asks for what is forbidden.
    pub(crate) fn outcome<T>(&self, kind: &'static str, outcome: Result<T, Error>) -> Result<T, CutOff> {
        match outcome {
            Ok(done) => {
                self.ack(kind);
                Ok(done)
            }
            Err(error) if may_be_lost(error.code) => {
                self.ack("cut off");
                Err(CutOff)
            }
            Err(error) => panic!("{kind}: {error}"),
        }
    }

    /// The same of a call of the app's server.
    pub(crate) async fn call(
        &self,
        kind: &'static str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Result<Value, CutOff> {
        loop {
            match self.api.json(method, path, &body).await {
                Ok(answer) => {
                    assert_eq!(answer["code"], 0, "{kind}: {answer}");
                    self.ack(kind);
                    return Ok(answer["data"].clone());
                }
                // Nobody was there to hear it.
                Err(cause) if cause.is_connect() && self.goes_on() => tokio::time::sleep(TICK).await,
                Err(_) => {
                    self.ack("cut off");
                    return Err(CutOff);
                }
            }
        }
    }
}

/// The network, or a server that has just begun: asked again, it may be done.
fn may_be_lost(code: Code) -> bool {
    matches!(
        code,
        Code::NetworkUnavailable | Code::RequestTimeout | Code::ServerBusy | Code::AdmissionDelayed
    )
}

impl Meeting {
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap()
    }

    /// Writes a fact: it may be so from now on, and is when the call was answered.
    pub(crate) async fn write<T>(
        &self,
        fact: &str,
        value: Option<String>,
        call: impl Future<Output = Result<T, CutOff>>,
    ) {
        let outcome = {
            let _open = self.world.gate.read().await;
            self.known().may_be(fact, value.clone());
            let outcome = call.await;
            if outcome.is_ok() {
                self.known().is(fact, value);
            }
            outcome
        };
        self.after(outcome).await;
    }

    async fn after<T>(&self, outcome: Result<T, CutOff>) {
        match outcome {
            Ok(_) => tokio::time::sleep(PACE).await,
            Err(CutOff) => self.world.until_killed().await,
        }
    }

    async fn say(&self, member: &Member, number: usize) {
        let outcome = {
            let _open = self.world.gate.read().await;
            let text = format!("{} says {number}", member.user_uuid);
            self.known().messages.insert(text.clone(), Sending::Asked);
            let draft = ChatDraft::new(ChatContent::Text(text.clone()), To::Everyone);
            let sent = self.world.outcome("chat message", member.room.chat().send(draft).await);
            if let Ok(message) = &sent {
                self.known().messages.insert(text, Sending::Acked(Some(message.seq)));
            }
            sent
        };
        self.after(outcome).await;
    }

    async fn wave(&self, member: &Member, to: &Member, number: usize) {
        let outcome = {
            let _open = self.world.gate.read().await;
            let command = format!("{} waves {number}", member.user_uuid);
            self.known().commands.insert(command.clone(), (to.user_uuid.clone(), false));
            let messages = member.client.roomkit(ReuseIm::On).messages();
            let sent = messages.send_custom("", &to.user_uuid, 10_001, &command).await;
            let sent = self.world.outcome("command", sent);
            if sent.is_ok() {
                self.known().commands.insert(command, (to.user_uuid.clone(), true));
            }
            sent
        };
        self.after(outcome).await;
    }

    /// What the host writes: the room's properties, its name, and the role of one member.
    pub(crate) async fn host(self: Arc<Self>) {
        let (world, host) = (&self.world, &self.members[0]);
        let room = &host.room;
        let mut number = 0;
        while world.goes_on() {
            number += 1;
            let key = format!("k{}", number % 4);
            let fact = format!("room/property/{key}");
            let text = format!("v{number}");
            match number % 7 {
                0 => {
                    let call =
                        async { world.outcome("room property deleted", room.delete_property(&key).await) };
                    self.write(&fact, None, call).await;
                }
                1 => {
                    let call = async { world.outcome("room name", room.change_room_name(&text).await) };
                    self.write("room/name", Some(text.clone()), call).await;
                }
                2 => {
                    let role = if number % 2 == 0 { "cohost" } else { "member" };
                    let who = &self.members[1].user_uuid;
                    let call = async { world.outcome("role", room.change_member_role(who, role).await) };
                    self.write(&format!("member/{who}/role"), Some(role.to_owned()), call).await;
                }
                3 => {
                    let call = async { world.outcome("room ext", room.change_room_ext(&text).await) };
                    self.write("room/ext", Some(text.clone()), call).await;
                }
                4 => self.say(host, number).await,
                _ => {
                    let call =
                        async { world.outcome("room property", room.set_property(&key, &text, None).await) };
                    self.write(&fact, Some(text.clone()), call).await;
                }
            }
        }
    }

    /// What a member writes about itself, and to others.
    pub(crate) async fn member(self: Arc<Self>, at: usize) {
        let (world, member) = (&self.world, &self.members[at]);
        let (room, me) = (&member.room, &member.user_uuid);
        let mut number = 0;
        while world.goes_on() {
            number += 1;
            let key = format!("k{}", number % 3);
            let fact = format!("member/{me}/property/{key}");
            let text = format!("v{number}");
            match number % 8 {
                0 => {
                    let call = async {
                        world.outcome("member property deleted", room.delete_member_property("", &key).await)
                    };
                    self.write(&fact, None, call).await;
                }
                1 => {
                    let call = async { world.outcome("member name", room.change_my_name(&text).await) };
                    self.write(&format!("member/{me}/name"), Some(text.clone()), call).await;
                }
                2 => {
                    let call = async { world.outcome("member ext", room.change_my_ext(&text).await) };
                    self.write(&format!("member/{me}/ext"), Some(text.clone()), call).await;
                }
                3 => {
                    let on = number % 16 < 8;
                    let call =
                        async { world.outcome("stream", room.set_stream("", RoomStream::Audio, on).await) };
                    self.write(&format!("member/{me}/audio"), on.then(|| "on".to_owned()), call).await;
                }
                4 | 5 => self.say(member, number).await,
                6 => self.wave(member, &self.members[(at + 1) % self.members.len()], number).await,
                _ => {
                    let call = async {
                        world.outcome("member property", room.set_member_property("", &key, &text).await)
                    };
                    self.write(&fact, Some(text.clone()), call).await;
                }
            }
        }
    }

    /// What the app's server writes.
    pub(crate) async fn server(self: Arc<Self>) {
        let world = &self.world;
        let rooms = format!("/neroom/v4/rooms/{}", self.archive_id);
        let (second, third) = (&self.members[2].user_uuid, &self.members[3].user_uuid);
        let mut number = 0;
        while world.goes_on() {
            number += 1;
            let text = format!("s{number}");
            match number % 4 {
                0 => {
                    let role = if number % 8 == 0 { "cohost" } else { "member" };
                    let path = format!("/neroom/v3/rooms/{}/users/{second}/role", self.archive_id);
                    let call = world.call("role by HTTP", "PATCH", &path, json!({"role": role}));
                    self.write(&format!("member/{second}/role"), Some(role.to_owned()), call).await;
                }
                1 => {
                    let body = json!({"properties": {"server": text}});
                    let call = world.call("room property by HTTP", "POST", &rooms, body);
                    self.write("room/property/server", Some(text.clone()), call).await;
                }
                2 => {
                    let (path, body) =
                        (format!("{rooms}/members/{third}"), json!({"properties": {"server": text}}));
                    let call = world.call("member property by HTTP", "PUT", &path, body);
                    self.write(&format!("member/{third}/property/server"), Some(text.clone()), call).await;
                }
                _ => self.announce(number).await,
            }
        }
    }

    async fn announce(&self, number: usize) {
        let outcome = {
            let _open = self.world.gate.read().await;
            let text = format!("the server says {number}");
            self.known().messages.insert(text.clone(), Sending::Asked);
            let path = format!("/neroom/v3/rooms/{}/messages", self.archive_id);
            let body = json!({"message": text, "message_type": "text"});
            let sent = self.world.call("chat message by HTTP", "POST", &path, body).await;
            if sent.is_ok() {
                self.known().messages.insert(text, Sending::Acked(None));
            }
            sent
        };
        self.after(outcome).await;
    }

    /// Comes in, and goes or is put out, again and again; whoever is out stays out.
    pub(crate) async fn wanderer(self: Arc<Self>, name: String, client: Client) {
        let world = &self.world;
        let rooms = client.roomkit(ReuseIm::On).rooms();
        let fact = format!("member/{name}/present");
        let mut number = 0;
        while world.goes_on() {
            number += 1;
            let joined = async {
                let join = JoinRoom::new(&self.uuid, "").property("left", "never");
                world.outcome("join", rooms.join(join).await)
            };
            self.write(&fact, Some("yes".into()), joined).await;
            let Some(room) = rooms.get(&self.uuid) else { continue };
            let left = async {
                if number % 2 == 0 {
                    world.outcome("leave", room.leave(parlor_sdk::LeaveKind::OnlySelf).await)
                } else {
                    self.put_out(&name).await?;
                    is_out(&room).await;
                    Ok(())
                }
            };
            self.write(&fact, None, left).await;
        }
    }
}

impl Meeting {
    /// Puts somebody out, asking until it is known to be done: whoever were put out without knowing would take
    /// themselves for a member.
    async fn put_out(&self, name: &str) -> Result<(), CutOff> {
        let path = format!("/neroom/v3/rooms/{}/users/{name}", self.archive_id);
        while self.world.goes_on() {
            if let Ok(answer) = self.world.api.json("DELETE", &path, &Value::Null).await {
                let is_out_already = answer["code"] == Code::TargetMemberNotFound.room();
                assert!(answer["code"] == 0 || is_out_already, "kick by HTTP: {answer}");
                self.world.ack("kick by HTTP");
                return Ok(());
            }
            self.world.ack("cut off");
            tokio::time::sleep(TICK).await;
        }
        Err(CutOff)
    }
}

async fn is_out(room: &Room) {
    let begun = Instant::now();
    while room.end_reason().is_none() {
        assert!(
            begun.elapsed() < LIMIT,
            "{} was put out of {} and was not told",
            room.user_uuid(),
            room.uuid()
        );
        tokio::time::sleep(TICK).await;
    }
}

impl Known {
    fn may_be(&mut self, fact: &str, value: Option<String>) {
        let possible = self.facts.entry(fact.to_owned()).or_insert_with(|| Possible::exactly(None));
        possible.may_be(value);
    }

    pub(crate) fn is(&mut self, fact: &str, value: Option<String>) {
        self.facts.insert(fact.to_owned(), Possible::exactly(value));
    }
}

impl Member {
    /// Enters the room and its chat, and listens from then on.
    pub(crate) async fn enter(client: Client, user_uuid: &str, uuid: &str, role: &str) -> Self {
        let kit = client.roomkit(ReuseIm::On);
        let commands = kit.messages().events();
        let room = kit.rooms().join(JoinRoom::new(uuid, user_uuid).role(role)).await.unwrap();
        let (events, messages) = (room.events(), room.chat().events());
        room.chat().join().await.unwrap();
        let heard = Arc::new(Mutex::new(Heard::default()));
        tokio::spawn(hear_events(events, heard.clone()));
        tokio::spawn(hear_messages(messages, heard.clone()));
        tokio::spawn(hear_commands(commands, heard.clone()));
        Self { user_uuid: user_uuid.to_owned(), rtc_uid: room.rtc_uid(), client, room, heard }
    }
}

async fn hear_events(mut events: parlor_sdk::RoomEvents, heard: Arc<Mutex<Heard>>) {
    while let Some(step) = events.next_step().await {
        let mut heard = heard.lock().unwrap();
        let RoomStep::Happened { notice, wire } = step else {
            heard.wrong.push("the listener was too slow".into());
            continue;
        };
        if let Some(seq) = wire.map(|event| event.seq).filter(|seq| *seq > 0) {
            if seq <= heard.event_seq {
                let wrong = format!("event {seq} came after {}", heard.event_seq);
                heard.wrong.push(wrong);
            }
            heard.event_seq = seq;
        }
        match notice.event {
            RoomEvent::ConnectionChanged(true) => heard.back_at = Some(Instant::now()),
            RoomEvent::Ended(reason) => heard.wrong.push(format!("out of the room: {reason:?}")),
            _ => {}
        }
    }
}

async fn hear_messages(mut messages: parlor_sdk::ChatEvents, heard: Arc<Mutex<Heard>>) {
    while let Some(message) = messages.next().await {
        let mut heard = heard.lock().unwrap();
        if heard.messages.last().is_some_and(|last| *last >= message.seq) {
            let wrong = format!("message {} came after {:?}", message.seq, heard.messages.last());
            heard.wrong.push(wrong);
        }
        heard.messages.insert(message.seq);
    }
}

async fn hear_commands(mut commands: parlor_sdk::CommandEvents, heard: Arc<Mutex<Heard>>) {
    while let Some(command) = commands.next().await {
        let mut heard = heard.lock().unwrap();
        if !heard.commands.insert(command.data.clone()) {
            heard.wrong.push(format!("twice: {}", command.data));
        }
    }
}
