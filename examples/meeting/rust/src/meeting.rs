//! The meeting itself, step by step.

use crate::person::{Person, Seen, number, soon};
use anyhow::Result;
use parlor_example_reuse_im::api::{Api, now_ms};
use parlor_example_reuse_im::report::Report;
use parlor_sdk::{
    ChatBody, ChatContent, ChatDraft, ChatMembersKind, CreateRoom, EndReason, HistoryQuery, JoinRoom,
    LeaveKind, Progress, RoomBanKind, RoomEvent, RoomKit, To,
};

/// NIMClientType of a Windows computer, an iPhone and a browser.
const PC: i32 = 4;
const PHONE: i32 = 2;
const WEB: i32 = 16;
/// Online meeting, one of the four templates that every app has.
const MEETING: i64 = 40;

struct Scene {
    room_uuid: String,
    ann: (Person, RoomKit, Seen),
    bob: (Person, RoomKit, Seen),
    cy: (Person, RoomKit, Seen),
    cy_phone: Seen,
}

/// Plays it.
pub(crate) async fn run(api: &Api, report: &mut Report) -> Result<()> {
    let mut scene = come_together(api, report).await?;
    roles(&mut scene, report).await?;
    chat(&mut scene, report).await?;
    commands(&scene, report).await?;
    moderation(&mut scene, report).await?;
    end(scene, report).await
}

async fn come_together(api: &Api, report: &mut Report) -> Result<Scene> {
    let people =
        [Person::new(api, "ann").await?, Person::new(api, "bob").await?, Person::new(api, "cy").await?];
    let [ann, bob, cy] = people;
    let room_uuid = format!("meeting-{:x}", now_ms());
    let ann_kit = ann.on(api, "pc", PC).await?;
    let bob_kit = bob.on(api, "web", WEB).await?;
    let cy_kit = cy.on(api, "pc", PC).await?;
    let create = CreateRoom::new(&room_uuid, MEETING).name("weekly").password("s3cret").chatroom(true);
    report.expect("create", 0, number(&ann_kit.rooms().create(create.clone()).await));
    report.expect("create again", 409, number_room(&ann_kit.rooms().create(create).await));
    let join = |name: &str, role: &str| JoinRoom::new(&room_uuid, name).role(role).password("s3cret");
    report.expect(
        "join without the password",
        1020,
        number(&bob_kit.rooms().join(JoinRoom::new(&room_uuid, "Bob")).await),
    );
    let mut ann_room = Seen::new(ann_kit.rooms().join(join("Ann", "host")).await?);
    report.expect("a second host", 1002, number(&bob_kit.rooms().join(join("Bob", "host")).await));
    let bob_room = Seen::new(bob_kit.rooms().join(join("Bob", "cohost")).await?);
    let cy_room = Seen::new(cy_kit.rooms().join(join("Cy", "member")).await?);
    let phone = cy.on(api, "phone", PHONE).await?;
    let cy_phone = Seen::new(phone.rooms().join(join("Cy", "member")).await?);
    let device = ann_room
        .until("the second device", |event| match event {
            RoomEvent::DeviceJoined { user_uuid, .. } => Some(user_uuid),
            _ => None,
        })
        .await?;
    report.expect("whose second device", cy.user_uuid.clone(), device);
    let devices = ann_room.room.member(&cy.user_uuid).map_or(0, |member| member.endpoints.len());
    report.expect("devices of one member", 2, devices);
    report.expect("others in the room", 2, ann_room.room.remote_members().len());
    Ok(Scene {
        room_uuid,
        ann: (ann, ann_kit, ann_room),
        bob: (bob, bob_kit, bob_room),
        cy: (cy, cy_kit, cy_room),
        cy_phone,
    })
}

/// 409 is the room family's number; on the link the code has one of its own.
fn number_room<T>(outcome: &Result<T, parlor_sdk::Error>) -> i32 {
    outcome.as_ref().err().map_or(0, |error| error.code.room())
}

