//! Layers in one RTP stream: VP9, and AV1 by its dependency descriptor.

mod rig;

use parlor_media::{Codec, Kind, Packet};
use rig::{Call, MS, SECOND, Sender, video, wanted};

/// The payload of a VP9 picture's packet in non-flexible mode, three spatial layers of which only key pictures lean on
/// lower ones (L3T2_KEY).
fn vp9(sender: &Sender, key: bool, spatial: u8, temporal: u8, bytes: usize) -> Vec<u8> {
    let predicted = if key { 0 } else { 0x40 };
    let structure = if key && spatial == 0 { 0x02 } else { 0 };
    let [high, low] = sender.picture.to_be_bytes();
    let leans = u8::from(key && spatial > 0);
    let layer = temporal << 5 | 0x10 | spatial << 1 | leans;
    let mut payload = vec![0xac | predicted | structure, 0x80 | high, low, layer, sender.base];
    if structure != 0 {
        payload.extend([0x50, 0x01, 0x40, 0x00, 0xb4, 0x02, 0x80, 0x01, 0x68, 0x05, 0x00, 0x02, 0xd0]);
    }
    payload.resize(bytes, 0x55);
    payload
}

fn film(call: &mut Call, sender: &mut Sender, us: u64) {
    for frame in 0..us / (33 * MS) {
        let asked = call.asked(sender.source, 0).last().is_some_and(|at_us| at_us + 33 * MS > call.now_us);
        let temporal = if asked { 0 } else { (frame % 2) as u8 };
        sender.timestamp += 3000;
        sender.picture = (sender.picture + 1) & 0x7fff;
        sender.base = sender.base.wrapping_add(u8::from(temporal == 0));
        for (spatial, bytes) in (0..3).zip([400, 1600, 6000]) {
            let payload = vp9(sender, asked, spatial, temporal, bytes);
            call.packet(sender, &payload, spatial == 2, None);
        }
        call.pass(33 * MS);
    }
}

fn spatial(payload: &[u8]) -> u8 {
    payload[3] >> 1 & 7
}

fn room(codec: Codec) -> (Call, Sender) {
    let mut call = Call::new();
    call.join(1, &[]);
    call.publish(video(1), codec, 1);
    call.join(2, &[(Kind::Video, 1)]);
    (call, Sender::new(video(1), 0, codec))
}

#[test]
fn the_highest_spatial_layer_of_use_is_sent_and_ends_its_pictures() {
    let (mut call, mut sender) = room(Codec::Vp9);
    for (width, height, most) in [(320, 180, 0), (1280, 720, 2), (640, 360, 1), (1280, 720, 2)] {
        call.demand(2, vec![wanted(video(1), width, height)]);
        film(&mut call, &mut sender, 2 * SECOND);
        let tail = &call.sent[call.sent.len() - 20..];
        assert!(tail.iter().all(|sent| spatial(&sent.payload) <= most), "{most}");
        assert!(tail.iter().all(|sent| sent.marker == (spatial(&sent.payload) == most)), "{most}");
        assert_eq!(call.slots(2)[0].layer.0, most);
        assert_eq!(call.slots(2)[0].layers, 3);
    }
    for pair in call.sent.windows(2) {
        assert_eq!(pair[1].seq, pair[0].seq + 1);
        if spatial(&pair[1].payload) > spatial(&pair[0].payload) {
            assert_eq!(pair[1].timestamp, pair[0].timestamp);
        } else {
            assert!(pair[1].timestamp > pair[0].timestamp && pair[0].marker);
        }
    }
}

