//! The one match on requests of the link.

use crate::fault::Fault;
use crate::metrics;
use crate::node::Node;
use crate::outbox::Close;
use crate::session::{Origin, Session};
use crate::{file, identity, link, room};
use bytes::Bytes;
use parlor_protocol::v1::reply::Body as ReplyBody;
use parlor_protocol::v1::request::Body;
use parlor_protocol::{Cause, Code, v1};
use prost::Message;
use std::sync::Arc;

/// The reply to one request, and whether the connection ends with it.
pub struct Answer {
    /// The encoded reply; empty when all of it is in `parts`.
    pub frame: Bytes,
    /// A large reply, in parts that give way to everything else.
    pub parts: Vec<Bytes>,
    /// Close after it.
    pub close: Option<Close>,
    is_refusal: bool,
}

impl Answer {
    /// Encodes an outcome.
    pub fn of(id: u64, outcome: Result<ReplyBody, Fault>) -> Self {
        match outcome {
            Ok(body) => Self::whole(reply(id, None, Some(body))),
            Err(fault) => Self { is_refusal: true, ..Self::whole(refusal(id, &fault)) },
        }
    }

    fn whole(frame: Bytes) -> Self {
        Self { frame, parts: Vec::new(), close: None, is_refusal: false }
    }

    /// An answer in several parts, the last of them marked.
    fn in_parts<T>(id: u64, outcome: Result<Vec<T>, Fault>, body: impl Fn(T) -> ReplyBody) -> Self {
        let all = match outcome {
            Ok(all) => all,
            Err(fault) => return Self::of(id, Err(fault)),
        };
        let count = all.len();
        let part = |(n, part)| {
            let (body, last) = (Some(body(part)), n + 1 == count);
            encoded(v1::Reply { id, part: u32::try_from(n).unwrap_or(u32::MAX), last, error: None, body })
        };
        let parts = all.into_iter().enumerate().map(part).collect();
        Self { parts, ..Self::whole(Bytes::new()) }
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
    encoded(v1::Reply { id, part: 0, last: true, error, body })
}

fn encoded(reply: v1::Reply) -> Bytes {
    v1::Frame { kind: Some(v1::frame::Kind::Reply(reply)) }.encode_to_vec().into()
}

/// Does what a request asks. A refused login or resume ends the connection; after a logout it ends too.
pub async fn handle(node: &Node, origin: &Origin, request: v1::Request) -> Answer {
    let id = request.id;
    let Some(body) = request.body else {
        return Answer::of(id, Err(Fault::of(Code::FrameUnknown)));
    };
    let Some(carried) = &origin.session else {
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
    match body {
        Body::Ping(_) => {
            Answer::of(id, Ok(ReplyBody::Pong(v1::Pong { server_time_ms: node.clock.now_ms() })))
        }
        Body::Login(_) | Body::Resume(_) => Answer::of(id, Err(Fault::of(Code::LoggedInAlready))),
        Body::Logout(_) => {
            let answer = Answer::of(id, link::logout(node, origin, carried).await.map(ReplyBody::Logout));
            if answer.is_refusal { answer } else { answer.closing(Code::SessionEnded) }
        }
        body => act(node, carried, id, &request.op_id, body).await,
    }
}

/// What a session asks for.
async fn act(node: &Node, session: &Arc<Session>, id: u64, op_id: &[u8], body: Body) -> Answer {
    use ReplyBody as R;
    let outcome = match body {
        Body::KickDevices(kick) => link::kick_devices(node, session, op_id, kick).await.map(R::KickDevices),
        Body::RoomLogin(login) => {
            metrics::login("room", identity::room_login(node, session, login).await).map(R::RoomLogin)
        }
        Body::RoomLogout(_) => {
            let outcome = identity::room_logout(node, session).await.map(R::RoomLogout);
            room::session_over(node, session.session_id, Cause::RoomLogout.name()).await;
            outcome
        }
        Body::RenewRoomToken(renew) => {
            identity::renew_room_token(node, session, renew).await.map(R::RenewRoomToken)
        }
        Body::RoomCreate(create) => room::create(node, session, op_id, create).await.map(R::RoomCreate),
        Body::RoomAct(act) => room::act(node, session, op_id, act).await.map(R::RoomAct),
        Body::RoomTemplateFetch(fetch) => {
            room::template(node, session, fetch).await.map(R::RoomTemplateFetch)
        }
        Body::MyRoomDevices(asked) => room::my_devices(node, session, asked).await.map(R::MyRoomDevices),
        Body::RoomBlacklistFetch(fetch) => {
            room::blacklist(node, session, fetch).await.map(R::RoomBlacklistFetch)
        }
        Body::ChatSend(send) => room::chat::send(node, session, send).await.map(R::ChatSend),
        Body::ChatRecall(recall) => room::chat::recall(node, session, recall).await.map(R::ChatRecall),
        Body::UserSend(send) => room::user::send(node, session, op_id, send).await.map(R::UserSend),
        Body::FileUpload(upload) => file::upload(node, session, op_id, upload).await.map(R::FileUpload),
        Body::FileLink(ask) => file::link(node, session, ask).await.map(R::FileLink),
        Body::MediaJoin(join) => {
            metrics::media_join(room::media::join(node, session, join).await).map(R::MediaJoin)
        }
        Body::MediaOffer(offer) => room::media::offer(node, session, offer).await.map(R::MediaOffer),
        Body::MediaResume(resume) => room::media::resume(node, session, resume).await.map(R::MediaResume),
        Body::MediaDemand(demand) => room::media::demand(node, session, &demand).map(R::MediaDemand),
        Body::MediaLeave(leave) => room::media::leave(node, session, leave).await.map(R::MediaLeave),
        body => return look_up(node, session, id, op_id, body).await,
    };
    Answer::of(id, outcome)
}

/// What is answered in parts.
async fn look_up(node: &Node, session: &Arc<Session>, id: u64, op_id: &[u8], body: Body) -> Answer {
    use ReplyBody as R;
    match body {
        Body::RoomJoin(join) => {
            Answer::in_parts(id, room::join(node, session, op_id, join).await, R::RoomJoin)
        }
        Body::RoomPull(pull) => Answer::in_parts(id, room::pull(node, session, pull).await, R::RoomPull),
        Body::ChatPull(pull) => {
            Answer::in_parts(id, room::chat::pull(node, session, pull).await, R::ChatPull)
        }
        Body::ChatHistory(asked) => {
            Answer::in_parts(id, room::chat::history(node, session, asked).await, R::ChatHistory)
        }
        Body::ChatMembers(asked) => {
            Answer::in_parts(id, room::chat::members(node, session, asked).await, R::ChatMembers)
        }
        Body::UserPull(pull) => {
            Answer::in_parts(id, room::user::pull(node, session, pull).await, R::UserPull)
        }
        _ => Answer::of(id, Err(Fault::of(Code::NotSupported))),
    }
}
