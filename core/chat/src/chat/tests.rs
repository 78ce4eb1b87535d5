use super::*;
use crate::{Delivery, Kind, ReceiveLimits, ReceiveRates, history, veiled, visible};
use parlor_protocol::limits;
use parlor_protocol::v1::{
    ChatCustom, ChatFile, ChatHistory, ChatImage, ChatText, FileRef, chat_message, chat_send,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn sender(user_uuid: &str) -> ChatSender {
    ChatSender { user_uuid: user_uuid.into(), nick: user_uuid.to_uppercase(), ..ChatSender::default() }
}

fn text(message_uuid: &str, text: &str, to: &[&str]) -> ChatSend {
    ChatSend {
        message_uuid: message_uuid.into(),
        to: to.iter().map(|to| to.to_string()).collect(),
        body: Some(chat_send::Body::Text(ChatText { text: text.into() })),
        ..ChatSend::default()
    }
}

fn file(file: FileRef) -> ChatSend {
    let body = chat_send::Body::File(ChatFile { file: Some(file) });
    ChatSend { body: Some(body), ..text("m1", "", &[]) }
}

fn refused(send: &ChatSend, allowance: Allowance) -> (Code, Option<&'static str>) {
    let room = Chatroom::load(7, 1, 0, 0);
    let refusal = room.send(0, &sender("alice"), send, allowance).unwrap_err();
    (refusal.code, refusal.field)
}

fn sent(room: &mut Chatroom, now_ms: i64, from: &str, send: &ChatSend) -> ChatMessage {
    let message = room.send(now_ms, &sender(from), send, Allowance::default()).unwrap();
    assert!(room.apply(&message));
    message
}

fn by<'a>(user_uuid: &'a str, may_recall_others: bool) -> Recaller<'a> {
    Recaller { user_uuid, may_recall_others, window_ms: 120_000 }
}

#[test]
fn a_message_takes_the_next_place_and_never_an_earlier_time() {
    let mut room = Chatroom::load(7, 3, 41, 5_000);
    let message = sent(&mut room, 4_000, "alice", &text("m1", "hello", &["Bob", "bob", "carol"]));
    assert_eq!((message.seq, message.at_ms, message.message_uuid.as_str()), (42, 5_000, "m1"));
    assert_eq!(message.to, ["bob", "carol"], "folded, each once");
    assert_eq!(message.sender, Some(sender("alice")));
    assert_eq!((room.at(), room.last_at_ms()), (Cursor { epoch: 3, seq: 42 }, 5_000));
    assert!(!room.apply(&message), "twice");
    assert!(!room.apply(&ChatMessage { seq: 44, ..message }), "a gap");
    assert_eq!(room.at().seq, 42);
}

#[test]
fn limits_hold_at_their_ends_and_are_named() {
    let member = Allowance::default();
    let server = Allowance { by_server: true, ..member };
    let room = Chatroom::load(7, 1, 0, 0);
    let full = "x".repeat(limits::CHAT_TEXT_MAX_BYTES);
    assert!(room.send(0, &sender("alice"), &text("m1", &full, &[]), member).is_ok());
    let wide = "名".repeat(limits::CHAT_TEXT_MAX_BYTES / 3 + 1);
    assert_eq!(refused(&text("m1", &wide, &[]), member), (Code::ParameterTooLong, Some("text")));
    assert_eq!(refused(&text("m1", "", &[]), member), (Code::InvalidParameter, Some("text")));
    assert!(room.send(0, &sender("alice"), &text("m1", &"名".repeat(500), &[]), server).is_ok());
    assert_eq!(
        refused(&text("m1", &"a".repeat(501), &[]), server),
        (Code::ParameterTooLong, Some("message"))
    );
    assert_eq!(refused(&text("", "a", &[]), member), (Code::InvalidParameter, Some("message_uuid")));
    assert_eq!(
        refused(&text(&"m".repeat(65), "a", &[]), member),
        (Code::ParameterTooLong, Some("message_uuid"))
    );
    assert_eq!(refused(&text("m1", "a", &["not a name"]), member), (Code::InvalidParameter, Some("to")));
    let crowd = vec!["bob"; limits::CHAT_TO_MAX + 1];
    assert_eq!(refused(&text("m1", "a", &crowd), member), (Code::InvalidParameter, Some("to")));
    let ext = ChatSend { ext: "e".repeat(4097), ..text("m1", "a", &[]) };
    assert_eq!(refused(&ext, member), (Code::ParameterTooLong, Some("ext")));
    let custom = |attach: String| ChatSend {
        body: Some(chat_send::Body::Custom(ChatCustom { attach })),
        ..text("m1", "", &[])
    };
    assert!(room.send(0, &sender("alice"), &custom("{}".into()), member).is_ok());
    let long = custom("c".repeat(limits::CHAT_CUSTOM_MAX_BYTES + 1));
    assert_eq!(refused(&long, member), (Code::ParameterTooLong, Some("attach")));
    assert_eq!(refused(&ChatSend { body: None, ..ext }, member).1, Some("ext"));
    assert_eq!(refused(&ChatSend { body: None, ..text("m1", "", &[]) }, member).1, Some("body"));
}

