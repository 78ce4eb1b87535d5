//! The committed corpus, replayed on stable: nothing breaks, and every handler is reached.

#![allow(clippy::unwrap_used, reason = "a corpus that cannot be read fails the test")]

use parlor_fuzz::{http, link, seeds};
use parlor_protocol::Code;
use parlor_protocol::v1::reply::Body as ReplyBody;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn committed(target: &str, seeds: Vec<seeds::Seed>) {
    let files = corpus(target);
    for (name, bytes) in seeds {
        let file = files.iter().find(|(path, _)| path.ends_with(&name));
        assert!(file.is_some_and(|(_, found)| *found == bytes), "{name}: write it with fuzz-seeds");
    }
}

#[test]
fn the_seeds_are_in_the_corpus() {
    committed("link", seeds::link());
    committed("http", seeds::http());
}

#[test]
fn the_corpus_of_the_link_reaches_every_request() {
    let mut reached = BTreeSet::new();
    for (path, input) in corpus("link") {
        let heard = link::run(&input);
        println!("{}: {heard:?}", path.display());
        for body in heard.replies.into_iter().flatten() {
            reached.insert(match body {
                ReplyBody::Login(_) => "login",
                ReplyBody::Resume(_) => "resume",
                ReplyBody::Pong(_) => "ping",
                ReplyBody::Logout(_) => "logout",
                ReplyBody::KickDevices(_) => "kick_devices",
                ReplyBody::RoomLogin(_) => "room_login",
                ReplyBody::RoomLogout(_) => "room_logout",
                ReplyBody::RenewRoomToken(_) => "renew_room_token",
                _ => continue,
            });
        }
    }
    // A resume that holds is made by the harness itself: its reply is not among those of the input.
    let all = ["kick_devices", "login", "logout", "ping", "renew_room_token", "room_login", "room_logout"];
    assert_eq!(reached, BTreeSet::from(all));
    let resumed = seeds::link().into_iter().find(|(name, _)| name == "resumed-ping").unwrap();
    assert!(matches!(link::run(&resumed.1).replies[..], [Ok(ReplyBody::Pong(_))]), "resumed, then answered");
}

#[test]
fn the_corpus_of_the_api_reaches_every_route() {
    let mut reached = BTreeSet::new();
    for (path, input) in corpus("http") {
        let code = http::run(&input);
        println!("{}: {code:?}", path.display());
        if code.is_some_and(is_from_within) {
            let text = String::from_utf8_lossy(&input).into_owned();
            let line = text.lines().next().unwrap_or_default();
            reached.insert(line.split('?').next().unwrap_or_default().to_owned());
        }
    }
    for route in parlor_server::http::routes() {
        let is_it = |line: &String| {
            let (method, path) = line.split_once(' ').unwrap();
            method == route.method.as_str() && is_at(route.path, path)
        };
        assert!(reached.iter().any(is_it), "no seed succeeds at {} {}", route.method, route.path);
    }
}

/// The call was carried out, or got as far as somebody who would have to be in the room: over HTTP alone nobody is.
fn is_from_within(code: Code) -> bool {
    matches!(code, Code::Ok | Code::TargetMemberNotFound | Code::RoomMemberNotFound)
}

fn is_at(template: &str, path: &str) -> bool {
    let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(path).all(|(t, p)| t.starts_with('{') || *t == p)
}
