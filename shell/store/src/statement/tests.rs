//! Every read and every write finds its rows by an index.

use crate::apply::Change;
use crate::chat::HistoryQuery;
use crate::expiry::Slice;
use crate::mutation::Planted;
use crate::options::{Drive, StoreOptions};
use crate::rows::{
    EndpointRow, FileRow, FileState, MessageRow, NewCallback, RoomEnd, RoomRow, Secret, TemplateRow,
};
use crate::schema::open_writer;
use crate::seal::Keyring;
use crate::view::{Read, View};
use crate::{Batch, Expect, Key, Write};
use parlor_protocol::ids::{
    Accid, AppId, ArchiveId, ConversationId, DeviceId, Epoch, NodeId, RoomUuid, RtcUid, SessionId, UserUuid,
};
use rusqlite::{Connection, StatementStatus};
use std::cell::RefCell;
use std::collections::BTreeSet;

const APP: AppId = AppId(1);
const ROOM: ArchiveId = ArchiveId(2);
const CHAT: ConversationId = ConversationId(3);

/// What reads through everything because it is about everything, or goes through one value of one row.
const MAY_SCAN: &[&str] = &[
    "SCAN app",
    "SCAN audit",
    "SCAN json_each VIRTUAL TABLE",
    // How many wait, and the first of them.
    "SCAN callback USING COVERING INDEX",
    "SCAN callback",
];