#[test]
fn a_member_sends_a_stored_file_and_the_server_any() {
    let member = Allowance::default();
    let server = Allowance { by_server: true, ..member };
    let stored = FileRef { file_id: "f1".into(), name: "a.pdf".into(), ..FileRef::default() };
    let foreign =
        FileRef { url: "https://example.org/a.pdf".into(), file_id: String::new(), ..stored.clone() };
    let room = Chatroom::load(7, 1, 0, 0);
    assert!(room.send(0, &sender("alice"), &file(stored.clone()), member).is_ok());
    assert!(room.send(0, &sender("alice"), &file(foreign.clone()), server).is_ok());
    assert_eq!(refused(&file(foreign), member).1, Some("file_id"));
    assert_eq!(refused(&file(FileRef { name: String::new(), ..stored.clone() }), member).1, Some("name"));
    assert_eq!(refused(&file(FileRef { md5: "XY".into(), ..stored.clone() }), member).1, Some("md5"));
    let image = ChatImage { file: Some(stored), width: 2_000_000, height: 1 };
    let image = ChatSend { body: Some(chat_send::Body::Image(image)), ..text("m1", "", &[]) };
    assert_eq!(refused(&image, member).1, Some("width"));
}

#[test]
fn a_ban_silences_before_anything_else() {
    let empty = text("", "", &[]);
    let banned = |ban| Allowance { ban: Some(ban), ..Allowance::default() };
    assert_eq!(refused(&empty, banned(Ban::Member)), (Code::ChatMuted, None));
    assert_eq!(refused(&empty, banned(Ban::Room)), (Code::ChatAllMuted, None));
}

#[test]
fn a_message_for_some_is_seen_by_them_and_its_sender() {
    let mut room = Chatroom::load(7, 1, 0, 0);
    let group = sent(&mut room, 1, "alice", &text("m1", "psst", &["bob", "carol"]));
    for (user_uuid, sees) in [("alice", true), ("bob", true), ("carol", true), ("dave", false)] {
        assert_eq!(visible(&group, user_uuid), sees, "{user_uuid}");
    }
    assert!(visible(&sent(&mut room, 1, "alice", &text("m2", "all", &[])), "dave"));
    assert_eq!(veiled(&group), ChatMessage { seq: 1, ..ChatMessage::default() });
}

