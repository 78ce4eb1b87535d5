//! A client, the names that a scenario gives to things, and the clock.

use super::json;
use super::pattern::differs;
use parlor_client::{
    Call, CallId, Client, Config, Failure, ImLogin, Input, Output, RoomCredential, Ticket, TransportId,
};
use parlor_protocol::{Code, v1};
use prost::Message;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) struct Player {
    client: Client,
    now_ms: u64,
    said: Vec<Output>,
    transport: u64,
    /// Requests by the names that expectations gave them.
    requests: BTreeMap<String, u64>,
    calls: BTreeMap<String, u64>,
    fetches: BTreeMap<String, u64>,
}

const GROUPS: [&[&str]; 5] =
    [&["open", "close"], &["send"], &["fetch_ticket", "fetch_token"], &["done"], &["event"]];

impl Player {
    pub(crate) fn new() -> Self {
        Self {
            client: Client::new(Config::new("app", [7; 16])),
            now_ms: 1_000,
            said: Vec::new(),
            transport: 0,
            requests: BTreeMap::new(),
            calls: BTreeMap::new(),
            fetches: BTreeMap::new(),
        }
    }

    pub(crate) fn step(&mut self, step: &Value) -> Result<(), String> {
        if let Some(at_ms) = step["at_ms"].as_u64() {
            if at_ms < self.now_ms {
                return Err(format!("at_ms {at_ms} is in the past: {}", self.now_ms));
            }
            while let Some(due) = self.client.deadline().filter(|due| *due <= at_ms) {
                self.now_ms = self.now_ms.max(due);
                self.input(Input::Tick);
            }
            self.now_ms = at_ms;
        }
        if let Some(input) = self.read(step)? {
            self.input(input);
        }
        let none = Vec::new();
        self.compare(step["expect"].as_array().unwrap_or(&none))?;
        for (id, pattern) in step["mirror"].as_object().into_iter().flatten() {
            self.compare_mirror(id, pattern)?;
        }
        Ok(())
    }

    fn input(&mut self, input: Input) {
        self.client.handle(self.now_ms, input);
        while let Some(output) = self.client.poll() {
            if let Output::Open(transport) = &output {
                self.transport = transport.0;
            }
            self.said.push(output);
        }
    }

    fn read(&mut self, step: &Value) -> Result<Option<Input>, String> {
        let on = TransportId(step["on"].as_u64().unwrap_or(self.transport));
        let input = if let Some(id) = step["opened"].as_u64() {
            Input::Opened(TransportId(id))
        } else if let Some(id) = step["lost"].as_u64() {
            Input::Lost(TransportId(id))
        } else if let Some(reply) = step.get("reply") {
            self.reply(reply)?
        } else if let Some(push) = step.get("push") {
            Input::Frame(on, json::bytes("Frame", &json!({ "push": push }))?)
        } else if let Some(ticket) = step.get("ticket") {
            self.ticket(ticket)?
        } else if let Some(token) = step.get("token") {
            Input::Token(token.as_str().map(str::to_owned))
        } else if step["network_changed"] == true {
            Input::NetworkChanged
        } else if let Some(name) = step["call"].as_str() {
            let id = self.calls.len() as u64 + 1;
            self.calls.insert(name.to_owned(), id);
            Input::Call(CallId(id), call(step)?)
        } else {
            return Ok(None);
        };
        Ok(Some(input))
    }

    fn reply(&self, reply: &Value) -> Result<Input, String> {
        let mut frame = reply.as_object().ok_or("reply is no object")?.clone();
        let on = frame.remove("on").and_then(|on| on.as_u64()).unwrap_or(self.transport);
        let to = frame.remove("to").ok_or("a reply needs `to`")?;
        let name = to.as_str().ok_or("`to` is a name")?;
        let id = self.requests.get(name).ok_or_else(|| format!("no request is named {name:?}"))?;
        frame.insert("id".to_owned(), json!(id));
        frame.entry("last").or_insert(json!(true));
        Ok(Input::Frame(TransportId(on), json::bytes("Frame", &json!({ "reply": frame }))?))
    }

    fn ticket(&self, ticket: &Value) -> Result<Input, String> {
        let name = ticket["for"].as_str().ok_or("a ticket needs `for`")?;
        let id = CallId(*self.fetches.get(name).ok_or_else(|| format!("no fetch is named {name:?}"))?);
        let text = |key: &str| ticket[key].as_str().unwrap_or_default().to_owned();
        let outcome = match ticket["error"].as_i64() {
            Some(number) => {
                let code = i32::try_from(number).ok().and_then(Code::from_link);
                Err(Failure::local(code.ok_or("no such code")?))
            }
            None => Ok(Ticket { accid: text("accid"), ticket: text("ticket") }),
        };
        Ok(Input::Ticket(id, outcome))
    }

