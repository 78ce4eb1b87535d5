//! Who is told what, and where.

use super::server::{Answer, Server};
use super::{Post, all, app, config};
use parlor_identity::app::RoomCallback;
use parlor_protocol::Code;
use parlor_protocol::ids::ArchiveId;
use parlor_server::app::set_room_callback;
use parlor_server::assemble::assemble;
use parlor_server::callback::event;
use parlor_server::config::Config;
use parlor_server::folder::Folder;
use parlor_store::{Batch, Write};
use serde_json::json;

#[test]
fn only_what_an_app_wants_is_kept_for_it() {
    let tell = |callback| event(&app(1, callback), ArchiveId(9), "CREATE_ROOM", json!({}), 5).is_some();
    let only = |events: &[&str]| RoomCallback {
        events: events.iter().map(|e| e.to_string()).collect(),
        ..all("http://example.org")
    };
    assert!(tell(all("http://example.org")));
    assert!(!tell(RoomCallback { on: false, ..all("http://example.org") }));
    assert!(tell(only(&["CLOSE_ROOM", "CREATE_ROOM"])));
    assert!(!tell(only(&["CLOSE_ROOM"])));
    let mut none = app(1, all("http://example.org"));
    none.settings.room_callback = None;
    assert!(event(&none, ArchiveId(9), "CREATE_ROOM", json!({}), 5).is_none());
}

#[tokio::test]
async fn what_waits_is_forgotten_when_it_is_switched_off() {
    let server = Server::new(|_, _| Answer::Ok).await;
    let one = app(1, all(&server.url));
    let post = Post::new(config(), std::slice::from_ref(&one)).await;
    post.tell(&one, 1, 0).await;
    let mut off = one.clone();
    off.settings.room_callback = Some(RoomCallback { on: false, ..all(&server.url) });
    post.store.commit(Batch::new().write(Write::PutApp(off))).await.unwrap();
    let task = post.start();
    post.until_empty().await;
    task.abort();
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_address_is_tried_out_when_it_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let with = |callback| Config { callback, ..Config::default() };
    let open = |config| assemble(&config, &Folder::create(folder.path()).unwrap()).unwrap().0;
    let node = open(with(config()));
    node.store.commit(Batch::new().write(Write::PutApp(app(1, all("http://old"))))).await.unwrap();
    let set = async |node, callback| {
        set_room_callback(node, "test", "app1", callback).await.map_err(|fault| (fault.code, fault.field))
    };
    let refused = Err((Code::InvalidParameter, Some("url")));
    for answer in [Answer::Status(404), Answer::Silence, Answer::Hangup] {
        let server = Server::new(move |_, _| answer).await;
        assert_eq!(set(&node, Some(all(&server.url))).await.map(|_| ()), refused, "{answer:?}");
        let off = RoomCallback { on: false, ..all(&server.url) };
        assert!(set(&node, Some(off)).await.is_ok(), "nothing is shown while it is off");
    }
    let server = Server::new(|_, _| Answer::Ok).await;
    let row = set(&node, Some(all(&server.url))).await.unwrap();
    assert_eq!(row.settings.room_callback, Some(all(&server.url)));
    let [seen] = &server.seen()[..] else { panic!("one request") };
    assert_eq!((seen.text.as_str(), seen.headers["appkey"].as_str()), ("{}", "app1"));
    assert!(set(&node, None).await.unwrap().settings.room_callback.is_none());
    let strange = RoomCallback { events: vec!["A B".into()], ..all(&server.url) };
    assert_eq!(set(&node, Some(strange)).await.map(|_| ()), Err((Code::InvalidParameter, Some("events"))));
    assert_eq!(set(&node, Some(all("ftp://x"))).await.map(|_| ()), refused);
    node.store.close().await;
    let guarded = open(Config::default());
    assert_eq!(set(&guarded, Some(all(&server.url))).await.map(|_| ()), refused, "its own network");
}
