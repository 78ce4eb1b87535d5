//! Members, their devices, and what they may do to each other.

use crate::world::World;
use parlor_protocol::ids::SessionId;
use parlor_protocol::{Cause, Code, v1};
use v1::room_act::Act;

#[tokio::test(start_paused = true)]
async fn each_device_of_a_member_has_its_own_number_and_leaves_alone() {
    let mut world = World::new().await;
    world.person("ann").await;
    let mut phone = world.device("ann", "phone").await;
    let mut tablet = world.device("ann", "tablet").await;
    let room = world.meeting(&mut phone, "weekly").await;
    phone.join("weekly", "host").await.unwrap();
    tablet.join("weekly", "host").await.unwrap();
    phone.listen().await;
    assert_ne!(phone.rtc_uid(room), tablet.rtc_uid(room));
    assert_eq!(phone.mirror(room).member("ann").unwrap().endpoints.len(), 2);
    tablet.act(room, Act::Leave(v1::ActLeave { all_devices: false })).await.unwrap();
    phone.listen().await;
    assert_eq!(phone.mirror(room).member("ann").unwrap().endpoints.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn joining_can_put_the_own_other_device_out() {
    let mut world = World::new().await;
    world.person("ann").await;
    let mut phone = world.device("ann", "phone").await;
    let mut tablet = world.device("ann", "tablet").await;
    let room = world.meeting(&mut phone, "weekly").await;
    phone.join("weekly", "host").await.unwrap();
    let join =
        v1::RoomJoin { room_uuid: "weekly".into(), kick_other_device: true, ..v1::RoomJoin::default() };
    tablet.join_with(join).await.unwrap();
    phone.listen().await;
    assert_eq!(phone.gone(room), Some("KICK_BY_OTHER_DEVICE"));
    assert_eq!(phone.pull(room).await, Err("KICK_BY_OTHER_DEVICE".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_kicked_member_is_told_why_and_a_blacklisted_one_does_not_come_back() {
    let mut world = World::new().await;
    let mut ann = world.newcomer("ann").await;
    let mut bob = world.newcomer("bob").await;
    let mut cy = world.newcomer("cy").await;
    let room = world.meeting(&mut ann, "weekly").await;
    ann.join("weekly", "host").await.unwrap();
    bob.join("weekly", "member").await.unwrap();
    cy.join("weekly", "member").await.unwrap();
    let kick = |who: &str, to_blacklist| Act::Kick(v1::ActKick { user_uuid: who.into(), to_blacklist });
    assert_eq!(bob.act(room, kick("cy", false)).await, Err(Code::Forbidden));
    ann.act(room, kick("bob", false)).await.unwrap();
    ann.act(room, kick("cy", true)).await.unwrap();
    for device in [&mut bob, &mut cy] {
        device.listen().await;
        assert_eq!(device.gone(room), Some("KICK_OUT"));
    }
    assert_eq!(bob.join("weekly", "member").await, Ok(room));
    assert_eq!(cy.join("weekly", "member").await, Err(Code::RoomBlacklisted));
    assert_eq!(ann.act(room, kick("nobody", false)).await, Err(Code::TargetMemberNotFound));
}

#[tokio::test(start_paused = true)]
async fn whoever_logs_out_of_the_room_account_or_of_im_leaves_the_room() {
    let mut world = World::new().await;
    let mut ann = world.newcomer("ann").await;
    let mut bob = world.newcomer("bob").await;
    let mut cy = world.newcomer("cy").await;
    let room = world.meeting(&mut ann, "weekly").await;
    for device in [&mut ann, &mut bob, &mut cy] {
        device.join("weekly", "").await.unwrap();
    }
    bob.ask(v1::request::Body::RoomLogout(v1::RoomLogout {})).await.unwrap();
    cy.ask(v1::request::Body::Logout(v1::Logout {})).await.unwrap();
    ann.listen().await;
    assert_eq!(ann.mirror(room).members().count(), 1);
    assert_eq!(bob.join("weekly", "").await, Err(Code::RoomNotLoggedIn));
}

#[tokio::test(start_paused = true)]
async fn a_late_word_of_an_earlier_end_takes_nobody_out() {
    let (world, mut ann, mut bob, room) = World::two_in_a_meeting().await;
    bob.ask(v1::request::Body::RoomLogout(v1::RoomLogout {})).await.unwrap();
    let login = v1::RoomLogin { auth_type: v1::RoomAuthType::Im.into(), ..v1::RoomLogin::default() };
    bob.ask(v1::request::Body::RoomLogin(login)).await.unwrap();
    bob.join("weekly", "member").await.unwrap();
    let session_id = SessionId(bob.session.session_id);
    parlor_server::room::session_over(&world.node, session_id, Cause::RoomLogout.name()).await;
    let ext = v1::ActChangeExt { ext: "here".into() };
    bob.act(room, Act::ChangeExt(ext)).await.unwrap();
    ann.listen().await;
    assert_eq!(ann.mirror(room).member("bob").map(|bob| bob.ext.as_str()), Some("here"));
}

#[tokio::test(start_paused = true)]
async fn a_command_for_some_is_a_place_without_content_for_the_others() {
    let mut world = World::new().await;
    let mut ann = world.newcomer("ann").await;
    let mut bob = world.newcomer("bob").await;
    let mut cy = world.newcomer("cy").await;
    let room = world.meeting(&mut ann, "weekly").await;
    for device in [&mut ann, &mut bob, &mut cy] {
        device.join("weekly", "").await.unwrap();
    }
    let command = v1::ActCommand {
        command_id: 10_001,
        data: "wave".into(),
        user_uuids: vec!["bob".into()],
        roles: Vec::new(),
    };
    ann.act(room, Act::Command(command)).await.unwrap();
    let commands = |pushes: &std::collections::VecDeque<v1::push::Body>| {
        let events = pushes.iter().filter_map(|push| match push {
            v1::push::Body::RoomEvents(events) => Some(events.events.clone()),
            _ => None,
        });
        events.flatten().filter(|e| matches!(e.body, Some(v1::room_event::Body::Command(_)))).count()
    };
    bob.listen().await;
    cy.listen().await;
    assert_eq!((commands(&bob.pushes), commands(&cy.pushes)), (1, 0));
    assert_eq!(bob.mirror(room).at(), cy.mirror(room).at());
}
