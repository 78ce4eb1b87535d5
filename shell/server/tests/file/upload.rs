//! What is asked for, and what arrives.

use crate::world::{APP, World, answer, asked};
use parlor_protocol::{Code, v1};
use parlor_server::config::Config;
use parlor_server::file;
use parlor_store::{Batch, Write};
use serde_json::Value;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

fn head(path: &str, length: usize) -> String {
    format!("PUT {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n")
}

#[tokio::test]
async fn a_content_arrives_once_and_is_described() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let content = vec![7; 300_000];
    let place = world.place(&alice, "C:\\photos\\cat.PNG", &content).await;
    let file = place.file.clone().unwrap();
    assert_eq!((file.name.as_str(), file.extension.as_str(), file.size_bytes), ("cat.PNG", "PNG", 300_000));
    let response = world.put(&place.put_path, &content).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let answer: Value = response.json().await.unwrap();
    assert_eq!((&answer["code"], &answer["file"]["md5"]), (&0.into(), &file.md5.as_str().into()));
    assert_eq!(world.on_disk().len(), 1);
    let again = world.put(&place.put_path, &content).await;
    assert_eq!(again.status(), 409);
    let again: Value = again.json().await.unwrap();
    assert_eq!(again["code"], Code::DuplicateRequest.link());
    let fetched = world.get(&file.url).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(fetched, content);
}

#[tokio::test]
async fn an_empty_file_and_one_without_a_hash_are_files() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let empty = world.stored(&alice, "empty.txt", b"").await;
    let response = world.get(&empty.url).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.content_length()), (200, Some(0)));
    let place = world.ask(&alice, v1::FileUpload { md5: String::new(), ..asked("a", b"abc") }).await.unwrap();
    let answer: Value = world.put(&place.put_path, b"abc").await.json().await.unwrap();
    assert_eq!(answer["file"]["md5"], "900150983cd24fb0d6963f7d28e17f72");
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_place() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let first = file::upload(&world.node, &alice, &[1; 16], asked("a", b"abc")).await.unwrap();
    assert_eq!(file::upload(&world.node, &alice, &[1; 16], asked("a", b"abc")).await.unwrap(), first);
}

#[tokio::test]
async fn what_is_not_as_announced_is_refused_and_leaves_nothing() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let place = world.place(&alice, "a.txt", b"announced").await;
    for (content, status) in [(&b"announceD"[..], 422), (b"announced, and more", 413), (b"short", 422)] {
        let response = world.put(&place.put_path, content).await;
        assert_eq!(response.status(), status);
        let answer: Value = response.json().await.unwrap();
        let code = if status == 413 { Code::FileTooLarge } else { Code::FileDamaged };
        assert_eq!(answer["name"], code.name());
    }
    // Without a length the server counts while it reads.
    let head = format!("PUT {} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", place.put_path);
    let socket = world.raw(format!("{head}14\r\naaaaaaaaaaaaaaaaaaaa\r\n0\r\n\r\n").as_bytes()).await;
    assert!(answer(socket).await.starts_with("HTTP/1.1 413"));
    assert!(world.on_disk().is_empty());
    let response = world.put(&place.put_path, b"announced").await;
    assert_eq!(response.status(), 200, "the place is still good");
}

#[tokio::test]
async fn a_cut_upload_leaves_nothing_and_can_be_made_again() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let content = vec![1; 2_000_000];
    let place = world.place(&alice, "big", &content).await;
    let mut request = head(&place.put_path, content.len()).into_bytes();
    request.extend_from_slice(&content[..1_500_000]);
    let socket = world.raw(&request).await;
    // Until the server has begun to write.
    while world.on_disk().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(socket);
    while !world.on_disk().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.put(&place.put_path, &content).await.status(), 200);
}

