//! Rooms, where an answer comes too late.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

mod rig;

use parlor_client::{Call, Input, TransportId};
use parlor_protocol::Code;
use parlor_protocol::v1::{self, reply, request, room_act::Act};
use rig::{Rig, identity};

/// Longer than any request of the app waits.
const LONG_S: u64 = 20;

fn join() -> Call {
    Call::Ask(Box::new(request::Body::RoomJoin(v1::RoomJoin {
        room_uuid: "r".into(),
        ..v1::RoomJoin::default()
    })))
}

fn view() -> reply::Body {
    let head = v1::RoomHead { archive_id: 9, room_uuid: "r".into(), ..v1::RoomHead::default() };
    let device = v1::RoomEndpoint { rtc_uid: 1, device_id: "d".into(), ..v1::RoomEndpoint::default() };
    let me = v1::RoomMember { user_uuid: "ann".into(), endpoints: vec![device], ..v1::RoomMember::default() };
    reply::Body::RoomJoin(v1::RoomView {
        head: Some(head),
        at: Some(v1::Cursor { epoch: 1, seq: 1 }),
        rtc_uid: 1,
        user_uuid: "ann".into(),
        members: vec![me],
        ..v1::RoomView::default()
    })
}

fn joins(requests: &[v1::Request]) -> Vec<u64> {
    let joins = requests.iter().filter(|r| matches!(r.body, Some(request::Body::RoomJoin(_))));
    joins.map(|r| r.id).collect()
}

fn acts(requests: &[v1::Request]) -> Vec<(u64, Act)> {
    let act = |r: &v1::Request| match &r.body {
        Some(request::Body::RoomAct(act)) => Some((r.id, act.act.clone()?)),
        _ => None,
    };
    requests.iter().filter_map(act).collect()
}

/// The link is up, and nothing is answered but pings; all else that was sent.
fn silence(rig: &mut Rig, transport: TransportId) -> Vec<v1::Request> {
    let mut asked = Vec::new();
    for _ in 0..LONG_S {
        rig.pass(1_000);
        for request in rig.all_sent() {
            match request.body {
                Some(request::Body::Ping(_)) => {
                    rig.reply(transport, request.id, reply::Body::Pong(v1::Pong::default()));
                }
                _ => asked.push(request),
            }
        }
    }
    asked
}

/// The link is lost, and the session taken up again on another.
fn over_again(rig: &mut Rig, transport: TransportId) -> TransportId {
    rig.input(Input::Lost(transport));
    rig.pass(1_000);
    rig.resume(Some(identity()))
}

#[test]
fn a_join_that_nobody_waits_for_is_taken_back_however_long_its_answer_takes() {
    let (mut rig, transport) = Rig::in_room_login();
    let call = rig.call(join());
    silence(&mut rig, transport);
    assert_eq!(rig.failed_with(call), Some(Code::RequestTimeout));
    let transport = over_again(&mut rig, transport);
    silence(&mut rig, transport);
    let transport = over_again(&mut rig, transport);
    let asked = rig.all_sent();
    let [again] = joins(&asked)[..] else { panic!("{asked:?}: whether it let this device in is not asked") };
    rig.reply(transport, again, view());
    let acts = acts(&rig.all_sent());
    assert!(matches!(acts[..], [(_, Act::Leave(_))]), "{acts:?}");
}

#[test]
fn a_join_that_is_taken_back_while_another_one_is_refused_leaves_nobody_behind() {
    let (mut rig, transport) = Rig::in_room_login();
    let call = rig.call(join());
    silence(&mut rig, transport);
    assert_eq!(rig.failed_with(call), Some(Code::RequestTimeout));
    let transport = over_again(&mut rig, transport);
    let second = rig.call(join());
    let asked = rig.all_sent();
    let [again, other] = joins(&asked)[..] else { panic!("{asked:?}: two joins are under way") };
    rig.reply(transport, again, view());
    assert!(acts(&rig.all_sent()).is_empty(), "the second join may still want it");
    rig.refuse(transport, other, Code::RoomPasswordWrong, 0);
    assert_eq!(rig.failed_with(second), Some(Code::RoomPasswordWrong));
    let acts = acts(&rig.all_sent());
    assert!(matches!(acts[..], [(_, Act::Leave(_))]), "{acts:?}");
}

#[test]
fn a_chat_that_may_have_been_entered_is_left() {
    let (mut rig, transport) = Rig::in_room_login();
    rig.call(join());
    let [id] = joins(&rig.all_sent())[..] else { panic!("no join") };
    rig.reply(transport, id, view());
    let presence = Act::ChatPresence(v1::ActChatPresence { present: true });
    let enter = request::Body::RoomAct(v1::RoomAct { archive_id: 9, act: Some(presence) });
    let call = rig.call(Call::Ask(Box::new(enter)));
    let asked = silence(&mut rig, transport);
    assert_eq!(rig.failed_with(call), Some(Code::RequestTimeout));
    let acts = acts(&asked);
    let leaves = |(_, act): &(u64, Act)| matches!(act, Act::ChatPresence(p) if !p.present);
    assert!(acts.iter().any(leaves), "{acts:?}");
}

/// In the room, with the link up.
fn in_room() -> (Rig, TransportId) {
    let (mut rig, transport) = Rig::in_room_login();
    rig.call(join());
    let [id] = joins(&rig.all_sent())[..] else { panic!("no join") };
    rig.reply(transport, id, view());
    rig.all_sent();
    (rig, transport)
}

fn of_the_call(requests: &[v1::Request]) -> Vec<&v1::Request> {
    let is_it = |r: &&v1::Request| {
        use request::Body as B;
        matches!(r.body, Some(B::MediaJoin(_) | B::MediaResume(_) | B::MediaDemand(_) | B::MediaLeave(_)))
    };
    requests.iter().filter(is_it).collect()
}

#[test]
fn what_is_asked_of_a_call_is_answered_as_it_is_and_names_an_act_only_where_it_changes_something() {
    let (mut rig, transport) = in_room();
    let ask = |body| Call::Ask(Box::new(body));
    let resume = v1::MediaResume { archive_id: 9, media_id: 5 };
    let joined =
        rig.call(ask(request::Body::MediaJoin(v1::MediaJoin { archive_id: 9, ..v1::MediaJoin::default() })));
    let resumed = rig.call(ask(request::Body::MediaResume(resume)));
    let asked = rig.all_sent();
    let [join, look] = of_the_call(&asked)[..] else { panic!("{asked:?}") };
    assert_eq!((join.op_id.len(), look.op_id.len()), (16, 0));
    let answer = reply::Body::MediaJoin(v1::MediaJoined { media_id: 5, ..v1::MediaJoined::default() });
    rig.reply(transport, join.id, answer);
    rig.refuse(transport, look.id, Code::MediaSessionGone, 0);
    assert_eq!(rig.failed_with(joined), None);
    assert_eq!(rig.failed_with(resumed), Some(Code::MediaSessionGone));
    let elsewhere = rig.call(ask(request::Body::MediaLeave(v1::MediaLeave { archive_id: 10 })));
    assert_eq!(rig.failed_with(elsewhere), Some(Code::RoomNotFound));
}
