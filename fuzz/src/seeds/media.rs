//! Requests about the call of the room.

use super::room::Requests;
use crate::room::{ARCHIVE_ID, MEDIA_ID};
use parlor_protocol::v1;
use parlor_protocol::v1::request::Body;
use v1::media_line::Use;

/// What a device sends sound on, and what it hears others in.
const LINES: [&str; 2] = ["sendonly", "recvonly"];

/// What a member asks for in the call.
pub(super) fn requests() -> Vec<Requests> {
    let (archive_id, media_id) = (ARCHIVE_ID, MEDIA_ID);
    let join = || Body::MediaJoin(v1::MediaJoin { archive_id, offer_sdp: offer_sdp(), lines: lines() });
    let offer = v1::MediaOffer { archive_id, media_id, offer_sdp: offer_sdp(), lines: lines() };
    let wanted = v1::MediaWanted {
        rtc_uid: 7,
        stream: v1::RoomStream::Video.into(),
        width: 640,
        height: 360,
        best: v1::MediaLayer::Medium.into(),
        priority: 1,
    };
    let demand = v1::MediaDemand { archive_id, media_id, wanted: vec![wanted] };
    let garbage = v1::MediaJoin { archive_id, offer_sdp: "v=0\r\n".into(), lines: lines() };
    vec![
        ("media-join".into(), vec![join(), join()]),
        ("media-join-garbage".into(), vec![Body::MediaJoin(garbage)]),
        ("media-offer".into(), vec![join(), Body::MediaOffer(offer)]),
        ("media-resume".into(), vec![join(), Body::MediaResume(v1::MediaResume { archive_id, media_id })]),
        ("media-demand".into(), vec![join(), Body::MediaDemand(demand)]),
        ("media-leave".into(), vec![join(), Body::MediaLeave(v1::MediaLeave { archive_id })]),
    ]
}

fn lines() -> Vec<v1::MediaLine> {
    let audio = v1::RoomStream::Audio.into();
    [Use::Sends(audio), Use::Slot(audio)]
        .into_iter()
        .enumerate()
        .map(|(mid, r#use)| v1::MediaLine { mid: mid.to_string(), r#use: Some(r#use) })
        .collect()
}

fn offer_sdp() -> String {
    let mut sdp =
        ["v=0", "o=- 1 1 IN IP4 0.0.0.0", "s=-", "t=0 0", "a=group:BUNDLE 0 1"].map(str::to_owned).to_vec();
    for (mid, direction) in LINES.into_iter().enumerate() {
        sdp.extend(
            [
                "m=audio 9 UDP/TLS/RTP/SAVPF 111",
                "c=IN IP4 0.0.0.0",
                "a=ice-ufrag:seed",
                "a=ice-pwd:seedseedseedseedseedseed",
                "a=setup:actpass",
                "a=rtcp-mux",
                "a=rtpmap:111 opus/48000/2",
                "a=fmtp:111 minptime=10;useinbandfec=1",
            ]
            .map(str::to_owned),
        );
        sdp.push(format!("a=fingerprint:sha-256 {}", ["5A"; 32].join(":")));
        sdp.push(format!("a=mid:{mid}"));
        sdp.push(format!("a={direction}"));
        if direction == "sendonly" {
            sdp.push("a=ssrc:7 cname:seed".to_owned());
        }
    }
    sdp.join("\r\n") + "\r\n"
}
