//! A server with one room, and programs in its call.

use crate::api::Api;
use crate::server::{App, Place, Server};
use parlor_sdk::{
    AudioFrame, Call, CallEvent, CallEvents, CallOptions, CallWay, Client, CreateRoom, JoinRoom, MediaWanted,
    ReuseIm, Room, RoomStream, SendError, VideoCodec, VideoFrame,
};
use serde_json::json;
use std::time::Duration;
use tokio::time::Instant;

/// How long a test waits for something before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);
/// Between two frames.
pub(crate) const PACE: Duration = Duration::from_millis(10);

pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) server: Option<Server>,
    app: App,
    api: Api,
}

/// Somebody in the call.
pub(crate) struct Bot {
    /// Keeps the link.
    _client: Client,
    pub(crate) room: Room,
    pub(crate) call: Call,
    pub(crate) events: CallEvents,
    /// All that it was told.
    pub(crate) told: Vec<CallEvent>,
    /// Frames sent so far.
    pub(crate) sent: u64,
}

impl World {
    pub(crate) async fn new(env: &[(&'static str, &str)]) -> Self {
        let place = Place::new(env);
        let server = place.start_ready().await;
        let app = place.first_app();
        let api = Api::new(place.base(), app.clone());
        Self { place, server: Some(server), app, api }
    }

    /// Somebody in the room `hall`, which the first makes.
    pub(crate) async fn person(&self, name: &str) -> (Client, Room) {
        let body = json!({"user_uuid": name, "user_token": "room"});
        let made = self.api.json("POST", "/neroom/v3/users", &body).await.unwrap();
        let client = self.place.client(&self.app, name);
        client.im().login(name, made["data"]["im_token"].as_str().unwrap()).await.unwrap();
        let kit = client.roomkit(ReuseIm::On);
        kit.login(name, "room").await.unwrap();
        // Whoever is second finds it there.
        let _ = kit.rooms().create(CreateRoom::new("hall", 40)).await;
        let role = if name == "host" { "host" } else { "member" };
        let room = kit.rooms().join(JoinRoom::new("hall", name).role(role)).await.unwrap();
        (client, room)
    }

    pub(crate) async fn bot(&self, name: &str, options: CallOptions) -> Bot {
        let (client, room) = self.person(name).await;
        let call = room.call(options).await.unwrap();
        let events = call.events();
        Bot { _client: client, room, call, events, told: Vec::new(), sent: 0 }
    }
}

impl Bot {
    pub(crate) fn rtc_uid(&self) -> i64 {
        self.room.rtc_uid()
    }

    /// Its next frame of sound, different from all others.
    pub(crate) fn speak(&mut self) -> Result<(), SendError> {
        let payload = [b"sound".as_slice(), &self.sent.to_be_bytes()].concat();
        let sent = self.call.send_audio(AudioFrame::new(payload).rtp_time(960 * self.sent).level(-20));
        self.sent += u64::from(sent.is_ok());
        sent
    }

    /// Its next picture: VP8 of so many bytes.
    pub(crate) fn show(&mut self, is_key: bool, bytes: usize) -> Result<(), SendError> {
        let payload = vp8(is_key, self.sent, bytes);
        let frame = VideoFrame::new(VideoCodec::Vp8, payload, is_key).rtp_time(3000 * self.sent);
        let sent = self.call.send_video(RoomStream::Video, frame);
        self.sent += u64::from(sent.is_ok());
        sent
    }

    pub(crate) fn want(&self, whom: &Bot) {
        let stream = RoomStream::Video.into();
        self.call.demand(vec![MediaWanted { rtc_uid: whom.rtc_uid(), stream, ..MediaWanted::default() }]);
    }

    /// Takes what it is told within `time`.
    pub(crate) async fn listen(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Ok(Some(event)) = tokio::time::timeout_at(until, self.events.next()).await {
            self.told.push(event);
        }
    }

    /// Waits for something to be told.
    pub(crate) async fn until(&mut self, what: &str, mut is_it: impl FnMut(&CallEvent) -> bool) -> CallEvent {
        let begun = Instant::now();
        loop {
            let event = tokio::time::timeout_at(begun + PATIENCE, self.events.next()).await;
            let Ok(event) = event else { panic!("not {what} in time: {:?}", self.call.stats()) };
            let event = event.unwrap_or_else(|| panic!("not {what}, and the call is over"));
            self.told.push(event.clone());
            if is_it(&event) {
                return event;
            }
        }
    }

    /// The numbers of the frames that it got of somebody's stream.
    pub(crate) fn got(&self, rtc_uid: i64, stream: RoomStream) -> Vec<u64> {
        self.told.iter().filter_map(|event| number(event, rtc_uid, stream)).collect()
    }

    /// Where its packets go: known with the first second's figures.
    pub(crate) async fn way(&mut self) -> CallWay {
        let begun = Instant::now();
        loop {
            if let Some(way) = self.call.stats().way {
                return way;
            }
            assert!(begun.elapsed() < PATIENCE, "no figures");
            self.listen(PACE).await;
        }
    }

    pub(crate) fn key_frames_wanted(&self) -> usize {
        self.told.iter().filter(|event| matches!(event, CallEvent::KeyFrameWanted { .. })).count()
    }
}

/// The number in a frame of ours, once its every byte was compared.
fn number(event: &CallEvent, whom: i64, which: RoomStream) -> Option<u64> {
    match event {
        CallEvent::Audio { rtc_uid, stream, frame } if (*rtc_uid, *stream) == (whom, which) => {
            let number = frame.payload.strip_prefix(b"sound").expect("sound of ours");
            assert_eq!(frame.level_dbov, Some(-20));
            Some(u64::from_be_bytes(number.try_into().expect("a number")))
        }
        CallEvent::Video { rtc_uid, stream, frame, .. } if (*rtc_uid, *stream) == (whom, which) => {
            let number = u64::from_be_bytes(frame.payload[10..18].try_into().expect("a number"));
            assert_eq!(frame.payload, vp8(frame.is_key, number, frame.payload.len()), "bit by bit");
            Some(number)
        }
        _ => None,
    }
}

/// A frame of VP8 (RFC 6386 section 9.1), 64 by 48, as far as anybody on the way looks into it.
fn vp8(is_key: bool, number: u64, bytes: usize) -> Vec<u8> {
    let mut payload = if is_key {
        vec![0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 64, 0, 48, 0]
    } else {
        vec![0x11, 0x02, 0x00, 0, 0, 0, 0, 0, 0, 0]
    };
    payload.extend(number.to_be_bytes());
    let filling = (0_u8..=255).cycle().map(|byte| byte ^ u8::try_from(number % 251).expect("small"));
    let missing = bytes.saturating_sub(payload.len());
    payload.extend(filling.take(missing));
    payload
}

/// Two at once: one sends while the other listens.
pub(crate) async fn pass(bots: &mut [&mut Bot], time: Duration) {
    let count = u32::try_from(bots.len()).expect("few");
    for bot in bots {
        bot.listen(time / count).await;
    }
}

/// Consecutive, from wherever it begins.
pub(crate) fn is_dense(numbers: &[u64]) -> bool {
    numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
}
