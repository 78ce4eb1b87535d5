//! Sessions on the link: login, resume, logout, kicks, and what others are told of them.

mod credential;
mod ending;
mod expiry;
mod login;
mod reconcile;
mod resume;
mod watch;

pub use credential::check_signed as credential_of_app;
pub use ending::{Ending, end_rooms, end_sessions};
pub use expiry::adopt_sessions;
pub use login::login;
pub use resume::resume;
pub use watch::watch;

use crate::fault::Fault;
use crate::node::{ATTEMPTS, Node, gave_up, lost_race};
use crate::session::{Asked, Origin, Session, once};
use parlor_bus::SessionDevice;
use parlor_protocol::ids::DeviceId;
use parlor_protocol::{Cause, Code, limits, v1};
use parlor_store::rows::{SessionRow, Versioned};
use parlor_store::{Batch, CommitError};
use prost::Message;

/// Ends the session and the room session on it. Repeating it is no error.
pub async fn logout(node: &Node, origin: &Origin, session: &Session) -> Result<v1::LogoutDone, Fault> {
    for _ in 0..ATTEMPTS {
        let now_ms = node.clock.now_ms();
        let session_id = session.session_id;
        let Some(row) = node.store.read(move |view| view.session(session_id)).await? else {
            break;
        };
        if row.row.ended.is_some() {
            break;
        }
        let ending = Ending::of(Cause::ImLogout);
        let batch = Batch::new().expect(session.fence());
        let (batch, events) = end_sessions(batch, &[row], &ending, now_ms);
        let outcome = node.store.commit(batch).await;
        if lost_race(&outcome) {
            continue;
        }
        outcome?;
        origin.slot.clear();
        node.hub.remove(&session.account, session_id, &origin.outbox);
        node.publish(events).await;
        return Ok(v1::LogoutDone {});
    }
    origin.slot.clear();
    node.hub.remove(&session.account, session.session_id, &origin.outbox);
    Ok(v1::LogoutDone {})
}

/// Ends own sessions on other devices (kick reason 3).
pub async fn kick_devices(
    node: &Node,
    session: &Session,
    op_id: &[u8],
    kick: v1::KickDevices,
) -> Result<v1::KickDevicesDone, Fault> {
    limits::check_count("device_ids", limits::KICK_DEVICES_MAX, kick.device_ids.len())?;
    let wanted: Vec<DeviceId> =
        kick.device_ids.iter().map(|id| DeviceId::parse(id)).collect::<Result<_, _>>()?;
    for _ in 0..ATTEMPTS {
        let now_ms = node.clock.now_ms();
        let targets = targets(node, session, &wanted).await?;
        let done =
            v1::KickDevicesDone { device_ids: targets.iter().map(|t| t.row.device_id.to_string()).collect() };
        let ending = Ending::of(Cause::KickedByOwnDevice).by(session.client_type, session.custom_client_type);
        let mut batch = Batch::new().expect(session.fence());
        if !op_id.is_empty() {
            batch =
                batch.expect(once(session, op_id, now_ms, Asked::KickDevices.keep(&done.encode_to_vec())));
        }
        let (batch, events) = end_sessions(batch, &targets, &ending, now_ms);
        let outcome = node.store.commit(batch).await;
        if let Err(CommitError::Repeated { answer }) = &outcome {
            return Asked::KickDevices
                .kept(answer)
                .and_then(|kept| v1::KickDevicesDone::decode(kept).ok())
                .ok_or_else(|| Fault::of(Code::DuplicateRequest));
        }
        if lost_race(&outcome) {
            continue;
        }
        outcome?;
        node.publish(events).await;
        return Ok(done);
    }
    Err(gave_up())
}

async fn targets(
    node: &Node,
    session: &Session,
    wanted: &[DeviceId],
) -> Result<Vec<Versioned<SessionRow>>, Fault> {
    let (app_id, accid) = session.account.clone();
    let mut live = node.store.read(move |view| view.live_sessions(app_id, &accid)).await?;
    live.retain(|s| s.row.session_id != session.session_id && wanted.contains(&s.row.device_id));
    Ok(live)
}

/// A session as events describe it.
pub fn session_device(row: &SessionRow) -> SessionDevice {
    SessionDevice {
        session_id: row.session_id,
        epoch: row.epoch,
        device_id: row.device_id.clone(),
        client_type: row.client_type,
        custom_client_type: row.custom_client_type,
        custom_tag: row.custom_tag.clone(),
        os: row.os.clone(),
        login_at_ms: row.login_at_ms,
    }
}

/// A session as clients are told of it.
pub fn wire_device(device: &SessionDevice) -> v1::Device {
    v1::Device {
        device_id: device.device_id.to_string(),
        client_type: device.client_type,
        custom_client_type: device.custom_client_type,
        custom_tag: device.custom_tag.clone(),
        os: device.os.clone(),
        login_at_ms: device.login_at_ms,
    }
}

fn other_devices(live: &[Versioned<SessionRow>], but: parlor_protocol::ids::SessionId) -> Vec<v1::Device> {
    let others = live.iter().filter(|s| s.row.session_id != but);
    others.map(|s| wire_device(&session_device(&s.row))).collect()
}
