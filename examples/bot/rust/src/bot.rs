//! One program in a call.

use crate::ivf::Ivf;
use crate::ogg::OggOpus;
use anyhow::{Context, Result, bail};
use parlor_example_reuse_im::api::{Api, now_ms};
use parlor_sdk::{
    AudioFrame, Call, CallEvent, CallOptions, Client, Config, CreateRoom, JoinRoom, MediaWanted, ReuseIm,
    Room, RoomStream, VideoCodec, VideoFrame,
};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(30);
/// One frame of sound.
const FRAME: Duration = Duration::from_millis(20);
const FRAME_TICKS: u64 = 960;
/// 20 ms of silence in Opus.
const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];
/// One grey point in VP8, a key frame.
const PICTURE: [u8; 22] = [
    0x30, 0x01, 0x00, 0x9d, 0x01, 0x2a, 0x01, 0x00, 0x01, 0x00, 0x0e, 0xc0, 0xfe, 0x25, 0xa4, 0x00, 0x03,
    0x70, 0x00, 0x00, 0x00, 0x00,
];
/// A picture comes with every so many frames of sound: ten a second.
const SOUND_PER_PICTURE: u64 = 5;

pub(crate) struct Bot {
    name: &'static str,
    /// Keeps the link.
    _client: Client,
    room: Room,
    call: Call,
}

/// What a bot brought home.
pub(crate) struct Recorded {
    pub(crate) name: &'static str,
    pub(crate) sound: u64,
    pub(crate) pictures: u64,
    pub(crate) files: [PathBuf; 2],
}

impl Bot {
    /// Makes the accounts, logs IM in, the room account on it, and joins the room and its call.
    pub(crate) async fn enter(api: &Api, name: &'static str, room: &str) -> Result<Self> {
        let accid = format!("bot{name}{:x}", now_ms() & 0xff_ffff_ffff);
        api.create_im_account(&accid, "im-token-of-a-bot").await?;
        let token = api.create_room_account(&accid, &accid, "im-token-of-a-bot").await?;
        let client = Client::new(Config::new(&api.server, &api.app_key).device_id(&accid))?;
        client.im().login(&accid, "im-token-of-a-bot").await?;
        let kit = client.roomkit(ReuseIm::On);
        kit.login(&accid, &token).await?;
        let role =
            if kit.rooms().create(CreateRoom::new(room, 40)).await.is_ok() { "host" } else { "member" };
        let room = kit.rooms().join(JoinRoom::new(room, name).role(role)).await?;
        let call = room.call(CallOptions::default()).await?;
        call.publish(RoomStream::Audio).await?;
        call.publish(RoomStream::Video).await?;
        Ok(Self { name, _client: client, room, call })
    }

    /// Publishes, and records until it has so many frames of sound and a picture.
    pub(crate) async fn run(self, out: &Path, frames: u64) -> Result<Recorded> {
        let publishing = tokio::spawn(publish(self.call.clone()));
        let recorded = tokio::time::timeout(PATIENCE, self.record(out, frames)).await;
        // The other may still want something to record.
        tokio::time::sleep(10 * FRAME).await;
        publishing.abort();
        self.call.leave().await;
        recorded.with_context(|| format!("{} records nothing: {:?}", self.name, self.call.stats()))?
    }

    async fn record(&self, out: &Path, frames: u64) -> Result<Recorded> {
        let files = ["ogg", "ivf"].map(|kind| out.join(format!("{}.{kind}", self.name)));
        let mut ogg = OggOpus::new(BufWriter::new(File::create(&files[0])?))?;
        let mut ivf = Ivf::new(BufWriter::new(File::create(&files[1])?), 1, 1)?;
        let (mut sound, mut pictures) = (0, 0);
        let mut first_picture = None;
        let mut events = self.call.events();
        self.watch();
        while sound < frames || pictures == 0 {
            match events.next().await {
                Some(CallEvent::Audio { frame, .. }) => {
                    ogg.packet(&frame.payload, FRAME_TICKS)?;
                    sound += 1;
                    // Who came after this bot is watched too.
                    if sound % 50 == 1 {
                        self.watch();
                    }
                }
                Some(CallEvent::Video { frame, .. }) => {
                    let first = *first_picture.get_or_insert(frame.rtp_time);
                    ivf.frame(&frame.payload, frame.rtp_time.saturating_sub(first))?;
                    pictures += 1;
                }
                Some(CallEvent::Ended { code }) => bail!("{}: the call is over: {code:?}", self.name),
                Some(_) => {}
                None => bail!("{}: the call is over", self.name),
            }
        }
        ogg.finish()?;
        ivf.finish()?;
        Ok(Recorded { name: self.name, sound, pictures, files })
    }

    /// Wants to see everybody else.
    fn watch(&self) {
        let devices = self.room.remote_members().into_iter().flat_map(|member| member.endpoints);
        let wanted = devices.map(|device| MediaWanted {
            rtc_uid: device.rtc_uid,
            stream: RoomStream::Video.into(),
            ..MediaWanted::default()
        });
        self.call.demand(wanted.collect());
    }
}

/// Silence, and a grey point: every picture is a key frame, so nobody has to ask for one.
async fn publish(call: Call) {
    let mut pace = tokio::time::interval(FRAME);
    for number in 0.. {
        pace.tick().await;
        // While the way is lost there is nobody to send to.
        let _ =
            call.send_audio(AudioFrame::new(SILENCE.as_slice()).rtp_time(number * FRAME_TICKS).level(-40));
        if number % SOUND_PER_PICTURE == 0 {
            let frame = VideoFrame::new(VideoCodec::Vp8, PICTURE.as_slice(), true);
            let _ = call.send_video(RoomStream::Video, frame.rtp_time(number * 1800));
        }
    }
}