#[tokio::test]
async fn one_who_sends_nothing_is_cut_off_while_another_is_served() {
    let mut config = Config::default();
    config.file.idle_timeout_ms = 1_000;
    let world = World::with(config).await;
    let alice = world.login(APP, "alice").await;
    let slow = world.place(&alice, "slow", b"0123456789").await;
    let stalled = world.raw(format!("{}0123", head(&slow.put_path, 10)).as_bytes()).await;
    let busy = async {
        while world.on_disk().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(world.put(&slow.put_path, b"0123456789").await.status(), 503, "it is under way");
    };
    busy.await;
    world.stored(&alice, "quick", b"quick").await;
    assert!(answer(stalled).await.starts_with("HTTP/1.1 408"));
    assert_eq!(world.on_disk().len(), 1);
    // Slow is not silent: a byte now and then keeps an upload alive.
    let mut steady = world.raw(format!("{}0", head(&slow.put_path, 10)).as_bytes()).await;
    for byte in b"123456789" {
        tokio::time::sleep(Duration::from_millis(150)).await;
        steady.write_all(&[*byte]).await.unwrap();
    }
    assert!(answer(steady).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_address_is_good_for_what_it_says_and_nothing_else() {
    let world = World::new().await;
    let alice = world.login(APP, "alice").await;
    let place = world.place(&alice, "a", b"abc").await;
    let url = place.file.unwrap().url;
    let status = async |path: String| world.put(&path, b"abc").await.status().as_u16();
    assert_eq!(status(url.clone()).await, 403, "to fetch");
    let (path, query) = place.put_path.split_once('?').unwrap();
    let until: i64 = query.split(['=', '&']).nth(1).unwrap().parse().unwrap();
    let changed = place.put_path.replace(&until.to_string(), &(until + 1).to_string());
    assert_eq!(status(changed).await, 403, "longer");
    assert_eq!(status(place.put_path.replace("/files/1/", "/files/2/")).await, 403, "of another app");
    let other = world.place(&alice, "b", b"abc").await.file_id;
    assert_eq!(status(place.put_path.replace(&place.file_id, &other)).await, 403, "another file");
    for strange in [
        path.to_owned(),
        format!("{path}?until=x&sign="),
        format!("/files/1/..%2F..%2Fparlor.key?{query}"),
        format!("/files/1/%2e%2e?{query}"),
        format!("/files/x/{}?{query}", place.file_id),
        format!("/files/1/{}?{query}", place.file_id.to_uppercase()),
    ] {
        assert!([404, 403].contains(&status(strange.clone()).await), "{strange}");
        let fetched = world.get(&strange).send().await.unwrap().status().as_u16();
        assert!([404, 403].contains(&fetched), "{strange}");
    }
    assert_eq!(world.get(&url).send().await.unwrap().status(), 404, "there is nothing yet");
    assert!(world.on_disk().is_empty());
    assert_eq!(status(place.put_path).await, 200);
}

#[tokio::test]
async fn an_address_ends() {
    let mut config = Config::default();
    config.file.put_ttl_s = 0;
    let world = World::with(config).await;
    let alice = world.login(APP, "alice").await;
    let place = world.place(&alice, "a", b"abc").await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    let response = world.put(&place.put_path, b"abc").await;
    assert_eq!(response.status(), 403);
    assert_eq!(response.json::<Value>().await.unwrap()["name"], Code::FileAddressExpired.name());
}

#[tokio::test]
async fn a_bad_request_names_its_field() {
    let mut config = Config::default();
    config.file.max_bytes = 100;
    let world = World::with(config).await;
    let alice = world.login(APP, "alice").await;
    let good = || asked("a", b"abc");
    for (ask, code, field) in [
        (v1::FileUpload { size_bytes: 101, ..good() }, Code::FileTooLarge, "size_bytes"),
        (v1::FileUpload { name: "x/".into(), ..good() }, Code::InvalidParameter, "name"),
        (v1::FileUpload { name: "../..".into(), ..good() }, Code::InvalidParameter, "name"),
        (v1::FileUpload { name: "n".repeat(256), ..good() }, Code::ParameterTooLong, "name"),
        (v1::FileUpload { md5: "ABC".into(), ..good() }, Code::InvalidParameter, "md5"),
        (v1::FileUpload { content_type: "text".into(), ..good() }, Code::InvalidParameter, "content_type"),
        (
            v1::FileUpload { content_type: "a/b\r\nx".into(), ..good() },
            Code::InvalidParameter,
            "content_type",
        ),
    ] {
        let fault = world.ask(&alice, ask.clone()).await.unwrap_err();
        assert_eq!((fault.code, fault.field), (code, Some(field)), "{ask:?}");
    }
    assert!(world.ask(&alice, v1::FileUpload { size_bytes: 100, ..good() }).await.is_ok());
}

#[tokio::test]
async fn the_files_of_an_app_hold_no_more_than_allowed() {
    let mut config = Config::default();
    config.file.max_bytes_per_app = 10;
    let world = World::with(config).await;
    let alice = world.login(APP, "alice").await;
    world.stored(&alice, "a", b"12345").await;
    let six = v1::FileUpload { size_bytes: 6, ..asked("b", b"123456") };
    let fault = world.ask(&alice, six.clone()).await.unwrap_err();
    assert_eq!((fault.code, fault.field), (Code::QuotaExceeded, Some("size_bytes")));
    // What is announced counts too, until it is forgotten.
    world.ask(&alice, asked("c", b"12345")).await.unwrap();
    let one = v1::FileUpload { size_bytes: 1, ..asked("d", b"1") };
    assert_eq!(world.ask(&alice, one.clone()).await.unwrap_err().code, Code::QuotaExceeded);
    let app_id = alice.app_id;
    let space = || world.node.store.read(move |view| view.file_space(app_id));
    assert_eq!(space().await.unwrap(), 10);
    let waiting = world.node.store.read(|view| view.expired_files(i64::MAX, 10)).await.unwrap();
    let dropped = waiting.iter().find(|file| file.name == "c").unwrap();
    let batch = Batch::new().write(Write::DropFile(app_id, dropped.file_id.clone()));
    world.node.store.commit(batch).await.unwrap();
    assert_eq!(space().await.unwrap(), 5);
    world.ask(&alice, one).await.unwrap();
}

#[tokio::test]
async fn no_more_uploads_than_allowed() {
    let mut config = Config::default();
    config.file.max_running = 1;
    let world = World::with(config).await;
    let alice = world.login(APP, "alice").await;
    let first = world.place(&alice, "a", b"abc").await;
    let second = world.place(&alice, "b", b"abc").await;
    let running = world.raw(format!("{}a", head(&first.put_path, 3)).as_bytes()).await;
    while world.on_disk().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(world.put(&second.put_path, b"abc").await.status(), 503);
    drop(running);
}