thread_local! {
    static NOTED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

pub(crate) fn note(sql: &str) {
    NOTED.with_borrow_mut(|noted| noted.insert(sql.to_owned()));
}

fn user() -> UserUuid {
    UserUuid::parse("u1").unwrap()
}

fn accid() -> Accid {
    Accid::parse("alice").unwrap()
}

fn device() -> DeviceId {
    DeviceId::parse("D1").unwrap()
}

fn read_everything(view: &View<'_>) -> Read<()> {
    let (node, room_uuid) = (NodeId("n1".into()), RoomUuid::parse("r").unwrap());
    view.generation()?;
    view.apps()?;
    view.app(APP)?;
    view.account(APP, &accid())?;
    view.accounts_after(APP, None, 1)?;
    view.room_account(APP, &user())?;
    view.room_account_by_accid(APP, &accid())?;
    view.access_token(APP, &[0; 32])?;
    view.login(APP, &accid())?;
    view.session(SessionId(1))?;
    view.live_sessions(APP, &accid())?;
    view.last_session_of_device(APP, &accid(), &device())?;
    view.live_sessions_of_node(&node, SessionId(0), 1)?;
    view.live_sessions_of_app(APP, None, 1)?;
    view.link_ticket(APP, &[0; 32])?;
    view.audit(1)?;
    view.template(APP, 1)?;
    view.templates(APP)?;
    view.room(ROOM)?;
    view.live_room(APP, &room_uuid)?;
    view.room_head(ROOM)?;
    view.live_rooms_of_node(&node, ROOM, 1)?;
    view.free_rooms(ROOM, 1)?;
    view.live_rooms(APP, 0, 1)?;
    view.live_room_count(APP)?;
    view.room_record(ROOM)?;
    view.room_events_after(ROOM, 0, 1)?;
    view.endpoints_of_room(ROOM)?;
    view.endpoints_of_session(SessionId(1))?;
    view.room_endpoint_of_rtc_uid(APP, RtcUid(1))?;
    view.orphaned_endpoints(&node, 1)?;
    view.online_users(ROOM)?;
    view.room_visit(ROOM, &user())?;
    view.messages_after(CHAT, 0, 1)?;
    for oldest_first in [true, false] {
        let query = HistoryQuery {
            from_ms: 0,
            to_ms: 1,
            oldest_first,
            kinds: &[1],
            seen_by: Some(&user()),
            limit: 1,
        };
        view.messages_by_time(CHAT, &query)?;
    }
    view.message_by_uuid(CHAT, None, "m")?;
    view.user_head(APP, &user())?;
    view.user_events_after(APP, &user(), 0, 1)?;
    view.file(APP, "f")?;
    view.expired_files(0, 1)?;
    view.due_callbacks(0, 1)?;
    view.next_callback_at_ms()?;
    view.waiting_callbacks()?;
    Ok(())
}

fn room(ended: Option<RoomEnd>) -> RoomRow {
    RoomRow {
        archive_id: ROOM,
        app_id: APP,
        room_uuid: RoomUuid::parse("r").unwrap(),
        room_name: String::new(),
        template_id: 40,
        template: "{}".into(),
        chat_room_id: Some(CHAT),
        password: Secret::new("p"),
        epoch: 1,
        permanent: false,
        created_at_ms: 0,
        ended,
    }
}

fn message() -> MessageRow {
    MessageRow {
        conversation_id: CHAT,
        seq: 1,
        at_ms: 0,
        sender: "u1".into(),
        message_uuid: "m".into(),
        to: None,
        kind: 1,
        body: Vec::new(),
    }
}

fn file() -> FileRow {
    FileRow {
        app_id: APP,
        file_id: "f".into(),
        owner: user(),
        name: String::new(),
        content_type: String::new(),
        size_bytes: 0,
        md5: String::new(),
        state: FileState::Awaiting,
        created_at_ms: 0,
        expires_at_ms: 0,
        archive_id: None,
    }
}

fn template() -> TemplateRow {
    let (name, body) = (String::new(), "{}".into());
    TemplateRow { app_id: APP, template_id: 1_000, name, body, created_at_ms: 0, updated_at_ms: 0 }
}

fn endpoint() -> EndpointRow {
    EndpointRow {
        archive_id: ROOM,
        rtc_uid: RtcUid(1),
        app_id: APP,
        user_uuid: user(),
        accid: accid(),
        session_id: SessionId(1),
        device_id: device(),
        joined_at_ms: 0,
    }
}

fn a_rooms_life() -> Batch {
    let callback = NewCallback {
        app_id: APP,
        lane: "room:2".into(),
        event_type: "1".into(),
        body: String::new(),
        created_at_ms: 0,
    };
    Batch::new()
        .write(Write::PutTemplate(template()))
        .write(Write::DropTemplate(APP, 1_000))
        .write(Write::PutRoom(room(None)))
        .write(Write::TakeRoom { archive_id: ROOM, node: NodeId("n1".into()) })
        .write(Write::AppendRoomEvents { archive_id: ROOM, first_seq: 1, events: vec![Vec::new()] })
        .write(Write::PutRoomRecord { archive_id: ROOM, seq: 1, body: Vec::new(), keep_events_after: 1 })
        .write(Write::PutEndpoint(endpoint()))
        .write(Write::RoomVisit { archive_id: ROOM, user_uuid: user(), at_ms: 0 })
        .write(Write::DropEndpoint { archive_id: ROOM, rtc_uid: RtcUid(1) })
        .write(Write::DropEndpoints { archive_id: ROOM })
        .write(Write::AppendMessages {
            conversation_id: CHAT,
            archive_id: ROOM,
            messages: vec![message()],
            keep_after_seq: 0,
        })
        .write(Write::PutMessage(message()))
        .write(Write::AppendUserEvent { app_id: APP, user_uuid: user(), at_ms: 0, body: Vec::new() })
        .write(Write::PutFile(file()))
        .write(Write::DropFile(APP, "f".into()))
        .write(Write::Callback(callback.clone()))
        .write(Write::Callback(callback))
        .write(Write::DelayCallback { callback_id: 1, attempts: 1, next_at_ms: 1 })
        .write(Write::DropCallback(1))
        .write(Write::PutRoom(room(Some(RoomEnd { at_ms: 0, reason: String::new() }))))
}

#[test]
fn everything_is_found_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = Keyring::in_memory([1; 32], std::sync::Arc::new(|bytes| bytes.fill(7)));
    let path = folder.path().join("parlor.db");
    let options = StoreOptions {
        path,
        drive: Drive::Inline,
        vfs: None,
        readers: 0,
        queue: 0,
        keyring: keyring.clone(),
    };
    let conn = open_writer(&options, Planted::here()).unwrap();
    let change = Change { conn: &conn, keyring: &keyring, planted: Planted::here() };
    let expects = [
        Expect::Fence { session_id: SessionId(1), epoch: Epoch(1), room_since_ms: None },
        Expect::Room { archive_id: ROOM, fence: 1, seq: 1 },
        Expect::Version { key: Key::Template(APP, 1), version: 1 },
    ];
    for expect in expects {
        assert!(change.apply(&Batch::new().expect(expect)).is_err());
    }
    change.apply(&a_rooms_life()).unwrap();
    for slice in [
        Slice::Tombstones { ended_before_ms: 1 },
        Slice::RoomStreams { ended_before_ms: 1 },
        Slice::RoomChats { ended_before_ms: 1 },
        Slice::Rooms { ended_before_ms: 1 },
        Slice::UserEvents { before_ms: 1 },
    ] {
        change.sweep(&slice).unwrap();
    }
    read_everything(&View { conn: &conn, keyring: &keyring }).unwrap();
    let noted = NOTED.take();
    assert!(noted.len() > 80, "{} statements", noted.len());
    for sql in noted {
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let count = plan.parameter_count();
        let lines: Vec<String> = plan
            .query_map(rusqlite::params_from_iter(vec![rusqlite::types::Null; count]), |row| row.get(3))
            .unwrap()
            .map(|line| line.unwrap())
            .collect();
        for line in lines {
            let known = MAY_SCAN.iter().any(|known| line == *known || line.starts_with(&format!("{known} ")));
            assert!(!line.starts_with("SCAN") || known, "{line}:\n{sql}");
        }
        drop(plan);
        assert_eq!(compiled_again(&conn, &sql), 0, "{sql}");
    }
}

/// How often a read is compiled anew because it is asked for other values.
fn compiled_again(conn: &Connection, sql: &str) -> i32 {
    let mut statement = conn.prepare(sql).unwrap();
    if !statement.readonly() {
        return 0;
    }
    for value in 1..=3 {
        let values = vec![value; statement.parameter_count()];
        let mut rows = statement.query(rusqlite::params_from_iter(values)).unwrap();
        // A number is no JSON; what counts is that it was begun.
        while let Ok(Some(_)) = rows.next() {}
    }
    statement.get_status(StatementStatus::RePrepare)
}