#[test]
fn a_recall_leaves_no_content_and_tells_who_saw_it() {
    let mut room = Chatroom::load(7, 1, 0, 0);
    let send = ChatSend { ext: "more".into(), ..text("m1", "psst", &["bob"]) };
    let original = sent(&mut room, 1_000, "alice", &send);
    let (left, notice) = room.recall(2_000, &by("host", true), &original).unwrap();
    assert!(left.recalled && left.body.is_none() && left.ext.is_empty());
    assert_eq!((left.seq, left.at_ms, left.message_uuid.as_str()), (1, 1_000, "m1"));
    assert_eq!((notice.seq, notice.at_ms), (2, 2_000));
    for (user_uuid, told) in [("alice", true), ("bob", true), ("host", true), ("dave", false)] {
        assert_eq!(visible(&notice, user_uuid), told, "{user_uuid}");
    }
    let Some(Body::Notice(body)) = notice.body else { panic!("a notice") };
    assert_eq!(body.r#type(), ChatNoticeType::Recall);
    assert_eq!((body.recalled_seq, body.recalled_message_uuid.as_str()), (1, "m1"));
    assert_eq!((body.recalled_at_ms, body.operate_by.as_str()), (1_000, "host"));
    let open = sent(&mut room, 1_000, "alice", &text("m2", "all", &[]));
    assert!(room.recall(2_000, &by("alice", false), &open).unwrap().1.to.is_empty());
}

#[test]
fn who_may_recall_what_and_until_when() {
    let mut room = Chatroom::load(7, 1, 0, 0);
    let open = sent(&mut room, 1_000, "alice", &text("m1", "all", &[]));
    let direct = sent(&mut room, 1_000, "alice", &text("m2", "psst", &["bob"]));
    let refused = |now_ms, actor: Recaller<'_>, message: &ChatMessage| {
        room.recall(now_ms, &actor, message).map_err(|refusal| refusal.code).err()
    };
    assert_eq!(refused(121_000, by("alice", false), &open), None);
    assert_eq!(refused(121_001, by("alice", false), &open), Some(Code::RecallTooLate));
    assert_eq!(refused(121_001, by("alice", true), &open), None);
    assert_eq!(refused(121_001, Recaller { window_ms: 0, ..by("alice", false) }, &open), None);
    assert_eq!(refused(2_000, by("bob", false), &open), Some(Code::Forbidden));
    assert_eq!(refused(2_000, by("bob", false), &direct), Some(Code::Forbidden));
    assert_eq!(refused(2_000, by("dave", false), &direct), Some(Code::MessageNotFound));
    assert_eq!(refused(2_000, by("host", true), &direct), None);
    let (left, _) = room.recall(2_000, &by("alice", false), &open).unwrap();
    assert_eq!(refused(2_000, by("alice", false), &left), Some(Code::MessageNotFound));
    let notice = room.joined(2_000, &sender("alice"));
    assert_eq!(refused(2_000, by("host", true), &notice), Some(Code::Forbidden));
}

#[test]
fn notices_name_who_came_and_went() {
    let mut room = Chatroom::load(7, 2, 0, 0);
    for (kind, notice) in [
        (ChatNoticeType::MemberJoin, room.joined(9, &sender("bob"))),
        (ChatNoticeType::MemberLeave, room.left(9, &sender("bob"))),
    ] {
        let Some(chat_message::Body::Notice(body)) = &notice.body else { panic!("a notice") };
        assert_eq!((body.r#type(), body.member.as_ref()), (kind, Some(&sender("bob"))));
        assert_eq!(Kind::of(&notice), Some(Kind::Notification));
        assert_eq!(notice.message_uuid, "notice-7-2-1");
    }
    let first = room.joined(9, &sender("bob"));
    room.apply(&first);
    assert_eq!(room.left(9, &sender("bob")).message_uuid, "notice-7-2-2");
}

#[test]
fn history_reads_from_where_the_reader_stands() {
    let asked = ChatHistory { from_ms: 50, to_ms: 10, kinds: vec!["image".into()], ..ChatHistory::default() };
    let page = history(&asked).unwrap();
    assert_eq!((page.since_ms, page.until_ms, page.limit), (10, 50, 100));
    assert_eq!(page.kinds, [Kind::Image]);
    let page = history(&ChatHistory { from_ms: 50, oldest_first: true, limit: 7, ..ChatHistory::default() });
    let page = page.unwrap();
    assert_eq!((page.since_ms, page.until_ms, page.limit), (50, i64::MAX, 7));
    let page = history(&ChatHistory::default()).unwrap();
    assert_eq!((page.since_ms, page.until_ms), (0, i64::MAX));
    let bad = |asked: ChatHistory| history(&asked).unwrap_err().field;
    assert_eq!(bad(ChatHistory { limit: 101, ..ChatHistory::default() }), Some("limit"));
    assert_eq!(bad(ChatHistory { from_ms: -1, ..ChatHistory::default() }), Some("from_ms"));
    assert_eq!(bad(ChatHistory { from_ms: 1, to_ms: 2, ..ChatHistory::default() }), Some("to_ms"));
    assert_eq!(bad(ChatHistory { kinds: vec!["video".into()], ..ChatHistory::default() }), Some("kinds"));
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.name()), Ok(kind));
    }
}

fn ordinary(high_priority: bool) -> ChatMessage {
    let body = Some(Body::Text(ChatText { text: "x".into() }));
    ChatMessage { high_priority, body, ..ChatMessage::default() }
}

