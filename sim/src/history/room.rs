//! What apps do in rooms: making, entering, acting, writing, leaving, ending; all of them in the same few rooms.

use super::app::FOR_ONE;
use super::device::Installed;
use super::world::{ROOMS, World, password_of};
use crate::judge::{InRoom, Mirrored};
use crate::wire::Side;
use crate::witness::Witness;
use parlor_protocol::v1::room_act::Act;
use parlor_sdk::{ChatContent, ChatDraft, CreateRoom, JoinRoom, LeaveKind, ReuseIm, Room, RoomEvent, To};
use std::time::Duration;

/// The built-in meeting.
pub(super) const MEETING: i64 = 40;

impl World {
    /// One thing that an app does with rooms.
    pub(super) async fn room_acts(&mut self) {
        let device = self.dice.below(self.devices.len());
        let rooms = self.devices[device].client.roomkit(ReuseIm::On).rooms().joined();
        if self.devices[device].view().room.is_none() {
            return match self.dice.chance(60) {
                true => self.room_login(device, ReuseIm::Off),
                false => self.app_acts(),
            };
        }
        if rooms.is_empty() {
            return match self.dice.chance(30) {
                true => self.create_room(device),
                false => self.join_room(device),
            };
        }
        let room = self.dice.pick(&rooms).clone();
        match self.dice.below(100) {
            0..3 => self.create_room(device),
            3..11 => self.join_room(device),
            11..23 => self.chat_presence(device, &room),
            23..38 => self.chat_send(device, &room),
            38..42 => self.chat_recall(device, &room),
            42..46 => self.leave_room(device, &room),
            46..53 => self.send_command(device),
            _ => {
                let act = self.some_act(&room);
                self.do_in_room(device, &room, act);
            }
        }
        if self.dice.chance(15) {
            self.lose_the_answer(device).await;
        }
    }

    /// Everybody logs in and comes into a room.
    pub(super) async fn assemble(&mut self) {
        let devices = 0..self.devices.len();
        devices.clone().for_each(|device| self.room_login(device, ReuseIm::Off));
        tokio::time::sleep(Duration::from_secs(4)).await;
        self.create_room(0);
        tokio::time::sleep(Duration::from_secs(3)).await;
        devices.for_each(|device| self.join_room(device));
    }

    /// Everybody in rooms wants the one thing at the same moment.
    pub(super) fn room_race(&mut self) {
        let contested = self.dice.below(8);
        for device in 0..self.devices.len() {
            if contested == 0 {
                self.join_room(device);
                continue;
            }
            for room in self.devices[device].client.roomkit(ReuseIm::On).rooms().joined() {
                if contested == 7 {
                    self.chat_send(device, &room);
                    continue;
                }
                let act = self.contested(contested, &room, device);
                self.do_in_room(device, &room, act);
            }
        }
    }

    /// The answer to what was asked last does not arrive; it is asked again on the next link.
    async fn lose_the_answer(&mut self, device: usize) {
        let weather = self.character.weather;
        tokio::time::sleep(Duration::from_millis(self.dice.between(0, weather.delay_ms))).await;
        for laid in self.network.wires().into_iter().filter(|laid| laid.device == device) {
            let how_long = Duration::from_millis(self.dice.between(500, 4_000));
            laid.wire.silence(Side::Client, how_long);
            tokio::time::sleep(how_long / 2).await;
            laid.wire.cut(Some(Duration::ZERO), None);
        }
    }

    fn create_room(&mut self, device: usize) {
        let room_uuid = *self.dice.pick(&ROOMS);
        let template = *self.dice.pick(&[MEETING, self.lesson]);
        let mut room = CreateRoom::new(room_uuid, template).password(password_of(room_uuid));
        room.resources.chatroom = !self.dice.chance(10);
        room.max_members = *self.dice.pick(&[0, 0, 0, 1, 2]);
        self.last_room += 1;
        room.ext = format!("room {}", self.last_room);
        if self.dice.chance(25) {
            room.role_bind.insert(self.somebody(), self.some_role(template).to_owned());
        }
        let what = format!("create {room_uuid} by template {template}, bound {:?}", room.role_bind);
        let client = self.devices[device].client.clone();
        self.call(device, &what, async move {
            match client.roomkit(ReuseIm::On).rooms().create(room).await {
                Ok(created) => format!("room {}", created.archive_id),
                Err(error) => format!("{:?}", error.code),
            }
        });
    }

