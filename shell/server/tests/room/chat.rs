//! Writing in a room, and to one person.

use crate::world::{Device, World};
use parlor_protocol::{Code, v1};
use std::time::Duration;
use v1::room_act::Act;

fn messages(device: &Device) -> Vec<v1::ChatMessage> {
    let pushed = device.pushes.iter().filter_map(|push| match push {
        v1::push::Body::ChatMessages(messages) => Some(messages.messages.clone()),
        _ => None,
    });
    pushed.flatten().collect()
}

fn texts(messages: &[v1::ChatMessage]) -> Vec<&str> {
    messages
        .iter()
        .filter_map(|message| match &message.body {
            Some(v1::chat_message::Body::Text(text)) => Some(text.text.as_str()),
            _ => None,
        })
        .collect()
}

impl Device {
    async fn enter_chat(&mut self, room: i64) {
        self.act(room, Act::ChatPresence(v1::ActChatPresence { present: true })).await.unwrap();
    }

    async fn write(&mut self, room: i64, uuid: &str, text: &str, to: &[&str]) -> Result<v1::ChatSent, Code> {
        let send = v1::ChatSend {
            archive_id: room,
            message_uuid: uuid.into(),
            to: to.iter().map(|to| (*to).to_owned()).collect(),
            ext: String::new(),
            body: Some(v1::chat_send::Body::Text(v1::ChatText { text: text.into() })),
        };
        match self.ask(v1::request::Body::ChatSend(send)).await?.pop() {
            Some(v1::reply::Body::ChatSend(sent)) => Ok(sent),
            other => panic!("{other:?}"),
        }
    }

    async fn pull_chat(&mut self, room: i64, after: v1::Cursor) -> (Vec<v1::ChatMessage>, v1::Cursor) {
        let pull = v1::ChatPull { archive_id: room, after: Some(after) };
        let (mut messages, mut at) = (Vec::new(), after);
        for part in self.ask(v1::request::Body::ChatPull(pull)).await.unwrap() {
            let v1::reply::Body::ChatPull(part) = part else { panic!("{part:?}") };
            messages.extend(part.messages);
            at = part.at.unwrap();
        }
        (messages, at)
    }

    async fn history(&mut self, ask: v1::ChatHistory) -> Result<Vec<v1::ChatMessage>, Code> {
        let pages = self.ask(v1::request::Body::ChatHistory(ask)).await?;
        let page = |page| match page {
            v1::reply::Body::ChatHistory(page) => page.messages,
            other => panic!("{other:?}"),
        };
        Ok(pages.into_iter().flat_map(page).collect())
    }
}

async fn three() -> (World, Device, Device, Device, i64) {
    let mut world = World::new().await;
    let mut ann = world.newcomer("ann").await;
    let mut bob = world.newcomer("bob").await;
    let mut cy = world.newcomer("cy").await;
    let room = world.meeting(&mut ann, "weekly").await;
    ann.join("weekly", "host").await.unwrap();
    for device in [&mut bob, &mut cy] {
        device.join("weekly", "member").await.unwrap();
    }
    for device in [&mut ann, &mut bob, &mut cy] {
        device.enter_chat(room).await;
    }
    (world, ann, bob, cy, room)
}

#[tokio::test(start_paused = true)]
async fn a_message_reaches_those_it_is_for_and_is_a_place_for_the_others() {
    let (_world, mut ann, mut bob, mut cy, room) = three().await;
    ann.write(room, "m1", "to all", &[]).await.unwrap();
    ann.write(room, "m2", "to bob", &["bob"]).await.unwrap();
    let last = bob.write(room, "m3", "back", &[]).await.unwrap();
    for device in [&mut ann, &mut bob, &mut cy] {
        device.listen().await;
    }
    assert_eq!(texts(&messages(&bob)), ["to all", "to bob"]);
    assert_eq!(texts(&messages(&cy)), ["to all", "back"]);
    assert_eq!(texts(&messages(&ann)), ["back"]);
    let places: Vec<u64> = messages(&cy).iter().map(|message| message.seq).collect();
    let end = last.at.unwrap().seq;
    assert_eq!(places, (places[0]..=end).collect::<Vec<_>>(), "dense, also where there is no content");
}

