//! Whole calls in virtual time: the shipping relay without its sockets and threads, devices that are str0m's, and an impaired
//! path between them. str0m draws randomness of its own, so that a seed bounds what happens and does not repeat it.

pub mod device;
pub mod world;

use std::time::Duration;

use parlor_wan::Conditions;

use crate::dice::Dice;
use crate::heap;
use crate::history::Outcome;
use device::Shape;
use world::World;

const SECOND_US: u64 = 1_000_000;
/// How far the estimate may be from what a path carries.
const OFF_PERCENT: u64 = 20;
/// How long after a change.
const FOLLOWS_US: u64 = 5 * SECOND_US;
/// After the changes that it makes itself it is left to settle.
const SETTLES_US: u64 = 12 * SECOND_US;
/// Questions for a key frame of one encoding in a second.
const ASKED_PER_S: usize = 2;
/// What may be missing in the end of what was sent over a path that loses 5 %, in thousandths.
const MISSED_THOUSANDTHS: u64 = 6;
/// How much more may be held at the end than at the beginning, in percent, and in bytes where that is little.
const GROWS_PERCENT: isize = 5;
const GROWS_BYTES: isize = 64 * 1024;
/// When everything that is bounded is as full as it gets.
const WARM_S: u64 = 305;

const WATCHES: Shape = Shape { speaks: false, encodings: 0, audio_slots: 2, video_slots: 4 };
const SHOWS: Shape = Shape { speaks: false, encodings: 3, audio_slots: 0, video_slots: 0 };

/// The bandwidth changes, down and up, and the estimate follows.
pub fn steps(seed: u64, verbose: bool) -> Outcome {
    told(seed, verbose, |call| {
        let dice = Dice::new(seed);
        let delay_ms = dice.between(5, 60) as f64;
        let senders = (0..4)
            .map(|_| call.world.join(SHOWS, Conditions::delayed(10.0)))
            .collect::<Result<Vec<_>, _>>()?;
        let path = |rate_bps| Conditions { rate_bps, ..Conditions::delayed(delay_ms) };
        let mut bps = dice.between(20, 30) * 100_000;
        let watcher = call.world.join(WATCHES, path(bps))?;
        call.world.want(watcher, &senders);
        call.pass(2 * SETTLES_US)?;
        for _ in 0..2 {
            bps /= 2;
            call.step(watcher, path(bps))?;
            bps *= 2;
            call.step(watcher, path(bps))?;
        }
        Ok(())
    })
}

/// Many watch one, over paths that lose packets: key frames are not asked for more often for it, and what is lost is sent again.
pub fn crowd(seed: u64, verbose: bool) -> Outcome {
    told(seed, verbose, |call| {
        let dice = Dice::new(seed);
        let shape = Shape { speaks: true, encodings: 1, audio_slots: 0, video_slots: 0 };
        let sender = call.world.join(shape, Conditions::delayed(20.0))?;
        let watchers = dice.between(6, 12) as usize;
        for _ in 0..watchers {
            let loss = Conditions { loss: 0.05, burst: 1.0, jitter_ms: 20.0, ..Conditions::delayed(30.0) };
            let watcher = call.world.join(WATCHES, Conditions::delayed(30.0))?;
            call.world.want(watcher, &[sender]);
            call.world.set_down(watcher, loss);
        }
        for _ in 0..100 {
            call.pass(SECOND_US / 5)?;
            let now = call.world.now();
            if dice.chance(50) {
                let unlucky = 1 + dice.below(watchers);
                call.world.members[unlucky].device.lose_picture(now);
            }
        }
        call.asked(sender)?;
        let (mut packets, mut missed) = (0, 0);
        for member in &call.world.members {
            for got in member.device.pictures() {
                packets += got.packets;
                missed += got.missed();
            }
        }
        call.say(format!("{packets} packets came, {missed} are missing"));
        if packets < 20 * 50 * watchers as u64 / 2 {
            return Err(format!("only {packets} packets came"));
        }
        if missed * 1000 > packets * MISSED_THOUSANDTHS {
            return Err(format!("{missed} of {packets} packets are missing"));
        }
        Ok(())
    })
}

/// A call of three goes on for an hour, with everything that a network does: nothing grows.
pub fn hour(seed: u64, verbose: bool) -> Outcome {
    lasts(seed, verbose, 3600)
}

