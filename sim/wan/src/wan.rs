use std::collections::VecDeque;

use crate::conditions::Conditions;
use crate::path::{Counters, Path, Transport};

/// Which way a packet goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the client, which is behind the NAT, to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// What a NAT has a client be outside, by number: rebinding, it takes the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mapping(pub u32);

/// Both directions of an impaired path of datagrams, and the NAT that the client is behind.
#[derive(Debug)]
pub struct Wan<T> {
    up: Path<(Mapping, T)>,
    down: Path<(Mapping, T)>,
    mapping: Mapping,
    forgotten: u64,
}

impl<T: Clone> Wan<T> {
    /// A path that does nothing yet.
    pub fn new(seed: u64) -> Wan<T> {
        Wan {
            up: Path::new(seed, Transport::Datagrams),
            down: Path::new(!seed, Transport::Datagrams),
            mapping: Mapping(0),
            forgotten: 0,
        }
    }

    /// From now on one direction is like this, or both.
    pub fn set(&mut self, now_us: u64, way: Option<Way>, conditions: Conditions) {
        if way != Some(Way::Down) {
            self.up.set(now_us, conditions);
        }
        if way != Some(Way::Up) {
            self.down.set(now_us, conditions);
        }
    }

    /// What one direction does.
    pub fn conditions(&self, way: Way) -> Conditions {
        match way {
            Way::Up => self.up.conditions(),
            Way::Down => self.down.conditions(),
        }
    }

    /// Nothing comes through any more, or again.
    pub fn cut(&mut self, now_us: u64, is_cut: bool) {
        self.up.cut(now_us, is_cut);
        self.down.cut(now_us, is_cut);
    }

    /// The NAT forgets what the client was outside; what the server still sends there reaches nobody.
    pub fn rebind(&mut self) -> Mapping {
        self.mapping = Mapping(self.mapping.0.wrapping_add(1));
        self.mapping
    }

    /// What the client is outside now.
    pub fn mapping(&self) -> Mapping {
        self.mapping
    }

    /// The client sends a packet of so many bytes.
    pub fn send_up(&mut self, now_us: u64, bytes: usize, packet: T) {
        self.up.enter(now_us, bytes, (self.mapping, packet));
    }

    /// The server sends a packet to what the client is, or was, outside.
    pub fn send_down(&mut self, now_us: u64, bytes: usize, to: Mapping, packet: T) {
        self.down.enter(now_us, bytes, (to, packet));
    }

    /// The next packet that has reached the server, and what it came from.
    pub fn take_up(&mut self, now_us: u64) -> Option<(Mapping, T)> {
        self.up.leave(now_us)
    }

    /// The next packet that has reached the client.
    pub fn take_down(&mut self, now_us: u64) -> Option<T> {
        while let Some((to, packet)) = self.down.leave(now_us) {
            if to == self.mapping {
                return Some(packet);
            }
            self.forgotten += 1;
        }
        None
    }

    /// When to ask again: nothing arrives before.
    pub fn due_us(&self) -> Option<u64> {
        self.up.due_us().into_iter().chain(self.down.due_us()).min()
    }

    /// What became of the packets of one direction.
    pub fn counters(&self, way: Way) -> Counters {
        match way {
            Way::Up => self.up.counters(),
            Way::Down => self.down.counters(),
        }
    }

    /// Packets that came for what the client no longer was.
    pub fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Bytes on their way.
    pub fn held_bytes(&self) -> usize {
        self.up.held_bytes() + self.down.held_bytes()
    }
}

/// A change of a path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// One direction is like this, or both.
    Set(Option<Way>, Conditions),
    /// One direction carries so many bits per second, or both.
    Rate(Option<Way>, u64),
    /// Nothing comes through any more, or again.
    Cut(bool),
    /// The NAT forgets the client.
    Rebind,
}

/// Changes of a path, each at its time.
#[derive(Clone, Debug, Default)]
pub struct Script {
    steps: VecDeque<(u64, Step)>,
}

impl Script {
    /// Steps at their times in microseconds; those of one time in the order they are given.
    pub fn new(mut steps: Vec<(u64, Step)>) -> Script {
        steps.sort_by_key(|(at_us, _)| *at_us);
        Script { steps: steps.into() }
    }

    /// When the next step is.
    pub fn due_us(&self) -> Option<u64> {
        self.steps.front().map(|(at_us, _)| *at_us)
    }

    /// Takes the steps whose time has come.
    pub fn run<T: Clone>(&mut self, now_us: u64, wan: &mut Wan<T>) {
        while let Some((_, step)) = self.steps.pop_front_if(|(at_us, _)| *at_us <= now_us) {
            match step {
                Step::Set(way, conditions) => wan.set(now_us, way, conditions),
                Step::Rate(way, rate_bps) => {
                    for one in
                        [Way::Up, Way::Down].into_iter().filter(|one| way.is_none_or(|way| way == *one))
                    {
                        let conditions = Conditions { rate_bps, ..wan.conditions(one) };
                        wan.set(now_us, Some(one), conditions);
                    }
                }
                Step::Cut(is_cut) => wan.cut(now_us, is_cut),
                Step::Rebind => {
                    wan.rebind();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nat_that_forgets_drops_what_is_for_the_past() {
        let mut wan = Wan::new(1);
        wan.set(0, None, Conditions::delayed(10.0));
        wan.send_up(0, 100, "one");
        assert_eq!(wan.take_up(9_999), None);
        assert_eq!(wan.take_up(10_000), Some((Mapping(0), "one")));
        wan.send_down(10_000, 100, Mapping(0), "answer");
        wan.send_up(10_000, 100, "on its way");
        let now = wan.rebind();
        wan.send_up(10_000, 100, "two");
        assert_eq!(wan.take_up(20_000), Some((Mapping(0), "on its way")));
        assert_eq!(wan.take_up(20_000), Some((now, "two")));
        wan.send_down(20_000, 100, now, "again");
        assert_eq!(wan.take_down(30_000), Some("again"));
        assert_eq!(wan.forgotten(), 1);
    }

    #[test]
    fn a_script_changes_the_path_at_its_times() {
        let step = Step::Rate(Some(Way::Down), 8_000);
        let mut script = Script::new(vec![
            (300, Step::Rebind),
            (100, step),
            (200, Step::Cut(true)),
            (250, Step::Cut(false)),
        ]);
        let mut wan = Wan::new(1);
        let mut times = Vec::new();
        while let Some(at_us) = script.due_us() {
            script.run(at_us, &mut wan);
            wan.send_up(at_us, 10, at_us);
            times.extend(wan.take_up(at_us));
        }
        assert_eq!(wan.conditions(Way::Down).rate_bps, 8_000);
        assert_eq!(wan.conditions(Way::Up).rate_bps, 0);
        assert_eq!(times, [(Mapping(0), 100), (Mapping(0), 250), (Mapping(1), 300)]);
    }
}
