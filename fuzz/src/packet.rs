//! Packets at the relay's door, while a call goes on: from addresses that it knows and others, over UDP and TCP. The input is
//! acts, each a byte that says what it is (the low three bits) and from which stranger (the others), the length of its bytes
//! (two bytes, little endian; the last one may be cut short), and the bytes. Nobody in it has credentials, so nothing of it may
//! change the call.

use std::cell::RefCell;
use std::net::SocketAddr;

use parlor_media::Kind;
use parlor_relay::LineUse;
use parlor_sim::calls::device::Shape;
use parlor_sim::calls::world::{self, World};
use parlor_wan::{Conditions, Mapping};

/// The bytes come from a stranger.
pub const STRANGER: u8 = 0;
/// They come from the address of who speaks.
pub const SPEAKER: u8 = 1;
/// They come from the address of who listens.
pub const LISTENER: u8 = 2;
/// They are the attributes of a binding request that names the speaker's session, from a stranger.
pub const BINDING: u8 = 3;
/// They follow the fixed header of a packet of the speaker's stream, from a stranger.
pub const MEDIA: u8 = 4;
/// They follow the header of a report of the speaker's, from its address.
pub const REPORT: u8 = 5;
/// They are bytes of a stranger's TCP connection.
pub const STREAM: u8 = 6;
/// Their first is how many milliseconds pass.
pub const TIME: u8 = 7;

/// Acts of one input; the rest is left out.
const MAX_ACTS: usize = 64;
/// It is looked how the call fares after so many inputs.
const LOOK_AFTER: u64 = 64;
/// What the call is given to show that it goes on.
const LOOK_US: u64 = 200_000;
/// Ways by which the two are found, at most: 8 addresses, 16 streams and a fragment each.
const ROUTES_MAX: usize = 2 * 25;

thread_local! {
    static SCENE: RefCell<Scene> = RefCell::new(Scene::new().unwrap_or_else(|cause| panic!("no call: {cause}")));
}

/// Plays the input to the relay; how many packets it held.
pub fn run(input: &[u8]) -> usize {
    SCENE.with_borrow_mut(|scene| scene.play(input))
}

/// Panics unless the call goes on as if nothing had been.
pub fn look() {
    SCENE.with_borrow_mut(Scene::look);
}

/// An act as an input holds it.
pub fn act(what: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    [&[what][..], &length.to_le_bytes(), bytes].concat()
}

/// A call of two.
struct Scene {
    world: World,
    fragment: String,
    ssrc: u32,
    inputs: u64,
}

impl Scene {
    fn new() -> Result<Scene, String> {
        let mut world = World::new(1)?;
        let speaks = Shape { speaks: true, encodings: 1, audio_slots: 1, video_slots: 1 };
        world.join(speaks, Conditions::delayed(1.0))?;
        world.join(Shape { speaks: false, encodings: 0, ..speaks }, Conditions::delayed(1.0))?;
        world.want(1, &[0]);
        world.pass(2_000_000)?;
        let speaker = &mut world.members[0].device;
        let (fragment, ssrc) = (speaker.relay_fragment.clone(), speaker.ssrc().ok_or("nothing is sent")?);
        Ok(Scene { world, fragment, ssrc, inputs: 0 })
    }

    fn play(&mut self, input: &[u8]) -> usize {
        let mut rest = input;
        let mut packets = 0;
        let mut unread = Vec::new();
        for _ in 0..MAX_ACTS {
            let [what, low, high, after @ ..] = rest else { break };
            let length = usize::from(u16::from_le_bytes([*low, *high])).min(after.len());
            let (bytes, after) = after.split_at(length);
            rest = after;
            packets += usize::from(what & 7 != TIME);
            self.act(*what, bytes, &mut unread);
        }
        self.world.relay.turn(self.world.now());
        while let Some(sent) = self.world.relay.sent() {
            let is_theirs = (1..=2).any(|number| sent.remote == world::address(number, Mapping(0)));
            assert!(is_theirs, "a stranger is answered");
            self.world.carry(sent);
        }
        self.inputs += 1;
        if self.inputs.is_multiple_of(LOOK_AFTER) {
            self.look();
        }
        packets
    }

    fn act(&mut self, what: u8, bytes: &[u8], unread: &mut Vec<u8>) {
        let now = self.world.now();
        let stranger = SocketAddr::from(([198, 51, 100, what >> 3], 4000));
        let relay = &mut self.world.relay;
        match what & 7 {
            SPEAKER => relay.receive(world::address(1, Mapping(0)), bytes, now),
            LISTENER => relay.receive(world::address(2, Mapping(0)), bytes, now),
            BINDING => relay.receive(stranger, &binding(&self.fragment, bytes), now),
            MEDIA => {
                let header = [&[0x80, 96, 0, 1, 0, 0, 0, 1][..], &self.ssrc.to_be_bytes()].concat();
                relay.receive(stranger, &[&header, bytes].concat(), now);
            }
            REPORT => {
                let kind = 200 + bytes.first().map_or(0, |byte| byte % 8);
                let words = u16::try_from(bytes.len() / 4 + 1).unwrap_or(1).to_be_bytes();
                let header = [&[0x81, kind][..], &words, &self.ssrc.to_be_bytes()].concat();
                relay.receive(world::address(1, Mapping(0)), &[&header, bytes].concat(), now);
            }
            STREAM => {
                if !relay.receive_stream(stranger, unread, bytes, now) {
                    unread.clear();
                }
                assert!(unread.len() < 2000, "more waits than a packet may be long");
            }
            TIME => {
                let ms = u64::from(bytes.first().copied().unwrap_or(1) % 64);
                self.world.pass(ms * 1000).unwrap_or_else(|cause| panic!("the call ended: {cause}"));
            }
            _ => relay.receive(stranger, bytes, now),
        }
    }

    /// The call goes on: sound and pictures flow, and nothing is kept of anybody else.
    fn look(&mut self) {
        let before = self.heard();
        self.world.pass(LOOK_US).unwrap_or_else(|cause| panic!("the call ended: {cause}"));
        let after = self.heard();
        assert!(after.0 >= before.0 + 5 && after.1 >= before.1 + 5, "nothing comes: {before:?}, {after:?}");
        let kept = self.world.relay.kept();
        assert!(
            kept.peers == 2 && kept.calls == 1 && kept.routes <= ROUTES_MAX,
            "too much is kept: {kept:?}"
        );
    }

    /// Packets of sound and of pictures that the listener got.
    fn heard(&self) -> (u64, u64) {
        let listener = &self.world.members[1].device;
        let of = |kind| {
            let lines = listener.lines.iter().filter(move |line| line.usage == LineUse::Slot(kind));
            lines.filter_map(|line| listener.got_in(&line.mid)).map(|got| got.packets).sum()
        };
        (of(Kind::Audio), of(Kind::Video))
    }
}

/// A binding request (RFC 8489 section 5) that names a session of the relay, with these attributes after the name.
fn binding(fragment: &str, attributes: &[u8]) -> Vec<u8> {
    let name = format!("{fragment}:x");
    let mut body = vec![0, 6];
    body.extend(u16::try_from(name.len()).unwrap_or(0).to_be_bytes());
    body.extend(name.as_bytes());
    body.resize(body.len().next_multiple_of(4), 0);
    body.extend(attributes);
    let length = u16::try_from(body.len()).unwrap_or(u16::MAX).to_be_bytes();
    [&[0, 1][..], &length, &[0x21, 0x12, 0xa4, 0x42], &[7; 12], &body].concat()
}
