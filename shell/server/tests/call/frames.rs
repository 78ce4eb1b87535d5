//! Frames that are sent and received.

use crate::bot::{Bot, PACE, PATIENCE, World, is_dense, pass};
use parlor_sdk::{CallEvent, CallOptions, MediaLayer, RoomStream, VideoCodec};
use tokio::time::Instant;

/// The sizes of pictures: of one packet and of many.
const SIZES: [usize; 3] = [100, 1200, 9000];

/// Speaks until so many frames were heard.
pub(crate) async fn hears(speaker: &mut Bot, listener: &mut Bot, count: usize) {
    let (whom, begun) = (speaker.rtc_uid(), Instant::now());
    let before = listener.got(whom, RoomStream::Audio).len();
    while listener.got(whom, RoomStream::Audio).len() < before + count {
        assert!(
            begun.elapsed() < PATIENCE,
            "not heard: {:?} {:?}",
            speaker.call.stats(),
            listener.call.stats()
        );
        // Without a way there is nothing to send on.
        let _ = speaker.speak();
        pass(&mut [speaker, listener], PACE).await;
    }
}

/// Shows pictures until so many were seen, with a key frame whenever one is wanted.
pub(crate) async fn sees(sender: &mut Bot, viewer: &mut Bot, count: usize) {
    let (whom, begun) = (sender.rtc_uid(), Instant::now());
    let before = viewer.got(whom, RoomStream::Video).len();
    let mut answered = sender.key_frames_wanted();
    while viewer.got(whom, RoomStream::Video).len() < before + count {
        assert!(begun.elapsed() < PATIENCE, "not seen: {:?} {:?}", sender.call.stats(), viewer.call.stats());
        let wanted = sender.key_frames_wanted();
        let size = SIZES[usize::try_from(sender.sent).expect("few") % SIZES.len()];
        let _ = sender.show(wanted > answered, size);
        answered = wanted;
        pass(&mut [sender, viewer], PACE).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_frame_arrives_as_it_was_sent() {
    let world = World::new(&[]).await;
    let mut speaker = world.bot("host", CallOptions::default()).await;
    let mut listener = world.bot("listener", CallOptions::default()).await;
    speaker.call.publish(RoomStream::Audio).await.unwrap();
    hears(&mut speaker, &mut listener, 100).await;
    let sound = listener.got(speaker.rtc_uid(), RoomStream::Audio);
    assert!(is_dense(&sound), "{sound:?}");

    speaker.call.publish(RoomStream::Video).await.unwrap();
    listener.want(&speaker);
    sees(&mut speaker, &mut listener, 100).await;
    let pictures = listener.got(speaker.rtc_uid(), RoomStream::Video);
    assert!(is_dense(&pictures), "{pictures:?}");
    let first = listener.told.iter().find_map(|event| match event {
        CallEvent::Video { frame, layer, .. } => Some((frame.is_key, frame.codec, *layer)),
        _ => None,
    });
    assert_eq!(first, Some((true, VideoCodec::Vp8, MediaLayer::High)), "it begins with a key frame");
    let stats = speaker.call.stats();
    assert_eq!((stats.frames_refused, stats.frames_crowded_out, stats.packets_dropped), (0, 0, 0));
    assert_eq!(listener.call.stats().frames_unknown, 0);
    assert!(!speaker.way().await.is_tcp);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_speak_and_nobody_hears_themselves() {
    let world = World::new(&[]).await;
    let mut one = world.bot("host", CallOptions::default()).await;
    let mut other = world.bot("other", CallOptions::default()).await;
    for bot in [&one, &other] {
        bot.call.publish(RoomStream::Audio).await.unwrap();
    }
    hears(&mut one, &mut other, 20).await;
    hears(&mut other, &mut one, 20).await;
    assert!(one.got(one.rtc_uid(), RoomStream::Audio).is_empty());
    one.until("told who speaks", |event| matches!(event, CallEvent::Levels(_))).await;
    one.until("told how well it is connected", |event| matches!(event, CallEvent::Quality(_))).await;
}