#[test]
fn a_quiet_chat_arrives_whole_and_a_recall_always() {
    let mut limits = ReceiveLimits::new(ReceiveRates::default());
    for n in 0..200 {
        assert_eq!(limits.decide(n * 50, u64::MAX, &ordinary(false)), Delivery::Deliver, "{n}");
    }
    let mut open = ReceiveLimits::new(ReceiveRates { ordinary_per_s: 0, high_priority_per_s: 0 });
    let notice = ChatNotice { r#type: ChatNoticeType::Recall.into(), ..ChatNotice::default() };
    let recall = ChatMessage { body: Some(Body::Notice(notice)), ..ChatMessage::default() };
    for n in 0..500 {
        assert_eq!(limits.decide(10_000, n, &recall), Delivery::Deliver);
        assert_eq!(open.decide(10_000, n, &ordinary(n % 2 == 0)), Delivery::Deliver);
    }
}

/// The n-th number of a well-mixed row (SplitMix64).
fn splitmix(n: u64) -> u64 {
    let z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[test]
fn the_excess_is_spread_over_the_second() {
    let mut limits = ReceiveLimits::new(ReceiveRates::default());
    let mut halves = [0_u32; 2];
    for n in 0..20_000_u32 {
        let random = splitmix(n.into());
        let at_ms = i64::from(n) * 5;
        if limits.decide(at_ms, random, &ordinary(false)) == Delivery::Deliver && at_ms >= 1000 {
            halves[usize::from(at_ms % 1000 >= 500)] += 1;
        }
    }
    assert_eq!(halves[0] + halves[1], 99 * 20, "every second is used to its limit");
    let [early, late] = halves.map(f64::from);
    assert!((0.9..1.1).contains(&(early / late)), "{early} in the first halves, {late} in the second");
}

proptest! {
    #[test]
    fn places_are_dense_and_times_never_decrease(
        steps in prop::collection::vec((0_u8..5, -2_000_i64..2_000), 1..200),
        start in (0_u64..1 << 40, 0_i64..1 << 40),
    ) {
        let mut room = Chatroom::load(7, 1, start.0, start.1);
        let mut now_ms = start.1;
        let mut stored: Vec<ChatMessage> = Vec::new();
        for (act, step_ms) in steps {
            now_ms += step_ms;
            let uuid = format!("m{}", stored.len());
            let next = match act {
                0 => room.joined(now_ms, &sender("bob")),
                1 => room.left(now_ms, &sender("bob")),
                2 if !stored.is_empty() => {
                    let last = stored.last().unwrap().clone();
                    match room.recall(now_ms, &by("host", true), &last) {
                        Ok((left, notice)) => { *stored.last_mut().unwrap() = left; notice }
                        Err(_) => continue,
                    }
                }
                _ => room.send(now_ms, &sender("alice"), &text(&uuid, "x", &[]), Allowance::default()).unwrap(),
            };
            prop_assert!(room.apply(&next));
            stored.push(next);
        }
        let mut before = (start.0, start.1);
        for message in &stored {
            prop_assert_eq!(message.seq, before.0 + 1);
            prop_assert!(message.at_ms >= before.1);
            before = (message.seq, message.at_ms);
        }
    }

    #[test]
    fn no_second_has_more_than_its_limit(
        arrivals in prop::collection::vec((0_i64..300, any::<u64>(), any::<bool>()), 1..600),
    ) {
        let rates = ReceiveRates { ordinary_per_s: 4, high_priority_per_s: 2 };
        let mut limits = ReceiveLimits::new(rates);
        let mut now_ms = 0;
        let mut got: BTreeMap<bool, Vec<i64>> = BTreeMap::new();
        for (step_ms, random, high_priority) in arrivals {
            now_ms += step_ms * i64::from(random % 4 == 0);
            if limits.decide(now_ms, random / 4, &ordinary(high_priority)) == Delivery::Deliver {
                got.entry(high_priority).or_default().push(now_ms);
            }
        }
        for (high_priority, times) in got {
            let limit = if high_priority { 2 } else { 4 };
            // Seconds are counted from the receiver's first message, so any second touches at most two of them.
            for (n, at_ms) in times.iter().enumerate() {
                let within = times[n..].iter().take_while(|t| **t < at_ms + 1000).count();
                prop_assert!(within <= 2 * limit, "{} within a second of {}", within, at_ms);
            }
        }
    }
}
