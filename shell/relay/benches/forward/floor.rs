//! The library alone: what writing and polling a packet costs when nothing else is done.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Input, Output, Rtc};

use crate::count::Counted;
use crate::device::certificate;
use crate::stage::{Sent, vp8};

const FRAMES: u32 = 300;

/// Nanoseconds for each packet: one line, no estimate, no receiver behind it.
pub(crate) fn video(receivers: usize, sent: Sent) -> f64 {
    let mut now = Instant::now();
    let mut senders = (0..receivers).map(|_| connected(&mut now)).collect::<Vec<_>>();
    let mut counted = Counted::default();
    let mut packets = 0;
    for frame in 1..=2 * FRAMES {
        if frame == FRAMES {
            (counted, packets) = (Counted::default(), 0);
        }
        now += Duration::from_micros(sent.every_us);
        let payloads =
            (0..sent.packets).map(|number| Arc::<[u8]>::from(vp8(frame, false, number == 0, sent.bytes)));
        let payloads = payloads.collect::<Vec<_>>();
        for (rtc, mid) in &mut senders {
            counted.add(|| send(rtc, *mid, frame, &payloads, now));
            packets += payloads.len();
        }
    }
    counted.ns as f64 / packets as f64
}

fn send(rtc: &mut Rtc, mid: Mid, frame: u32, payloads: &[Arc<[u8]>], now: Instant) {
    let pt = rtc.codec_config().find(|params| params.spec().codec == Codec::Vp8).expect("a codec").pt();
    let mut seq = u64::from(frame) * payloads.len() as u64;
    for payload in payloads {
        seq += 1;
        let packet = RtpWrite::new(pt, seq.into(), frame * 3000, now, Arc::clone(payload)).nackable(true);
        rtc.direct_api().stream_tx_by_mid(mid, None).expect("a stream").write_rtp(packet);
    }
    rtc.handle_input(Input::Timeout(now)).expect("time goes on");
    while let Output::Transmit(transmit) = rtc.poll_output().expect("an output") {
        std::hint::black_box(transmit.contents.len());
    }
}

/// Two ends in memory; the sending one.
fn connected(now: &mut Instant) -> (Rtc, Mid) {
    let addresses = [1, 2].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
    let mut ends = addresses.map(|address| {
        let mut rtc = Rtc::builder().set_rtp_mode(true).set_dtls_cert(certificate()).build(*now);
        rtc.add_local_candidate(Candidate::host(address, "udp").expect("a candidate"));
        rtc
    });
    let mut change = ends[0].sdp_api();
    let mid = change.add_media(MediaKind::Video, Direction::SendOnly, None, None, None);
    let (offer, pending) = change.apply().expect("an offer");
    let answer = ends[1].sdp_api().accept_offer(offer).expect("an answer");
    ends[0].sdp_api().accept_answer(pending, answer).expect("an answer that fits");
    while !ends.iter().all(Rtc::is_connected) {
        *now += Duration::from_millis(5);
        for from in 0..2 {
            ends[from].handle_input(Input::Timeout(*now)).expect("time goes on");
            loop {
                match ends[from].poll_output().expect("an output") {
                    Output::Timeout(_) => break,
                    Output::Transmit(transmit) => {
                        let (source, destination) = (transmit.source, transmit.destination);
                        let contents = &transmit.contents;
                        let received = Receive::new(Protocol::Udp, source, destination, contents);
                        let input = Input::Receive(*now, received.expect("a packet"));
                        ends[1 - from].handle_input(input).expect("taken");
                    }
                    Output::Event(_) => {}
                }
            }
        }
    }
    let [sender, _] = ends;
    (sender, mid)
}
