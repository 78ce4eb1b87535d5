//! The meeting, scene by scene.

use crate::call;
use crate::cast::Part::{self, Cohost, Guest, Host, Member, MemberToo};
use crate::play::Play;
use anyhow::{Result, ensure};
use parlor_sdk::{Code, EndReason};
use serde_json::{Value, json};

const PASSWORD: &str = "s3cret";
const EVERYBODY: [Part; 5] = Part::ALL;
/// More than one piece of an upload.
const FILE_BYTES: usize = 150_000;

/// Plays all of it; how many comparisons held.
pub(crate) fn perform(mut play: Play<'_>) -> Result<usize> {
    let play = &mut play;
    log_in(play)?;
    come_together(play)?;
    chat(play)?;
    files(play)?;
    call::perform(play)?;
    roles(play)?;
    properties(play)?;
    commands(play)?;
    moderation(play)?;
    devices(play)?;
    end(play)?;
    log_out(play)?;
    Ok(play.checks)
}

fn log_in(play: &mut Play<'_>) -> Result<()> {
    for part in EVERYBODY {
        let person = play.who(part);
        let im = format!("im-log-in {} {}", person.accid, person.im_token);
        let wrong = format!("log-in {} not-the-token", person.user_uuid);
        let right = format!("log-in {} {}", person.user_uuid, person.token);
        if part.reuses_im() {
            play.does(part, &im)?;
        }
        play.is_refused(part, &wrong, Code::RoomTokenIncorrect)?;
        play.does(part, &right)?;
    }
    Ok(())
}

fn join(play: &Play<'_>, password: &str, part: Part, role: &str) -> String {
    let name = match part {
        Host => "Hanna",
        Cohost => "Carl Ängström",
        Guest => "Gus 🙂",
        Member | MemberToo => "Mia",
    };
    format!("join {} {password} {role} {name}", play.room)
}

/// A password, refusals, the lock, two devices of one member.
fn come_together(play: &mut Play<'_>) -> Result<()> {
    let create = format!("create {} {PASSWORD} The weekly meeting", play.room);
    play.is_refused(Host, &join(play, PASSWORD, Host, "host"), Code::RoomNotFound)?;
    play.does(Host, &create)?;
    play.is_refused(Cohost, &create, Code::RoomExists)?;
    for password in ["-", "wrong"] {
        play.is_refused(Cohost, &join(play, password, Cohost, "cohost"), Code::RoomPasswordWrong)?;
    }
    play.does(Host, &join(play, PASSWORD, Host, "host"))?;
    play.is_refused(Cohost, &join(play, PASSWORD, Cohost, "host"), Code::RoomRoleExceeded)?;
    play.is_refused(Cohost, &join(play, PASSWORD, Cohost, "emperor"), Code::RoomRoleUndefined)?;
    come_in(play, Cohost, "cohost", &[Host])?;
    come_in(play, Member, "member", &[Host, Cohost])?;

    play.does(MemberToo, &join(play, PASSWORD, MemberToo, "member"))?;
    let devices = json!({ "event": "devices", "user": play.uuid(Member), "count": 2 });
    play.see(&[Host, Cohost, Member], devices)?;
    let four = [Host, Cohost, Member, MemberToo];
    play.all_agree(&four)?;

    play.is_refused(MemberToo, "lock", Code::Forbidden)?;
    play.does(Host, "lock")?;
    play.see(&four, json!({ "event": "lock", "locked": true }))?;
    ensure!(play.all_agree(&four)?["locked"] == true, "the room is not locked");
    play.is_refused(Guest, &join(play, PASSWORD, Guest, "member"), Code::RoomLocked)?;
    play.does(Cohost, "unlock")?;
    play.see(&four, json!({ "event": "lock", "locked": false }))?;
    come_in(play, Guest, "member", &four)?;
    let mirror = play.all_agree(&EVERYBODY)?;
    ensure!(mirror["name"] == "The weekly meeting" && mirror["locked"] == false, "the room: {mirror}");
    let rooms_devices = format!("devices {}", play.room);
    play.same(&[Member, MemberToo], &rooms_devices, "devices")?;
    Ok(())
}

fn come_in(play: &mut Play<'_>, part: Part, role: &str, others: &[Part]) -> Result<()> {
    let line = join(play, PASSWORD, part, role);
    play.does(part, &line)?;
    let name = line.splitn(5, ' ').last();
    play.see(others, json!({ "event": "joined", "user": play.uuid(part), "name": name, "role": role }))
}

