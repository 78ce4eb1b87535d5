//! Rooms: their rows, their lease and streams, who is in them.

use super::*;
use parlor_protocol::ids::{ArchiveId, ConversationId, RoomUuid, RtcUid};
use parlor_store::TEMPLATE_FIRST;
use parlor_store::rows::{EndpointRow, RoomEnd, RoomEventRow, RoomRecordRow, RoomRow, TemplateRow};

pub(crate) const ROOM: ArchiveId = ArchiveId(50);

pub(crate) fn room(archive_id: ArchiveId, uuid: &str) -> RoomRow {
    RoomRow {
        archive_id,
        app_id: APP,
        room_uuid: RoomUuid::parse(uuid).unwrap(),
        room_name: format!("Title of {uuid}"),
        template_id: 40,
        template: "{\"roles\":[]}".into(),
        chat_room_id: Some(ConversationId(archive_id.0 + 1_000)),
        password: Secret::new(format!("password-of-{uuid}")),
        epoch: 1,
        permanent: false,
        created_at_ms: NOW_MS,
        ended: None,
    }
}

pub(crate) fn over(at_ms: i64, room: RoomRow) -> RoomRow {
    RoomRow { ended: Some(RoomEnd { at_ms, reason: "CLOSE_BY_MEMBER".into() }), ..room }
}

pub(crate) fn put(row: RoomRow) -> Batch {
    Batch::new().write(Write::PutRoom(row))
}

/// A room that node n1 holds, with fence 1.
pub(crate) async fn open_room(store: &Store, archive_id: ArchiveId, uuid: &str) {
    let take = Write::TakeRoom { archive_id, node: node("n1") };
    store.commit(put(room(archive_id, uuid)).write(take)).await.unwrap();
}

pub(crate) fn happens(archive_id: ArchiveId, fence: u64, seq: u64, events: &[&str]) -> Batch {
    Batch::new().expect(Expect::Room { archive_id, fence, seq }).write(Write::AppendRoomEvents {
        archive_id,
        first_seq: seq + 1,
        events: events.iter().map(|e| e.as_bytes().to_vec()).collect(),
    })
}

pub(crate) fn endpoint(archive_id: ArchiveId, rtc_uid: u64, name: &str, session: u64) -> EndpointRow {
    EndpointRow {
        archive_id,
        rtc_uid: RtcUid(rtc_uid),
        app_id: APP,
        user_uuid: user(name),
        accid: accid(&format!("im-{name}")),
        session_id: SessionId(session),
        device_id: device("D1"),
        joined_at_ms: NOW_MS,
    }
}

pub(crate) fn comes_in(row: EndpointRow) -> Batch {
    let visit = Write::RoomVisit {
        archive_id: row.archive_id,
        user_uuid: row.user_uuid.clone(),
        at_ms: row.joined_at_ms,
    };
    Batch::new().write(Write::PutEndpoint(row)).write(visit)
}

fn same(a: &dyn std::fmt::Debug, b: &dyn std::fmt::Debug) {
    assert_eq!(format!("{a:?}"), format!("{b:?}"));
}

async fn seqs_after(store: &Store, seq: u64) -> Vec<u64> {
    let rows = store.read(move |view| view.room_events_after(ROOM, seq, 100)).await.unwrap();
    rows.iter().map(|e| e.seq).collect()
}

pub(crate) async fn templates_are_kept_per_app(home: Home) {
    let store = home.open();
    assert_eq!(store.take_numbers(Sequence::Template, 1).await.unwrap(), TEMPLATE_FIRST..TEMPLATE_FIRST + 1);
    let template = |app_id, template_id, name: &str| TemplateRow {
        app_id,
        template_id,
        name: name.into(),
        body: "{\"roles\":[]}".into(),
        created_at_ms: NOW_MS,
        updated_at_ms: NOW_MS + 1,
    };
    let write = |row| Batch::new().write(Write::PutTemplate(row));
    for row in
        [template(APP, 1_001, "b"), template(APP, 1_000, "a"), template(AppId(2), 1_000, "of another app")]
    {
        store.commit(write(row)).await.unwrap();
    }
    let key = || Key::Template(APP, 1_000);
    store.commit(write(template(APP, 1_000, "A")).expect_version(key(), 1)).await.unwrap();
    let stale = store.commit(write(template(APP, 1_000, "late")).expect_version(key(), 1)).await;
    assert_eq!(stale, Err(CommitError::Conflict(Contended::Row(key()))));
    let found = store.read(|view| Ok((view.template(APP, 1_000)?, view.templates(APP)?))).await.unwrap();
    let one = found.0.unwrap();
    assert_eq!((one.row, one.version), (template(APP, 1_000, "A"), 2));
    assert_eq!(found.1.iter().map(|t| t.row.template_id).collect::<Vec<_>>(), [1_000, 1_001]);
    store.commit(Batch::new().write(Write::DropTemplate(APP, 1_000))).await.unwrap();
    let left = store.read(|view| Ok((view.template(APP, 1_000)?, view.template(AppId(2), 1_000)?)));
    let (dropped, other) = left.await.unwrap();
    assert!(dropped.is_none() && other.is_some());
}

