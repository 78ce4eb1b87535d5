//! What is allowed and what is wanted.

use crate::bot::{PACE, PATIENCE, World, pass};
use crate::frames::{hears, sees};
use parlor_sdk::{CallEvent, CallOptions, Code, MediaLayer, Room, RoomBanKind, RoomStream, SendError};
use std::time::Duration;

/// Long enough for what is on its way to arrive.
const SILENCE: Duration = Duration::from_millis(500);

/// Speaks on, and nobody hears it.
macro_rules! not_heard {
    ($speaker:expr, $listener:expr) => {{
        let whom = $speaker.rtc_uid();
        let held = |event: &CallEvent| match event {
            CallEvent::Slots(slots) => slots.iter().any(|slot| slot.rtc_uid == whom),
            _ => true,
        };
        $listener.until("out of the slots", |event| !held(event)).await;
        $listener.listen(SILENCE).await;
        let before = $listener.got(whom, RoomStream::Audio).len();
        for _ in 0..30 {
            let _ = $speaker.speak();
            pass(&mut [&mut $speaker, &mut $listener], PACE).await;
        }
        $listener.listen(SILENCE).await;
        assert_eq!($listener.got(whom, RoomStream::Audio).len(), before);
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_muted_or_banned_is_not_heard() {
    let world = World::new(&[]).await;
    let mut host = world.bot("host", CallOptions::default()).await;
    let mut speaker = world.bot("speaker", CallOptions::default()).await;
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    hears(&mut speaker, &mut host, 20).await;

    speaker.call.unpublish(RoomStream::Audio).await.unwrap();
    not_heard!(speaker, host);
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    hears(&mut speaker, &mut host, 20).await;

    let whom = speaker.room.user_uuid().to_owned();
    host.room.ban(whom.clone(), RoomBanKind::Audio, 0, "").await.unwrap();
    not_heard!(speaker, host);
    assert!(speaker.call.publish(RoomStream::Audio).await.is_err(), "it is forbidden");
    host.room.unban(whom, RoomBanKind::Audio, "").await.unwrap();
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    hears(&mut speaker, &mut host, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_picture_comes_that_nobody_wants() {
    let world = World::new(&[]).await;
    let mut sender = world.bot("host", CallOptions::default()).await;
    let mut viewer = world.bot("viewer", CallOptions::default()).await;
    sender.call.publish(RoomStream::Video).await.unwrap();
    for number in 0..30 {
        let _ = sender.show(number == 0, 100);
        pass(&mut [&mut sender, &mut viewer], PACE).await;
    }
    viewer.listen(SILENCE).await;
    assert!(viewer.got(sender.rtc_uid(), RoomStream::Video).is_empty());
    viewer.want(&sender);
    sees(&mut sender, &mut viewer, 20).await;
    let wanted = sender.key_frames_wanted();
    viewer.call.ask_key_frame(sender.rtc_uid(), RoomStream::Video);
    sees(&mut sender, &mut viewer, 20).await;
    assert!(sender.key_frames_wanted() > wanted, "a viewer asked for a key frame");
    viewer.call.demand(Vec::new());
    viewer
        .until(
            "out of the slots",
            |event| matches!(event, CallEvent::Slots(slots) if slots.iter().all(|slot| slot.rtc_uid == 0)),
        )
        .await;
    let layers = |event: &CallEvent| match event {
        CallEvent::Needed { stream: RoomStream::Video, layers } => Some(layers.clone()),
        _ => None,
    };
    sender.until("told that nobody needs it", |event| layers(event) == Some(Vec::<MediaLayer>::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_is_out_and_may_come_again() {
    let world = World::new(&[]).await;
    let mut speaker = world.bot("host", CallOptions::default()).await;
    let mut listener = world.bot("listener", CallOptions::default()).await;
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    hears(&mut speaker, &mut listener, 10).await;
    let twice = speaker.room.call(CallOptions::default()).await;
    assert_eq!(twice.err().map(|error| error.code), Some(Code::DuplicateCall));
    let clone = speaker.call.clone();
    speaker.call.leave().await;
    speaker.until("at its end", |event| *event == CallEvent::Ended { code: Code::Ok }).await;
    assert_eq!(speaker.events.next().await, None);
    assert_eq!(speaker.speak(), Err(SendError::Ended));
    drop(clone);
    let is_out = |room: &Room| {
        room.local_member().is_some_and(|member| member.endpoints.iter().all(|endpoint| !endpoint.in_rtc))
    };
    let mut events = speaker.room.events();
    while !is_out(&speaker.room) {
        tokio::time::timeout(PATIENCE, events.next()).await.unwrap();
    }

    speaker.call = speaker.room.call(CallOptions::default()).await.unwrap();
    speaker.events = speaker.call.events();
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    hears(&mut speaker, &mut listener, 10).await;
    let room = speaker.room.clone();
    room.end().await.unwrap();
    speaker.until("over with the room", |event| matches!(event, CallEvent::Ended { .. })).await;
    listener.until("over with the room", |event| matches!(event, CallEvent::Ended { .. })).await;
}
