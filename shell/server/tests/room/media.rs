//! Calls through links: who may take part, what reaches the others, and what is left of it when something ends. Packets
//! go over real sockets.

#[allow(dead_code, reason = "the relay's own tests use the rest")]
#[path = "../../../relay/tests/call/device.rs"]
mod device;

use crate::world::{Device as Client, World};
use device::{Device as Peer, PATIENCE, Sent, Shape};
use parlor_media::{Kind, Stream};
use parlor_protocol::ids::ArchiveId;
use parlor_protocol::{Code, limits, v1};
use parlor_relay::{Line, LineUse};
use parlor_server::config::Config;
use std::time::{Duration, Instant};
use v1::push::Body as Push;
use v1::reply::Body as Reply;
use v1::request::Body;
use v1::room_act::Act;
use v1::{RoomBanKind, RoomStream};

/// A device on the link, and the WebRTC that it brings along.
struct Caller {
    client: Client,
    peer: Peer,
    room: i64,
}

fn wire(line: &Line) -> v1::MediaLine {
    let r#use = match line.usage {
        LineUse::Sends(Stream::Audio) => v1::media_line::Use::Sends(RoomStream::Audio.into()),
        LineUse::Sends(_) => v1::media_line::Use::Sends(RoomStream::Video.into()),
        LineUse::Slot(Kind::Audio) => v1::media_line::Use::Slot(RoomStream::Audio.into()),
        LineUse::Slot(_) => v1::media_line::Use::Slot(RoomStream::Video.into()),
    };
    v1::MediaLine { mid: line.mid.clone(), r#use: Some(r#use) }
}

/// An offer, and what makes one half of a call of it once it is answered.
fn offered(client: &Client, room: i64) -> (Peer, v1::MediaJoin) {
    // Somebody who is not in the room has no number there.
    let rtc_uid = client.mirrors.get(&room).map_or(1, |(rtc_uid, _)| rtc_uid.unsigned_abs());
    let (peer, offer_sdp) = Peer::new(rtc_uid, Shape::default());
    let lines = peer.lines.iter().map(wire).collect();
    (peer, v1::MediaJoin { archive_id: room, offer_sdp, lines })
}

async fn joined(client: &mut Client, join: v1::MediaJoin) -> Result<v1::MediaJoined, Code> {
    match client.ask(Body::MediaJoin(join)).await?.pop() {
        Some(Reply::MediaJoin(joined)) => Ok(joined),
        other => panic!("{other:?}"),
    }
}

impl Caller {
    async fn join(client: Client, room: i64) -> Self {
        let (peer, join) = offered(&client, room);
        Self::join_with(client, peer, join).await
    }

    async fn join_with(mut client: Client, mut peer: Peer, join: v1::MediaJoin) -> Self {
        let room = join.archive_id;
        let answer = joined(&mut client, join).await.unwrap();
        peer.media_id = answer.media_id;
        peer.accept(&answer.answer_sdp);
        Self { client, peer, room }
    }

    fn rtc_uid(&self) -> i64 {
        self.client.rtc_uid(self.room)
    }

    async fn switch(&mut self, user_uuid: &str, stream: RoomStream, on: bool) {
        let set = v1::ActSetStream { user_uuid: user_uuid.into(), rtc_uid: 0, stream: stream.into(), on };
        self.client.act(self.room, Act::SetStream(set)).await.unwrap();
    }

    fn speak(&mut self) {
        self.send(Stream::Audio, b"sound".to_vec());
    }

    fn send(&mut self, stream: Stream, payload: Vec<u8>) {
        self.peer.send(Sent { stream, rid: None, timestamp: 7, marker: true, payload, red: false });
    }

    fn heard(&self) -> usize {
        self.peer.got(Kind::Audio).len()
    }

    /// Whether the mirror says that this device is in the call.
    fn sees_in_call(&self, rtc_uid: i64) -> bool {
        let mirror = self.client.mirror(self.room);
        mirror.endpoint(rtc_uid).is_some_and(|(_, endpoint)| endpoint.in_rtc)
    }

    /// What is in the slots by the newest push about this media session.
    fn slots(&self) -> Vec<i64> {
        let slots = self.client.pushes.iter().rev().find_map(|push| match push {
            Push::MediaSlots(push) if push.media_id == self.peer.media_id => Some(&push.slots),
            _ => None,
        });
        slots.into_iter().flatten().map(|slot| slot.rtc_uid).filter(|rtc_uid| *rtc_uid != 0).collect()
    }

    async fn resume(&mut self) -> Result<(), Code> {
        let resume = v1::MediaResume { archive_id: self.room, media_id: self.peer.media_id };
        self.client.ask(Body::MediaResume(resume)).await.map(drop)
    }
}