fn others(part: Part) -> Vec<Part> {
    EVERYBODY.into_iter().filter(|other| *other != part).collect()
}

/// One says something; every other device must hear it, those of the same account too.
fn say(play: &mut Play<'_>, part: Part, text: &str) -> Result<Value> {
    let answer = play.does(part, &format!("say {text}"))?;
    let heard = json!({
        "event": "text", "from": play.uuid(part), "text": text, "to": [], "message": answer["message"],
    });
    play.see(&others(part), heard)?;
    Ok(answer["message"].clone())
}

fn enter_chat(play: &mut Play<'_>, part: Part, present: &[Part]) -> Result<()> {
    play.does(part, "enter-chat")?;
    let here = json!({ "event": "chat-presence", "user": play.uuid(part), "present": true });
    play.see(&EVERYBODY, here)?;
    play.see(present, json!({ "event": "notice", "type": 301, "about": play.uuid(part) }))
}

fn chat(play: &mut Play<'_>) -> Result<()> {
    enter_chat(play, Host, &[Host])?;
    enter_chat(play, Cohost, &[Host, Cohost])?;
    enter_chat(play, Member, &[Host, Cohost, Member])?;
    // The second device changes nothing of the member.
    play.does(MemberToo, "enter-chat")?;
    enter_chat(play, Guest, &EVERYBODY)?;
    play.all_agree(&EVERYBODY)?;

    say(play, Host, "good morning 🌞")?;
    say(play, Member, "hello from my first device")?;
    say(play, MemberToo, "and from the second")?;
    for (from, to, heard) in [(Cohost, Host, vec![Host]), (Guest, Member, vec![Member, MemberToo])] {
        let line = format!("tell {} between us", play.uuid(to));
        play.does(from, &line)?;
        let text =
            json!({ "event": "text", "from": play.uuid(from), "text": "between us", "to": [play.uuid(to)] });
        play.see(&heard, text)?;
    }
    let oops = say(play, Cohost, "oops")?;
    let oops = oops.as_str().unwrap_or_default().to_owned();
    play.is_refused(Guest, &format!("recall {oops}"), Code::Forbidden)?;
    play.does(Cohost, &format!("recall {oops}"))?;
    play.see(&EVERYBODY, json!({ "event": "notice", "type": 323, "about": oops }))?;
    play.same(&EVERYBODY, "people", "people")?;
    play.same(&[Member, MemberToo], "history", "messages")?;
    play.all_agree(&EVERYBODY).map(drop)
}

/// A file in the chat, and one beside it; every byte must arrive.
fn files(play: &mut Play<'_>) -> Result<()> {
    let content: Vec<u8> = (0..FILE_BYTES).map(|at| (at * 7 + at / 251) as u8).collect();
    let plan = play.folder.join("plan-für-morgen.bin");
    std::fs::write(&plan, &content)?;
    for sender in [Host, Cohost, Member] {
        play.does(sender, &format!("send {}", plan.display()))?;
        let file = json!({
            "event": "file", "from": play.uuid(sender), "file": "plan-für-morgen.bin", "size": FILE_BYTES,
        });
        let mut sums = Vec::new();
        for receiver in others(sender) {
            sums.push(play.sees(receiver, &file)?["md5"].clone());
            fetch(play, receiver, "fetch", &content)?;
        }
        ensure!(sums.iter().all(|sum| *sum == sums[0] && sum != ""), "the file's MD5: {sums:?}");
        let stored = play.does(sender, &format!("upload {}", plan.display()))?;
        let url = stored["url"].as_str().unwrap_or_default();
        fetch(play, Guest, &format!("download {url}"), &content)?;
    }
    play.nothing_else()
}

fn fetch(play: &mut Play<'_>, part: Part, command: &str, content: &[u8]) -> Result<()> {
    let copy = play.folder.join(format!("copy-of-{part:?}.bin"));
    play.does(part, &format!("{command} {}", copy.display()))?;
    let fetched = std::fs::read(&copy)?;
    let right = fetched == content;
    ensure!(right, "{part:?} ({}) {command}: {} other bytes came", play.sdk(part), fetched.len());
    play.checks += 1;
    std::fs::remove_file(copy).map_err(Into::into)
}