pub(crate) async fn rooms_come_back_as_they_were(home: Home) {
    let store = home.open();
    let plain = RoomRow {
        password: Secret::new(""),
        chat_room_id: None,
        permanent: true,
        ..room(ArchiveId(51), "plain")
    };
    let ended = over(NOW_MS + 5, room(ArchiveId(52), "ended"));
    let row = endpoint(ROOM, 7, "u1", 1);
    let batch = put(room(ROOM, "r"))
        .write(Write::PutRoom(plain.clone()))
        .write(Write::PutRoom(ended.clone()))
        .write(Write::PutEndpoint(row.clone()));
    store.commit(batch).await.unwrap();
    store.close().await;
    let store = home.open();
    let rooms = store.read(|view| Ok([50, 51, 52].map(|n| view.room(ArchiveId(n)).unwrap().unwrap())));
    let [first, second, third] = rooms.await.unwrap();
    for (found, written) in [(&first, &room(ROOM, "r")), (&second, &plain), (&third, &ended)] {
        same(found, written);
        assert_eq!(found.password.expose(), written.password.expose());
    }
    let found = store.read(|view| {
        let (r, ended) = (RoomUuid::parse("r").unwrap(), RoomUuid::parse("ended").unwrap());
        Ok((
            view.live_room(APP, &r)?.map(|r| r.archive_id),
            view.live_room(APP, &ended)?.map(|r| r.archive_id),
            view.live_room(AppId(2), &r)?.map(|r| r.archive_id),
            view.endpoints_of_room(ROOM)?,
            view.endpoints_of_session(SessionId(1))?,
            view.room_endpoint_of_rtc_uid(APP, RtcUid(7))?,
        ))
    });
    let (live, ended, elsewhere, of_room, of_session, by_number) = found.await.unwrap();
    assert_eq!((live, ended, elsewhere), (Some(ROOM), None, None));
    assert_eq!(of_room, std::slice::from_ref(&row));
    assert_eq!(of_session, std::slice::from_ref(&row));
    assert_eq!(by_number, Some(row));
}

pub(crate) async fn a_room_uuid_is_one_live_rooms(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    let taken = Err(CommitError::Taken(Taken::RoomUuid));
    assert_eq!(store.commit(put(room(ArchiveId(51), "r"))).await, taken);
    assert!(store.read(|view| view.room_head(ArchiveId(51))).await.unwrap().is_none());
    store.commit(put(RoomRow { app_id: AppId(2), ..room(ArchiveId(52), "r") })).await.unwrap();
    store.commit(put(over(NOW_MS, room(ROOM, "r")))).await.unwrap();
    store.commit(put(room(ArchiveId(51), "r"))).await.unwrap();
    // An ended one does not come back to life beside it.
    assert_eq!(store.commit(put(room(ROOM, "r"))).await, taken);
}

pub(crate) async fn a_room_has_one_owner_and_one_next_event(home: Home) {
    let store = home.open();
    let conflict = Err(CommitError::Conflict(Contended::Room(ROOM)));
    assert_eq!(store.commit(happens(ROOM, 0, 0, &["a"])).await, conflict, "no such room");
    let take = |name: &str| Batch::new().write(Write::TakeRoom { archive_id: ROOM, node: node(name) });
    assert_eq!(store.commit(take("n1")).await, conflict, "no such room");
    open_room(&store, ROOM, "r").await;
    store.commit(happens(ROOM, 1, 0, &["a", "b"])).await.unwrap();
    assert_eq!(store.commit(happens(ROOM, 1, 0, &["x"])).await, conflict, "an old place");
    assert_eq!(store.commit(happens(ROOM, 1, 3, &["x"])).await, conflict, "a place to come");
    assert_eq!(store.commit(happens(ROOM, 2, 2, &["x"])).await, conflict, "a lease to come");
    store.commit(take("n2").expect(Expect::Room { archive_id: ROOM, fence: 1, seq: 2 })).await.unwrap();
    assert_eq!(store.commit(happens(ROOM, 1, 2, &["x"])).await, conflict, "an old lease");
    // Without an expectation too, no event takes another's place and none is left out.
    for first_seq in [0, 1, 2, 4] {
        let append = Write::AppendRoomEvents { archive_id: ROOM, first_seq, events: vec![b"x".to_vec()] };
        assert!(store.commit(Batch::new().write(append)).await.is_err(), "{first_seq}");
    }
    store.commit(happens(ROOM, 2, 2, &["c"])).await.unwrap();
    let head = store.read(|view| view.room_head(ROOM)).await.unwrap().unwrap();
    assert_eq!((head.node, head.fence, head.seq, head.chat_seq), (Some(node("n2")), 2, 3, 0));
    let events = store.read(|view| view.room_events_after(ROOM, 1, 1)).await.unwrap();
    assert_eq!(events, [RoomEventRow { seq: 2, body: b"b".to_vec() }]);
    store.commit(put(over(NOW_MS, room(ROOM, "r")))).await.unwrap();
    let head = store.read(|view| view.room_head(ROOM)).await.unwrap().unwrap();
    assert_eq!((head.node, head.seq), (None, 3), "an ended room is nobody's");
    assert_eq!(store.commit(take("n1")).await, conflict, "nobody takes an ended room");
}

