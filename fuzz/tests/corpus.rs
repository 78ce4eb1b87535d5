//! The committed corpus, replayed on stable: nothing breaks, and every handler is reached.

#![allow(clippy::unwrap_used, reason = "a corpus that cannot be read fails the test")]

use parlor_fuzz::{http, link, packet, payload, seeds};
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
    for (target, seeds) in seeds::all() {
        committed(target, seeds);
    }
}

/// The fields of the oneof in a message of the protocol.
fn fields<'a>(proto: &'a str, message: &str) -> BTreeSet<&'a str> {
    let (_, body) = proto.split_once(&format!("message {message} {{")).unwrap();
    let (_, oneof) = body.split_once("oneof ").unwrap();
    let fields = oneof.split_once('}').unwrap().0.lines().filter_map(|line| line.split_once(" = "));
    fields.map(|(field, _)| field.split_whitespace().last().unwrap()).collect()
}

/// The request that a reply answers. Without a wildcard: a new one asks for a seed.
fn answered(body: &ReplyBody) -> &'static str {
    match body {
        ReplyBody::Login(_) => "login",
        ReplyBody::Resume(_) => "resume",
        ReplyBody::Pong(_) => "ping",
        ReplyBody::Logout(_) => "logout",
        ReplyBody::KickDevices(_) => "kick_devices",
        ReplyBody::RoomLogin(_) => "room_login",
        ReplyBody::RoomLogout(_) => "room_logout",
        ReplyBody::RenewRoomToken(_) => "renew_room_token",
        ReplyBody::RoomCreate(_) => "room_create",
        ReplyBody::RoomJoin(_) => "room_join",
        ReplyBody::RoomAct(_) => "room_act",
        ReplyBody::RoomPull(_) => "room_pull",
        ReplyBody::RoomTemplateFetch(_) => "room_template_fetch",
        ReplyBody::MyRoomDevices(_) => "my_room_devices",
        ReplyBody::RoomBlacklistFetch(_) => "room_blacklist_fetch",
        ReplyBody::ChatSend(_) => "chat_send",
        ReplyBody::ChatRecall(_) => "chat_recall",
        ReplyBody::ChatPull(_) => "chat_pull",
        ReplyBody::ChatHistory(_) => "chat_history",
        ReplyBody::ChatMembers(_) => "chat_members",
        ReplyBody::UserSend(_) => "user_send",
        ReplyBody::UserPull(_) => "user_pull",
        ReplyBody::FileUpload(_) => "file_upload",
        ReplyBody::FileLink(_) => "file_link",
        ReplyBody::MediaJoin(_) => "media_join",
        ReplyBody::MediaOffer(_) => "media_offer",
        ReplyBody::MediaResume(_) => "media_resume",
        ReplyBody::MediaDemand(_) => "media_demand",
        ReplyBody::MediaLeave(_) => "media_leave",
    }
}

#[test]
fn each_act_in_a_room_has_a_seed() {
    let seeds: BTreeSet<_> = seeds::link().into_iter().map(|(name, _)| name).collect();
    let acts = fields(include_str!("../../protocol/proto/room.proto"), "RoomAct");
    assert!(acts.len() > 20, "{acts:?}");
    for act in acts {
        assert!(seeds.contains(&format!("room-act-{}", act.replace('_', "-"))), "no seed for the act {act}");
    }
}

#[test]
fn the_corpus_of_the_link_reaches_every_request() {
    let mut reached = BTreeSet::new();
    for (path, input) in corpus("link") {
        let heard = link::run(&input);
        println!("{}: {heard:?}", path.display());
        for body in heard.replies.into_iter().flatten() {
            reached.insert(answered(&body));
        }
    }
    // A resume that holds is made by the harness itself: its reply is not among those of the input.
    reached.insert("resume");
    assert_eq!(reached, fields(include_str!("../../protocol/proto/frame.proto"), "Request"));
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

#[test]
fn nothing_in_the_corpus_of_packets_changes_the_call() {
    for (path, input) in corpus("packet") {
        let packets = packet::run(&input);
        println!("{}: {packets}", path.display());
        packet::look();
    }
}

#[test]
fn the_corpus_of_payloads_goes_through_the_switch_in_every_codec() {
    let mut reached = BTreeSet::new();
    for (path, input) in corpus("payload") {
        let sent = payload::run(&input);
        println!("{}: {sent}", path.display());
        reached.extend(input.first().filter(|_| sent > 4).map(|first| first & 7));
    }
    assert!(reached.len() >= 6, "{reached:?}");
}