#[test]
fn a_picture_grows_at_a_key_picture_and_shrinks_at_once() {
    let (mut call, mut sender) = room(Codec::Vp9);
    call.demand(2, vec![wanted(video(1), 1280, 720)]);
    film(&mut call, &mut sender, 2 * SECOND);
    assert_eq!(spatial(&call.sent.last().unwrap().payload), 2);
    let asked = call.asked(video(1), 0).len();
    call.demand(2, vec![wanted(video(1), 320, 180)]);
    call.sent.clear();
    film(&mut call, &mut sender, SECOND);
    assert!(call.sent.iter().all(|sent| spatial(&sent.payload) == 0));
    assert_eq!(call.asked(video(1), 0).len(), asked, "to go down no key frame is needed");
    call.demand(2, vec![wanted(video(1), 640, 360)]);
    call.sent.clear();
    film(&mut call, &mut sender, SECOND);
    let first = call.sent.iter().find(|sent| spatial(&sent.payload) == 1).unwrap();
    assert_eq!(first.payload[0] & 0x40, 0, "not predicted from a picture that was not sent");
}

#[test]
fn a_narrow_way_gets_fewer_pictures_then_smaller_ones() {
    let (mut call, mut sender) = room(Codec::Vp9);
    call.demand(2, vec![wanted(video(1), 1280, 720)]);
    film(&mut call, &mut sender, 3 * SECOND);
    call.estimate(2, 1_300_000);
    film(&mut call, &mut sender, SECOND);
    let tail = &call.sent[call.sent.len() - 12..];
    assert!(tail.iter().any(|sent| spatial(&sent.payload) == 2));
    assert!(tail.iter().all(|sent| sent.payload[3] >> 5 == 0), "{tail:?}");
    call.estimate(2, 200_000);
    film(&mut call, &mut sender, SECOND);
    assert!(call.sent[call.sent.len() - 12..].iter().all(|sent| spatial(&sent.payload) == 0));
    assert_eq!(call.needed(video(1)), Some(vec![0, 1, 2]));
    film(&mut call, &mut sender, 6 * SECOND);
    assert_eq!(call.needed(video(1)), Some(vec![0]));
}

/// Bits from a text of 0 and 1; spaces do not count.
fn bytes(text: &str) -> Vec<u8> {
    let bits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').map(|byte| byte - b'0').collect();
    let whole = |bits: &[u8]| bits.iter().enumerate().fold(0, |byte, (at, bit)| byte | bit << (7 - at));
    bits.chunks(8).map(whole).collect()
}

#[test]
fn av1_is_cut_down_by_its_dependency_descriptor() {
    let (mut call, mut sender) = room(Codec::Av1);
    call.demand(2, vec![wanted(video(1), 320, 180)]);
    // Two spatial layers, a template for each; 320 x 180 and 640 x 360.
    let structure = "1 0 0 0 0 000000 00001 10 11 1010 0010 0 0 0 1 0000000100111111 0000000010110011 0000001001111111 0000000101100111";
    let mut picture = |call: &mut Call, key: bool| {
        sender.timestamp += 3000;
        for template in ["000000", "000001"] {
            let brings = if key && template == "000000" { structure } else { "" };
            let dependency = bytes(&["11", template, "0000000000000001", brings].concat());
            sender.seq += 1;
            let packet = Packet {
                source: sender.source,
                encoding: 0,
                codec: Codec::Av1,
                seq: sender.seq,
                timestamp: sender.timestamp,
                marker: template == "000001",
                audio_level: None,
                dependency: Some(&dependency),
                payload: &[0x10, 0x32, 0, 0],
            };
            call.arrives(&packet);
        }
        call.pass(33 * MS);
    };
    picture(&mut call, false);
    assert!(call.sent.is_empty());
    for frame in 0..30 {
        picture(&mut call, frame == 0);
    }
    assert_eq!(call.slots(2)[0].layers, 2);
    call.sent.clear();
    picture(&mut call, false);
    assert_eq!((call.sent.len(), call.sent[0].marker), (1, true));
    call.demand(2, vec![wanted(video(1), 640, 360)]);
    picture(&mut call, false);
    assert_eq!(call.sent.len(), 2, "not before a key picture");
    picture(&mut call, true);
    assert_eq!(call.sent.len(), 4);
    assert_eq!(call.sent.iter().map(|sent| sent.marker).collect::<Vec<_>>(), [true, true, false, true]);
    assert!(call.sent.windows(2).all(|pair| pair[1].seq == pair[0].seq + 1));
}
