//! The one match on requests of the link.

use crate::fault::Fault;
use crate::metrics;
use crate::node::Node;
use crate::outbox::Close;
use crate::session::Origin;
use crate::{identity, link};
use bytes::Bytes;
use parlor_protocol::v1::reply::Body as ReplyBody;
use parlor_protocol::v1::request::Body;
use parlor_protocol::{Code, v1};
use prost::Message;

/// The reply to one request, and whether the connection ends with it.
pub struct Answer {
    /// The encoded reply.
    pub frame: Bytes,
    /// Close after it.
    pub close: Option<Close>,
}

impl Answer {
    /// Encodes an outcome.
    pub fn of(id: u64, outcome: Result<ReplyBody, Fault>) -> Self {
        match outcome {
            Ok(body) => Self { frame: reply(id, None, Some(body)), close: None },
            Err(fault) => Self { frame: refusal(id, &fault), close: None },
        }
    }

    fn closing(mut self, code: Code) -> Self {
        self.close = Some(Close { code, reconnect_after_ms: 0, silent: true });
        self
    }
}

/// An encoded error reply.
pub fn refusal(id: u64, fault: &Fault) -> Bytes {
    let error = v1::Error {
        code: fault.code.link(),
        remedy: i32::from(fault.code.remedy().number()),
        message: fault.message.clone(),
        retry_after_ms: fault.retry_after_ms,
        field: fault.field.unwrap_or_default().to_owned(),
    };
    reply(id, Some(error), None)
}

fn reply(id: u64, error: Option<v1::Error>, body: Option<ReplyBody>) -> Bytes {
    let reply = v1::Reply { id, part: 0, last: true, error, body };
    v1::Frame { kind: Some(v1::frame::Kind::Reply(reply)) }.encode_to_vec().into()
}

/// Does what a request asks. A refused login or resume ends the connection; after a logout it ends too.
pub async fn handle(node: &Node, origin: &Origin, request: v1::Request) -> Answer {
    let id = request.id;
    let Some(body) = request.body else {
        return Answer::of(id, Err(Fault::of(Code::FrameUnknown)));
    };
    let Some(session) = origin.session.as_deref() else {
        let outcome = match body {
            Body::Login(login) => {
                metrics::login("im", link::login(node, origin, login).await).map(ReplyBody::Login)
            }
            Body::Resume(resume) => {
                metrics::login("resume", link::resume(node, origin, resume).await).map(ReplyBody::Resume)
            }
            _ => Err(Fault::of(Code::LoginRequired)),
        };
        let refused = outcome.as_ref().err().map(|fault| fault.code);
        let answer = Answer::of(id, outcome);
        return match refused {
            Some(code) => answer.closing(code),
            None => answer,
        };
    };
    let op_id = &request.op_id;
    let outcome = match body {
        Body::Ping(_) => Ok(ReplyBody::Pong(v1::Pong { server_time_ms: node.clock.now_ms() })),
        Body::Logout(_) => {
            let outcome = link::logout(node, origin, session).await.map(ReplyBody::Logout);
            let ended = outcome.is_ok();
            let answer = Answer::of(id, outcome);
            return if ended { answer.closing(Code::SessionEnded) } else { answer };
        }
        Body::KickDevices(kick) => {
            link::kick_devices(node, session, op_id, kick).await.map(ReplyBody::KickDevices)
        }
        Body::RoomLogin(login) => {
            metrics::login("room", identity::room_login(node, session, login).await).map(ReplyBody::RoomLogin)
        }
        Body::RoomLogout(_) => identity::room_logout(node, session).await.map(ReplyBody::RoomLogout),
        Body::RenewRoomToken(renew) => {
            identity::renew_room_token(node, session, renew).await.map(ReplyBody::RenewRoomToken)
        }
        Body::Login(_) | Body::Resume(_) => Err(Fault::of(Code::LoggedInAlready)),
        _ => Err(Fault::of(Code::NotSupported)),
    };
    Answer::of(id, outcome)
}