#[tokio::test(start_paused = true)]
async fn a_message_sent_twice_is_there_once_and_gets_its_first_answer() {
    let (_world, mut ann, mut bob, _cy, room) = three().await;
    let first = ann.write(room, "m1", "hello", &[]).await.unwrap();
    assert_eq!(ann.write(room, "m1", "hello", &[]).await.unwrap().message, first.message);
    bob.listen().await;
    assert_eq!(texts(&messages(&bob)), ["hello"]);
}

fn pushes(device: &Device) -> Vec<Vec<u64>> {
    let pushed = device.pushes.iter().filter_map(|push| match push {
        v1::push::Body::ChatMessages(pushed) => Some(pushed.messages.iter().map(|m| m.seq).collect()),
        _ => None,
    });
    pushed.collect()
}

#[tokio::test(start_paused = true)]
async fn messages_that_wait_together_have_their_places_and_come_in_one_push() {
    let (mut world, mut ann, mut bob, mut cy, room) = three().await;
    let mut dan = world.newcomer("dan").await;
    dan.join("weekly", "member").await.unwrap();
    dan.enter_chat(room).await;
    dan.listen().await;
    dan.pushes.clear();
    let (a, b, c) = tokio::join!(
        ann.write(room, "m", "from ann", &[]),
        bob.write(room, "m", "from bob", &["ann"]),
        cy.write(room, "m", "from cy", &[]),
    );
    let sent = [a, b, c].map(Result::unwrap);
    for sent in &sent {
        assert_eq!(sent.at.unwrap().seq, sent.message.as_ref().unwrap().seq);
    }
    let mut places = sent.map(|sent| sent.at.unwrap().seq).to_vec();
    places.sort_unstable();
    dan.listen().await;
    assert_eq!(pushes(&dan), [places]);
    assert_eq!(texts(&messages(&dan)), ["from ann", "from cy"]);
}

#[tokio::test(start_paused = true)]
async fn one_that_may_not_be_sent_keeps_no_other_back() {
    let (mut world, mut ann, mut bob, mut cy, room) = three().await;
    let mut dan = world.newcomer("dan").await;
    dan.join("weekly", "member").await.unwrap();
    dan.enter_chat(room).await;
    let ban = v1::ActBan {
        user_uuid: "cy".into(),
        kind: v1::RoomBanKind::Chat.into(),
        banned: true,
        ..v1::ActBan::default()
    };
    ann.act(room, Act::Ban(ban)).await.unwrap();
    let first = ann.write(room, "m1", "one", &[]).await.unwrap();
    let (again, bobs, muted, dans) = tokio::join!(
        ann.write(room, "m1", "one", &[]),
        bob.write(room, "b1", "two", &[]),
        cy.write(room, "c1", "hm", &[]),
        dan.write(room, "d1", "three", &[]),
    );
    assert_eq!(again.unwrap().message, first.message);
    assert_eq!(muted.map(drop), Err(Code::ChatMuted));
    let mut places = [bobs, dans].map(|sent| sent.unwrap().at.unwrap().seq);
    places.sort_unstable();
    let after = first.at.unwrap().seq;
    assert_eq!(places, [after + 1, after + 2]);
    cy.listen().await;
    let mut heard = texts(&messages(&cy)).iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    heard.sort_unstable();
    assert_eq!(heard, ["one", "three", "two"]);
}