    fn join_room(&mut self, device: usize) {
        let room_uuid = *self.dice.pick(&ROOMS);
        let password = if self.dice.chance(5) { "wrong" } else { password_of(room_uuid) };
        let live = self.witness.judge(|judge| judge.template_of(room_uuid)).unwrap_or(MEETING);
        let role = if self.dice.chance(20) { "" } else { self.some_role(live) };
        let kick = self.dice.chance(30);
        let mut join = JoinRoom::new(room_uuid, format!("n{}", self.dice.below(3)))
            .role(role)
            .password(password)
            .kick_other_device(kick);
        if self.dice.chance(15) {
            join = join.property(self.some_key(live), self.some_value());
        }
        let (client, number) = (self.devices[device].client.clone(), self.devices[device].number);
        self.last_stay += 1;
        let (witness, stay) = (self.witness.clone(), self.last_stay);
        let what = format!("join {room_uuid} as {role:?}, password {password:?}, kick {kick}");
        self.call(device, &what, async move {
            match client.roomkit(ReuseIm::On).rooms().join(join).await {
                Ok(room) => {
                    witness.line(format!("client {number}: in room {}", room.archive_id()));
                    listen(&room, number, stay, &witness).await;
                    format!("room {} is over", room.archive_id())
                }
                Err(error) => format!("{:?}", error.code),
            }
        });
    }

    fn leave_room(&mut self, device: usize, room: &Room) {
        let kind = if self.dice.chance(30) { LeaveKind::All } else { LeaveKind::OnlySelf };
        self.witness.judge(|judge| judge.leave_called(self.devices[device].number, room.archive_id()));
        let room = room.clone();
        self.call(device, &format!("leave room {}, {kind:?}", room.archive_id()), async move {
            shown(room.leave(kind).await)
        });
    }

    fn do_in_room(&mut self, device: usize, room: &Room, mut act: Act) {
        if let Act::Command(command) = &mut act {
            self.last_command += 1;
            command.data = format!("c{}", self.last_command);
        }
        let room = room.clone();
        let what = format!("in room {}: {act:?}", room.archive_id());
        self.call(device, &what, async move { shown(room.act(act).await) });
    }

    fn chat_presence(&mut self, device: usize, room: &Room) {
        let (room, joins) = (room.clone(), self.dice.chance(85));
        self.call(device, &format!("chat of room {}: present {joins}", room.archive_id()), async move {
            let chat = room.chat();
            shown(if joins { chat.join().await } else { chat.leave().await })
        });
    }

    pub(super) fn chat_send(&mut self, device: usize, room: &Room) {
        if !self.dice.chance(8) {
            self.last_message += 1;
        }
        let message_uuid = format!("m{}-{}", self.last_message, self.devices[device].number);
        let to = match self.dice.chance(80) {
            true => To::Everyone,
            false => To::user(self.somebody()),
        };
        let what = format!("chat of room {}: send {message_uuid} to {to:?}", room.archive_id());
        let content = ChatContent::Text("hello".to_owned());
        let draft = ChatDraft { message_uuid, content, to, ext: String::new() };
        let room = room.clone();
        self.call(device, &what, async move { shown(room.chat().send(draft).await.map(drop)) });
    }

    /// Something for one person, wherever they are.
    fn send_command(&mut self, device: usize) {
        let to = self.somebody();
        let room_uuid = if self.dice.chance(30) { *self.dice.pick(&ROOMS) } else { "" };
        self.send_command_to(device, room_uuid, to);
    }

    fn send_command_to(&mut self, device: usize, room_uuid: &str, to: String) {
        self.last_command += 1;
        let text = format!("c{}", self.last_command);
        self.witness.judge(|judge| judge.command_called(&text, &to));
        let (client, room_uuid) = (self.devices[device].client.clone(), room_uuid.to_owned());
        self.call(device, &format!("command {text} to {to} by room {room_uuid:?}"), async move {
            let messages = client.roomkit(ReuseIm::On).messages();
            shown(messages.send_custom(room_uuid, to, FOR_ONE, text).await)
        });
    }

