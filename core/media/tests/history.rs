//! Random histories: whatever happens in whatever order, a slot holds one unbroken stream of what may be in it.

mod rig;

use std::collections::{BTreeMap, BTreeSet};

use parlor_media::{Codec, Grant, Input, Kind, Output, Packet, SlotIndex, Source, Stream, Switch, Wanted};
use parlor_protocol::ids::RtcUid;
use proptest::prelude::*;
use proptest::sample::select;
use rig::{Call, SECOND, Sender, uid};

const PEERS: u64 = 5;
const STREAMS: [Stream; 4] = [Stream::Audio, Stream::Video, Stream::SubVideo, Stream::SystemAudio];
const PICTURES: [Codec; 4] = [Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1];

#[derive(Debug, Clone)]
enum Step {
    Join(u64, Vec<Kind>, Grant),
    Leave(u64),
    Grant(u64, Grant),
    Publish(Source, Codec, u8),
    Unpublish(Source),
    Demand(u64, Vec<Wanted>),
    Estimate(u64, u64),
    AskKey(u64, u8),
    /// Everybody sends a frame of everything, so often, with a key frame where one was asked for.
    Send(u8),
    Wait(u64),
}

fn source() -> impl Strategy<Value = Source> {
    (1..=PEERS, select(&STREAMS[..])).prop_map(|(peer, stream)| Source { rtc_uid: uid(peer), stream })
}

fn grant() -> impl Strategy<Value = Grant> {
    prop_oneof![
        4 => Just(rig::ALL),
        1 => any::<[bool; 6]>().prop_map(|[audio, video, sub_video, system_audio, sees, hears]| Grant {
            audio, video, sub_video, system_audio, sees, hears
        }),
    ]
}