async fn roles(scene: &mut Scene, report: &mut Report) -> Result<()> {
    let (ann, _, ann_room) = &mut scene.ann;
    let (bob, _, bob_room) = &mut scene.bob;
    let (cy, _, cy_room) = &mut scene.cy;
    report.expect("a member locks", 403, number(&cy_room.room.lock().await));
    report.expect("the host locks", 0, number(&ann_room.room.lock().await));
    let locked = cy_room
        .until("the lock", |event| match event {
            RoomEvent::LockChanged(locked) => Some(locked),
            _ => None,
        })
        .await?;
    report.expect("everybody sees the lock", (true, true), (locked, cy_room.room.is_locked()));
    report.expect("unlock", 0, number(&ann_room.room.unlock().await));
    report.expect("hand over", 0, number(&ann_room.room.hand_over_my_role(&bob.user_uuid, false).await));
    cy_room.until("the hand-over", |event| matches!(event, RoomEvent::RolesChanged(_)).then_some(())).await?;
    let role = |of: &str| cy_room.room.member(of).map(|member| member.role).unwrap_or_default();
    report.expect("the new host", "host".to_owned(), role(&bob.user_uuid));
    report.expect("the old host", "member".to_owned(), role(&ann.user_uuid));
    let cohost = bob_room.room.change_member_role(&ann.user_uuid, "cohost").await;
    report.expect("the new host names a cohost", 0, number(&cohost));
    let unknown = bob_room.room.change_member_role(&cy.user_uuid, "emperor").await;
    report.expect("an unknown role", 1003, number(&unknown));
    report.expect("a property", 0, number(&bob_room.room.set_property("topic", "plans", None).await));
    cy_room
        .until("the property", |event| matches!(event, RoomEvent::PropertiesChanged(_)).then_some(()))
        .await?;
    report.expect("its value", Some("plans".into()), cy_room.room.properties().get("topic").cloned());
    Ok(())
}

async fn chat(scene: &mut Scene, report: &mut Report) -> Result<()> {
    let (ann, ann_kit, ann_room) = &scene.ann;
    let (_, _, bob_room) = &scene.bob;
    let (_, _, cy_room) = &scene.cy;
    for room in [&ann_room.room, &bob_room.room, &cy_room.room] {
        report.expect("join the chat", 0, number(&room.chat().join().await));
    }
    let mut heard = cy_room.room.chat().events();
    ann_room.room.chat().send_text("hello", To::Everyone).await?;
    let text = soon("a text", async {
        loop {
            match heard.next().await?.body {
                Some(ChatBody::Text(text)) => return Some(text.text),
                _ => continue,
            }
        }
    })
    .await?;
    report.expect("a text arrives", "hello".to_owned(), text);
    ann_room.room.chat().send_text("for bob", To::user(&scene.bob.0.user_uuid)).await?;
    let plans = b"our plans".as_slice();
    let file = ann_kit.files().upload("plans.txt", "text/plain", plans, Progress::none()).await?;
    ann_room.room.chat().send(ChatDraft::new(ChatContent::File(file), To::Everyone)).await?;
    let file = soon("a file", async {
        loop {
            match heard.next().await?.body {
                Some(ChatBody::File(file)) => return file.file,
                Some(ChatBody::Text(text)) => return Some(unexpected(&text.text)),
                _ => continue,
            }
        }
    })
    .await?;
    report.expect("the file's name", "plans.txt".to_owned(), file.name.clone());
    let content = scene.cy.1.files().download(&file.url, Progress::none()).await?;
    report.expect("the file's content", plans, content.as_ref());
    let members = cy_room.room.chat().members(ChatMembersKind::OnlineNormal, 10).await?;
    report.expect("who is in the chat", 3, members.len());
    let sent = ann_room.room.chat().send_text("oops", To::Everyone).await?;
    report.expect("recall", 0, number(&ann_room.room.chat().recall(&sent.message_uuid).await));
    let history = cy_room.room.chat().history(HistoryQuery::default()).await?;
    let shown = history.iter().filter(|message| matches!(message.body, Some(ChatBody::Text(_)))).count();
    report.expect("texts that Cy finds in the history", 1, shown);
    let from = history.iter().rev().find_map(|message| message.sender.as_ref()).map(|s| s.user_uuid.clone());
    report.expect("who wrote first", Some(ann.user_uuid.clone()), from);
    Ok(())
}

