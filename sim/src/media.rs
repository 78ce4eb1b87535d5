//! Calls: random histories of `core/media`'s switch, which is told facts and packets and judged by what comes out. One seed
//! decides everything, and gives the same to the byte.

mod judge;
mod sender;

use std::collections::BTreeMap;
use std::time::Duration;

use parlor_media::{
    Codec, Forward, Grant, Input, Kind, Output, Packet, Payload, SlotIndex, Source, Stream, Switch, Wanted,
};
use parlor_protocol::ids::RtcUid;

use crate::dice::Dice;
use crate::history::Outcome;
use crate::mutation;
use judge::{Judge, Seen};
use sender::{FRAME_US, Made, Sender};

/// Devices of a call.
const PEERS: u64 = 6;
const MAX_STEPS: u64 = 80;
const SECOND_US: u64 = 1_000_000;
/// What one voice sends: 120 bytes in each frame.
const VOICE_BPS: u64 = 120 * 8 * 30;
/// Calm at the end, until what the ways carry is shared out for good.
const CALM_US: u64 = 10 * SECOND_US;
/// What flows, flows within this time: a key frame is asked for at once, and again after a second.
const FLOW_US: u64 = 2_500_000;

const STREAMS: [Stream; 4] = [Stream::Audio, Stream::Video, Stream::SubVideo, Stream::SystemAudio];
const PICTURES: [Codec; 4] = [Codec::Vp8, Codec::Vp9, Codec::H264, Codec::Av1];

/// Lives through the call of a seed, twice. With `verbose` what is told is printed as it comes about.
pub fn run(seed: u64, verbose: bool) -> Outcome {
    let first = live(seed, verbose);
    let again = live(seed, false);
    let verdict = match (&first.verdict, first.hash == again.hash) {
        (None, false) => Some("the same facts had another outcome".to_owned()),
        (verdict, _) => verdict.clone(),
    };
    Outcome { verdict, ..first }
}

fn live(seed: u64, verbose: bool) -> Outcome {
    let mut world = World::new(seed, verbose);
    let began_us = world.now_us;
    for peer in 1..=world.dice.between(2, PEERS) {
        world.join(RtcUid(peer));
    }
    for _ in 0..world.dice.between(5, MAX_STEPS) {
        world.step();
        if world.judge.verdict().is_some() {
            break;
        }
    }
    world.calm();
    world.empty();
    let virtual_time = Duration::from_micros(world.now_us - began_us);
    let verdict = world.judge.verdict().map(str::to_owned);
    Outcome { verdict, lines: world.lines, hash: world.hash, virtual_time }
}

struct World {
    dice: Dice,
    switch: Switch,
    judge: Judge,
    now_us: u64,
    senders: BTreeMap<(Source, u8), Sender>,
    /// How each stream is published: by how many RTP streams, and how it is encoded.
    shapes: BTreeMap<Source, (Codec, u8)>,
    /// The layers that each was told somebody takes.
    needed: BTreeMap<Source, Vec<u8>>,
    generations: u64,
    /// Senders rest the layers that nobody takes.
    is_thrifty: bool,
    is_lossy: bool,
    is_padded: bool,
    verbose: bool,
    lines: Vec<String>,
    hash: u64,
}

impl World {
    fn new(seed: u64, verbose: bool) -> World {
        let dice = Dice::new(seed);
        let (is_thrifty, is_lossy, is_padded) = (dice.chance(50), dice.chance(40), dice.chance(30));
        let mut judge = Judge::new(is_lossy);
        judge.voices(VOICE_BPS);
        World {
            switch: mutation::switch(),
            judge,
            now_us: dice.between(0, 100 * SECOND_US),
            senders: BTreeMap::new(),
            shapes: BTreeMap::new(),
            needed: BTreeMap::new(),
            generations: 0,
            is_thrifty,
            is_lossy,
            is_padded,
            verbose,
            lines: Vec::new(),
            hash: 0xcbf2_9ce4_8422_2325,
            dice,
        }
    }

    fn peer(&self) -> RtcUid {
        RtcUid(self.dice.between(1, PEERS))
    }

    fn source(&self) -> Source {
        Source { rtc_uid: self.peer(), stream: *self.dice.pick(&STREAMS) }
    }

    fn drawn_grant(&self) -> Grant {
        if self.dice.chance(60) {
            return Grant {
                audio: true,
                video: true,
                sub_video: true,
                system_audio: true,
                sees: true,
                hears: true,
            };
        }
        let may = || self.dice.chance(70);
        Grant { audio: may(), video: may(), sub_video: may(), system_audio: may(), sees: may(), hears: may() }
    }

