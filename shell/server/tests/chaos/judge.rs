//! Compares a room with what is known of it: every mirror, a newcomer's view, the server's answers, the chat's history.

use crate::meeting::{Known, LIMIT, Meeting, Member, Sending};
use parlor_sdk::{ChatBody, ChatMessage, Client, HistoryQuery, JoinRoom, LeaveKind, Mirror, ReuseIm, Room};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(5);
/// Somebody who comes in to look.
const WITNESS: &str = "witness";
/// The largest page of a history.
const PAGE: u32 = 100;

/// Waits until a client that was cut off by a kill is back in its room; answers since when.
pub(crate) async fn is_back(member: &Member, killed: Instant) -> Instant {
    let begun = Instant::now();
    loop {
        let back_at = member.heard.lock().unwrap().back_at.filter(|at| *at > killed);
        if let (Some(at), true) = (back_at, member.room.is_connected()) {
            return at;
        }
        let (user_uuid, room) = (&member.user_uuid, member.room.uuid());
        assert!(
            begun.elapsed() < LIMIT,
            "{user_uuid} does not come back into {room}: {:?}",
            member.room.end_reason()
        );
        tokio::time::sleep(TICK).await;
    }
}

/// A mirror as facts: where something stands, and what.
pub(crate) fn facts(mirror: &Mirror) -> BTreeMap<String, String> {
    let head = mirror.head();
    let mut facts = BTreeMap::new();
    facts.insert("room/name".to_owned(), head.room_name.clone());
    facts.insert("room/ext".to_owned(), head.ext.clone());
    for property in &head.properties {
        facts.insert(format!("room/property/{}", property.key), property.value.clone());
    }
    for member in mirror.members().filter(|member| member.user_uuid != WITNESS) {
        let place = format!("member/{}", member.user_uuid);
        if member.user_uuid.starts_with("wanderer") {
            facts.insert(format!("{place}/present"), "yes".to_owned());
            continue;
        }
        facts.insert(format!("{place}/name"), member.user_name.clone());
        facts.insert(format!("{place}/role"), member.role.clone());
        facts.insert(format!("{place}/ext"), member.ext.clone());
        for (key, value) in &member.properties {
            facts.insert(format!("{place}/property/{key}"), value.clone());
        }
        if member.endpoints.iter().any(|endpoint| endpoint.audio_on) {
            facts.insert(format!("{place}/audio"), "on".to_owned());
        }
    }
    facts
}

/// Nobody writes now: everything that was acknowledged is there, for everybody, and nothing else.
pub(crate) async fn compare(meeting: &Meeting, witness: &Client) {
    let rooms = witness.roomkit(ReuseIm::On).rooms();
    let join = JoinRoom::new(&meeting.uuid, WITNESS).role("observer");
    let room = rooms.join(join).await.unwrap_or_else(|cause| panic!("{}: {cause}", meeting.uuid));
    let fresh = room.read(Clone::clone).expect("it has just come in");
    check_facts(&meeting.known(), &fresh);
    for member in &meeting.members {
        same_mirror(member, &fresh).await;
    }
    same_on_the_server(meeting, &fresh).await;
    let history = read_on(meeting, &room).await;
    for member in &meeting.members {
        heard_it_all(meeting, member, &history).await;
    }
    room.leave(LeaveKind::OnlySelf).await.unwrap();
}

fn check_facts(known: &Known, fresh: &Mirror) {
    let facts = facts(fresh);
    for (fact, possible) in &known.facts {
        let found = facts.get(fact).cloned();
        assert!(possible.allows(&found), "{fact} is {found:?}, and may be {possible:?}");
    }
    for (fact, found) in &facts {
        assert!(known.facts.contains_key(fact), "nobody has written that {fact} is {found}");
    }
}

async fn same_mirror(member: &Member, fresh: &Mirror) {
    let begun = Instant::now();
    let own = loop {
        let own = member.room.read(Clone::clone);
        let own =
            own.unwrap_or_else(|| panic!("{} is out: {:?}", member.user_uuid, member.room.end_reason()));
        if own.at().seq >= fresh.at().seq {
            break own;
        }
        assert!(begun.elapsed() < LIMIT, "{} stays behind at {:?}", member.user_uuid, own.at());
        tokio::time::sleep(TICK).await;
    };
    assert_eq!(own, *fresh, "the mirror of {}", member.user_uuid);
    assert_eq!(member.room.rtc_uid(), member.rtc_uid, "it never left");
}

