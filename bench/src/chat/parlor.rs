//! Our own server: frames over a WebSocket, read as far as counting them takes.

use super::crowd::{Heard, Speech};
use anyhow::{Context, Result, bail, ensure};
use parlor_protocol::v1::{self, reply, request};
use prost::Message;

/// The room that everybody is in.
pub(crate) const ROOM: &str = "fan";

/// One account and its tokens.
pub(crate) struct Account {
    pub(crate) name: String,
    pub(crate) im_token: String,
    pub(crate) room_token: String,
}

/// Where a link is on its way into the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Upgrade,
    Login,
    RoomLogin,
    Join,
    Present,
    Inside,
}

struct Member {
    step: Step,
    requests: u64,
    /// The place of the newest message; `None` before the first.
    seq: Option<u64>,
}

/// What is said to our server and heard from it.
pub(crate) struct Parlor {
    app_key: String,
    accounts: Vec<Account>,
    /// The links that hear every message by a push; what others send themselves comes with its answer.
    listeners: usize,
    members: Vec<Member>,
    archive_id: i64,
    text: String,
}

impl Parlor {
    /// Speech for these accounts, one a link.
    pub(crate) fn new(app_key: String, accounts: Vec<Account>, listeners: usize, text: &str) -> Self {
        let text = text.to_owned();
        Self { app_key, accounts, listeners, members: Vec::new(), archive_id: 0, text }
    }

    fn ask(&mut self, link: usize, body: request::Body, out: &mut Vec<u8>) {
        let member = &mut self.members[link];
        member.requests += 1;
        let mut op_id = vec![0; 16];
        op_id[..8].copy_from_slice(&(link as u64).to_be_bytes());
        op_id[8..].copy_from_slice(&member.requests.to_be_bytes());
        let request = v1::Request { id: member.requests, op_id, body: Some(body), ..v1::Request::default() };
        let frame = v1::Frame { kind: Some(v1::frame::Kind::Request(request)) };
        masked(&frame.encode_to_vec(), out);
    }

    fn upgraded(&mut self, link: usize, out: &mut Vec<u8>) {
        let account = &self.accounts[link];
        let device = v1::Device { device_id: account.name.clone(), client_type: 1, ..v1::Device::default() };
        let login = v1::Login {
            version: 1,
            app_key: self.app_key.clone(),
            account: account.name.clone(),
            token: account.im_token.clone(),
            device: Some(device),
            manual: true,
            ..v1::Login::default()
        };
        self.members[link].step = Step::Login;
        self.ask(link, request::Body::Login(login), out);
    }

    fn replied(
        &mut self,
        link: usize,
        frame: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<()> {
        let Some(v1::frame::Kind::Reply(reply)) = v1::Frame::decode(frame)?.kind else {
            bail!("a reply is not one");
        };
        if let Some(error) = reply.error {
            bail!("refused at {:?}: {} {}", self.members[link].step, error.code, error.message);
        }
        let account = &self.accounts[link];
        let (step, next) = match (self.members[link].step, reply.body.context("an empty reply")?) {
            (Step::Login, reply::Body::Login(_)) => {
                let (user_uuid, token) = (account.name.clone(), account.room_token.clone());
                let login = v1::RoomLogin { user_uuid, token, ..v1::RoomLogin::default() };
                (Step::RoomLogin, request::Body::RoomLogin(login))
            }
            (Step::RoomLogin, reply::Body::RoomLogin(_)) => {
                let join = v1::RoomJoin { room_uuid: ROOM.into(), ..v1::RoomJoin::default() };
                (Step::Join, request::Body::RoomJoin(join))
            }
            (Step::Join, reply::Body::RoomJoin(view)) => {
                if let Some(head) = view.head {
                    self.archive_id = head.archive_id;
                }
                if !reply.last {
                    return Ok(());
                }
                let act = v1::room_act::Act::ChatPresence(v1::ActChatPresence { present: true });
                let act = v1::RoomAct { archive_id: self.archive_id, act: Some(act) };
                (Step::Present, request::Body::RoomAct(act))
            }
            (Step::Present, reply::Body::RoomAct(_)) => {
                self.members[link].step = Step::Inside;
                heard.push(Heard::Entered);
                return Ok(());
            }
            (Step::Inside, reply::Body::ChatSend(_)) => {
                heard.push(Heard::Taken);
                return Ok(());
            }
            (step, _) => bail!("an unexpected reply at {step:?}"),
        };
        self.members[link].step = step;
        self.ask(link, next, out);
        Ok(())
    }

    /// A push: every message of the chat follows the one before it and has its content.
    fn pushed(&mut self, link: usize, push: &[u8], heard: &mut Vec<Heard>) -> Result<()> {
        let is_listener = link < self.listeners;
        for (body, messages) in fields(push) {
            match body {
                CHAT_MESSAGES => {}
                CLOSING => bail!("the server closes the link"),
                _ => continue,
            }
            for (_, message) in fields(messages.bytes()).filter(|(field, _)| *field == MESSAGES) {
                let (mut seq, mut number, mut is_whole) = (0, None, false);
                for (field, value) in fields(message.bytes()) {
                    match field {
                        SEQ => seq = value.number(),
                        UUID => number = number_of(value.bytes()),
                        TEXT => is_whole = true,
                        _ => {}
                    }
                }
                let member = &mut self.members[link];
                if is_listener {
                    let before = member.seq.replace(seq);
                    ensure!(before.is_none_or(|before| before + 1 == seq), "{seq} after {before:?}");
                }
                if let Some(number) = number {
                    ensure!(is_whole, "message {number} has no content");
                    heard.push(Heard::Message(number));
                }
            }
        }
        Ok(())
    }
}

/// `Frame.reply`, `Frame.push` (frame.proto).
const REPLY: u32 = 2;
const PUSH: u32 = 3;
/// `Push.closing`, `Push.chat_messages` (frame.proto).
const CLOSING: u32 = 102;
const CHAT_MESSAGES: u32 = 170;
/// `ChatMessages.messages`, and of a message what it takes to count it (chat.proto).
const MESSAGES: u32 = 3;
const SEQ: u32 = 1;
const UUID: u32 = 3;
const TEXT: u32 = 20;

impl Speech for Parlor {
    fn greet(&mut self, _link: usize, out: &mut Vec<u8>) {
        self.members.push(Member { step: Step::Upgrade, requests: 0, seq: None });
        out.extend_from_slice(
            b"GET /link HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
              Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        );
    }