pub(crate) async fn of_many_who_append_at_once_one_does(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(happens(ROOM, 1, 0, &["a"])).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => won += 1,
            Err(e) => assert_eq!(e, CommitError::Conflict(Contended::Room(ROOM))),
        }
    }
    assert_eq!((won, seqs_after(&store, 0).await), (1, vec![1]));
}

pub(crate) async fn batches_in_turn_are_each_all_or_nothing(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    let batches = vec![
        happens(ROOM, 1, 0, &["a", "b"]),
        happens(ROOM, 1, 3, &["a place to come"]),
        happens(ROOM, 1, 2, &["c"]),
        happens(ROOM, 1, 2, &["an old place"]),
        happens(ROOM, 1, 3, &["d"]),
    ];
    let conflict = Err(CommitError::Conflict(Contended::Room(ROOM)));
    let outcomes = store.commit_in_turn(batches).await;
    assert_eq!(outcomes, [Ok(()), conflict.clone(), Ok(()), conflict, Ok(())]);
    assert_eq!(seqs_after(&store, 0).await, [1, 2, 3, 4]);
    store.close().await;
    assert_eq!(store.commit_in_turn(vec![happens(ROOM, 1, 4, &["x"])]).await, [Err(CommitError::Closed)]);
}

pub(crate) async fn a_record_stands_for_the_events_before_it(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    store.commit(happens(ROOM, 1, 0, &["a", "b", "c", "d", "e"])).await.unwrap();
    assert_eq!(store.read(|view| view.room_record(ROOM)).await.unwrap(), None);
    let record = |seq, keep_events_after| {
        let body = format!("state at {seq}").into_bytes();
        Batch::new().write(Write::PutRoomRecord { archive_id: ROOM, seq, body, keep_events_after })
    };
    store.commit(record(3, 2)).await.unwrap();
    assert_eq!(seqs_after(&store, 0).await, [3, 4, 5]);
    store.commit(record(4, 99)).await.unwrap();
    let found = store.read(|view| view.room_record(ROOM)).await.unwrap().unwrap();
    assert_eq!(found, RoomRecordRow { seq: 4, body: b"state at 4".to_vec() });
    assert_eq!(seqs_after(&store, 0).await, [5], "never more than the record knows of");
    store.commit(happens(ROOM, 1, 5, &["f"])).await.unwrap();
    assert_eq!(seqs_after(&store, 4).await, [5, 6]);
}

