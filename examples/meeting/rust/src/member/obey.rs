//! Does what lines say, by the calls of the SDK.

use crate::{lines, listener};
use parlor_sdk::{
    ChatMembersKind, ChatMessage, Client, Code, CreateRoom, Error, HistoryQuery, JoinRoom, LeaveKind,
    Progress, ReuseIm, Room, RoomBanKind, RoomKit, RoomStream, To,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Online meeting, one of the four templates that every app has.
const MEETING: i64 = 40;

/// A person on this device.
pub(crate) struct Member {
    client: Client,
    kit: Option<RoomKit>,
    reuse_im: ReuseIm,
    room: Option<Room>,
    last_file: listener::LastFile,
    listeners: JoinSet<()>,
}

/// Words of a line, one after the other; the rest may have blanks.
struct Words<'a>(&'a str);

impl<'a> Words<'a> {
    fn next(&mut self) -> &'a str {
        let (word, rest) = self.0.split_once(' ').unwrap_or((self.0, ""));
        self.0 = rest;
        word
    }

    fn number(&mut self) -> Result<i32, Error> {
        self.next().parse().map_err(|_| unknown("a number"))
    }

    fn rest(self) -> &'a str {
        self.0
    }
}

fn unknown(what: &str) -> Error {
    let code = Code::InvalidParameter;
    let message = format!("not {what}");
    Error { code, number: code.link(), remedy: code.remedy(), message, retry_after_ms: 0 }
}

/// The answer of a call that answers nothing but its code.
fn done<T>(_: T) -> Value {
    json!({ "code": 0 })
}

fn sent(message: ChatMessage) -> Value {
    json!({ "code": 0, "message": message.message_uuid })
}

fn oldest_first() -> HistoryQuery {
    HistoryQuery { oldest_first: true, ..HistoryQuery::default() }
}

impl Member {
    pub(crate) fn new(client: Client) -> Self {
        let last_file = listener::LastFile::default();
        Self { client, kit: None, reuse_im: ReuseIm::Off, room: None, last_file, listeners: JoinSet::new() }
    }

    /// Does what a command says; the answer's line, but for the command.
    pub(crate) async fn obey(&mut self, command: &str, words: &str) -> Result<Value, Error> {
        let words = Words(words);
        match command {
            "im-log-in" | "im-log-out" | "log-in" | "log-out" => self.identity(command, words).await,
            "create" | "join" | "join-alone" | "devices" | "archive" => self.rooms(command, words).await,
            "upload" | "send" | "fetch" | "download" => self.files(command, words).await,
            "command" | "command-to" | "command-to-role" => self.commands(command, words).await,
            "enter-chat" | "leave-chat" | "say" | "tell" | "recall" | "people" | "history" => {
                self.chat(command, words).await
            }
            "ready" => Ok(done(())),
            "mirror" => Ok(json!({ "code": 0, "mirror": lines::mirror(self.room()?) })),
            _ => self.in_room(command, words).await.map(done),
        }
    }

    fn kit(&mut self) -> RoomKit {
        let (client, reuse_im) = (&self.client, self.reuse_im);
        let listeners = &mut self.listeners;
        let start = || {
            let kit = client.roomkit(reuse_im);
            listeners.spawn(listener::commands(kit.messages().events()));
            kit
        };
        self.kit.get_or_insert_with(start).clone()
    }

    fn room(&self) -> Result<&Room, Error> {
        self.room.as_ref().ok_or_else(|| unknown("in a room"))
    }

    async fn identity(&mut self, command: &str, mut words: Words<'_>) -> Result<Value, Error> {
        match command {
            "im-log-in" => {
                self.reuse_im = ReuseIm::On;
                self.client.im().login(words.next(), words.next()).await.map(done)
            }
            "im-log-out" => self.client.im().logout().await.map(done),
            "log-in" => self.kit().login(words.next(), words.next()).await.map(done),
            _ => self.kit().logout().await.map(done),
        }
    }

