//! The machine of a call on the scenario files that the web SDK's machine plays too.

use super::json;
use super::pattern::differs;
use parlor_client::{
    Aim, AskId, CallId, Failure, MediaConfig, MediaInput, MediaMachine, MediaOutput, MediaState, PeerId,
    WayState,
};
use parlor_protocol::{Code, v1};
use prost::Message;
use serde_json::{Value, json};

pub(crate) struct MediaPlayer {
    machine: MediaMachine,
    now_ms: u64,
    said: Vec<Value>,
}

impl MediaPlayer {
    pub(crate) fn new() -> Self {
        Self { machine: MediaMachine::new(7, MediaConfig::default()), now_ms: 0, said: Vec::new() }
    }

    pub(crate) fn step(&mut self, step: &Value) -> Result<(), String> {
        if let Some(at_ms) = step["at_ms"].as_u64() {
            while let Some(due) = self.machine.deadline().filter(|due| *due <= at_ms) {
                self.now_ms = self.now_ms.max(due);
                self.handle(MediaInput::Tick);
            }
            self.now_ms = at_ms;
        }
        if step["in"].is_object() {
            self.handle(read(&step["in"])?);
        }
        let said = Value::Array(std::mem::take(&mut self.said));
        if let Some(wrong) = differs("says", &step["says"], Some(&said)) {
            return Err(format!("{wrong}\nall that was said: {said}"));
        }
        match step["state"].as_str() {
            Some(expected) if expected != state(self.machine.state()) => {
                Err(format!("expected {expected}, was {:?}", self.machine.state()))
            }
            _ => Ok(()),
        }
    }

    fn handle(&mut self, input: MediaInput) {
        self.machine.handle(self.now_ms, input);
        while let Some(output) = self.machine.poll() {
            self.said.push(shown(&output));
        }
    }
}

fn state(state: MediaState) -> &'static str {
    match state {
        MediaState::Idle => "idle",
        MediaState::Pausing { .. } => "pausing",
        MediaState::Making { aim: Aim::Join, .. } => "joining",
        MediaState::Making { aim: Aim::Restart, .. } => "restarting",
        MediaState::In { .. } => "in",
    }
}

/// The fields of an input that are a message of the wire.
fn wire(fields: &Value) -> Value {
    let mut fields = fields.clone();
    if let Some(fields) = fields.as_object_mut() {
        fields.retain(|name, _| name != "type" && name != "ask");
    }
    fields
}

fn read(fields: &Value) -> Result<MediaInput, String> {
    let number = |name: &str| fields[name].as_u64().unwrap_or_default();
    let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
    let peer = PeerId(number("peer"));
    Ok(match text("type").as_str() {
        "join" => MediaInput::Join(CallId(number("call"))),
        "leave" => MediaInput::Leave(CallId(number("call"))),
        "roomOver" => MediaInput::RoomOver,
        "offered" => MediaInput::Offered { peer, sdp: text("sdp"), lines: Vec::new() },
        "broken" => MediaInput::Broken { peer, message: text("message") },
        "replied" => MediaInput::Replied(AskId(number("ask")), replied(fields)?),
        "push" => {
            let push = v1::Push::decode(json::bytes("Push", &wire(fields))?).map_err(|e| e.to_string())?;
            MediaInput::Push(Box::new(push.body.ok_or("an empty push")?))
        }
        "way" => MediaInput::Way(
            peer,
            match text("state").as_str() {
                "connected" => WayState::Connected,
                "silent" => WayState::Silent,
                "disconnected" => WayState::Disconnected,
                "failed" => WayState::Failed,
                other => return Err(format!("no such way: {other}")),
            },
        ),
        "link" => MediaInput::Link(fields["up"].as_bool().unwrap_or_default()),
        "networkChanged" => MediaInput::NetworkChanged,
        "demand" => {
            let uids = fields["rtc_uids"].as_array().ok_or("no rtc_uids")?;
            let wanted = |uid: &Value| v1::MediaWanted {
                rtc_uid: uid.as_i64().unwrap_or_default(),
                stream: v1::RoomStream::Video.into(),
                ..v1::MediaWanted::default()
            };
            MediaInput::Demand(uids.iter().map(wanted).collect())
        }
        other => return Err(format!("no such input: {other}")),
    })
}

fn replied(fields: &Value) -> Result<Result<Box<v1::reply::Body>, Failure>, String> {
    if let Some(name) = fields["error"].as_str() {
        let code = Code::from_name(name).ok_or_else(|| format!("no such code: {name}"))?;
        return Ok(Err(Failure::local(code)));
    }
    let reply = v1::Reply::decode(json::bytes("Reply", &wire(fields))?).map_err(|e| e.to_string())?;
    Ok(Ok(Box::new(reply.body.ok_or("an empty reply")?)))
}

fn shown(output: &MediaOutput) -> Value {
    match output {
        MediaOutput::DoubtLink => json!({ "doubtLink": true }),
        MediaOutput::Open(peer) => json!({ "open": peer.0 }),
        MediaOutput::Offer { peer, ice_restart } => json!({ "offer": peer.0, "ice_restart": ice_restart }),
        MediaOutput::Apply { peer, sdp } => json!({ "apply": peer.0, "sdp": sdp }),
        MediaOutput::Close(peer) => json!({ "close": peer.0 }),
        MediaOutput::Ask(ask, body) => {
            let request = v1::Request { body: Some((**body).clone()), ..v1::Request::default() };
            let mut shown = json::of("Request", &request);
            shown["ask"] = json!(ask.0);
            shown
        }
        MediaOutput::Done(call, Ok(())) => json!({ "done": call.0 }),
        MediaOutput::Done(call, Err(failure)) => json!({ "done": call.0, "error": failure.code.name() }),
        MediaOutput::Connection(connected) => json!({ "connected": connected }),
        MediaOutput::Over(failure) => json!({ "over": failure.code.name() }),
        MediaOutput::Slots(slots) => {
            json!({ "slots": slots.iter().map(|slot| json::of("MediaSlot", slot)).collect::<Vec<_>>() })
        }
        MediaOutput::Needed(needed) => json!({ "needed": needed.stream }),
    }
}
