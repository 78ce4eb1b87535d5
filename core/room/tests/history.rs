//! Random histories: whoever does whatever in whatever order, the limits hold, and the events say everything.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod rig;

use std::collections::BTreeSet;
use std::sync::Arc;

use parlor_protocol::causes::EndReason;
use parlor_protocol::v1::room_act::Act;
use parlor_protocol::v1::{self, RoomBanKind, RoomStream};
use parlor_room::{Actor, Create, Decided, Join, Life, Mirror, Room, ServerAct, Stream, Template, builtin};
use proptest::prelude::*;
use proptest::sample::select;
use prost::Message;
use rig::{START_MS, acts, create};

/// Every kind of rule in one small template.
const DENSE: &str = r#"{
    "name": "dense",
    "roles": [{"name": "host", "limit": 1, "superRole": true}, {"name": "cohost", "limit": 2}, {"name": "member"},
        {"name": "observer", "hide": true}],
    "defaultRole": "member",
    "permissions": {
        "room": {"properties": {"whiteboard": {"roles": ["*.self", "host"], "exclusive": true}, "title": {"roles": ["host", "cohost"]},
            "*": {"roles": ["member"]}}},
        "member": {
            "properties": {"crown": {"roles": ["*.self", "host"], "exclusive": true},
                "hand": {"roles": ["*"], "concurrency": {"limit": 2, "valueMap": {"value": "1"}}},
                "*": {"roles": ["member.self"]}},
            "streams": {"audio": {"roles": ["host.self", "cohost.self", "member.self", "host#delete"], "concurrency": {"limit": 3}},
                "video": {"roles": ["host", "cohost.self", "member.self"]},
                "subVideo": {"roles": ["*.self", "host#delete"], "concurrency": {"limit": 1}}}
        },
        "actions": {"endRoom": {"roles": ["host"]}, "lock": {"roles": ["host", "cohost"]}, "kick": {"roles": ["cohost.member"]},
            "changeRole": {"roles": ["host", "cohost.cohost|member"]}, "handOver": {"roles": ["host", "cohost"]},
            "blacklist": {"roles": ["host", "cohost"]}, "banAudio": {"roles": ["host", "cohost"]},
            "banVideo": {"roles": ["host"]}, "banChat": {"roles": ["host"]}, "banRoom": {"roles": ["host"]},
            "multiDevice": {"roles": ["host", "cohost"]}, "command": {"roles": ["host", "member"]}}
    },
    "initial": {"member": {"streams": {"video": true}}},
    "emptyGraceMs": 30000
}"#;

const USERS: [&str; 6] = ["a", "b", "c", "d", "e", "owner"];
const ROLES: [&str; 8] = ["host", "cohost", "member", "member", "", "observer", "cohost", "king"];
const KEYS: [&str; 6] = ["whiteboard", "title", "crown", "hand", "screenShare", "free"];
const STREAMS: [RoomStream; 5] = [
    RoomStream::Audio,
    RoomStream::Video,
    RoomStream::SubVideo,
    RoomStream::SystemAudio,
    RoomStream::AudioConnection,
];
const BANS: [RoomBanKind; 3] = [RoomBanKind::Chat, RoomBanKind::Audio, RoomBanKind::Video];

#[derive(Debug, Clone)]
enum Step {
    Join {
        user: &'static str,
        device: &'static str,
        role: &'static str,
        kick: bool,
        property: Option<(&'static str, &'static str)>,
    },
    /// By a member's n-th device, or the server.
    Act {
        user: &'static str,
        device: usize,
        act: Act,
    },
    Gone {
        user: &'static str,
        device: usize,
    },
    Server(ServerAct),
    /// The n-th device of somebody comes into the call, or goes.
    Call {
        user: &'static str,
        device: usize,
        present: bool,
    },
    Wait(i64),
}

fn user() -> impl Strategy<Value = &'static str> {
    select(&USERS[..])
}

/// A target: somebody, or empty for oneself or the room.
fn someone() -> impl Strategy<Value = &'static str> {
    prop_oneof![1 => user(), 1 => Just("")]
}

/// Who acts: mostly those who may much; empty is the server.
fn actor() -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => select(&["a", "b", "c"][..]), 4 => user(), 1 => Just("")]
}