    fn chat_recall(&mut self, device: usize, room: &Room) {
        let uuids = self.witness.judge(|judge| judge.messages_of(room.archive_id()));
        if uuids.is_empty() {
            return;
        }
        let (room, uuid) = (room.clone(), self.dice.pick(&uuids).clone());
        self.call(device, &format!("chat of room {}: recall {uuid}", room.archive_id()), async move {
            shown(room.chat().recall(uuid).await)
        });
    }

    pub(super) fn somebody(&self) -> String {
        self.dice.pick(&self.users).to_string()
    }

    pub(super) fn somebody_or_nobody(&self) -> String {
        if self.dice.chance(50) { String::new() } else { self.somebody() }
    }

    /// Everybody who is in a chat says one more thing.
    pub(super) fn last_words(&mut self) {
        self.witness.judge(|judge| judge.last_words());
        for device in 0..self.devices.len() {
            for room in self.devices[device].client.roomkit(ReuseIm::On).rooms().joined() {
                if room.chat().is_joined() {
                    self.chat_send(device, &room);
                }
            }
        }
        let speaks = (0..self.devices.len()).find(|device| self.devices[*device].view().room.is_some());
        for user in self.users.clone() {
            if let Some(device) = speaks {
                self.send_command_to(device, "", user.to_string());
            }
        }
    }

    /// The rooms as the clients show them.
    pub(super) fn in_rooms(&self) -> Vec<InRoom> {
        self.devices.iter().map(in_rooms).collect()
    }

    /// Reads every room that lives as a server does.
    pub(super) async fn read_rooms(&self) -> Result<(), String> {
        let node = self.house.some_node().ok_or("no gateway")?;
        for id in self.witness.judge(|judge| judge.live_rooms()) {
            let archive_id = parlor_protocol::ids::ArchiveId(id.unsigned_abs());
            let read = parlor_server::room::snapshot(&node, self.app_id, archive_id).await;
            let read = read.map_err(|fault| format!("room {id} cannot be read: {fault}"))?;
            let (_, room) = read.ok_or_else(|| format!("room {id} is not there"))?;
            self.witness.room_read(id, room.mirror());
        }
        Ok(())
    }
}

fn in_rooms(device: &Installed) -> InRoom {
    let rooms = device.client.roomkit(ReuseIm::On).rooms().joined();
    let rooms = rooms.iter().filter_map(|room| {
        let (rtc_uid, in_chat, connected) = (room.rtc_uid(), room.chat().is_joined(), room.is_connected());
        room.read(|mirror| Mirrored {
            archive_id: room.archive_id(),
            rtc_uid,
            seq: mirror.at().seq,
            head: mirror.head().clone(),
            members: mirror.members().cloned().collect(),
            in_chat,
            connected,
        })
    });
    InRoom { client: device.number, device: device.name.clone(), rooms: rooms.collect() }
}

/// Tells the judge what a client says of a room, until the room is over for it.
async fn listen(room: &Room, number: usize, stay: u64, witness: &Witness) {
    let archive_id = room.archive_id();
    let (mut events, mut messages) = (room.events(), room.chat().events());
    witness.judge(|judge| judge.client_in_room(number, archive_id, stay));
    let user = room.user_uuid().to_owned();
    loop {
        tokio::select! {
            biased;
            message = messages.next() => {
                let Some(message) = message else { break };
                witness.line(format!("client {number} hears message {} of room {archive_id}", message.seq));
                witness.judge(|judge| judge.client_hears(number, (archive_id, stay), &user, &message));
            }
            notice = events.next() => {
                let Some(notice) = notice else { break };
                if let RoomEvent::Ended(reason) = notice.event {
                    tell_end(number, archive_id, reason.name(), witness);
                    return;
                }
            }
        }
    }
    while let Some(notice) = events.next().await {
        if let RoomEvent::Ended(reason) = notice.event {
            tell_end(number, archive_id, reason.name(), witness);
        }
    }
}

fn tell_end(number: usize, archive_id: i64, reason: &str, witness: &Witness) {
    witness.line(format!("client {number} reports the end of room {archive_id}: {reason}"));
    witness.judge(|judge| judge.client_room_ended(number, archive_id, reason));
}

fn shown(outcome: Result<(), parlor_sdk::Error>) -> String {
    match outcome {
        Ok(()) => "done".to_owned(),
        Err(error) => format!("{:?}", error.code),
    }
}