fn unexpected(text: &str) -> parlor_sdk::FileRef {
    parlor_sdk::FileRef { name: format!("a text for somebody else: {text}"), ..Default::default() }
}

async fn commands(scene: &Scene, report: &mut Report) -> Result<()> {
    let (_, ann_kit, _) = &scene.ann;
    let (_, bob_kit, _) = &scene.bob;
    let (cy, cy_kit, _) = &scene.cy;
    let mut heard = [bob_kit.messages().events(), cy_kit.messages().events()];
    let channel = ann_kit.messages();
    report.expect(
        "a command to the room",
        0,
        number(&channel.send_custom_to_room(&scene.room_uuid, 10_001, "wave").await),
    );
    for events in &mut heard {
        let command = soon("a command", events.next()).await?;
        report.expect("the command", (10_001, "wave".to_owned()), (command.command_id, command.data));
    }
    let roles = vec!["host".to_owned()];
    channel.send_custom_to_roles(&scene.room_uuid, 10_002, roles, "for the host").await?;
    channel.send_custom("", &cy.user_uuid, 10_003, "for Cy").await?;
    let [bob_events, cy_events] = &mut heard;
    report.expect("the host's command", 10_002, soon("a command", bob_events.next()).await?.command_id);
    report.expect("Cy's command", 10_003, soon("a command", cy_events.next()).await?.command_id);
    report.expect(
        "a command id of ours",
        414,
        number(&channel.send_custom_to_room(&scene.room_uuid, 1, "x").await),
    );
    Ok(())
}

async fn moderation(scene: &mut Scene, report: &mut Report) -> Result<()> {
    let (_, _, bob_room) = &mut scene.bob;
    let (cy, _, cy_room) = &mut scene.cy;
    report.expect("ban", 0, number(&bob_room.room.ban(&cy.user_uuid, RoomBanKind::Chat, 60, "").await));
    let silent = cy_room.room.chat().send_text("hm", To::Everyone).await;
    report.expect("a banned member writes", 13_004, number(&silent));
    report.expect("unban", 0, number(&bob_room.room.unban(&cy.user_uuid, RoomBanKind::Chat, "").await));
    report.expect("writes again", 0, number(&cy_room.room.chat().send_text("hm", To::Everyone).await));
    report.expect("the phone leaves", 0, number(&scene.cy_phone.room.leave(LeaveKind::OnlySelf).await));
    bob_room
        .until("the phone's leaving", |event| matches!(event, RoomEvent::DeviceLeft { .. }).then_some(()))
        .await?;
    report.expect("kick", 0, number(&bob_room.room.kick_member_out(&cy.user_uuid, true).await));
    let reason = cy_room
        .until("the own end", |event| match event {
            RoomEvent::Ended(reason) => Some(reason),
            _ => None,
        })
        .await?;
    report.expect("why Cy is out", EndReason::KickOut, reason);
    let back = scene.cy.1.rooms().join(JoinRoom::new(&scene.room_uuid, "Cy").password("s3cret")).await;
    report.expect("a blacklisted member comes back", 601_011, number(&back));
    Ok(())
}

async fn end(mut scene: Scene, report: &mut Report) -> Result<()> {
    report.expect("the host ends it", 0, number(&scene.bob.2.room.end().await));
    let reason = scene
        .ann
        .2
        .until("the end", |event| match event {
            RoomEvent::Ended(reason) => Some(reason),
            _ => None,
        })
        .await?;
    report.expect("why it ended", EndReason::CloseByMember, reason);
    report.expect(
        "joining an ended room",
        1004,
        number(&scene.ann.1.rooms().join(JoinRoom::new(&scene.room_uuid, "Ann")).await),
    );
    let after =
        scene.ann.1.rooms().chat_history(scene.ann.2.room.archive_id(), HistoryQuery::default()).await;
    report.expect("the history is still there", true, after.is_ok_and(|messages| !messages.is_empty()));
    Ok(())
}