/// Roles and the hand-over: after it the cohost is the host, and the host a cohost.
fn roles(play: &mut Play<'_>) -> Result<()> {
    let [host, cohost, guest] = [Host, Cohost, Guest].map(|part| play.uuid(part));
    let role = |user: &str, before: &str, after: &str| json!({ "event": "role", "user": user, "before": before, "after": after });
    play.is_refused(Cohost, &format!("role {guest} cohost"), Code::Forbidden)?;
    play.is_refused(Host, &format!("role {guest} emperor"), Code::RoomRoleUndefined)?;
    play.does(Host, &format!("role {guest} cohost"))?;
    play.see(&EVERYBODY, role(&guest, "member", "cohost"))?;
    play.does(Host, &format!("role {guest} member"))?;
    play.see(&EVERYBODY, role(&guest, "cohost", "member"))?;
    play.does(Host, &format!("hand-over {cohost}"))?;
    for part in EVERYBODY {
        // Both changes are one event of the room, in no given order.
        let changes = [role(&host, "host", "member"), role(&cohost, "cohost", "host")];
        let first = play.sees(part, &json!({ "event": "role" }))?;
        let other = &changes[usize::from(first["user"] == host)];
        ensure!(changes.contains(&first), "{part:?} ({}): {first}", play.sdk(part));
        play.sees(part, other)?;
    }
    play.is_refused(Host, "lock", Code::Forbidden)?;
    play.does(Cohost, &format!("role {host} cohost"))?;
    play.see(&EVERYBODY, role(&host, "member", "cohost"))?;
    play.does(Cohost, &format!("rename {guest} Gus of the north"))?;
    play.see(&EVERYBODY, json!({ "event": "name", "user": guest, "name": "Gus of the north" }))?;
    play.all_agree(&EVERYBODY).map(drop)
}

/// Properties of the room and of a member.
fn properties(play: &mut Play<'_>) -> Result<()> {
    play.is_refused(Member, "set topic mine", Code::Forbidden)?;
    for (part, topic) in [(Cohost, "plans"), (Host, "plans {\"v\":2} ü")] {
        play.does(part, &format!("set topic {topic}"))?;
        play.see(&EVERYBODY, json!({ "event": "set", "properties": { "topic": topic } }))?;
    }
    play.does(Cohost, "set agenda 1, 2, 3")?;
    play.see(&EVERYBODY, json!({ "event": "set", "properties": { "agenda": "1, 2, 3" } }))?;
    play.does(Cohost, "unset agenda")?;
    play.see(&EVERYBODY, json!({ "event": "unset", "properties": { "agenda": "1, 2, 3" } }))?;

    let (member, guest) = (play.uuid(Member), play.uuid(Guest));
    play.is_refused(Guest, &format!("set-of {member} hand up"), Code::Forbidden)?;
    for (part, user) in [(MemberToo, &member), (Guest, &guest), (Host, &guest)] {
        let value = format!("raised by {part:?}");
        play.does(part, &format!("set-of {user} hand {value}"))?;
        let set = json!({ "event": "member-set", "user": user, "properties": { "hand": value } });
        play.see(&EVERYBODY, set)?;
    }
    play.does(Member, &format!("unset-of {member} hand"))?;
    let unset = json!({ "hand": "raised by MemberToo" });
    play.see(&EVERYBODY, json!({ "event": "member-unset", "user": member, "properties": unset }))?;
    let mirror = play.all_agree(&EVERYBODY)?;
    ensure!(mirror["properties"] == json!({ "topic": "plans {\"v\":2} ü" }), "the properties: {mirror}");
    Ok(())
}

/// Custom commands to all, to a role, to a person.
fn commands(play: &mut Play<'_>) -> Result<()> {
    let room = play.room.clone();
    let command = |from: String, number: i32, data: &str| json!({ "event": "command", "from": from, "room": room, "number": number, "data": data });
    for (sender, number) in [(Host, 10_000), (Cohost, 10_001), (Guest, 19_999)] {
        play.does(sender, &format!("command {number} wave 👋"))?;
        play.see(&others(sender), command(play.uuid(sender), number, "wave 👋"))?;
    }
    play.does(Guest, "command-to-role host 10002 for the host")?;
    play.see(&[Cohost], command(play.uuid(Guest), 10_002, "for the host"))?;
    play.does(Host, &format!("command-to {} 10003 for Mia", play.uuid(Member)))?;
    play.see(&[Member, MemberToo], command(play.uuid(Host), 10_003, "for Mia"))?;
    play.is_refused(Member, "command 9999 not an app's number", Code::InvalidParameter)?;
    play.all_agree(&EVERYBODY).map(drop)
}

