//! What changes with the file itself: migrations from earlier schemas, and copies brought back.

use super::room::{ROOM, happens, open_room};
use super::*;
use parlor_protocol::ids::ArchiveId;

pub(crate) async fn a_file_of_the_first_schema_is_brought_up_to_date(home: Home) {
    let store = home.open();
    store.commit(put_account("alice").write(Write::PutSession(session(1, "alice", "D1", 1)))).await.unwrap();
    store.close().await;
    // The same file as the first schema had it: its own tables, and none of the later ones.
    let conn = rusqlite::Connection::open(home.path()).unwrap();
    let first = include_str!("../../migrations/001_heart.sql");
    let later: Vec<String> = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(|name| name.unwrap())
        .filter(|name: &String| name != "migration" && !first.contains(&format!("CREATE TABLE {name} (")))
        .collect();
    assert!(later.len() > 5, "{later:?}");
    for name in later {
        conn.execute_batch(&format!("DROP TABLE {name}")).unwrap();
    }
    conn.execute_batch(
        "DELETE FROM migration WHERE number > 1; DELETE FROM meta WHERE name = 'stream_epoch'",
    )
    .unwrap();
    drop(conn);
    for _ in 0..2 {
        let store = home.open();
        assert!(exists(&store, "alice").await);
        assert!(store.read(|view| view.session(SessionId(1))).await.unwrap().is_some());
        if store.read(|view| view.room(ROOM)).await.unwrap().is_none() {
            open_room(&store, ROOM, "r").await;
            store.commit(happens(ROOM, 1, 0, &["a"])).await.unwrap();
        }
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        store.close().await;
    }
    let conn = rusqlite::Connection::open(home.path()).unwrap();
    let schema: u32 = conn.query_row("SELECT max(number) FROM migration", [], |row| row.get(0)).unwrap();
    assert_eq!(schema, SCHEMA);
}

pub(crate) async fn a_copy_brought_back_goes_on_under_other_epochs(home: Home) {
    let store = home.open();
    open_room(&store, ROOM, "r").await;
    store.commit(happens(ROOM, 1, 0, &["a"])).await.unwrap();
    let copy = home.folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    store.commit(happens(ROOM, 1, 1, &["seen, and lost"])).await.unwrap();
    let given_later = store.take_numbers(Sequence::Room, 10).await.unwrap();
    let user_epoch = store.read(|view| view.user_head(APP, &user("u1"))).await.unwrap().epoch;
    store.close().await;
    let mut epochs = BTreeSet::from([1]);
    for name in ["once.db", "again.db"] {
        let to = home.folder.path().join(name);
        Store::restore(&copy, &to, &home.keyring(), &ended(NOW_MS).unwrap()).unwrap();
        let store = home.try_open_at(to, home.keyring()).unwrap();
        let found = store.read(|view| {
            let room = view.room(ROOM)?.unwrap();
            Ok((room.epoch, view.free_rooms(ArchiveId(0), 9)?, view.user_head(APP, &user("u1"))?.epoch))
        });
        let (epoch, free, of_users) = found.await.unwrap();
        assert!(epoch > 1 && epochs.insert(epoch), "{epoch} is another one");
        assert!(of_users > user_epoch && of_users < 1 << 53);
        assert_eq!(free.iter().map(|h| (h.archive_id, h.fence, h.seq)).collect::<Vec<_>>(), [(ROOM, 1, 1)]);
        let fresh = store.take_numbers(Sequence::Room, 1).await.unwrap();
        assert!(fresh.start >= given_later.end, "also where the copy knew of no number");
        let take = Write::TakeRoom { archive_id: ROOM, node: node("n9") };
        store.commit(Batch::new().write(take)).await.unwrap();
        store.commit(happens(ROOM, 2, 1, &["b"])).await.unwrap();
        store.close().await;
    }
}
