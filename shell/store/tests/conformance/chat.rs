//! Conversations and user streams.

use super::room::{ROOM, open_room};
use super::*;
use parlor_protocol::ids::{ArchiveId, ConversationId};
use parlor_store::rows::{MessageRow, UserEventRow, UserHead};
use parlor_store::{Assigned, HistoryQuery, USER_EVENTS_KEPT};

pub(crate) const CHAT: ConversationId = ConversationId(1_050);

pub(crate) fn message(seq: u64, sender: &str, uuid: &str) -> MessageRow {
    MessageRow {
        conversation_id: CHAT,
        seq,
        at_ms: NOW_MS + seq as i64 * 10,
        sender: sender.into(),
        message_uuid: uuid.into(),
        to: None,
        kind: 1,
        body: format!("body of {uuid}").into_bytes(),
    }
}

pub(crate) fn send(keep_after_seq: u64, messages: Vec<MessageRow>) -> Batch {
    Batch::new().write(Write::AppendMessages {
        conversation_id: CHAT,
        archive_id: ROOM,
        messages,
        keep_after_seq,
    })
}

pub(crate) fn tell(name: &str, at_ms: i64, body: &str) -> Write {
    Write::AppendUserEvent { app_id: APP, user_uuid: user(name), at_ms, body: body.as_bytes().to_vec() }
}

async fn seqs_after(store: &Store, seq: u64) -> Vec<u64> {
    let rows = store.read(move |view| view.messages_after(CHAT, seq, 100)).await.unwrap();
    rows.iter().map(|m| m.seq).collect()
}

async fn user_head(store: &Store, name: &str) -> UserHead {
    let name = user(name);
    store.read(move |view| view.user_head(APP, &name)).await.unwrap()
}

pub(crate) async fn messages_stand_densely_and_once(home: Home) {
    let store = home.open();
    let conflict = Err(CommitError::Conflict(Contended::Room(ROOM)));
    assert_eq!(store.commit(send(0, vec![message(1, "u1", "a")])).await, conflict, "no such room");
    open_room(&store, ROOM, "r").await;
    let to_two = MessageRow { to: Some(vec![user("u2"), user("u3")]), ..message(2, "u1", "b") };
    store.commit(send(0, vec![message(1, "u1", "a"), to_two.clone()])).await.unwrap();
    assert_eq!(store.commit(send(0, vec![message(2, "u2", "c")])).await, conflict, "an old place");
    assert_eq!(store.commit(send(0, vec![message(4, "u2", "c")])).await, conflict, "a place to come");
    let gap = store.commit(send(0, vec![message(3, "u2", "c"), message(5, "u2", "d")])).await;
    assert_eq!(gap, Err(CommitError::Refused));
    let twice = store.commit(send(0, vec![message(3, "u2", "c"), message(4, "u1", "a")])).await;
    assert_eq!(twice, Err(CommitError::Taken(Taken::Message)));
    // Another sender may happen to choose the same.
    store.commit(send(0, vec![message(3, "u2", "a")])).await.unwrap();
    store.close().await;
    let store = home.open();
    let found = store.read(|view| {
        let by = |sender, uuid| view.message_by_uuid(CHAT, sender, uuid).map(|found| found.map(|m| m.seq));
        Ok((
            view.messages_after(CHAT, 0, 2)?,
            [by(Some("u1"), "a")?, by(None, "a")?, by(Some("u3"), "a")?, by(None, "c")?],
            view.room_head(ROOM)?.unwrap().chat_seq,
        ))
    });
    let (rows, by_uuid, chat_seq) = found.await.unwrap();
    assert_eq!(rows, [message(1, "u1", "a"), to_two]);
    assert_eq!((by_uuid, chat_seq), ([Some(1), Some(3), None, None], 3));
}

pub(crate) async fn a_chat_keeps_its_latest_messages(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    for seq in 1..=6 {
        let keep_after_seq = if seq == 5 { 2 } else { 0 };
        store.commit(send(keep_after_seq, vec![message(seq, "u1", &format!("m{seq}"))])).await.unwrap();
    }
    assert_eq!(seqs_after(&store, 0).await, [3, 4, 5, 6]);
    let recalled = MessageRow { kind: 9, body: b"recalled".to_vec(), ..message(4, "u1", "m4") };
    let gone = MessageRow { body: b"recalled".to_vec(), ..message(1, "u1", "m1") };
    let batch = Batch::new().write(Write::PutMessage(recalled.clone())).write(Write::PutMessage(gone));
    store.commit(batch).await.unwrap();
    let found = store.read(|view| view.messages_after(CHAT, 3, 1)).await.unwrap();
    assert_eq!(found, [recalled]);
    assert_eq!(seqs_after(&store, 0).await, [3, 4, 5, 6], "what is forgotten does not come back");
    store.commit(send(5, Vec::new())).await.unwrap();
    assert_eq!(seqs_after(&store, 0).await, [6]);
}

