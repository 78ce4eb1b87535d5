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
    /// The device that logged in last, on any platform.
    pub device_id: Option<DeviceId>,
    /// The device of the newcomer's class that logged in last.
    pub of_class: Option<DeviceId>,
    /// This very device was kicked, and nobody logged in on it since.
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
/// would end another device's session, when its device was kicked, or when another device logged in last where the
/// policy has one place: an old device never steals the session back.
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
        let last_in_place = match policy {
            LoginPolicy::OneDevice => last.device_id.as_ref(),
            LoginPolicy::OnePerClass => last.of_class.as_ref(),
            LoginPolicy::All | LoginPolicy::Custom(_) => None,
        };
        if !excluded.is_empty() || last_in_place.is_some_and(|d| *d != newcomer.device_id) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Group;

    const ANDROID: i32 = 1;
    const IOS: i32 = 2;
    const WINDOWS: i32 = 4;
    const WEB: i32 = 16;

    fn device(name: &str) -> DeviceId {
        DeviceId::parse(name).unwrap()
    }

    /// Sessions 1, 2, .. in the order they logged in.
    fn present(devices: &[(&str, i32)]) -> Vec<Present> {
        (1..)
            .zip(devices)
            .map(|(n, (name, client_type))| Present {
                session_id: SessionId(n),
                device_id: device(name),
                client_type: *client_type,
                custom_client_type: 0,
                epoch: Epoch(n),
            })
            .collect()
    }

    fn manual(name: &str, client_type: i32) -> Newcomer {
        Newcomer { device_id: device(name), client_type, custom_client_type: 0, manual: true, force: false }
    }

    fn automatic(name: &str, client_type: i32) -> Newcomer {
        Newcomer { manual: false, ..manual(name, client_type) }
    }

    fn ended(admission: Admission) -> Vec<u64> {
        match admission {
            Admission::Admit(evictions) => evictions.iter().map(|e| e.session_id.0).collect(),
            refused => panic!("{refused:?}"),
        }
    }

    fn by(policy: &LoginPolicy, there: &[(&str, i32)], newcomer: &Newcomer) -> Admission {
        admit(policy, &present(there), newcomer, &LastLogin::default())
    }

    #[test]
    fn one_device_ends_all_others() {
        let there = [("phone", ANDROID), ("pc", WINDOWS)];
        assert_eq!(ended(by(&LoginPolicy::OneDevice, &there, &manual("web", WEB))), [1, 2]);
    }

    #[test]
    fn one_per_class_leaves_the_other_class() {
        let there = [("phone", ANDROID), ("pc", WINDOWS)];
        assert_eq!(ended(by(&LoginPolicy::OnePerClass, &there, &manual("web", WEB))), [2]);
        assert_eq!(ended(by(&LoginPolicy::OnePerClass, &there, &manual("ipad", IOS))), [1]);
    }

    #[test]
    fn all_admits_ten_and_then_only_by_force() {
        let names: Vec<String> = (0..DEVICES_MAX).map(|n| format!("d{n}")).collect();
        let there: Vec<(&str, i32)> = names.iter().map(|n| (n.as_str(), WEB)).collect();
        assert_eq!(ended(by(&LoginPolicy::All, &there[1..], &manual("new", WEB))), [] as [u64; 0]);
        assert_eq!(by(&LoginPolicy::All, &there, &manual("new", WEB)), Admission::DeviceLimit);
        let forced = Newcomer { force: true, ..manual("new", WEB) };
        assert_eq!(ended(by(&LoginPolicy::All, &there, &forced)), [1]);
        let automatic = Newcomer { manual: false, ..forced };
        assert_eq!(by(&LoginPolicy::All, &there, &automatic), Admission::DeviceLimit);
    }

    #[test]
    fn the_same_device_replaces_itself_under_every_policy() {
        for policy in [LoginPolicy::OneDevice, LoginPolicy::OnePerClass, LoginPolicy::All] {
            for newcomer in [manual("pc", WINDOWS), automatic("pc", WINDOWS)] {
                let admission = by(&policy, &[("pc", WINDOWS)], &newcomer);
                let own = Eviction { session_id: SessionId(1), same_device: true };
                assert_eq!(admission, Admission::Admit(vec![own]), "{policy:?}");
            }
        }
    }

    #[test]
    fn a_custom_group_ends_its_oldest_beyond_its_limit() {
        let group = Group { kinds: vec![ClientKind::Web, ClientKind::Windows], limit: 2 };
        let policy = LoginPolicy::Custom(vec![group]);
        let there = [("a", WEB), ("phone", ANDROID), ("b", WINDOWS)];
        assert_eq!(ended(by(&policy, &there, &manual("c", WEB))), [1]);
        assert_eq!(ended(by(&policy, &there, &manual("tablet", ANDROID))), [] as [u64; 0]);
    }

    #[test]
    fn an_automatic_login_takes_nothing_from_anybody() {
        let there = [("pc", WINDOWS)];
        let newcomer = automatic("web", WEB);
        assert_eq!(by(&LoginPolicy::OneDevice, &there, &newcomer), Admission::ReconnectRefused);
        assert_eq!(by(&LoginPolicy::OnePerClass, &there, &newcomer), Admission::ReconnectRefused);
        assert_eq!(ended(by(&LoginPolicy::All, &there, &newcomer)), [] as [u64; 0]);
    }

    #[test]
    fn an_old_device_does_not_come_back_after_a_newer_one_has_left() {
        let last = |device_id: &str, of_class: &str| LastLogin {
            device_id: Some(device(device_id)),
            of_class: Some(device(of_class)),
            kicked: false,
        };
        let old = automatic("pc", WINDOWS);
        let refused = Admission::ReconnectRefused;
        assert_eq!(admit(&LoginPolicy::OneDevice, &[], &old, &last("phone", "pc")), refused);
        assert_eq!(admit(&LoginPolicy::OnePerClass, &[], &old, &last("web", "web")), refused);
        assert_eq!(ended(admit(&LoginPolicy::OnePerClass, &[], &old, &last("phone", "pc"))), [] as [u64; 0]);
        assert_eq!(ended(admit(&LoginPolicy::OneDevice, &[], &old, &last("pc", "pc"))), [] as [u64; 0]);
    }

    #[test]
    fn a_kicked_device_comes_back_only_by_hand() {
        let last = LastLogin { kicked: true, ..LastLogin::default() };
        let refused = Admission::ReconnectRefused;
        assert_eq!(admit(&LoginPolicy::All, &[], &automatic("pc", WINDOWS), &last), refused);
        assert_eq!(ended(admit(&LoginPolicy::All, &[], &manual("pc", WINDOWS), &last)), [] as [u64; 0]);
    }
}