/// Most histories begin with people of every role.
fn crowd() -> impl Strategy<Value = Vec<Step>> {
    let roles = [("a", "host"), ("b", "cohost"), ("c", "member"), ("d", "observer"), ("e", "member")];
    let join = |(user, role)| Step::Join { user, device: "x", role, kick: false, property: None };
    (0usize..=5).prop_map(move |count| roles.into_iter().take(count).map(join).collect())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    (crowd(), prop::collection::vec(step(), 1..100)).prop_map(|(crowd, steps)| [crowd, steps].concat())
}

fn act() -> impl Strategy<Value = Act> {
    let value = || select(&["1", "2", ""][..]);
    prop_oneof![
        1 => prop::bool::weighted(0.2).prop_map(acts::leave),
        1 => prop_oneof![9 => Just(acts::lock(true)), 1 => Just(acts::end())],
        2 => any::<bool>().prop_map(acts::lock),
        1 => value().prop_map(acts::room_name),
        1 => any::<bool>().prop_map(acts::enable_blacklist),
        2 => any::<bool>().prop_map(acts::multi_device),
        2 => (someone(), value()).prop_map(|(user, name)| acts::name(user, name)),
        1 => value().prop_map(acts::ext),
        6 => prop::collection::vec((user(), select(&ROLES[..])), 1..4).prop_map(|changes| acts::roles(&changes)),
        3 => (user(), any::<bool>()).prop_map(|(user, keep)| acts::hand_over(user, keep)),
        2 => (user(), prop::bool::weighted(0.3)).prop_map(|(user, list)| acts::kick(user, list)),
        1 => select(&["x", "y"][..]).prop_map(acts::kick_device),
        2 => (user(), prop::bool::weighted(0.3)).prop_map(|(user, listed)| acts::blacklist(user, listed)),
        5 => (someone(), select(&BANS[..]), any::<bool>(), 0i64..40)
            .prop_map(|(user, kind, banned, duration_s)| acts::ban(user, kind, banned, duration_s)),
        5 => (select(&KEYS[..]), value(), someone()).prop_map(|(key, value, user)| acts::prop(key, value, user)),
        2 => select(&KEYS[..]).prop_map(acts::no_prop),
        5 => (someone(), select(&KEYS[..]), value()).prop_map(|(user, key, value)| acts::member_prop(user, key, value)),
        2 => (someone(), select(&KEYS[..])).prop_map(|(user, key)| acts::no_member_prop(user, key)),
        9 => (someone(), select(&STREAMS[..]), prop::bool::weighted(0.7))
            .prop_map(|(user, stream, on)| acts::stream(user, 0, stream, on)),
        1 => any::<bool>().prop_map(acts::chat),
        1 => (user(), select(&ROLES[..6])).prop_map(|(user, role)| acts::command(10_000, "x", &[user], &[role])),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let device = || select(&["x", "y", "z"][..]);
    let property = prop::option::weighted(0.2, (select(&KEYS[..]), select(&["1", "2"][..])));
    prop_oneof![
        6 => (user(), device(), select(&ROLES[..]), prop::bool::weighted(0.2), property).prop_map(
            |(user, device, role, kick, property)| Step::Join { user, device, role, kick, property }
        ),
        20 => (actor(), 0usize..2, act()).prop_map(|(user, device, act)| Step::Act { user, device, act }),
        1 => (user(), 0usize..3).prop_map(|(user, device)| Step::Gone { user, device }),
        1 => (0u32..3).prop_map(|less| Step::Server(ServerAct::SetMaxMembers(6 - less))),
        1 => select(&[0, START_MS + 30_000, START_MS + 3_600_000][..])
            .prop_map(|ends_at_ms| Step::Server(ServerAct::SetLifetime { ends_at_ms })),
        3 => (user(), 0usize..2, prop::bool::weighted(0.7))
            .prop_map(|(user, device, present)| Step::Call { user, device, present }),
        2 => (0i64..20_000).prop_map(Step::Wait),
    ]
}

/// One history, with the room after it and all that led there.
struct History {
    template: Arc<Template>,
    room: Room,
    first: Room,
    middle: Option<Room>,
    events: Vec<v1::RoomEvent>,
    now_ms: i64,
    next_rtc_uid: i64,
}

impl History {
    fn new(template: Template) -> History {
        let template = Arc::new(template);
        let make = Create { life: Life::Ms(3600 * 1000), max_members: 4, ..create() };
        let room = Room::create(template.clone(), make).unwrap();
        let first = room.clone();
        History { template, room, first, middle: None, events: Vec::new(), now_ms: START_MS, next_rtc_uid: 1 }
    }

    fn device(&self, user: &str, device: usize) -> i64 {
        let endpoints = self.room.mirror().member(user).map_or(&[][..], |member| &member.endpoints);
        endpoints
            .get(device.min(endpoints.len().saturating_sub(1)))
            .map_or(1 << 40, |endpoint| endpoint.rtc_uid)
    }

    fn decide(&mut self, step: &Step) -> Decided {
        let now_ms = self.now_ms;
        match step {
            Step::Join { user, device, role, kick, property } => {
                self.next_rtc_uid += 1;
                let (rtc_uid, device_id) = (self.next_rtc_uid, (*device).to_owned());
                let join = Join {
                    user_uuid: (*user).into(),
                    role: (*role).into(),
                    password_right: true,
                    kick_other_device: *kick,
                    properties: property
                        .iter()
                        .map(|(key, value)| ((*key).into(), (*value).into()))
                        .collect(),
                    endpoint: v1::RoomEndpoint { rtc_uid, device_id, ..v1::RoomEndpoint::default() },
                    ..Join::default()
                };
                self.room.join(now_ms, &join).unwrap_or_default()
            }
            Step::Act { user, device, act } => {
                let actor = match *user {
                    "" => Actor::Server,
                    user => Actor::Member { user_uuid: user.into(), rtc_uid: self.device(user, *device) },
                };
                self.room.act(now_ms, &actor, act).unwrap_or_default()
            }
            Step::Gone { user, device } => {
                self.room.gone(now_ms, self.device(user, *device), EndReason::LoginStateError)
            }
            Step::Server(act) => self.room.server_act(now_ms, *act).unwrap_or_default(),
            Step::Call { user, device, present } => {
                let rtc_uid = self.device(user, *device);
                let act = ServerAct::SetRtcPresence { rtc_uid, present: *present };
                self.room.server_act(now_ms, act).unwrap_or_default()
            }
            Step::Wait(ms) => {
                self.now_ms += ms;
                match self.room.deadline() {
                    Some(at_ms) if at_ms <= self.now_ms => {
                        let due = self.room.due(self.now_ms);
                        assert!(!due.events.is_empty(), "a deadline brings something");
                        due
                    }
                    _ => {
                        assert_eq!(
                            self.room.due(self.now_ms),
                            Decided::default(),
                            "nothing before the deadline"
                        );
                        Decided::default()
                    }
                }
            }
        }
    }

    fn step(&mut self, step: &Step) {
        let before = self.room.clone();
        let decided = self.decide(step);
        assert_eq!(self.room, before, "deciding changes nothing");
        let earliest_ms = self.room.earliest_after(&decided.events);
        for event in &decided.events {
            self.room.apply(event).unwrap();
            self.events.push(event.clone());
        }
        if let Some(deadline_ms) = self.room.deadline() {
            assert!(earliest_ms.is_some_and(|at_ms| at_ms <= deadline_ms), "a deadline nobody was told of");
        }
        let lives = self.room.mirror().ended().is_none();
        if lives && self.events.len() > 20 && self.middle.is_none() {
            self.middle = Some(self.room.clone());
        }
        self.may_have_done(step, &decided, &before);
        self.check_limits();
        self.check_bans();
    }

    /// An observer of the meeting may do nothing but speak of itself and leave.
    fn may_have_done(&self, step: &Step, decided: &Decided, before: &Room) {
        let Step::Act { user, act, .. } = step else { return };
        let is_observer = before.mirror().member(user).is_some_and(|member| member.role == "observer");
        if is_observer && self.template.name == "Online meeting" && !decided.events.is_empty() {
            let own = match act {
                Act::Leave(_)
                | Act::ChangeExt(_)
                | Act::ChangeProfile(_)
                | Act::ChatPresence(_)
                | Act::KickDevice(_) => true,
                Act::ChangeName(change) => change.user_uuid.is_empty() || change.user_uuid == *user,
                Act::SetStream(set) => set.stream() == RoomStream::AudioConnection,
                _ => false,
            };
            assert!(own, "an observer did {act:?}");
        }
    }

    fn check_limits(&self) {
        let mirror = self.room.mirror();
        for role in self.template.roles.iter().filter(|role| role.limit > 0) {
            let count = mirror.members().filter(|member| member.role == role.name).count();
            assert!(count <= role.limit as usize, "{} {count}", role.name);
        }
        assert!(mirror.members().filter(|member| member.role != "observer").count() <= 6);
        for (key, rule) in &self.template.permissions.member.properties {
            let holders = mirror.members().filter_map(|member| member.properties.get(key));
            let concurrency = rule.concurrency.as_ref();
            let counted = concurrency.and_then(|concurrency| concurrency.value_map.as_ref());
            let limit = concurrency.map_or(usize::MAX, |concurrency| concurrency.limit as usize);
            let count =
                holders.clone().filter(|value| counted.is_none_or(|map| map.value == **value)).count();
            assert!(count <= limit && (!rule.exclusive || holders.count() <= 1), "{key}");
        }
        let devices = || mirror.members().flat_map(|member| &member.endpoints);
        for &stream in Stream::ALL {
            let on = devices().filter(|endpoint| Mirror::is_on(endpoint, stream.to_wire())).count();
            let rule = self.template.permissions.member.streams.get(&stream);
            let limit = rule
                .map_or(0, |rule| rule.concurrency.as_ref().map_or(usize::MAX, |most| most.limit as usize));
            assert!(on <= limit, "{stream:?} {on}");
        }
        let uids = devices().map(|endpoint| endpoint.rtc_uid).collect::<BTreeSet<_>>();
        assert_eq!(uids.len(), devices().count());
        for member in mirror.members() {
            assert!(!member.endpoints.is_empty());
            assert!(mirror.head().multi_device || member.endpoints.len() == 1);
        }
        for property in &mirror.head().properties {
            let associated = &property.associated_user_uuid;
            assert!(associated.is_empty() || mirror.member(associated).is_some() || mirror.ended().is_some());
        }
    }

    fn check_bans(&self) {
        let live =
            |ban: Option<v1::RoomBan>| ban.is_some_and(|ban| ban.until_ms == 0 || ban.until_ms > self.now_ms);
        let mirror = self.room.mirror();
        let room = mirror.head().bans.unwrap_or_default();
        for member in mirror.members() {
            let own = member.bans.unwrap_or_default();
            let bound = !matches!(
                (self.template.name.as_str(), member.role.as_str()),
                (_, "host") | ("Online meeting", "cohost")
            );
            for endpoint in &member.endpoints {
                assert!(!endpoint.audio_on || !(live(own.audio) || bound && live(room.audio)), "{member:?}");
                assert!(!endpoint.video_on || !(live(own.video) || bound && live(room.video)), "{member:?}");
            }
            assert_eq!(
                self.room.mirror().ended().is_none()
                    && self.room.may_chat(&member.user_uuid, self.now_ms).is_err(),
                live(own.chat) || bound && live(room.chat)
            );
        }
    }

    /// The state is the fold of the events, from any record on, through the store's bytes, with commands untold.
    fn check_fold(&self) {
        for start in [Some(&self.first), self.middle.as_ref()].into_iter().flatten() {
            let bytes = start.record().encode_to_vec();
            let record = v1::RoomRecord::decode(bytes.as_slice()).unwrap();
            let at = *start.mirror().at();
            let mut room = Room::load(self.template.clone(), record, at);
            assert_eq!(&room, start);
            let mut mirror =
                Mirror::new(room.mirror().head().clone(), room.mirror().members().cloned().collect(), at);
            for event in &self.events[at.seq as usize..] {
                let event = v1::RoomEvent::decode(event.encode_to_vec().as_slice()).unwrap();
                room.apply(&event).unwrap();
                let told = room.told(&event, "a");
                mirror.apply(&if told { event } else { v1::RoomEvent { body: None, ..event } }).unwrap();
            }
            assert_eq!(room, self.room);
            assert_eq!(&mirror, self.room.mirror());
            self.check_difference(start.mirror());
        }
        let last = self.events.last();
        assert!(
            last.is_none_or(|event| self.room.clone().apply(event).is_err()),
            "an old event does not follow"
        );
    }

    fn check_difference(&self, from: &Mirror) {
        let (to, mut mirror) = (self.room.mirror(), from.clone());
        for (seq, event) in (from.at().seq + 1..).zip(from.difference(to)) {
            mirror.apply(&v1::RoomEvent { seq, ..event }).unwrap();
        }
        assert_eq!((mirror.head(), mirror.ended()), (to.head(), to.ended()));
        assert!(mirror.members().eq(to.members()));
    }
}

fn run(template: Template, steps: &[Step]) {
    let mut history = History::new(template);
    for step in steps {
        history.step(step);
    }
    history.check_fold();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_meeting_holds_its_rules(steps in steps()) {
        run(builtin(40).unwrap(), &steps);
    }

    #[test]
    fn a_dense_template_holds_its_rules(steps in steps()) {
        run(Template::parse(DENSE).unwrap(), &steps);
    }
}