async fn same_on_the_server(meeting: &Meeting, fresh: &Mirror) {
    let api = &meeting.world.api;
    let path = format!("/apps/v2/room?roomArchiveId={}", meeting.archive_id);
    let shown = api.json("GET", &path, &Value::Null).await.unwrap()["data"].clone();
    let head = fresh.head();
    assert_eq!(
        json!([shown["roomName"], shown["ext"], shown["onlineUserCount"]]),
        json!([head.room_name, head.ext, fresh.members().count()])
    );
    let path = format!("/neroom/v3/rooms/{}/online_user_list?page_number=1&page_size=50", meeting.archive_id);
    let listed = api.json("GET", &path, &Value::Null).await.unwrap()["data"]["users"].clone();
    let shown = |member: &parlor_sdk::RoomMember| json!({"user_uuid": member.user_uuid, "name": member.user_name, "role": member.role, "state": 2});
    assert_eq!(listed, fresh.members().map(shown).collect::<Value>());
}

/// Reads the history on from where it was read to: dense, and each acknowledged message once, in its place. Answers
/// what is new.
async fn read_on(meeting: &Meeting, room: &Room) -> Vec<ChatMessage> {
    let before = meeting.known().history.last().cloned();
    let (after_seq, from_ms) = before.as_ref().map_or((0, 0), |last| (last.seq, last.at_ms));
    let new = read(room, after_seq, from_ms).await;
    assert!(new.first().is_none_or(|first| first.seq == after_seq + 1), "a hole after {after_seq}");
    let mut known = meeting.known();
    known.history.extend(new.iter().cloned());
    let mut places = BTreeMap::new();
    for message in &known.history {
        if let Some(text) = text_of(message) {
            assert!(known.messages.contains_key(text), "nobody has written {text}");
            assert_eq!(places.insert(text, message.seq), None, "{text} is there twice");
        }
    }
    for (text, sending) in &known.messages {
        match (sending, places.get(text.as_str())) {
            (Sending::Acked(_), None) => panic!("{text} is lost"),
            (Sending::Acked(Some(seq)), Some(place)) => assert_eq!(seq, place, "the place of {text}"),
            _ => {}
        }
    }
    new
}

async fn read(room: &Room, after_seq: u64, from_ms: i64) -> Vec<ChatMessage> {
    let (mut all, mut from_ms, mut after_seq) = (Vec::<ChatMessage>::new(), from_ms, after_seq);
    loop {
        let query = HistoryQuery { from_ms, limit: PAGE, oldest_first: true, ..HistoryQuery::default() };
        let page = room.chat().history(query).await.unwrap();
        let new: Vec<_> = page.into_iter().filter(|message| message.seq > after_seq).collect();
        let Some(last) = new.last() else { return all };
        (from_ms, after_seq) = (last.at_ms, last.seq);
        for message in new {
            if let Some(before) = all.last() {
                assert_eq!(message.seq, before.seq + 1, "a hole in the history, or a place twice");
                assert!(message.at_ms >= before.at_ms);
            }
            all.push(message);
        }
    }
}

/// What the server keeps of the history is what it was each time that it was read.
pub(crate) async fn whole_history(meeting: &Meeting, witness: &Client) {
    let rooms = witness.roomkit(ReuseIm::On).rooms();
    let room = rooms.join(JoinRoom::new(&meeting.uuid, WITNESS).role("observer")).await.unwrap();
    let kept = read(&room, 0, 0).await;
    room.leave(LeaveKind::OnlySelf).await.unwrap();
    let known = meeting.known();
    assert!(!kept.is_empty());
    assert_eq!(known.history[known.history.len() - kept.len()..], kept[..]);
}

/// Who entered before the first kill has heard everything since then, or sent it.
async fn heard_it_all(meeting: &Meeting, member: &Member, history: &[ChatMessage]) {
    let is_own = |message: &&ChatMessage| {
        message.sender.as_ref().is_some_and(|sender| sender.user_uuid == member.user_uuid)
    };
    let expected: Vec<_> = history.iter().filter(|m| !is_own(m) && is_said(m)).map(|m| m.seq).collect();
    let commands: Vec<_> = meeting
        .known()
        .commands
        .iter()
        .filter(|(_, (to, acked))| *acked && *to == member.user_uuid)
        .map(|(command, _)| command.clone())
        .collect();
    let begun = Instant::now();
    loop {
        let missing = {
            let heard = member.heard.lock().unwrap();
            assert!(heard.wrong.is_empty(), "{}: {:?}", member.user_uuid, heard.wrong);
            let messages = expected.iter().filter(|seq| !heard.messages.contains(seq)).count();
            messages + commands.iter().filter(|command| !heard.commands.contains(*command)).count()
        };
        if missing == 0 {
            return;
        }
        assert!(begun.elapsed() < LIMIT, "{} has not heard {missing} of what was sent", member.user_uuid);
        tokio::time::sleep(TICK).await;
    }
}

fn is_said(message: &ChatMessage) -> bool {
    text_of(message).is_some()
}

fn text_of(message: &ChatMessage) -> Option<&str> {
    match &message.body {
        Some(ChatBody::Text(text)) => Some(&text.text),
        _ => None,
    }
}
