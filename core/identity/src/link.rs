//! May this device log in, and whose session does it end (DESIGN: sessions, devices, kicks).

use crate::app::{Class, ClientKind, LoginPolicy};
use parlor_protocol::ids::{DeviceId, Epoch, SessionId};
use parlor_protocol::limits::DEVICES_MAX;

/// A device that wants in.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// Stable per installation.
    pub device_id: DeviceId,
    /// NIMClientType.
    pub client_type: i32,
    /// The app's own kind, 0 = none.
    pub custom_client_type: i32,
    /// A person or the app asked for this login; false for an SDK's own reconnect.
    pub manual: bool,
    /// Over the limit, end the oldest session instead of being refused. Counts only with `manual`.
    pub force: bool,
}

/// A session that is attached or waits to be resumed.
#[derive(Clone, Debug)]
pub struct Present {
    /// Which one.
    pub session_id: SessionId,
    /// Its device.
    pub device_id: DeviceId,
    /// NIMClientType.
    pub client_type: i32,
    /// The app's own kind, 0 = none.
    pub custom_client_type: i32,
    /// Fence of its latest attachment: the smaller, the older.
    pub epoch: Epoch,
}

/// The account's history that outlives sessions.
#[derive(Clone, Debug, Default)]
pub struct LastLogin {
    /// The device of the latest manual login, if there was one.
    pub device_id: Option<DeviceId>,
    /// This very device was kicked after its last manual login.
    pub kicked: bool,
}

/// The answer to a newcomer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Let it in and end these, each with its reason.
    Admit(Vec<Eviction>),
    /// 417: the limit is reached and `force` was not given.
    DeviceLimit,
    /// 417: an automatic login may not take a session over, or come back after a kick.
    ReconnectRefused,
}

/// One session that a login ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eviction {
    /// Which one.
    pub session_id: SessionId,
    /// It is the newcomer's own earlier session on the same device: nobody needs to be told.
    pub same_device: bool,
}

/// Decides a login under `policy`, given the sessions present and the account's history.
///
/// An earlier session of the same device is always replaced. An automatic login (`manual` false) is refused when it
/// would end another device's session, when its device was kicked, or when the policy allows one session and another
/// device logged in last: an old device never steals the session back.
pub fn admit(policy: &LoginPolicy, present: &[Present], newcomer: &Newcomer, last: &LastLogin) -> Admission {
    if !newcomer.manual && last.kicked {
        return Admission::ReconnectRefused;
    }
    let own = |p: &&Present| p.device_id == newcomer.device_id;
    let mut evictions: Vec<Eviction> = present
        .iter()
        .filter(own)
        .map(|p| Eviction { session_id: p.session_id, same_device: true })
        .collect();
    let others: Vec<&Present> = present.iter().filter(|p| !own(p)).collect();
    let excluded = excluded(policy, &others, newcomer);

    if !newcomer.manual {
        let last_elsewhere = last.device_id.as_ref().is_some_and(|d| *d != newcomer.device_id);
        let exclusive = matches!(policy, LoginPolicy::OneDevice);
        if !excluded.is_empty() || (exclusive && last_elsewhere) {
            return Admission::ReconnectRefused;
        }
    }
    let kept = others.len() - excluded.len();
    evictions.extend(excluded.iter().map(|p| Eviction { session_id: p.session_id, same_device: false }));

    if kept >= DEVICES_MAX {
        if !(newcomer.manual && newcomer.force) {
            return Admission::DeviceLimit;
        }
        let mut oldest: Vec<&&Present> =
            others.iter().filter(|p| !excluded.iter().any(|e| e.session_id == p.session_id)).collect();
        oldest.sort_by_key(|p| p.epoch);
        let surplus = kept + 1 - DEVICES_MAX;
        evictions.extend(
            oldest.iter().take(surplus).map(|p| Eviction { session_id: p.session_id, same_device: false }),
        );
    }
    Admission::Admit(evictions)
}

/// The other devices' sessions that `policy` does not allow beside the newcomer; in a group with room, none.
fn excluded<'a>(policy: &LoginPolicy, others: &[&'a Present], newcomer: &Newcomer) -> Vec<&'a Present> {
    match policy {
        LoginPolicy::OneDevice => others.to_vec(),
        LoginPolicy::All => Vec::new(),
        LoginPolicy::OnePerClass => {
            let class = Class::of(newcomer.client_type);
            others.iter().copied().filter(|p| Class::of(p.client_type) == class).collect()
        }
        LoginPolicy::Custom(groups) => {
            let kind = ClientKind::of(newcomer.client_type, newcomer.custom_client_type);
            let Some(group) = kind.and_then(|k| groups.iter().find(|g| g.kinds.contains(&k))) else {
                return Vec::new();
            };
            let mut inside: Vec<&Present> = others
                .iter()
                .copied()
                .filter(|p| {
                    ClientKind::of(p.client_type, p.custom_client_type)
                        .is_some_and(|k| group.kinds.contains(&k))
                })
                .collect();
            inside.sort_by_key(|p| p.epoch);
            let surplus = (inside.len() + 1).saturating_sub(usize::from(group.limit.max(1)));
            inside.truncate(surplus);
            inside
        }
    }
}