    fn compare(&mut self, expected: &[Value]) -> Result<(), String> {
        let said: Vec<Value> = std::mem::take(&mut self.said).iter().map(json::output).collect();
        let of_group = |keys: &[&str], values: &[Value]| -> Vec<Value> {
            let is = |value: &&Value| keys.iter().any(|key| value.get(key).is_some());
            values.iter().filter(is).cloned().collect()
        };
        for keys in GROUPS {
            let mut wanted = of_group(keys, expected).into_iter().peekable();
            for actual in of_group(keys, &said) {
                let is_ping = actual["send"].get("ping").is_some();
                if is_ping && wanted.peek().is_none_or(|next| next.get("ping").is_none()) {
                    continue;
                }
                let next = wanted.next().ok_or_else(|| format!("not expected: {actual}"))?;
                self.compare_one(&next, &actual)?;
            }
            if let Some(missing) = wanted.next() {
                return Err(format!("missing: {missing}"));
            }
        }
        let known = |value: &&Value| !GROUPS.iter().flat_map(|g| g.iter()).any(|k| value.get(k).is_some());
        match expected.iter().find(known) {
            Some(strange) => Err(format!("not an expectation: {strange}")),
            None => Ok(()),
        }
    }

    fn compare_one(&mut self, wanted: &Value, actual: &Value) -> Result<(), String> {
        let mut pattern = wanted.as_object().ok_or("an expectation is an object")?.clone();
        let wrong = |found: Option<String>| match found {
            Some(found) => Err(format!("{found}; said {actual}")),
            None => Ok(()),
        };
        if let Some(name) = pattern.remove("send").and_then(|name| name.as_str().map(str::to_owned)) {
            let renewed = pattern.remove("renewed").is_some();
            let request = &actual["send"];
            let id = request["id"].as_str().and_then(|id| id.parse().ok()).ok_or("a request without id")?;
            if let Some(before) = self.requests.insert(name.clone(), id)
                && before != id
                && !renewed
            {
                return Err(format!("{name} was request {before}, now it is {id}"));
            }
            return wrong(differs("send", &Value::Object(pattern), Some(request)));
        }
        if let Some(name) = pattern.remove("fetch_ticket").and_then(|n| n.as_str().map(str::to_owned)) {
            self.fetches.insert(name, actual["fetch_ticket"].as_u64().unwrap_or_default());
        }
        if let Some(name) = pattern.get("done").and_then(Value::as_str) {
            let id = self.calls.get(name).ok_or_else(|| format!("no call is named {name:?}"))?;
            pattern.insert("done".to_owned(), json!(id));
            if actual.get("error").is_some() && wanted.get("error").is_none() {
                return Err(format!("the call failed: {actual}"));
            }
        }
        wrong(differs("", &Value::Object(pattern), Some(actual)))
    }

    fn compare_mirror(&self, id: &str, pattern: &Value) -> Result<(), String> {
        let archive_id = id.parse().map_err(|_| format!("not an archive id: {id}"))?;
        let actual = self.client.room_view(archive_id).map(|view| {
            let members = view.mirror.members().map(|member| json::of("RoomMember", member));
            json!({
                "head": json::of("RoomHead", view.mirror.head()),
                "members": members.collect::<Vec<_>>(),
                "at": json::of("Cursor", view.mirror.at()),
            })
        });
        differs(&format!("mirror {id}"), pattern, actual.as_ref()).map_or(Ok(()), Err)
    }
}

fn call(step: &Value) -> Result<Call, String> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let device = || v1::Device { device_id: "d".into(), ..v1::Device::default() };
    let im_login = |login: &Value| ImLogin {
        account: text(login, "account"),
        auth_type: v1::AuthType::Static,
        token: text(login, "token"),
        login_extension: String::new(),
        device: device(),
        force: login["force"] == true,
        attempts: login["attempts"].as_u64().unwrap_or_default() as u32,
        timeout_ms: login["timeout_ms"].as_u64().unwrap_or_default(),
        has_token_provider: login["has_token_provider"] == true,
    };
    let has = |key: &str| step.get(key);
    if let Some(login) = has("im_login") {
        Ok(Call::ImLogin(im_login(login)))
    } else if let Some(login) = has("login_by_im") {
        Ok(Call::LoginByIm(im_login(login)))
    } else if has("im_logout").is_some() {
        Ok(Call::ImLogout)
    } else if has("room_logout").is_some() {
        Ok(Call::RoomLogout)
    } else if let Some(ids) = has("kick_devices").and_then(Value::as_array) {
        Ok(Call::KickDevices(ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()))
    } else if let Some(login) = has("room_login") {
        let credential = RoomCredential {
            user_uuid: text(login, "user_uuid"),
            dynamic: login["dynamic"] == true,
            token: text(login, "token"),
        };
        Ok(Call::RoomLogin { reuse_im: login["reuse_im"] == true, credential, device: device() })
    } else if let Some(renew) = has("renew_room_token") {
        Ok(Call::RenewRoomToken { dynamic: renew["dynamic"] == true, token: text(renew, "token") })
    } else if let Some(body) = has("ask") {
        let request = v1::Request::decode(json::bytes("Request", body)?).map_err(|e| e.to_string())?;
        Ok(Call::Ask(Box::new(request.body.ok_or("an empty request")?)))
    } else {
        Err(format!("not a call: {step}"))
    }
}