/// A ban from the chat, and a kick for good.
fn moderation(play: &mut Play<'_>) -> Result<()> {
    let guest = play.uuid(Guest);
    let ban = |banned: bool, seconds: i64, by: String| json!({ "event": "chat-ban", "user": guest, "banned": banned, "seconds": seconds, "by": by });
    play.is_refused(Member, &format!("ban {guest} 60"), Code::Forbidden)?;
    play.does(Cohost, &format!("ban {guest} 60"))?;
    play.see(&EVERYBODY, ban(true, 60, play.uuid(Cohost)))?;
    play.is_refused(Guest, "say hm", Code::ChatMuted)?;
    play.all_agree(&EVERYBODY)?;
    play.does(Host, &format!("unban {guest}"))?;
    play.see(&EVERYBODY, ban(false, 0, play.uuid(Host)))?;
    say(play, Guest, "I may again")?;
    play.all_agree(&EVERYBODY)?;

    play.is_refused(Member, &format!("kick {guest}"), Code::Forbidden)?;
    play.does(Cohost, &format!("kick-for-good {guest}"))?;
    play.room_ends(&[Guest], EndReason::KickOut)?;
    let stay = [Host, Cohost, Member, MemberToo];
    play.see(&stay, json!({ "event": "left", "user": guest }))?;
    play.see(&stay, json!({ "event": "notice", "type": 302, "about": guest }))?;
    play.is_refused(Guest, &join(play, PASSWORD, Guest, "member"), Code::RoomBlacklisted)?;
    play.all_agree(&stay).map(drop)
}

/// One of two devices leaves and comes back; then the other takes the room over.
fn devices(play: &mut Play<'_>) -> Result<()> {
    let member = play.uuid(Member);
    let count = |count: i32| json!({ "event": "devices", "user": member, "count": count });
    let three = [Host, Cohost, Member];
    play.does(MemberToo, "leave")?;
    play.room_ends(&[MemberToo], EndReason::LeaveBySelf)?;
    play.see(&three, count(1))?;
    play.all_agree(&three)?;
    play.does(MemberToo, &join(play, PASSWORD, MemberToo, "member"))?;
    play.see(&three, count(2))?;
    // The device that is in the chat leaves; the member is not in it any more.
    play.does(Member, "leave")?;
    play.room_ends(&[Member], EndReason::LeaveBySelf)?;
    let three = [Host, Cohost, MemberToo];
    play.see(&three, count(1))?;
    let gone = json!({ "event": "chat-presence", "user": member, "present": false });
    play.see(&three, gone)?;
    play.see(&[Host, Cohost], json!({ "event": "notice", "type": 302, "about": member }))?;
    play.all_agree(&three)?;
    let alone = join(play, PASSWORD, Member, "member").replacen("join", "join-alone", 1);
    play.does(Member, &alone)?;
    play.room_ends(&[MemberToo], EndReason::KickByOtherDevice)?;
    let two = [Host, Cohost];
    play.see(&two, count(2))?;
    play.see(&two, count(1))?;
    play.all_agree(&[Host, Cohost, Member]).map(drop)
}

fn end(play: &mut Play<'_>) -> Result<()> {
    let mirror = play.all_agree(&[Host, Cohost, Member])?;
    play.is_refused(Host, "end", Code::Forbidden)?;
    play.does(Cohost, "end")?;
    play.room_ends(&[Host, Cohost, Member], EndReason::CloseByMember)?;
    play.is_refused(Host, &join(play, PASSWORD, Host, "host"), Code::RoomNotFound)?;
    let archive = format!("archive {}", mirror["archive"].as_str().unwrap_or_default());
    play.same(&[Member, MemberToo], &archive, "messages")?;
    let count = |play: &mut Play<'_>, part| {
        play.does(part, &archive).map(|answer| answer["messages"].as_array().map_or(0, Vec::len))
    };
    // Two messages were between two people, and of the chat's beginning nothing is hidden from the host.
    let (host, guest) = (count(play, Host)?, count(play, Guest)?);
    ensure!(host > 10 && guest > 10, "the archive has {host} messages for the host, {guest} for the guest");
    play.nothing_else()
}

fn log_out(play: &mut Play<'_>) -> Result<()> {
    for part in EVERYBODY {
        let person = play.who(part);
        let log_in = format!("log-in {} {}", person.user_uuid, person.token);
        play.does(part, "log-out")?;
        if part.reuses_im() {
            play.does(part, "im-log-out")?;
            play.is_refused(part, &log_in, Code::ReuseImNotLoggedIn)?;
        }
    }
    play.nothing_else()
}