#[tokio::test(start_paused = true)]
async fn whoever_was_away_pulls_what_was_written_also_after_a_crash() {
    let (mut world, mut ann, mut bob, _cy, room) = three().await;
    let at = ann.write(room, "m1", "one", &[]).await.unwrap().at.unwrap();
    ann.write(room, "m2", "two", &[]).await.unwrap();
    world.restart().await;
    let link = world.connect();
    bob.cut(link);
    bob.resume().await.unwrap();
    let (missed, now_at) = bob.pull_chat(room, at).await;
    assert_eq!(texts(&missed), ["two"]);
    assert_eq!(now_at.seq, at.seq + 1);
}

#[tokio::test(start_paused = true)]
async fn bans_and_absence_keep_a_writer_silent() {
    let (_world, mut ann, mut bob, mut cy, room) = three().await;
    let ban = |who: &str, banned, duration_s| {
        Act::Ban(v1::ActBan {
            user_uuid: who.into(),
            kind: v1::RoomBanKind::Chat.into(),
            banned,
            duration_s,
            notify_ext: String::new(),
        })
    };
    ann.act(room, ban("bob", true, 10)).await.unwrap();
    assert_eq!(bob.write(room, "m1", "hm", &[]).await.map(drop), Err(Code::ChatMuted));
    tokio::time::sleep(Duration::from_secs(11)).await;
    bob.write(room, "m2", "again", &[]).await.unwrap();
    ann.act(room, ban("", true, 0)).await.unwrap();
    assert_eq!(bob.write(room, "m3", "hm", &[]).await.map(drop), Err(Code::ChatAllMuted));
    ann.act(room, ban("", false, 0)).await.unwrap();
    cy.act(room, Act::ChatPresence(v1::ActChatPresence { present: false })).await.unwrap();
    assert_eq!(cy.write(room, "m4", "hm", &[]).await.map(drop), Err(Code::Forbidden));
}

