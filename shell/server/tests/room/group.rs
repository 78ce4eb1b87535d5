//! Orders that wait for a room at the same time.

use crate::world::World;
use parlor_protocol::{Code, v1};
use v1::room_act::Act;

fn lock(locked: bool) -> Act {
    Act::SetLock(v1::ActSetLock { locked })
}

fn rename(user_name: &str) -> Act {
    Act::ChangeName(v1::ActChangeName { user_uuid: String::new(), user_name: user_name.into() })
}

fn kick(user_uuid: &str) -> Act {
    Act::Kick(v1::ActKick { user_uuid: user_uuid.into(), to_blacklist: false })
}

#[tokio::test(start_paused = true)]
async fn each_of_several_at_once_has_its_own_outcome() {
    let (mut world, mut ann, mut bob, room) = World::two_in_a_meeting().await;
    let mut cy = world.newcomer("cy").await;
    cy.join("weekly", "member").await.unwrap();
    for turn in 0..8 {
        let name = format!("name {turn}");
        let outcomes = tokio::join!(
            ann.act(room, lock(turn % 2 == 0)),
            bob.act(room, lock(true)),
            cy.act(room, rename(&name))
        );
        assert_eq!(outcomes, (Ok(()), Err(Code::Forbidden), Ok(())));
        for device in [&mut ann, &mut bob, &mut cy] {
            device.listen().await;
            assert_eq!(device.mirror(room).head().locked, turn % 2 == 0);
            assert_eq!(device.mirror(room).member("cy").unwrap().user_name, name);
        }
    }
    assert_eq!(ann.mirror(room), bob.mirror(room));
    assert_eq!(ann.mirror(room), cy.mirror(room));
}

#[tokio::test(start_paused = true)]
async fn a_repeat_among_others_gets_its_first_answer_and_keeps_nobody_from_theirs() {
    let (mut world, mut ann, mut bob, room) = World::two_in_a_meeting().await;
    let mut cy = world.newcomer("cy").await;
    cy.join("weekly", "member").await.unwrap();
    let op = vec![9; 16];
    let first = ann.act_as(op.clone(), room, lock(true)).await.unwrap();
    ann.act(room, lock(false)).await.unwrap();
    let (bobs, repeat, cys) = tokio::join!(
        bob.act(room, rename("Bobby")),
        ann.act_as(op, room, lock(true)),
        cy.act(room, rename("Cyril"))
    );
    assert_eq!((bobs, repeat, cys), (Ok(()), Ok(first), Ok(())));
    for device in [&mut ann, &mut bob, &mut cy] {
        device.listen().await;
        assert!(!device.mirror(room).head().locked);
        assert_eq!(device.mirror(room).member("bob").unwrap().user_name, "Bobby");
        assert_eq!(device.mirror(room).member("cy").unwrap().user_name, "Cyril");
    }
}

#[tokio::test(start_paused = true)]
async fn those_behind_a_kick_and_an_end_find_the_room_as_it_is_then() {
    let (mut world, mut ann, mut bob, room) = World::two_in_a_meeting().await;
    let (kicked, bobs) = tokio::join!(ann.act(room, kick("bob")), bob.act(room, rename("Bobby")));
    assert_eq!((kicked, bobs), (Ok(()), Err(Code::RoomMemberNotFound)));
    let mut cy = world.newcomer("cy").await;
    let (came, named, again) = tokio::join!(
        cy.join("weekly", "member"),
        ann.act(room, rename("Anna")),
        bob.join("weekly", "member")
    );
    assert_eq!((came, named, again), (Ok(room), Ok(()), Ok(room)));
    for device in [&mut ann, &mut bob, &mut cy] {
        device.listen().await;
    }
    assert_eq!(ann.mirror(room), cy.mirror(room));
    assert_eq!(ann.mirror(room), bob.mirror(room));
    let (ended, late) = tokio::join!(ann.act(room, Act::End(v1::ActEnd {})), bob.act(room, rename("Bob")));
    assert_eq!((ended, late), (Ok(()), Err(Code::RoomNotFound)));
}