    async fn rooms(&mut self, command: &str, mut words: Words<'_>) -> Result<Value, Error> {
        let rooms = self.kit().rooms();
        match command {
            "create" => {
                let room = CreateRoom::new(words.next(), MEETING).password(words.next());
                rooms.create(room.name(words.rest()).chatroom(true)).await.map(done)
            }
            "devices" => {
                let lists = rooms.my_devices(words.next()).await?;
                let devices = lists.first().map(|list| lines::devices(&list.endpoints)).unwrap_or_default();
                Ok(json!({ "code": 0, "devices": devices }))
            }
            "archive" => {
                let archive_id = words.next().parse().map_err(|_| unknown("a number"))?;
                let messages = rooms.chat_history(archive_id, oldest_first()).await?;
                Ok(json!({ "code": 0, "messages": lines::messages(&messages) }))
            }
            _ => {
                let (uuid, password, role) = (words.next(), words.next(), words.next());
                let mut join = JoinRoom::new(uuid, words.rest()).role(role);
                join.password = if password == "-" { String::new() } else { password.to_owned() };
                join.kick_other_device = command == "join-alone";
                let room = rooms.join(join).await?;
                self.listeners.spawn(listener::room(room.clone(), room.events()));
                self.listeners.spawn(listener::messages(room.chat().events(), self.last_file.clone()));
                self.room = Some(room);
                Ok(done(()))
            }
        }
    }

    async fn files(&mut self, command: &str, mut words: Words<'_>) -> Result<Value, Error> {
        let files = self.kit().files();
        match command {
            "upload" => {
                let file = files.upload_path(words.rest(), Progress::none()).await?;
                Ok(json!({ "code": 0, "url": file.url }))
            }
            "send" => {
                let chat = self.room()?.chat();
                chat.send_file(words.rest(), To::Everyone, Progress::none()).await.map(sent)
            }
            "fetch" => {
                files.download_to(self.last_file.url(), words.rest(), Progress::none()).await.map(done)
            }
            _ => files.download_to(words.next(), words.rest(), Progress::none()).await.map(done),
        }
    }

    async fn commands(&mut self, command: &str, mut words: Words<'_>) -> Result<Value, Error> {
        let (messages, room) = (self.kit().messages(), self.room()?.uuid());
        match command {
            "command-to" => {
                let user = words.next();
                messages.send_custom(room, user, words.number()?, words.rest()).await.map(done)
            }
            "command-to-role" => {
                let roles = vec![words.next().to_owned()];
                messages.send_custom_to_roles(room, words.number()?, roles, words.rest()).await.map(done)
            }
            _ => messages.send_custom_to_room(room, words.number()?, words.rest()).await.map(done),
        }
    }

    async fn chat(&mut self, command: &str, mut words: Words<'_>) -> Result<Value, Error> {
        let chat = self.room()?.chat();
        match command {
            "enter-chat" => chat.join().await.map(done),
            "leave-chat" => chat.leave().await.map(done),
            "say" => chat.send_text(words.rest(), To::Everyone).await.map(sent),
            "tell" => {
                let to = To::user(words.next());
                chat.send_text(words.rest(), to).await.map(sent)
            }
            "recall" => chat.recall(words.next()).await.map(done),
            "people" => {
                let people = chat.members(ChatMembersKind::OnlineNormal, 100).await?;
                let names: Vec<_> = people.into_iter().map(|person| person.nick).collect();
                Ok(json!({ "code": 0, "people": names }))
            }
            _ => {
                let messages = chat.history(oldest_first()).await?;
                Ok(json!({ "code": 0, "messages": lines::messages(&messages) }))
            }
        }
    }

    async fn in_room(&mut self, command: &str, mut words: Words<'_>) -> Result<(), Error> {
        let room = self.room()?;
        match command {
            "lock" => room.lock().await,
            "unlock" => room.unlock().await,
            "set" => room.set_property(words.next(), words.rest(), None).await,
            "unset" => room.delete_property(words.next()).await,
            "set-of" => room.set_member_property(words.next(), words.next(), words.rest()).await,
            "unset-of" => room.delete_member_property(words.next(), words.next()).await,
            "rename" => room.change_member_name(words.next(), words.rest()).await,
            "role" => room.change_member_role(words.next(), words.next()).await,
            "hand-over" => room.hand_over_my_role(words.next(), false).await,
            "ban" => room.ban(words.next(), RoomBanKind::Chat, words.number()?.into(), "").await,
            "unban" => room.unban(words.next(), RoomBanKind::Chat, "").await,
            "mute" => room.set_stream(words.next(), RoomStream::Audio, false).await,
            "ban-audio" => room.ban(words.next(), RoomBanKind::Audio, words.number()?.into(), "").await,
            "unban-audio" => room.unban(words.next(), RoomBanKind::Audio, "").await,
            "kick" => room.kick_member_out(words.next(), false).await,
            "kick-for-good" => room.kick_member_out(words.next(), true).await,
            "leave" => room.leave(LeaveKind::OnlySelf).await,
            "end" => room.end().await,
            _ => Err(unknown("a command")),
        }
    }
}