/// Lets everything happen until that is so.
async fn until<const N: usize>(
    callers: [&mut Caller; N],
    what: &str,
    mut is_so: impl FnMut(&mut [&mut Caller; N]) -> bool,
) {
    let mut callers = callers;
    let begun = Instant::now();
    while !is_so(&mut callers) {
        assert!(begun.elapsed() < PATIENCE, "not {what} in time");
        for caller in &mut callers {
            caller.peer.step();
            caller.client.listen().await;
        }
    }
}

/// Ann, the host, speaks, and Bob hears her.
async fn a_call() -> (World, Caller, Caller) {
    a_call_with(Config::default()).await
}

async fn a_call_with(config: Config) -> (World, Caller, Caller) {
    let mut world = World::with_calls(config).await;
    let (mut ann, mut bob) = (world.newcomer("ann").await, world.newcomer("bob").await);
    let room = world.meeting(&mut ann, "weekly").await;
    ann.join("weekly", "host").await.unwrap();
    bob.join("weekly", "member").await.unwrap();
    let (ann, bob) = (Caller::join(ann, room).await, Caller::join(bob, room).await);
    (world, ann, bob)
}

async fn hears(speaker: &mut Caller, listener: &mut Caller) {
    let before = listener.heard();
    until([speaker, listener], "heard", |[speaker, listener]| {
        speaker.speak();
        listener.heard() > before + 10
    })
    .await;
}