pub(crate) async fn history_goes_by_time_kind_and_reader(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    let at = |seq: u64, at_ms, kind, to: Option<&str>| MessageRow {
        at_ms,
        kind,
        to: to.map(|name| vec![user(name)]),
        ..message(seq, "u1", &format!("m{seq}"))
    };
    let messages = vec![
        at(1, 100, 1, None),
        at(2, 200, 2, Some("u2")),
        at(3, 200, 1, Some("u3")),
        at(4, 300, 62, None),
        at(5, 400, 1, None),
    ];
    store.commit(send(0, messages)).await.unwrap();
    let history =
        |from_ms, to_ms, oldest_first, kinds: &'static [u8], reader: Option<&'static str>, limit| {
            let store = store.clone();
            async move {
                let reader = reader.map(user);
                let read = store.read(move |view| {
                    let seen_by = reader.as_ref();
                    view.messages_by_time(
                        CHAT,
                        &HistoryQuery { from_ms, to_ms, oldest_first, kinds, seen_by, limit },
                    )
                });
                read.await.unwrap().iter().map(|m| m.seq).collect::<Vec<_>>()
            }
        };
    assert_eq!(history(0, 999, true, &[], None, 10).await, [1, 2, 3, 4, 5]);
    assert_eq!(history(0, 999, false, &[], None, 2).await, [5, 4]);
    assert_eq!(history(200, 300, true, &[], None, 10).await, [2, 3, 4], "both ends count");
    assert_eq!(history(0, 300, false, &[], None, 3).await, [4, 3, 2]);
    assert_eq!(history(0, 999, true, &[1], None, 10).await, [1, 3, 5]);
    assert_eq!(history(0, 999, true, &[2, 62], None, 10).await, [2, 4]);
    assert_eq!(history(0, 999, true, &[], Some("u2"), 3).await, [1, 2, 4], "the limit counts what is seen");
    assert_eq!(history(0, 999, true, &[], Some("u1"), 10).await, [1, 2, 3, 4, 5], "own ones");
    assert_eq!(history(401, 999, true, &[], None, 10).await, Vec::<u64>::new());
}

pub(crate) async fn user_events_get_their_place_in_the_commit(home: Home) {
    let store = home.open();
    let nothing_yet = user_head(&store, "u1").await;
    assert_eq!(nothing_yet.seq, 0);
    let batch = Batch::new().write(tell("u1", NOW_MS, "a")).write(tell("u2", NOW_MS, "x")).write(tell(
        "u1",
        NOW_MS + 1,
        "b",
    ));
    let assigned = store.commit_assigned(batch).await.unwrap();
    assert_eq!(assigned, Assigned { user_seqs: vec![1, 1, 2], callback_ids: vec![] });
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                store.commit_assigned(Batch::new().write(tell("u1", NOW_MS, "c"))).await.unwrap().user_seqs
            })
        })
        .collect();
    let mut given = BTreeSet::new();
    for task in tasks {
        given.extend(task.await.unwrap());
    }
    assert!(given.into_iter().eq(3..53), "many at once stand densely");
    let refused = put_account("bob")
        .write(tell("u1", NOW_MS, "lost"))
        .write(Write::TakeRoom { archive_id: ArchiveId(99), node: node("n1") });
    assert!(store.commit_assigned(refused).await.is_err());
    assert_eq!(
        user_head(&store, "u1").await,
        UserHead { seq: 52, ..nothing_yet },
        "a refused one takes none"
    );
    let events = store.read(|view| view.user_events_after(APP, &user("u1"), 1, 1)).await.unwrap();
    assert_eq!(events, [UserEventRow { seq: 2, at_ms: NOW_MS + 1, body: b"b".to_vec() }]);
}

pub(crate) async fn a_user_stream_keeps_its_latest_events(home: Home) {
    let store = home.open();
    let batch = (0..USER_EVENTS_KEPT + 7).fold(Batch::new(), |batch, _| batch.write(tell("u1", NOW_MS, "a")));
    store.commit(batch.write(tell("u2", NOW_MS, "b"))).await.unwrap();
    let found = store.read(|view| {
        Ok((
            view.user_events_after(APP, &user("u1"), 0, 9_999)?,
            view.user_events_after(APP, &user("u2"), 0, 9)?,
        ))
    });
    let (events, others) = found.await.unwrap();
    assert_eq!((events.len() as u64, events[0].seq, others.len()), (USER_EVENTS_KEPT, 8, 1));
    let later = NOW_MS + 8 * DAY_MS;
    store.commit(Batch::new().write(tell("u2", later, "c"))).await.unwrap();
    let swept = store.sweep(later, SweepLimits::default()).await.unwrap();
    assert_eq!(swept.user_events as u64, USER_EVENTS_KEPT + 1);
    let left = store.read(|view| view.user_events_after(APP, &user("u2"), 0, 9)).await.unwrap();
    assert_eq!(left.iter().map(|e| e.seq).collect::<Vec<_>>(), [2]);
    assert_eq!(user_head(&store, "u1").await.seq, USER_EVENTS_KEPT + 7, "its place is never forgotten");
}