    fn hear(
        &mut self,
        link: usize,
        bytes: &[u8],
        out: &mut Vec<u8>,
        heard: &mut Vec<Heard>,
    ) -> Result<usize> {
        if self.members[link].step == Step::Upgrade {
            let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else { return Ok(0) };
            let head = &bytes[..end];
            ensure!(head.starts_with(b"HTTP/1.1 101"), "no upgrade: {}", String::from_utf8_lossy(head));
            self.upgraded(link, out);
            return Ok(end + 4);
        }
        let Some((opcode, frame, length)) = unmasked(bytes) else { return Ok(0) };
        ensure!(opcode != OPCODE_CLOSE, "the server closed the link");
        for (kind, value) in fields(frame) {
            match kind {
                REPLY => self.replied(link, frame, out, heard)?,
                PUSH => self.pushed(link, value.bytes(), heard)?,
                _ => {}
            }
        }
        Ok(length)
    }

    fn say(&mut self, link: usize, number: u32, out: &mut Vec<u8>) {
        let send = v1::ChatSend {
            archive_id: self.archive_id,
            message_uuid: format!("b{number:09}"),
            body: Some(v1::chat_send::Body::Text(v1::ChatText {
                text: format!("{number:09} {}", self.text),
            })),
            ..v1::ChatSend::default()
        };
        self.ask(link, request::Body::ChatSend(send), out);
    }

    fn acknowledges(&self) -> bool {
        true
    }

    fn life_sign(&self, out: &mut Vec<u8>) {
        masked(&[], out);
    }
}

/// The number in a message's uuid; `None` for a notice.
fn number_of(uuid: &[u8]) -> Option<u32> {
    let digits = uuid.strip_prefix(b"b").filter(|digits| digits.len() == 9)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// RFC 6455, section 5.2.
const OPCODE_CLOSE: u8 = 8;

/// Appends a binary message as a client sends it. The mask is zero: it protects proxies, and there is none.
fn masked(payload: &[u8], out: &mut Vec<u8>) {
    out.push(0x82);
    match payload.len() {
        length @ 0..126 => out.push(0x80 | length as u8),
        length @ 126..0x1_0000 => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(payload);
}

/// The first message as a server sends it: opcode, payload, length of the whole; `None` while it is not there.
fn unmasked(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (opcode, short) = (bytes.first()? & 0x0f, bytes.get(1)? & 0x7f);
    let (head, length) = match short {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    Some((opcode, bytes.get(head..head + length)?, head + length))
}

/// A field's value.
#[derive(Clone, Copy)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    fn number(self) -> u64 {
        match self {
            Value::Number(number) => number,
            Value::Bytes(_) => 0,
        }
    }

    fn bytes(self) -> &'a [u8] {
        match self {
            Value::Number(_) => &[],
            Value::Bytes(bytes) => bytes,
        }
    }
}

/// The fields of an encoded protobuf message, as far as it reads; only the two kinds that occur here.
fn fields(message: &[u8]) -> impl Iterator<Item = (u32, Value<'_>)> {
    let mut rest = message;
    std::iter::from_fn(move || {
        let tag = varint(&mut rest)?;
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut rest)?),
            2 => {
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                let (bytes, after) = rest.split_at_checked(length)?;
                rest = after;
                Value::Bytes(bytes)
            }
            _ => return None,
        };
        Some((u32::try_from(tag >> 3).ok()?, value))
    })
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_is_counted_and_a_hole_is_found() {
        let message = |seq| v1::ChatMessage {
            seq,
            message_uuid: format!("b{seq:09}"),
            body: Some(v1::chat_message::Body::Text(v1::ChatText { text: "hello".into() })),
            ..v1::ChatMessage::default()
        };
        let push = |seqs: &[u64]| {
            let messages = seqs.iter().map(|seq| message(*seq)).collect();
            let pushed = v1::ChatMessages { messages, ..v1::ChatMessages::default() };
            let push = v1::Push { body: Some(v1::push::Body::ChatMessages(pushed)) };
            let frame = v1::Frame { kind: Some(v1::frame::Kind::Push(push)) }.encode_to_vec();
            let mut bytes = vec![0x82, u8::try_from(frame.len()).expect("short")];
            bytes.extend(frame);
            bytes
        };
        let mut parlor = Parlor::new(String::new(), Vec::new(), 1, "");
        parlor.members.push(Member { step: Step::Inside, requests: 0, seq: None });
        let (mut out, mut heard) = (Vec::new(), Vec::new());
        let whole = push(&[4, 5]);
        assert_eq!(parlor.hear(0, &whole[..20], &mut out, &mut heard).expect("no harm"), 0);
        assert_eq!(parlor.hear(0, &whole, &mut out, &mut heard).expect("whole"), whole.len());
        assert_eq!(heard, [Heard::Message(4), Heard::Message(5)]);
        assert!(parlor.hear(0, &push(&[7]), &mut out, &mut heard).is_err());
    }
}
