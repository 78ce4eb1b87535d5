//! Who may fetch a file, and how.

use crate::world::{APP, OTHER_APP, ROOM, World};
use parlor_protocol::ids::{ArchiveId, UserUuid};
use parlor_protocol::{Code, v1};
use parlor_server::config::Config;
use parlor_server::file;
use reqwest::Method;
use v1::chat_send::Body;

fn file_message(file_id: &str, name: &str) -> v1::ChatSend {
    // What a client says of a file beside its id is not believed.
    let file =
        v1::FileRef { file_id: file_id.into(), name: name.into(), size_bytes: 1, ..v1::FileRef::default() };
    v1::ChatSend { body: Some(Body::File(v1::ChatFile { file: Some(file) })), ..v1::ChatSend::default() }
}

#[tokio::test]
async fn a_file_comes_with_what_a_browser_must_know() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let file = world.stored(&alice, "Übung \"1\".html", b"<script>").await;
    let response = world.get(&file.url).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(response.status(), 200);
    assert_eq!(header("content-type"), "text/plain");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "default-src 'none'; sandbox");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"_bung _1_.html\"; filename*=UTF-8''%C3%9Cbung%20%221%22.html"
    );
    assert_eq!(header("etag"), format!("\"{}\"", file.md5));
    assert_eq!(header("accept-ranges"), "bytes");
    assert_eq!(header("access-control-allow-origin"), "*");
    assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
    assert!(header("cache-control").starts_with("private, max-age=8"));
    assert_eq!(response.bytes().await.unwrap(), &b"<script>"[..]);
}

#[tokio::test]
async fn ranges_heads_and_conditions() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let content: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
    let file = world.stored(&alice, "a.bin", &content).await;
    let ask = |name: &'static str, value: String| world.get(&file.url).header(name, value).send();
    let part = ask("range", "bytes=100000-170000".into()).await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], "bytes 100000-170000/200000");
    assert_eq!(part.bytes().await.unwrap(), content[100_000..=170_000]);
    let end = ask("range", "bytes=-5".into()).await.unwrap();
    assert_eq!(end.bytes().await.unwrap(), content[199_995..]);
    let beyond = ask("range", "bytes=200000-".into()).await.unwrap();
    assert_eq!(
        (beyond.status().as_u16(), &beyond.headers()["content-range"]),
        (416, &"bytes */200000".parse().unwrap())
    );
    let tag = format!("\"{}\"", file.md5);
    assert_eq!(ask("if-none-match", tag.clone()).await.unwrap().status(), 304);
    let other = world.get(&file.url).header("if-range", "\"x\"").header("range", "bytes=0-1");
    assert_eq!(other.send().await.unwrap().status(), 200, "another content: all of it");
    let same = world.get(&file.url).header("if-range", tag).header("range", "bytes=0-1");
    assert_eq!(same.send().await.unwrap().status(), 206);
    let head = world.client.head(format!("{}{}", world.url, file.url)).send().await.unwrap();
    assert_eq!(
        (head.status().as_u16(), &head.headers()["content-length"]),
        (200, &"200000".parse().unwrap())
    );
    let preflight = world.client.request(Method::OPTIONS, format!("{}{}", world.url, file.url));
    let preflight = preflight.send().await.unwrap();
    assert_eq!(preflight.status(), 204);
    assert!(preflight.headers()["access-control-allow-methods"].to_str().unwrap().contains("PUT"));
    let post = world.client.post(format!("{}{}", world.url, file.url)).send().await.unwrap();
    assert_eq!(post.status(), 405);
}

#[tokio::test]
async fn an_address_to_fetch_ends_too() {
    let mut config = Config::default();
    config.file.address_ttl_s = 0;
    let world = World::with(config).await;
    let alice = world.login(APP, "alice").await;
    let file = world.stored(&alice, "a", b"abc").await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    assert_eq!(world.get(&file.url).send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn a_fresh_address_is_for_the_owner_and_those_of_the_room() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let bob = world.login(APP, "bob").await;
    let eve = world.login(OTHER_APP, "alice").await;
    let file = world.stored(&alice, "a.txt", b"abc").await;
    let link = async |session| {
        let ask = v1::FileLink { file_id: file.file_id.clone() };
        file::link(&world.node, session, ask).await.map(|linked| linked.file.unwrap()).map_err(|f| f.code)
    };
    assert_eq!(link(&alice).await.unwrap().md5, file.md5);
    assert_eq!(link(&bob).await, Err(Code::FileNotFound));
    assert_eq!(link(&eve).await, Err(Code::FileNotFound));
    world.visit("bob").await;
    assert_eq!(link(&bob).await, Err(Code::FileNotFound), "not sent yet");

    let owner = UserUuid::parse("alice").unwrap();
    let mut send = file_message(&file.file_id, "shown.txt");
    let write = file::attach(&world.node, APP, ROOM, &owner, &mut send).await.unwrap().unwrap();
    let Some(Body::File(v1::ChatFile { file: Some(said) })) = &send.body else { panic!("a file") };
    assert_eq!((said.name.as_str(), said.size_bytes, &said.md5), ("shown.txt", 3, &file.md5));
    world.commit(write).await;
    let fresh = link(&bob).await.unwrap();
    assert_eq!(world.get(&fresh.url).send().await.unwrap().bytes().await.unwrap(), &b"abc"[..]);
    assert_eq!(link(&eve).await, Err(Code::FileNotFound));

    let attach = async |room, owner: &str, file_id: &str| {
        let owner = UserUuid::parse(owner).unwrap();
        let mut send = file_message(file_id, "");
        file::attach(&world.node, APP, room, &owner, &mut send).await.map(|w| w.is_some()).map_err(|f| f.code)
    };
    assert_eq!(attach(ROOM, "alice", &file.file_id).await, Ok(true), "again");
    assert_eq!(attach(ArchiveId(78), "alice", &file.file_id).await, Err(Code::Forbidden));
    assert_eq!(attach(ROOM, "bob", &file.file_id).await, Err(Code::FileNotFound));
    assert_eq!(attach(ROOM, "alice", "none").await, Err(Code::FileNotFound));
    assert_eq!(attach(ROOM, "alice", "").await, Ok(false));
    let awaited = world.place(&alice, "b", b"abc").await;
    assert_eq!(attach(ROOM, "alice", &awaited.file_id).await, Err(Code::FileNotFound), "not there yet");
}

#[tokio::test]
async fn a_stored_message_gets_an_address_of_today() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let file = world.stored(&alice, "a.txt", b"abc").await;
    let old = v1::FileRef { url: "/files/old".into(), ..file.clone() };
    let body = v1::chat_message::Body::File(v1::ChatFile { file: Some(old) });
    let mut message = v1::ChatMessage { body: Some(body), ..v1::ChatMessage::default() };
    file::freshen(&world.node, APP, &mut message);
    let Some(v1::chat_message::Body::File(v1::ChatFile { file: Some(said) })) = message.body else {
        panic!("a file")
    };
    assert_eq!(world.get(&said.url).send().await.unwrap().status(), 200);
}
