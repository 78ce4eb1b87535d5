//! Seeds of the targets `packet` and `payload`.

use super::Seed;
use crate::packet::{BINDING, LISTENER, MEDIA, REPORT, SPEAKER, STRANGER, STREAM, TIME, act};
use crate::payload::{DEMAND, GAP, KEY, LATE, MARKER, TIME as LATER, packet};

/// A binding request that names nobody (RFC 8489).
const BINDING_REQUEST: &[u8] =
    b"\x00\x01\x00\x0c\x21\x12\xa4\x42aaaaaaaaaaaa\x00\x06\x00\x0500xyz\x00\x00\x00";
/// The head of a DTLS 1.2 record of a handshake, and a ClientHello that ends at once (RFC 6347).
const CLIENT_HELLO: &[u8] =
    b"\x16\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x10\x01\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x04\xfe\xfd\x00\x00";
/// An alert in plain text: close_notify.
const ALERT: &[u8] = b"\x15\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x01\x00";
/// A packet of a stream that nobody sends, with a header extension (RFC 3550, RFC 8285).
const RTP: &[u8] =
    b"\x90\x60\x00\x01\x00\x00\x00\x01\x00\x00\x00\x07\xbe\xde\x00\x01\x10\x05\x00\x00payload payload payload";
/// A receiver report of nobody.
const RTCP: &[u8] = b"\x80\xc9\x00\x01\x00\x00\x00\x07";
/// USE-CANDIDATE, PRIORITY, ICE-CONTROLLING, and an integrity that is wrong.
const ATTRIBUTES: &[u8] = b"\x00\x25\x00\x00\x00\x24\x00\x04\x6e\x00\x01\xff\x80\x2a\x00\x08\x00\x00\x00\x00\x00\x00\x00\x01\x00\x08\x00\x14aaaaaaaaaaaaaaaaaaaa";

/// For the target `packet`.
pub(super) fn packets() -> Vec<Seed> {
    let framed = |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap_or(0).to_be_bytes()[..], bytes].concat();
    let all = [
        ("binding", BINDING_REQUEST),
        ("hello", CLIENT_HELLO),
        ("alert", ALERT),
        ("rtp", RTP),
        ("rtcp", RTCP),
    ];
    let mut seeds = Vec::new();
    for (name, bytes) in all {
        for (whose, what) in [("stranger", STRANGER), ("speaker", SPEAKER), ("listener", LISTENER)] {
            seeds.push((format!("{name}-of-a-{whose}"), act(what, bytes)));
        }
        let parts = framed(bytes);
        let (one, two) = parts.split_at(parts.len() / 2);
        seeds.push((format!("{name}-over-tcp"), [act(STREAM, one), act(STREAM, two)].concat()));
    }
    let others = [
        ("named-binding", act(BINDING, ATTRIBUTES)),
        ("named-binding-of-many", (0..8).flat_map(|one| act(BINDING | one << 3, ATTRIBUTES)).collect()),
        ("media-of-the-speaker", act(MEDIA, &[0x55; 100])),
        ("report-of-the-speaker", act(REPORT, &[6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0])),
        ("no-frame", act(STREAM, b"GET / HTTP/1.1")),
        ("time", [act(STRANGER, &[0xff; 1500]), act(TIME, &[40]), act(SPEAKER, &[0; 30])].concat()),
        ("nothing", act(STRANGER, &[])),
    ];
    seeds.extend(others.map(|(name, input)| (name.to_owned(), input)));
    seeds
}

/// A dependency descriptor of a key frame with two spatial layers of two temporal ones, and of a frame after it.
const STRUCTURE: &[u8] = &[
    0x83, 0x00, 0x01, 0x80, 0x63, 0x67, 0xaa, 0x33, 0x0a, 0x03, 0x45, 0x08, 0x20, 0x8c, 0x00, 0x44, 0x04,
    0x46, 0x04, 0xfe, 0x02, 0xce, 0x09, 0xfe, 0x05, 0x9e,
];
const AFTER: &[u8] = &[0x86, 0x00, 0x02];

/// For the target `payload`: the first byte is the codec, and how many encodings there are.
pub(super) fn payloads() -> Vec<Seed> {
    let vp8_key = b"\x90\xe0\x80\x01\x07\x20\x10\x02\x00\x9d\x01\x2a\x40\x01\xb4\x00xxxx";
    let vp8 = |picture: u8, layer: u8| vec![0x90, 0xe0, 0x80, picture, picture, layer, 0x11, 2, 0, 1, 2, 3];
    let vp9_key = [0xaa, 0x01, 0x01, 0x07, 0x38, 0x01, 0x40, 0x00, 0xb4, 0x02, 0x80, 0x01, 0x68, 0x08, 0x33];
    let vp9 = |picture: u8, layer: u8| vec![0xec, picture, layer, picture, 1, 2, 3, 4];
    let flow = |first: u8, key: &[u8], next: &dyn Fn(u8) -> Vec<u8>| {
        let mut input = vec![first];
        input.extend(packet(MARKER, key, &[]));
        for (number, flags) in
            (2..).zip([0, MARKER, GAP, LATE, LATER | MARKER, DEMAND, KEY | MARKER, 1, 2, 2 | MARKER])
        {
            input.extend(packet(flags, &next(number), &[]));
        }
        input.extend(packet(1 | MARKER, key, &[]));
        input.extend(packet(2 | MARKER, key, &[]));
        input
    };
    let av1 = |first: u8| {
        let mut input = vec![first];
        input.extend(packet(0, &[0x18, 0x0a, 1, 2, 3], STRUCTURE));
        for flags in [MARKER, 0, GAP, LATE, LATER, DEMAND | MARKER] {
            input.extend(packet(flags, &[0x10, 0x32, 0], AFTER));
        }
        input
    };
    let plain = |bytes: &'static [u8]| move |_: u8| bytes.to_vec();
    vec![
        ("vp8".to_owned(), flow(0, vp8_key, &|number| vp8(number, (number % 2) << 6))),
        ("vp8-simulcast".to_owned(), flow(0x10, vp8_key, &|number| vp8(number, (number % 2) << 6))),
        ("vp9".to_owned(), flow(1, &vp9_key, &|number| vp9(number, (number % 3) << 1))),
        (
            "h264".to_owned(),
            flow(2, b"\x78\x00\x04\x67\x42\x00\x1e\x00\x03\x65\x88\x00", &plain(b"\x7c\x41\x88")),
        ),
        ("av1".to_owned(), av1(3)),
        ("av1-simulcast".to_owned(), av1(0x13)),
        ("opus".to_owned(), flow(4, b"\x78xxxx", &plain(b"\x78yyyy"))),
        ("red".to_owned(), flow(5, b"\xef\x00\x00\x04\x6fxxxxyyyy", &plain(b"\x6fzzzz"))),
    ]
}