pub(crate) async fn devices_come_and_go(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    open_room(&store, ArchiveId(51), "s").await;
    for row in [
        endpoint(ROOM, 7, "u1", 1),
        endpoint(ROOM, 8, "u2", 2),
        endpoint(ROOM, 9, "u1", 3),
        endpoint(ArchiveId(51), 10, "u1", 1),
    ] {
        store.commit(comes_in(row)).await.unwrap();
    }
    let clash = store.commit(comes_in(endpoint(ArchiveId(51), 7, "u3", 3))).await;
    assert_eq!(clash, Err(CommitError::Taken(Taken::RtcUid)));
    // Again under another session: the same device, no further one.
    store.commit(Batch::new().write(Write::PutEndpoint(endpoint(ROOM, 8, "u2", 4)))).await.unwrap();
    let found = store.read(|view| {
        let numbers = |rows: Vec<EndpointRow>| rows.iter().map(|e| e.rtc_uid.0).collect::<Vec<_>>();
        let head = view.room_head(ROOM)?.unwrap();
        Ok((
            numbers(view.endpoints_of_room(ROOM)?),
            numbers(view.endpoints_of_session(SessionId(1))?),
            numbers(view.endpoints_of_session(SessionId(2))?),
            (view.online_users(ROOM)?, head.uv, head.pv),
            (view.room_visit(ROOM, &user("u1"))?, view.room_visit(ROOM, &user("u3"))?),
        ))
    });
    let (of_room, of_session, moved, counts, visits) = found.await.unwrap();
    assert_eq!((of_room, of_session, moved), (vec![7, 8, 9], vec![7, 10], vec![]));
    assert_eq!(counts, (2, 2, 3));
    assert_eq!(visits, (Some(NOW_MS), None));
    let leave = Write::DropEndpoint { archive_id: ROOM, rtc_uid: RtcUid(9) };
    store.commit(Batch::new().write(leave)).await.unwrap();
    // Its number is free for use again.
    store.commit(comes_in(endpoint(ArchiveId(51), 9, "u3", 3))).await.unwrap();
    store.commit(Batch::new().write(Write::DropEndpoints { archive_id: ROOM })).await.unwrap();
    let left = store.read(|view| Ok((view.endpoints_of_room(ROOM)?, view.endpoints_of_room(ArchiveId(51))?)));
    let (gone, other) = left.await.unwrap();
    assert_eq!((gone.len(), other.len()), (0, 2));
}

pub(crate) async fn devices_without_a_live_session_are_found(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    let elsewhere = Write::TakeRoom { archive_id: ArchiveId(51), node: node("n2") };
    store.commit(put(room(ArchiveId(51), "s")).write(elsewhere)).await.unwrap();
    let in_rooms = |name: &str| Some(RoomSession { user_uuid: user(name), login_at_ms: NOW_MS });
    let alive = SessionRow { room: in_rooms("u1"), ..session(1, "im-u1", "D1", 1) };
    store.commit(put_session(alive)).await.unwrap();
    // The IM session goes on without the room session that the device belongs to.
    let logged_out = session(4, "im-u4", "D1", 1);
    store.commit(put_session(logged_out)).await.unwrap();
    // The room session that stands began after the device came in with an earlier one.
    let later = Some(RoomSession { user_uuid: user("u5"), login_at_ms: NOW_MS + 1 });
    store.commit(put_session(SessionRow { room: later, ..session(5, "im-u5", "D1", 1) })).await.unwrap();
    let gone = SessionRow { ended: ended(NOW_MS), ..session(2, "im-u2", "D1", 1) };
    store.commit(put_session(gone)).await.unwrap();
    for row in [
        endpoint(ROOM, 7, "u1", 1),
        endpoint(ROOM, 8, "u2", 2),
        endpoint(ROOM, 9, "u3", 3),
        endpoint(ArchiveId(51), 10, "u2", 2),
        endpoint(ROOM, 11, "u4", 4),
        endpoint(ROOM, 12, "u5", 5),
    ] {
        store.commit(comes_in(row)).await.unwrap();
    }
    let orphans = |name: &'static str, limit| {
        let read = store.read(move |view| view.orphaned_endpoints(&node(name), limit));
        async { read.await.unwrap().iter().map(|e| e.rtc_uid.0).collect::<Vec<_>>() }
    };
    assert_eq!(orphans("n1", 10).await, [8, 9, 11, 12]);
    assert_eq!(orphans("n1", 1).await, [8]);
    assert_eq!(orphans("n2", 10).await, [10]);
}

pub(crate) async fn live_rooms_are_listed_and_counted(home: Home) {
    let store = home.open();
    for n in [50, 52, 51, 53] {
        open_room(&store, ArchiveId(n), &format!("r{n}")).await;
    }
    store.commit(put(over(NOW_MS, room(ArchiveId(52), "r52")))).await.unwrap();
    store.commit(put(room(ArchiveId(54), "free"))).await.unwrap();
    store.commit(put(RoomRow { app_id: AppId(2), ..room(ArchiveId(55), "r") })).await.unwrap();
    store.commit(happens(ArchiveId(51), 1, 0, &["a"])).await.unwrap();
    let found = store.read(|view| {
        let page = |offset, limit| -> Result<Vec<(u64, u64)>, ReadError> {
            Ok(view
                .live_rooms(APP, offset, limit)?
                .iter()
                .map(|(room, head)| (room.archive_id.0, head.seq))
                .collect())
        };
        let numbers = |rows: Vec<parlor_store::rows::RoomHeadRow>| {
            rows.iter().map(|h| h.archive_id.0).collect::<Vec<_>>()
        };
        let n1 = node("n1");
        Ok((
            [page(0, 2)?, page(2, 5)?],
            (view.live_room_count(APP)?, view.live_room_count(AppId(3))?),
            [
                numbers(view.live_rooms_of_node(&n1, ArchiveId(0), 2)?),
                numbers(view.live_rooms_of_node(&n1, ArchiveId(51), 2)?),
            ],
            [numbers(view.free_rooms(ArchiveId(0), 1)?), numbers(view.free_rooms(ArchiveId(54), 9)?)],
        ))
    });
    let (pages, counts, held, free) = found.await.unwrap();
    assert_eq!(pages, [vec![(54, 0), (53, 0)], vec![(51, 1), (50, 0)]]);
    assert_eq!(counts, (4, 0));
    assert_eq!(held, [vec![50, 51], vec![53]]);
    assert_eq!(free, [vec![54], vec![55]]);
}