/// A call of three goes on for so many seconds.
pub fn lasts(seed: u64, verbose: bool, seconds: u64) -> Outcome {
    told(seed, verbose, |call| {
        let dice = Dice::new(seed);
        let shape = Shape { speaks: true, encodings: 3, audio_slots: 2, video_slots: 2 };
        for _ in 0..3 {
            let conditions =
                Conditions { loss: 0.01, jitter_ms: 10.0, rate_bps: 4_000_000, ..Conditions::delayed(20.0) };
            call.world.join(shape, conditions)?;
        }
        for who in 0..3 {
            let others = (0..3).filter(|whom| *whom != who).collect::<Vec<_>>();
            call.world.want(who, &others);
        }
        // The first minutes fill what is bounded.
        let mut held = None;
        for second in 0..seconds {
            call.pass(SECOND_US)?;
            if second.is_multiple_of(100) && call.verbose {
                call.say(format!("{} bytes, {:?}", heap::live_bytes(), call.world.relay.kept()));
            }
            if second % 20 == 10 {
                let who = dice.below(3);
                call.world.members[who].wan.rebind();
            }
            if second == WARM_S {
                held = Some((heap::live_bytes(), call.world.relay.kept()));
            }
        }
        // Always at the same distance from the last change.
        call.pass((WARM_S + 1 + 20 * 10_000 - seconds) % 20 * SECOND_US)?;
        let (bytes, kept) = (heap::live_bytes(), call.world.relay.kept());
        let Some((bytes_before, kept_before)) = held else { return Ok(()) };
        call.say(format!("held {bytes_before} and {bytes} bytes; {kept_before:?} and {kept:?}"));
        if bytes > bytes_before + bytes_before * GROWS_PERCENT / 100 + GROWS_BYTES {
            return Err(format!("{bytes_before} bytes were held after {WARM_S} s, {bytes} at the end"));
        }
        // Each device is found by at most eight addresses.
        if kept.routes > kept_before.routes.max(3 * 16) || kept.streams > kept_before.streams + 6 {
            return Err(format!("the relay kept {kept_before:?} and keeps {kept:?}"));
        }
        Ok(())
    })
}

/// A call that is told.
struct Call {
    world: World,
    lines: Vec<String>,
    verbose: bool,
}

fn told(seed: u64, verbose: bool, live: impl FnOnce(&mut Call) -> Result<(), String>) -> Outcome {
    let world = match World::new(seed) {
        Ok(world) => world,
        Err(cause) => {
            return Outcome {
                verdict: Some(cause),
                lines: Vec::new(),
                hash: 0,
                virtual_time: Duration::ZERO,
            };
        }
    };
    let mut call = Call { world, lines: Vec::new(), verbose };
    let verdict = live(&mut call).err();
    let virtual_time = Duration::from_micros(call.world.now_us);
    Outcome { verdict, lines: call.lines, hash: 0, virtual_time }
}

impl Call {
    fn say(&mut self, line: String) {
        let line = format!("{:9.3} s  {line}", self.world.now_us as f64 / 1e6);
        if self.verbose {
            println!("{line}");
        }
        self.lines.push(line);
    }

    /// Lets time pass; with `verbose` it is told how everybody fares.
    fn pass(&mut self, us: u64) -> Result<(), String> {
        let end_us = self.world.now_us + us;
        while self.world.now_us < end_us {
            self.world.pass((end_us - self.world.now_us).min(SECOND_US))?;
            if self.verbose {
                let kbps = |place: usize| self.world.estimate_bps(place) / 1000;
                let estimates = (0..self.world.members.len()).map(kbps).collect::<Vec<_>>();
                self.say(format!("    estimates {estimates:?} kbit/s"));
            }
        }
        Ok(())
    }

    /// What the way to a device carries changes, and the estimate has followed a while later.
    fn step(&mut self, place: usize, conditions: Conditions) -> Result<(), String> {
        let before = self.world.estimate_bps(place);
        self.world.set_down(place, conditions);
        self.pass(FOLLOWS_US)?;
        let (real, estimate) = (conditions.rate_bps, self.world.estimate_bps(place));
        self.say(format!("from {before}: the path carries {real}, the estimate is {estimate}"));
        if estimate.abs_diff(real) * 100 > real * OFF_PERCENT {
            return Err(format!(
                "the path carries {real} since 5 s, the estimate is {estimate}, it was {before}"
            ));
        }
        self.pass(SETTLES_US)
    }

    /// Nobody was asked for key frames more often than anybody may be.
    fn asked(&mut self, place: usize) -> Result<(), String> {
        let asked = &self.world.members[place].device.asked;
        let count = asked.len();
        // The path to the sender may bring two together that were apart.
        let window = Duration::from_secs(4);
        for (at, encoding) in asked {
            let near =
                asked.iter().filter(|(other, of)| of == encoding && other >= at && *other < *at + window);
            let near = near.count();
            if near > 4 * ASKED_PER_S + 1 {
                return Err(format!("{near} key frames were asked for in {window:?}"));
            }
        }
        self.say(format!("{count} key frames were asked for"));
        Ok(())
    }
}