    fn step(&mut self) {
        match self.dice.below(100) {
            0..6 => self.join(self.peer()),
            6..9 => self.leave(self.peer()),
            9..15 => {
                let (peer, grant) = (self.peer(), self.drawn_grant());
                self.judge.granted(self.now_us, peer, grant);
                self.tell(Input::Granted { peer, grant });
            }
            15..33 => self.publish(self.source()),
            33..36 => {
                let source = self.source();
                self.silence(source);
                self.judge.unpublished(self.now_us, source);
                self.tell(Input::Unpublished { source });
            }
            36..48 => self.demand(self.peer()),
            48..55 => {
                let (peer, bps) = (self.peer(), self.dice.between(0, 5_000_000));
                self.judge.estimated(self.now_us, peer, bps);
                self.tell(Input::Estimated { peer, bps });
            }
            55..58 => {
                let (peer, slot) = (self.peer(), SlotIndex(self.dice.below(9) as u8));
                self.tell(Input::KeyFrameAsked { peer, slot });
            }
            58..62 => self.pass(self.dice.between(0, 3 * SECOND_US)),
            62..64 => self.send(CALM_US),
            _ => self.send(self.dice.between(1, 30) * FRAME_US),
        }
    }

    fn join(&mut self, peer: RtcUid) {
        for stream in STREAMS {
            self.silence(Source { rtc_uid: peer, stream });
        }
        let kinds = [Kind::Audio, Kind::Audio, Kind::Video, Kind::Video, Kind::SubVideo];
        let count = self.dice.below(9);
        let slots = (0..count).map(|_| *self.dice.pick(&kinds)).collect::<Vec<_>>();
        let grant = self.drawn_grant();
        self.judge.joined(self.now_us, peer, slots.clone(), grant);
        self.tell(Input::Joined { peer, slots, grant });
    }

    fn leave(&mut self, peer: RtcUid) {
        for stream in STREAMS {
            self.silence(Source { rtc_uid: peer, stream });
        }
        self.judge.left(self.now_us, peer);
        self.tell(Input::Left { peer });
    }

    fn silence(&mut self, source: Source) {
        self.senders.retain(|(of, _), _| *of != source);
        self.shapes.remove(&source);
        self.needed.remove(&source);
    }

    fn publish(&mut self, source: Source) {
        let is_sound = judge::kind(source.stream) == Kind::Audio;
        let codec = if is_sound { Codec::Opus } else { *self.dice.pick(&PICTURES) };
        // Layers of VP9 are in one stream here.
        let encodings = if is_sound || codec == Codec::Vp9 { 1 } else { self.dice.between(1, 3) as u8 };
        if self.shapes.get(&source) != Some(&(codec, encodings)) {
            self.silence(source);
            self.judge.published(self.now_us, source);
            self.shapes.insert(source, (codec, encodings));
            self.generations += 1;
            for encoding in 0..encodings {
                let sender = Sender::new(encoding, codec, self.generations, self.dice.draw());
                self.senders.insert((source, encoding), sender);
            }
        }
        self.tell(Input::Published { source, codec, encodings });
    }

    fn demand(&mut self, peer: RtcUid) {
        let wanted = |_| {
            let width = *self.dice.pick(&[0, 160, 320, 640, 1920]);
            Wanted {
                source: self.source(),
                width,
                height: width * 9 / 16,
                below_best: self.dice.below(4) as u8,
                priority: self.dice.below(3) as u32,
            }
        };
        let wanted = (0..self.dice.below(8)).map(wanted).collect::<Vec<_>>();
        self.judge.demanded(self.now_us, peer, wanted.clone());
        self.tell(Input::Demanded { peer, wanted });
    }

    /// Tells the switch a fact, and takes what follows from it.
    fn tell(&mut self, input: Input) {
        if input != Input::Tick {
            self.say(|| format!("{input:?}"));
        }
        self.switch.handle(self.now_us, input);
        self.drain();
        self.judge.settled(self.now_us);
    }

    fn drain(&mut self) {
        while let Some(output) = self.switch.poll() {
            self.judge.told(self.now_us, &output);
            let text = format!("{output:?}");
            self.mix(text.as_bytes());
            if !matches!(output, Output::Levels { .. }) {
                self.say(|| format!("    {text}"));
            }
            match output {
                Output::AskKeyFrame { source, layer } => {
                    if let Some(sender) = self.senders.get_mut(&(source, layer.0)) {
                        sender.is_asked = true;
                    }
                }
                Output::Needed { source, layers } => {
                    self.needed.insert(source, layers.iter().map(|layer| layer.0).collect());
                }
                _ => {}
            }
        }
    }