pub(crate) async fn an_ended_room_is_forgotten_bit_by_bit(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    open_room(&store, ArchiveId(51), "live").await;
    store.commit(comes_in(endpoint(ROOM, 7, "u1", 1))).await.unwrap();
    // More than one slice of a sweep.
    store.commit(happens(ROOM, 1, 0, &["a"; 1_200])).await.unwrap();
    store.commit(happens(ArchiveId(51), 1, 0, &["a"])).await.unwrap();
    let messages = (1..=700).map(|seq| super::chat::message(seq, "u1", &format!("m{seq}"))).collect();
    store.commit(super::chat::send(0, messages)).await.unwrap();
    let record =
        Write::PutRoomRecord { archive_id: ROOM, seq: 1_200, body: b"r".to_vec(), keep_events_after: 0 };
    store.commit(put(over(NOW_MS, room(ROOM, "r"))).write(record)).await.unwrap();
    let found = store.read(|view| Ok((view.endpoints_of_room(ROOM)?, view.room_visit(ROOM, &user("u1"))?)));
    assert_eq!(found.await.unwrap(), (vec![], Some(NOW_MS)), "nobody is in an ended room, but somebody was");
    let sweep = |now_ms| {
        let store = store.clone();
        async move {
            let swept = store.sweep(now_ms, SweepLimits::default()).await.unwrap();
            (swept.room_streams, swept.room_chats, swept.rooms)
        }
    };
    assert_eq!(sweep(NOW_MS + DAY_MS).await, (0, 0, 0));
    assert_eq!(sweep(NOW_MS + DAY_MS + 1).await, (1_201, 0, 0));
    assert_eq!(sweep(NOW_MS + DAY_MS + 1).await, (0, 0, 0));
    let found = store.read(|view| {
        Ok((
            view.room_events_after(ROOM, 0, 9)?.len() + view.room_record(ROOM)?.iter().len(),
            view.messages_after(super::chat::CHAT, 0, 9)?.len(),
            view.room_head(ROOM)?.map(|h| (h.seq, h.chat_seq)),
        ))
    });
    assert_eq!(found.await.unwrap(), (0, 9, Some((1_200, 700))));
    assert_eq!(sweep(NOW_MS + 30 * DAY_MS + 1).await, (0, 702, 0));
    let found = store.read(|view| {
        let messages = view.messages_after(super::chat::CHAT, 0, 9)?.len();
        Ok((messages, view.room_visit(ROOM, &user("u1"))?, view.room(ROOM)?.is_some()))
    });
    assert_eq!(found.await.unwrap(), (0, None, true));
    assert_eq!(sweep(NOW_MS + 365 * DAY_MS + 1).await, (0, 0, 1));
    let found = store.read(|view| {
        let live = view.room_events_after(ArchiveId(51), 0, 9)?.len();
        Ok((view.room(ROOM)?.is_some(), view.room_head(ROOM)?.is_some(), live))
    });
    assert_eq!(found.await.unwrap(), (false, false, 1), "live ones are never swept");
}

pub(crate) async fn a_check_finds_a_torn_stream(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    store.commit(happens(ROOM, 1, 0, &["a", "b", "c"])).await.unwrap();
    let record = Write::PutRoomRecord { archive_id: ROOM, seq: 1, body: b"r".to_vec(), keep_events_after: 1 };
    store.commit(Batch::new().write(record)).await.unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    store.close().await;
    let conn = rusqlite::Connection::open(home.path()).unwrap();
    conn.execute("DELETE FROM room_event WHERE seq = 2", []).unwrap();
    drop(conn);
    let store = home.open();
    assert_eq!(store.check().await.unwrap(), ["room 50 of app 1 lacks events of its stream"]);
}
