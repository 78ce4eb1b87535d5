//! Callbacks that wait to be delivered.

use super::*;
use parlor_store::rows::{CallbackRow, CallbacksWaiting, NewCallback};

fn callback(app_id: AppId, lane: &str, body: &str, at_ms: i64) -> Write {
    Write::Callback(NewCallback {
        app_id,
        lane: lane.into(),
        event_type: "2".into(),
        body: body.into(),
        created_at_ms: at_ms,
    })
}

async fn due(store: &Store, now_ms: i64, limit: usize) -> Vec<String> {
    let rows = store.read(move |view| view.due_callbacks(now_ms, limit)).await.unwrap();
    rows.into_iter().map(|c| c.body).collect()
}

async fn drop_callback(store: &Store, callback_id: i64) {
    store.commit(Batch::new().write(Write::DropCallback(callback_id))).await.unwrap();
}

pub(crate) async fn callbacks_leave_each_lane_in_order(home: Home) {
    let store = home.open();
    let waiting = store.read(|view| view.waiting_callbacks()).await.unwrap();
    assert_eq!(waiting, CallbacksWaiting { count: 0, oldest_at_ms: None });
    let batch = Batch::new()
        .write(callback(APP, "room:1", "a1", NOW_MS + 1))
        .write(callback(APP, "room:1", "a2", NOW_MS + 2))
        .write(callback(APP, "room:2", "b1", NOW_MS + 3))
        .write(callback(AppId(2), "room:1", "c1", NOW_MS + 4))
        .write(callback(APP, "room:1", "a3", NOW_MS + 5));
    let ids = store.commit_assigned(batch).await.unwrap().callback_ids;
    assert!(ids.is_sorted() && ids.len() == 5);
    store.close().await;
    let store = home.open();
    assert_eq!(due(&store, NOW_MS, 9).await, Vec::<String>::new());
    assert_eq!(due(&store, NOW_MS + 9, 9).await, ["a1", "b1", "c1"]);
    assert_eq!(due(&store, NOW_MS + 9, 2).await, ["a1", "b1"]);
    let delay = Write::DelayCallback { callback_id: ids[0], attempts: 3, next_at_ms: NOW_MS + 100 };
    store.commit(Batch::new().write(delay)).await.unwrap();
    assert_eq!(due(&store, NOW_MS + 99, 9).await, ["b1", "c1"], "what fails holds its lane up, and no other");
    let found = store.read(|view| Ok((view.due_callbacks(NOW_MS + 100, 9)?, view.next_callback_at_ms()?)));
    let (rows, next) = found.await.unwrap();
    assert_eq!(next, Some(NOW_MS + 3));
    let held_up = CallbackRow {
        callback_id: ids[0],
        app_id: APP,
        lane: "room:1".into(),
        event_type: "2".into(),
        body: "a1".into(),
        created_at_ms: NOW_MS + 1,
        attempts: 3,
        next_at_ms: NOW_MS + 100,
    };
    assert_eq!(rows.last(), Some(&held_up));
    let waiting = store.read(|view| view.waiting_callbacks()).await.unwrap();
    assert_eq!(waiting, CallbacksWaiting { count: 5, oldest_at_ms: Some(NOW_MS + 1) });
    // Out of order too: whatever of a lane goes, its first is the one that may go next.
    drop_callback(&store, ids[1]).await;
    assert_eq!(due(&store, NOW_MS + 100, 9).await, ["b1", "c1", "a1"]);
    drop_callback(&store, ids[0]).await;
    drop_callback(&store, ids[0]).await;
    assert_eq!(due(&store, NOW_MS + 100, 9).await, ["b1", "c1", "a3"]);
    for id in &ids[2..] {
        drop_callback(&store, *id).await;
    }
    assert_eq!(store.read(|view| view.next_callback_at_ms()).await.unwrap(), None);
    let again = Batch::new().write(callback(APP, "room:1", "a4", NOW_MS));
    let fresh = store.commit_assigned(again).await.unwrap().callback_ids;
    assert!(fresh[0] > ids[4], "no id is given twice");
    assert_eq!(due(&store, NOW_MS, 9).await, ["a4"]);
}

pub(crate) async fn a_copy_brought_back_gives_no_callback_id_again(home: Home) {
    let store = home.open();
    let copy = home.folder.path().join("copy.db");
    store.backup(&copy).await.unwrap();
    let one = || Batch::new().write(callback(APP, "room:1", "a", NOW_MS));
    let later = store.commit_assigned(one()).await.unwrap().callback_ids[0];
    store.close().await;
    let to = home.folder.path().join("restored.db");
    Store::restore(&copy, &to, &home.keyring(), &ended(NOW_MS).unwrap()).unwrap();
    let store = home.try_open_at(to, home.keyring()).unwrap();
    assert!(store.commit_assigned(one()).await.unwrap().callback_ids[0] > later);
    store.close().await;
}