/// What is sent from here on does not arrive.
async fn hears_nothing(speaker: &mut Caller, listener: &mut Caller) {
    let whom = speaker.rtc_uid();
    until([speaker, listener], "silent", |[_, listener]| !listener.slots().contains(&whom)).await;
    let before = listener.heard();
    for _ in 0..50 {
        speaker.speak();
        speaker.peer.step();
        listener.peer.step();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(listener.heard(), before);
}

#[tokio::test]
async fn one_device_hears_another_and_everybody_sees_who_is_in_the_call() {
    let (_world, mut ann, mut bob) = a_call().await;
    let whom = ann.rtc_uid();
    until([&mut ann, &mut bob], "seen in the call", |[ann, bob]| {
        ann.sees_in_call(bob.rtc_uid()) && bob.sees_in_call(ann.rtc_uid())
    })
    .await;
    // Not before its microphone is on.
    for _ in 0..20 {
        ann.speak();
        ann.peer.step();
        bob.peer.step();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    ann.switch("", RoomStream::Audio, true).await;
    hears(&mut ann, &mut bob).await;
    assert!(bob.slots().contains(&whom));
    assert_eq!(ann.heard(), 0, "nobody hears themselves");
    until([&mut ann, &mut bob], "told who is loud", |[ann, bob]| {
        ann.speak();
        let is_it = |push: &Push| match push {
            Push::MediaLevels(push) => push.levels.iter().any(|level| level.rtc_uid == whom),
            _ => false,
        };
        bob.client.pushes.iter().any(is_it)
    })
    .await;
}

#[tokio::test]
async fn a_picture_comes_to_whoever_wants_it() {
    let (_world, mut ann, mut bob) = a_call().await;
    ann.switch("", RoomStream::Video, true).await;
    let wanted = v1::MediaWanted {
        rtc_uid: ann.rtc_uid(),
        stream: RoomStream::Video.into(),
        width: 640,
        height: 360,
        ..v1::MediaWanted::default()
    };
    let demand = v1::MediaDemand { archive_id: bob.room, media_id: bob.peer.media_id, wanted: vec![wanted] };
    bob.client.ask(Body::MediaDemand(demand.clone())).await.unwrap();
    let mut picture = 0;
    until([&mut ann, &mut bob], "seen", |[ann, bob]| {
        picture += 1;
        ann.send(Stream::Video, device::vp8(picture, picture % 10 == 1, b"tail"));
        bob.peer.got(Kind::Video).len() > 10
    })
    .await;
    let other = v1::MediaDemand { media_id: 1, ..demand.clone() };
    assert_eq!(bob.client.ask(Body::MediaDemand(other)).await.err(), Some(Code::MediaSessionGone));
    let wanted = vec![wanted; limits::MEDIA_WANTED_MAX + 1];
    let much = v1::MediaDemand { wanted, ..demand };
    assert_eq!(bob.client.ask(Body::MediaDemand(much)).await.err(), Some(Code::InvalidParameter));
}

#[tokio::test]
async fn a_host_mutes_a_speaker_and_the_server_carries_nothing_more() {
    let (_world, mut ann, mut bob) = a_call().await;
    bob.switch("", RoomStream::Audio, true).await;
    hears(&mut bob, &mut ann).await;
    ann.switch("bob", RoomStream::Audio, false).await;
    hears_nothing(&mut bob, &mut ann).await;
    bob.switch("", RoomStream::Audio, true).await;
    hears(&mut bob, &mut ann).await;
    let ban = v1::ActBan {
        user_uuid: "bob".into(),
        kind: RoomBanKind::Audio.into(),
        banned: true,
        duration_s: 60,
        notify_ext: String::new(),
    };
    ann.client.act(ann.room, Act::Ban(ban)).await.unwrap();
    hears_nothing(&mut bob, &mut ann).await;
}

#[tokio::test]
async fn whoever_is_removed_from_the_room_is_out_of_its_call() {
    let (_world, mut ann, mut bob) = a_call().await;
    bob.switch("", RoomStream::Audio, true).await;
    hears(&mut bob, &mut ann).await;
    let kick = v1::ActKick { user_uuid: "bob".into(), to_blacklist: false };
    ann.client.act(ann.room, Act::Kick(kick)).await.unwrap();
    hears_nothing(&mut bob, &mut ann).await;
    assert!(bob.client.gone(bob.room).is_some());
    assert_eq!(bob.resume().await, Err(Code::MediaSessionGone));
    let (_, again) = offered(&bob.client, bob.room);
    assert_eq!(joined(&mut bob.client, again).await.err(), Some(Code::RoomMemberNotFound));
}

#[tokio::test]
async fn a_stranger_is_not_let_in() {
    let (mut world, mut ann, _bob) = a_call().await;
    let mut eve = world.newcomer("eve").await;
    let (_, join) = offered(&eve, ann.room);
    assert_eq!(joined(&mut eve, join.clone()).await.err(), Some(Code::RoomMemberNotFound));
    let nowhere = v1::MediaJoin { archive_id: ann.room + 1, ..join };
    assert_eq!(joined(&mut eve, nowhere).await.err(), Some(Code::RoomNotFound));
    let hers = v1::MediaResume { archive_id: ann.room, media_id: ann.peer.media_id };
    assert_eq!(eve.ask(Body::MediaResume(hers)).await.err(), Some(Code::MediaSessionGone));
    assert_eq!(ann.resume().await, Ok(()));
}

#[tokio::test]
async fn a_second_join_takes_the_place_of_the_first() {
    let (_world, ann, mut bob) = a_call().await;
    let first = ann.peer.media_id;
    let mut ann = Caller::join(ann.client, ann.room).await;
    assert_ne!(ann.peer.media_id, first);
    let old = v1::MediaResume { archive_id: ann.room, media_id: first };
    assert_eq!(ann.client.ask(Body::MediaResume(old)).await.err(), Some(Code::MediaSessionGone));
    ann.switch("", RoomStream::Audio, true).await;
    hears(&mut ann, &mut bob).await;
    assert!(bob.sees_in_call(ann.rtc_uid()));
}

#[tokio::test]
async fn a_bad_offer_names_its_field_and_leaves_nobody_in_the_call() {
    let (_world, mut ann, mut bob) = a_call().await;
    let leave = Body::MediaLeave(v1::MediaLeave { archive_id: ann.room });
    ann.client.ask(leave.clone()).await.unwrap();
    ann.client.ask(leave).await.unwrap();
    let (_, join) = offered(&ann.client, ann.room);
    let garbage = v1::MediaJoin { offer_sdp: "v=0\r\n".into(), ..join.clone() };
    assert_eq!(joined(&mut ann.client, garbage).await.err(), Some(Code::InvalidParameter));
    let huge = v1::MediaJoin { offer_sdp: "v".repeat(limits::MEDIA_SDP_MAX_BYTES + 1), ..join };
    assert_eq!(joined(&mut ann.client, huge).await.err(), Some(Code::ParameterTooLong));
    until([&mut ann, &mut bob], "out of the call", |[ann, bob]| !bob.sees_in_call(ann.rtc_uid())).await;
}

#[tokio::test]
async fn what_was_missed_while_the_link_was_away_is_told_again() {
    let (mut world, mut ann, mut bob) = a_call().await;
    ann.switch("", RoomStream::Audio, true).await;
    hears(&mut ann, &mut bob).await;
    bob.client.cut(world.connect());
    bob.client.resume().await.unwrap();
    bob.client.pushes.clear();
    bob.resume().await.unwrap();
    until([&mut ann, &mut bob], "told again", |[ann, bob]| bob.slots().contains(&ann.rtc_uid())).await;
    hears(&mut ann, &mut bob).await;
}

#[tokio::test]
async fn after_a_restart_a_device_joins_anew_and_was_in_the_call_all_the_time() {
    let (mut world, mut ann, mut bob) = a_call().await;
    ann.switch("", RoomStream::Audio, true).await;
    hears(&mut ann, &mut bob).await;
    world.restart().await;
    for caller in [&mut ann, &mut bob] {
        caller.client.cut(world.connect());
        caller.client.resume().await.unwrap();
        caller.client.pull(caller.room).await.unwrap();
        assert_eq!(caller.resume().await, Err(Code::MediaSessionGone));
        caller.client.pushes.clear();
    }
    let mut ann = Caller::join(ann.client, ann.room).await;
    let mut bob = Caller::join(bob.client, bob.room).await;
    hears(&mut ann, &mut bob).await;
    for caller in [&ann, &bob] {
        assert!(caller.sees_in_call(ann.rtc_uid()) && caller.sees_in_call(bob.rtc_uid()));
        let told = caller.client.pushes.iter().any(|push| matches!(push, Push::RoomEvents(_)));
        assert!(!told, "nothing has changed for anybody");
    }
}

#[tokio::test]
async fn a_call_goes_over_the_port_of_the_api_where_no_udp_passes() {
    let (world, mut ann, mut bob) = a_call().await;
    ann.switch("", RoomStream::Audio, true).await;
    let stream = std::net::TcpStream::connect(world.tcp.unwrap()).unwrap();
    let rtc_uid = bob.rtc_uid().unsigned_abs();
    let (peer, offer_sdp) = Peer::over_tcp(rtc_uid, Shape::default(), stream);
    let lines = peer.lines.iter().map(wire).collect();
    let join = v1::MediaJoin { archive_id: bob.room, offer_sdp, lines };
    bob = Caller::join_with(bob.client, peer, join).await;
    hears(&mut ann, &mut bob).await;
    // HTTP is answered on the same port.
    let url = format!("http://{}/nothing", world.tcp.unwrap());
    assert_eq!(reqwest::get(url).await.unwrap().status(), 404);
}

fn short_window() -> Config {
    let mut config = Config::default();
    config.media.resume_window_ms = 700;
    config
}

#[tokio::test]
async fn a_device_that_goes_silent_is_out_of_the_call_and_told_so() {
    let (_world, mut ann, mut bob) = a_call_with(short_window()).await;
    until([&mut ann, &mut bob], "connected", |[ann, bob]| ann.peer.connected && bob.peer.connected).await;
    let (ann_rtc_uid, ended) = (ann.rtc_uid(), |caller: &Caller| {
        let media_id = caller.peer.media_id;
        let is_it = |push: &Push| match push {
            Push::MediaEnded(ended) => {
                ended.media_id == media_id && ended.code == Code::MediaSessionGone.link()
            }
            _ => false,
        };
        caller.client.pushes.iter().any(is_it)
    });
    // Ann's packets stop; her link goes on.
    let begun = Instant::now();
    while !ended(&ann) || bob.sees_in_call(ann_rtc_uid) {
        assert!(begun.elapsed() < PATIENCE, "not out of the call in time");
        bob.peer.step();
        ann.client.listen().await;
        bob.client.listen().await;
    }
    assert!(bob.sees_in_call(bob.rtc_uid()), "who is heard of stays");
}

#[tokio::test]
async fn who_does_not_come_back_after_a_restart_is_out_of_the_call() {
    let (mut world, mut ann, mut bob) = a_call_with(short_window()).await;
    world.restart().await;
    for caller in [&mut ann, &mut bob] {
        caller.client.cut(world.connect());
        caller.client.resume().await.unwrap();
        caller.client.pull(caller.room).await.unwrap();
    }
    assert!(bob.sees_in_call(ann.rtc_uid()));
    let mut bob = Caller::join(bob.client, bob.room).await;
    until([&mut ann, &mut bob], "out of the call", |[ann, bob]| !bob.sees_in_call(ann.rtc_uid())).await;
    assert!(bob.sees_in_call(bob.rtc_uid()));
}

#[tokio::test]
async fn a_call_that_nobody_comes_back_to_after_a_restart_is_over_though_nobody_asks_for_the_room() {
    let (mut world, ann, bob) = a_call_with(short_window()).await;
    let archive_id = ArchiveId(ann.room.unsigned_abs());
    drop((ann, bob));
    world.restart().await;
    let begun = Instant::now();
    loop {
        let stored = parlor_server::room::snapshot(&world.node, world.app.app_id, archive_id).await;
        let (_, room) = stored.unwrap().unwrap();
        let mut endpoints = room.mirror().members().flat_map(|member| &member.endpoints);
        assert!(room.mirror().members().count() > 0, "they are still in the room");
        if !endpoints.any(|endpoint| endpoint.in_rtc) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "still said to be in the call");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_without_calls_says_so() {
    let (_world, mut ann, _bob, room) = World::two_in_a_meeting().await;
    let (_, join) = offered(&ann, room);
    assert_eq!(joined(&mut ann, join).await.err(), Some(Code::NotSupported));
    assert!(!ann.mirror(room).endpoint(ann.rtc_uid(room)).unwrap().1.in_rtc);
}