fn wanted() -> impl Strategy<Value = Wanted> {
    (source(), select(&[0_u32, 160, 320, 640, 1920][..]), 0_u8..4, 0_u32..3).prop_map(
        |(source, width, below_best, priority)| Wanted {
            source,
            width,
            height: width * 9 / 16,
            below_best,
            priority,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let kinds =
        prop::collection::vec(select(&[Kind::Audio, Kind::Audio, Kind::Video, Kind::SubVideo][..]), 0..8);
    prop_oneof![
        2 => (1..=PEERS, kinds, grant()).prop_map(|(peer, kinds, grant)| Step::Join(peer, kinds, grant)),
        1 => (1..=PEERS).prop_map(Step::Leave),
        2 => (1..=PEERS, grant()).prop_map(|(peer, grant)| Step::Grant(peer, grant)),
        4 => (source(), select(&PICTURES[..]), 0_u8..5).prop_map(|(s, codec, n)| Step::Publish(s, codec, n)),
        1 => source().prop_map(Step::Unpublish),
        4 => (1..=PEERS, prop::collection::vec(wanted(), 0..6)).prop_map(|(peer, w)| Step::Demand(peer, w)),
        2 => (1..=PEERS, 0_u64..4_000_000).prop_map(|(peer, bps)| Step::Estimate(peer, bps)),
        1 => (1..=PEERS, 0_u8..9).prop_map(|(peer, slot)| Step::AskKey(peer, slot)),
        10 => (1_u8..30).prop_map(Step::Send),
        2 => (0..3 * SECOND).prop_map(Step::Wait),
    ]
}

/// What there is, by the facts alone.
#[derive(Default)]
struct Model {
    grants: BTreeMap<RtcUid, Grant>,
    senders: BTreeMap<(Source, u8), Sender>,
    /// Of each slot: the newest number, timestamp and source.
    slots: BTreeMap<(u64, usize), (u64, u32, Source)>,
    asked: BTreeMap<(Source, u8), u64>,
    checked: usize,
    told: usize,
    frame: u64,
}

fn may_send(grant: Grant, stream: Stream) -> bool {
    match stream {
        Stream::Audio => grant.audio,
        Stream::Video => grant.video,
        Stream::SubVideo => grant.sub_video,
        Stream::SystemAudio => grant.system_audio,
    }
}

/// The packets of a frame.
fn packets(sender: &mut Sender, is_key: bool, frame: u64) -> Vec<Vec<u8>> {
    let temporal = if is_key { 0 } else { (frame % 2) as u8 };
    let key = u8::from(is_key);
    match sender.codec {
        Codec::Opus | Codec::Red => vec![vec![0x78; 60]],
        Codec::Vp8 => {
            let first = sender.vp8(is_key, temporal, true, 300);
            let mut second = first.clone();
            second[0] = 0x80;
            vec![first, second]
        }
        Codec::Vp9 => (0..3)
            .map(|spatial| {
                let layer = temporal << 5 | 0x10 | spatial << 1 | u8::from(spatial > 0);
                sender.base = sender.base.wrapping_add(u8::from(spatial == 0));
                let mut payload = vec![0xac | (1 - key) << 6, sender.base & 0x7f, layer, sender.base];
                payload.resize(100 << (2 * spatial), 1);
                payload
            })
            .collect(),
        Codec::H264 if is_key => vec![vec![0x67, 0x42, 0, 0x1e], vec![0x65, 0x88, 0], vec![0x65, 0x08, 0]],
        Codec::H264 => vec![vec![0x61, 0x88, 0], vec![]],
        Codec::Av1 => vec![vec![0x10 | key << 3, 0x32, 0], vec![0x90, 0x32, 0]],
    }
}

/// Whether a decoder can begin with this payload, told from what [`packets`] makes.
fn begins(codec: Codec, payload: &[u8]) -> bool {
    match codec {
        Codec::Opus | Codec::Red => true,
        Codec::Vp8 => payload[0] == 0x90 && payload[6] & 1 == 0,
        Codec::Vp9 => payload[0] & 0x40 == 0 && payload[2] & 0x0e == 0,
        Codec::H264 => payload[0] == 0x67,
        Codec::Av1 => payload[0] & 0x88 == 0x08,
    }
}

impl Model {
    fn play(&mut self, call: &mut Call, step: Step) {
        match step {
            Step::Join(peer, slots, grant) => {
                self.forget(peer);
                self.grants.insert(uid(peer), grant);
                call.tell(Input::Joined { peer: uid(peer), slots, grant });
            }
            Step::Leave(peer) => {
                self.forget(peer);
                self.grants.remove(&uid(peer));
                call.tell(Input::Left { peer: uid(peer) });
            }
            Step::Grant(peer, grant) => {
                if let Some(known) = self.grants.get_mut(&uid(peer)) {
                    *known = grant;
                }
                call.tell(Input::Granted { peer: uid(peer), grant });
            }
            Step::Publish(source, codec, encodings) => self.publish(call, source, codec, encodings),
            Step::Unpublish(source) => {
                self.senders.retain(|(of, _), _| *of != source);
                call.tell(Input::Unpublished { source });
            }
            Step::Demand(peer, wanted) => call.demand(peer, wanted),
            Step::Estimate(peer, bps) => call.estimate(peer, bps),
            Step::AskKey(peer, slot) => {
                call.tell(Input::KeyFrameAsked { peer: uid(peer), slot: SlotIndex(slot) });
            }
            Step::Send(frames) => {
                for _ in 0..frames {
                    self.send(call);
                }
            }
            Step::Wait(us) => call.pass(us),
        }
    }

    fn forget(&mut self, peer: u64) {
        self.senders.retain(|(source, _), _| source.rtc_uid != uid(peer));
        self.slots.retain(|(of, _), _| *of != peer);
    }

    fn publish(&mut self, call: &mut Call, source: Source, codec: Codec, encodings: u8) {
        let is_sound = matches!(source.stream, Stream::Audio | Stream::SystemAudio);
        let codec = if is_sound { Codec::Opus } else { codec };
        let encodings = if is_sound { 1 } else { encodings };
        let before = self.senders.range((source, 0)..=(source, 3)).map(|(_, sender)| sender.codec);
        let is_same = before.collect::<Vec<_>>() == vec![codec; usize::from(encodings.clamp(1, 3))];
        if self.grants.contains_key(&source.rtc_uid) && !is_same {
            self.senders.retain(|(of, _), _| *of != source);
            self.asked.retain(|(of, _), _| *of != source);
            for encoding in 0..encodings.clamp(1, 3) {
                let sender = Sender::new(source, encoding, codec);
                self.senders.insert((source, encoding), sender);
            }
        }
        call.publish(source, codec, encodings);
    }

    fn send(&mut self, call: &mut Call) {
        self.frame += 1;
        let keys: Vec<(Source, u8)> = self.senders.keys().copied().collect();
        for (source, encoding) in keys {
            let asked =
                call.asked(source, encoding).last().is_some_and(|at_us| at_us + 33_000 >= call.now_us);
            let Some(sender) = self.senders.get_mut(&(source, encoding)) else { continue };
            let hz = if matches!(sender.codec, Codec::Opus) { 48 } else { 90 };
            sender.timestamp = sender.timestamp.wrapping_add(33 * hz);
            let payloads = packets(sender, asked || self.frame.is_multiple_of(70), self.frame);
            let level = (source.rtc_uid.0 * 37 + self.frame) % 128;
            for payload in &payloads {
                call.packet(sender, payload, false, Some(level as u8));
            }
        }
        call.pass(33_000);
    }

    /// Everything that was sent and told since the last time is as it must be.
    fn check(&mut self, call: &Call) -> Result<(), TestCaseError> {
        let grants = self.grants.clone();
        for sent in &call.sent[self.checked..] {
            let of = &sent.source;
            prop_assert!(of.rtc_uid != uid(sent.peer), "own media: {sent:?}");
            prop_assert!(
                grants.get(&of.rtc_uid).is_some_and(|grant| may_send(*grant, of.stream)),
                "not granted: {sent:?}"
            );
            let receiver = grants[&uid(sent.peer)];
            let is_sound = matches!(of.stream, Stream::Audio | Stream::SystemAudio);
            let may_get = if is_sound { receiver.hears } else { receiver.sees };
            prop_assert!(may_get && sent.told == Some(*of), "{sent:?}");
            let codec = self.senders[&(*of, sent.encoding)].codec;
            let before = self.slots.insert((sent.peer, sent.slot), (sent.seq, sent.timestamp, *of));
            match before {
                Some((seq, timestamp, source)) => {
                    prop_assert_eq!(sent.seq, seq + 1, "{:?}", sent);
                    let ahead = sent.timestamp.wrapping_sub(timestamp).cast_signed();
                    prop_assert!((0..90_000 * 60).contains(&ahead), "{ahead}: {sent:?}");
                    prop_assert!(source == *of || begins(codec, &sent.payload), "{sent:?}");
                }
                None => prop_assert!(begins(codec, &sent.payload), "{sent:?}"),
            }
        }
        self.checked = call.sent.len();
        for (at_us, output) in &call.outputs[self.told..] {
            match output {
                Output::AskKeyFrame { source, layer } => {
                    let before = self.asked.insert((*source, layer.0), *at_us);
                    prop_assert!(before.is_none_or(|before_us| at_us - before_us >= SECOND / 2));
                }
                Output::Levels { levels, .. } => {
                    let all: BTreeSet<_> = levels.iter().map(|level| level.rtc_uid).collect();
                    prop_assert_eq!(all.len(), levels.len());
                    prop_assert!(all.iter().all(|uid| grants.get(uid).is_some_and(|grant| grant.audio)));
                }
                Output::Slots { peer, slots } => {
                    let sources: Vec<_> = slots.iter().filter_map(|slot| slot.source).collect();
                    let all: BTreeSet<_> = sources.iter().collect();
                    prop_assert_eq!(all.len(), sources.len(), "twice the same");
                    prop_assert!(sources.iter().all(|source| source.rtc_uid != *peer));
                }
                Output::Needed { .. } | Output::Desired { .. } => {}
            }
        }
        self.told = call.outputs.len();
        Ok(())
    }
}

fn play(steps: &[Step]) -> Result<Call, TestCaseError> {
    let mut call = Call::new();
    let mut model = Model::default();
    for peer in 1..=PEERS {
        let kinds = vec![Kind::Audio, Kind::Audio, Kind::Video, Kind::Video, Kind::SubVideo];
        model.play(&mut call, Step::Join(peer, kinds, rig::ALL));
    }
    for step in steps {
        model.play(&mut call, step.clone());
        model.check(&call)?;
    }
    Ok(call)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_slot_holds_one_unbroken_stream(steps in prop::collection::vec(step(), 1..60)) {
        let one = play(&steps)?;
        let two = play(&steps)?;
        prop_assert_eq!(&one.outputs, &two.outputs);
        prop_assert_eq!(&one.sent, &two.sent);
    }

    #[test]
    fn any_packet_may_come(steps in prop::collection::vec((step(), source(), any::<(u8, u64, u32, u64)>(),
        select(&[Codec::Opus, Codec::Red, Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1][..]),
        prop::collection::vec(any::<u8>(), 0..40), any::<bool>()), 1..120)) {
        let mut call = Call::new();
        let mut model = Model::default();
        for (step, source, (encoding, seq, timestamp, us), codec, payload, has_dependency) in steps {
            let step = if let Step::Send(_) = step { Step::Wait(us % SECOND) } else { step };
            model.play(&mut call, step);
            for back in [0, 1, 0, 3] {
                let packet = Packet {
                    source, encoding: encoding % 4, codec, seq: seq.wrapping_add(back), timestamp, marker: false,
                    audio_level: Some((payload.first().copied().unwrap_or(0), false)),
                    dependency: has_dependency.then_some(&payload[..]), payload: &payload,
                };
                call.arrives(&packet);
            }
        }
        prop_assert!(call.sent.iter().all(|sent| uid(sent.peer) != sent.source.rtc_uid));
    }
}

#[test]
fn an_empty_call_says_nothing() {
    let mut switch = Switch::new();
    switch.handle(SECOND, Input::Tick);
    assert_eq!((switch.poll(), switch.deadline()), (None, None));
}