#[tokio::test(start_paused = true)]
async fn a_recalled_message_is_gone_for_everybody() {
    let (_world, mut ann, mut bob, _cy, room) = three().await;
    bob.write(room, "m1", "oops", &[]).await.unwrap();
    let recall = v1::ChatRecall { archive_id: room, message_uuid: "m1".into() };
    bob.ask(v1::request::Body::ChatRecall(recall)).await.unwrap();
    ann.listen().await;
    let notices = messages(&ann).into_iter().filter_map(|message| match message.body {
        Some(v1::chat_message::Body::Notice(notice)) => Some(notice),
        _ => None,
    });
    let recalled: Vec<_> = notices.filter(|notice| notice.r#type() == v1::ChatNoticeType::Recall).collect();
    assert_eq!(recalled.len(), 1);
    assert_eq!(recalled[0].recalled_message_uuid, "m1");
    let all = v1::ChatHistory { archive_id: room, ..v1::ChatHistory::default() };
    assert_eq!(texts(&ann.history(all).await.unwrap()), Vec::<&str>::new());
}

#[tokio::test(start_paused = true)]
async fn recalling_means_the_own_message_also_where_somebody_else_has_used_its_uuid() {
    let (_world, _ann, mut bob, mut cy, room) = three().await;
    bob.write(room, "m1", "oops", &[]).await.unwrap();
    cy.write(room, "m1", "mine", &[]).await.unwrap();
    let recall = v1::ChatRecall { archive_id: room, message_uuid: "m1".into() };
    bob.ask(v1::request::Body::ChatRecall(recall)).await.unwrap();
    let all = v1::ChatHistory { archive_id: room, ..v1::ChatHistory::default() };
    assert_eq!(texts(&cy.history(all).await.unwrap()), ["mine"]);
}

#[tokio::test(start_paused = true)]
async fn history_is_for_those_who_were_there_and_shows_only_what_they_may_see() {
    let (mut world, mut ann, mut bob, mut cy, room) = three().await;
    world.person("dee").await;
    let mut dee = world.device("dee", "phone").await;
    for n in 0..3 {
        ann.write(room, &format!("m{n}"), &format!("text {n}"), &[]).await.unwrap();
    }
    ann.write(room, "secret", "for bob", &["bob"]).await.unwrap();
    ann.act(room, Act::End(v1::ActEnd {})).await.unwrap();
    let ask = |oldest_first| v1::ChatHistory {
        archive_id: room,
        oldest_first,
        kinds: vec!["text".into()],
        ..v1::ChatHistory::default()
    };
    assert_eq!(texts(&bob.history(ask(false)).await.unwrap()), ["for bob", "text 2", "text 1", "text 0"]);
    assert_eq!(texts(&cy.history(ask(true)).await.unwrap()), ["text 0", "text 1", "text 2"]);
    assert_eq!(dee.history(ask(true)).await, Err(Code::RoomMemberNotFound));
}

#[tokio::test(start_paused = true)]
async fn a_receiver_gets_at_most_twenty_ordinary_messages_in_a_second() {
    let (_world, mut ann, mut bob, _cy, room) = three().await;
    for n in 0..50 {
        ann.write(room, &format!("m{n}"), &format!("text {n}"), &[]).await.unwrap();
    }
    bob.listen().await;
    let got = messages(&bob);
    assert!(texts(&got).len() <= 20, "{}", texts(&got).len());
    let all = v1::ChatHistory { archive_id: room, kinds: vec!["text".into()], ..v1::ChatHistory::default() };
    assert_eq!(bob.history(all).await.unwrap().len(), 50);
}

fn commands(device: &Device) -> Vec<(u64, String)> {
    let pushed = device.pushes.iter().filter_map(|push| match push {
        v1::push::Body::UserEvents(events) => Some(events.events.clone()),
        _ => None,
    });
    let command = |event: v1::UserEvent| match event.body {
        Some(v1::user_event::Body::Command(command)) => Some((event.seq, command.data)),
        None => None,
    };
    pushed.flatten().filter_map(command).collect()
}

#[tokio::test(start_paused = true)]
async fn a_command_to_one_person_reaches_all_their_devices_and_waits_for_those_that_were_away() {
    let mut world = World::new().await;
    world.person("ann").await;
    world.person("bob").await;
    let mut ann = world.device("ann", "phone").await;
    let mut phone = world.device("bob", "phone").await;
    let mut tablet = world.device("bob", "tablet").await;
    let send = |data: &str, command_id| {
        v1::request::Body::UserSend(v1::UserSend {
            room_uuid: String::new(),
            user_uuid: "Bob".into(),
            command_id,
            data: data.into(),
        })
    };
    ann.ask(send("one", 10_000)).await.unwrap();
    phone.listen().await;
    tablet.listen().await;
    assert_eq!(commands(&phone), [(1, "one".to_owned())]);
    assert_eq!(commands(&phone), commands(&tablet));
    let op_id = vec![7; 16];
    ann.ask_as(op_id.clone(), send("two", 19_999)).await.unwrap();
    ann.ask_as(op_id, send("two", 19_999)).await.unwrap();
    let pull =
        |seq, epoch| v1::request::Body::UserPull(v1::UserPull { after: Some(v1::Cursor { epoch, seq }) });
    let Some(v1::reply::Body::UserPull(here)) =
        phone.ask(v1::request::Body::UserPull(v1::UserPull::default())).await.unwrap().pop()
    else {
        panic!("no answer")
    };
    let at = here.at.unwrap();
    assert_eq!((at.seq, here.events.len()), (2, 0));
    let parts = phone.ask(pull(1, at.epoch)).await.unwrap();
    assert!(matches!(&parts[..], [v1::reply::Body::UserPull(part)] if part.events.len() == 1));
    assert_eq!(ann.ask(send("x", 9_999)).await.map(drop), Err(Code::InvalidParameter));
    assert_eq!(ann.ask(send("x", 20_000)).await.map(drop), Err(Code::InvalidParameter));
}