    /// Lets time pass, with ticks when they are due.
    fn pass(&mut self, us: u64) {
        let end_us = self.now_us + us;
        while let Some(due_us) = self.switch.deadline().filter(|due_us| *due_us <= end_us) {
            self.now_us = self.now_us.max(due_us);
            self.tell(Input::Tick);
        }
        self.now_us = end_us;
    }

    /// Everybody sends, for so long.
    fn send(&mut self, us: u64) {
        self.say(|| format!("send for {} ms", us / 1000));
        for _ in 0..us / FRAME_US {
            for key in self.senders.keys().copied().collect::<Vec<_>>() {
                self.frame(key);
            }
            self.pass(FRAME_US);
            if self.judge.verdict().is_some() {
                return;
            }
        }
    }

    fn frame(&mut self, key: (Source, u8)) {
        let (source, encoding) = key;
        let is_taken = self.needed.get(&source).is_none_or(|needed| match self.shapes.get(&source) {
            Some((_, 1)) => !needed.is_empty(),
            _ => needed.contains(&encoding),
        });
        let is_padded = self.is_padded && self.dice.chance(10);
        let Some(sender) = self.senders.get_mut(&key).filter(|_| is_taken || !self.is_thrifty) else {
            return;
        };
        let (codec, generation) = (sender.codec, sender.generation);
        let mut made = sender.frame(is_padded);
        if self.is_lossy {
            made.retain(|_| !self.dice.chance(4));
            if made.len() > 1 && self.dice.chance(10) {
                made.swap(0, 1);
            }
            if let Some(first) = made.first().filter(|_| self.dice.chance(3)).cloned() {
                made.push(first);
            }
        }
        let level = (source.rtc_uid.0 * 37 + self.now_us / SECOND_US * 29) % 128;
        for made in &made {
            self.arrive(source, encoding, codec, generation, made, level as u8);
        }
    }

    fn arrive(
        &mut self,
        source: Source,
        encoding: u8,
        codec: Codec,
        generation: u64,
        made: &Made,
        level: u8,
    ) {
        let World { switch, judge, now_us, hash, .. } = self;
        let packet = Packet {
            source,
            encoding,
            codec,
            seq: made.seq,
            timestamp: made.timestamp,
            marker: made.marker,
            audio_level: Some((level, level < 60)),
            dependency: None,
            payload: &made.payload,
        };
        switch.forward(*now_us, &packet, &mut |forward: Forward<'_>| {
            let head = match forward.payload {
                Payload::AsIs => &[],
                Payload::Patched { head, .. } => head,
            };
            for number in [forward.peer.0, forward.slot.0.into(), forward.seq, forward.timestamp.into()] {
                mix(hash, &number.to_be_bytes());
            }
            mix(hash, &[u8::from(forward.marker)]);
            mix(hash, head);
            judge.seen(&Seen {
                now_us: *now_us,
                peer: forward.peer,
                slot: usize::from(forward.slot.0),
                source,
                encoding,
                codec,
                generation,
                came: made.seq,
                went: forward.seq,
                timestamp: forward.timestamp,
                payload: &made.payload,
            });
        });
        self.drain();
    }

    /// Nothing is changed any more: everything that was told to be sent is, and fits.
    fn calm(&mut self) {
        self.say(|| "calm".to_owned());
        self.send(CALM_US);
        if !self.is_lossy && self.judge.verdict().is_none() {
            self.judge.flows(self.now_us.saturating_sub(FLOW_US));
        }
    }

    /// Everybody leaves, and nothing is kept of anybody.
    fn empty(&mut self) {
        for peer in 1..=PEERS {
            self.leave(RtcUid(peer));
        }
        self.judge
            .must(self.switch.is_empty(), || "something is kept of a call that nobody is in".to_owned());
        self.judge.must(self.switch.deadline().is_none(), || "a call that nobody is in waits".to_owned());
    }

    fn say(&mut self, line: impl FnOnce() -> String) {
        if self.verbose {
            let line = format!("{:10.3} s  {}", self.now_us as f64 / 1e6, line());
            println!("{line}");
            self.lines.push(line);
        }
    }

    fn mix(&mut self, bytes: &[u8]) {
        mix(&mut self.hash, bytes);
    }
}

/// FNV-1a.
fn mix(hash: &mut u64, bytes: &[u8]) {
    for byte in bytes {
        *hash = (*hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_well_and_the_same_to_the_byte() {
        let mut hashes = std::collections::BTreeSet::new();
        for seed in 1..=40 {
            let outcome = run(seed, false);
            assert_eq!(outcome.verdict, None, "seed {seed}");
            hashes.insert(outcome.hash);
        }
        assert_eq!(hashes.len(), 40);
    }
}
