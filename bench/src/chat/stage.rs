//! One stage of the measurement: messages at a pace, counted at every listener, and how long each took to its last one.

use super::crowd::{Crowd, Heard, Speech};
use anyhow::{Result, bail, ensure};
use std::time::{Duration, Instant};

/// Before figures count.
const WARM_UP: Duration = Duration::from_millis(1_500);
/// After a stage everything that is on its way arrives within this time.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(180);
/// Messages on their way at once when the pace does not wait for them.
const BACKLOG_MAX: usize = 512;

/// When the next message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As soon as fewer than so many have yet to reach all listeners.
    Window(usize),
    /// So many in a second, whatever becomes of them.
    PerSecond(u32),
}

/// What a stage came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Staged {
    /// Messages that reached a listener, per second.
    pub(crate) deliveries_per_s: f64,
    /// From the moment when a message was to be sent until its last listener had it, ms.
    pub(crate) p50_ms: f64,
    /// The same, for the slowest of a hundred.
    pub(crate) p99_ms: f64,
    /// Processor time of the server, in cores.
    pub(crate) server_cores: f64,
    /// Processor time of the load, in cores.
    pub(crate) load_cores: f64,
}

/// Who sends, who listens, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Cast {
    /// The first links: each message has to reach each of them.
    pub(crate) listeners: usize,
    /// The links after those.
    pub(crate) senders: usize,
    /// How long figures are taken.
    pub(crate) time: Duration,
}

/// One message on its way, or through.
struct Sent {
    due: Instant,
    reached: usize,
}

/// What is known of a stage under way.
struct Tally {
    cast: Cast,
    /// The number of the stage's first message.
    first: u32,
    sent: Vec<Sent>,
    on_the_way: usize,
    taken: usize,
    deliveries: u64,
    counted_from: Instant,
    took: Vec<Duration>,
}

impl Tally {
    fn heard(&mut self, link: usize, heard: Heard) -> Result<()> {
        let number = match heard {
            Heard::Message(number) if link < self.cast.listeners => number,
            Heard::Taken => {
                self.taken += 1;
                return Ok(());
            }
            _ => return Ok(()),
        };
        let place = number.checked_sub(self.first).and_then(|place| self.sent.get_mut(place as usize));
        let Some(sent) = place else { bail!("message {number} was not sent in this stage") };
        sent.reached += 1;
        self.deliveries += 1;
        if sent.reached == self.cast.listeners {
            self.on_the_way -= 1;
            if sent.due >= self.counted_from {
                self.took.push(sent.due.elapsed());
            }
        }
        Ok(())
    }
}

/// Runs one stage. `cpu_s` is the processor time that the server has taken so far. Everything that was sent has reached
/// every listener exactly once when it is over. `next` is the number of the next message, over all stages.
pub(crate) fn run<S: Speech>(
    crowd: &mut Crowd<S>,
    cast: Cast,
    pace: Pace,
    next: &mut u32,
    cpu_s: &dyn Fn() -> Result<[f64; 2]>,
) -> Result<Staged> {
    let begun = Instant::now();
    let counted_from = begun + WARM_UP;
    let mut tally = Tally {
        cast,
        first: *next,
        sent: Vec::new(),
        on_the_way: 0,
        taken: 0,
        deliveries: 0,
        counted_from,
        took: Vec::new(),
    };
    let until = |end: Instant, tally: &mut Tally, crowd: &mut Crowd<S>, next: &mut u32| -> Result<()> {
        while Instant::now() < end {
            speak(crowd, tally, pace, begun, next)?;
            listen(crowd, tally)?;
        }
        Ok(())
    };
    until(counted_from, &mut tally, crowd, next)?;
    let (before, from, cpu_before) = (tally.deliveries, Instant::now(), cpu_s()?);
    until(from + cast.time, &mut tally, crowd, next)?;
    let (seconds, cpu_after) = (from.elapsed().as_secs_f64(), cpu_s()?);
    let deliveries = tally.deliveries - before;
    let drained_by = Instant::now() + DRAIN_TIMEOUT;
    let acks = crowd.speech.acknowledges();
    while tally.on_the_way > 0 || (acks && tally.taken < tally.sent.len()) {
        listen(crowd, &mut tally)?;
        ensure!(Instant::now() < drained_by, "{} messages did not reach everybody", tally.on_the_way);
    }
    let expected = tally.sent.len() * cast.listeners;
    ensure!(tally.deliveries == expected as u64, "{} deliveries of {expected}", tally.deliveries);
    tally.took.sort_unstable();
    let cores = |of: usize| (cpu_after[of] - cpu_before[of]) / seconds;
    Ok(Staged {
        deliveries_per_s: deliveries as f64 / seconds,
        p50_ms: quantile_ms(&tally.took, 50),
        p99_ms: quantile_ms(&tally.took, 99),
        server_cores: cores(0),
        load_cores: cores(1),
    })
}

/// Sends what is due by now.
fn speak<S: Speech>(
    crowd: &mut Crowd<S>,
    tally: &mut Tally,
    pace: Pace,
    begun: Instant,
    next: &mut u32,
) -> Result<()> {
    loop {
        let now = Instant::now();
        let due = match pace {
            Pace::Window(most) if tally.on_the_way < most => now,
            Pace::PerSecond(rate) if tally.on_the_way < BACKLOG_MAX => {
                begun + Duration::from_secs(1) * (*next - tally.first) / rate
            }
            _ => return Ok(()),
        };
        if due > now {
            return Ok(());
        }
        let number = *next;
        *next += 1;
        tally.sent.push(Sent { due, reached: 0 });
        tally.on_the_way += 1;
        crowd.say(tally.cast.listeners + number as usize % tally.cast.senders, number)?;
    }
}

fn listen<S: Speech>(crowd: &mut Crowd<S>, tally: &mut Tally) -> Result<()> {
    let mut outcome = Ok(());
    crowd.turn(Duration::from_millis(1), |link, heard| {
        if let Err(cause) = tally.heard(link, heard) {
            outcome = Err(cause);
        }
    })?;
    outcome
}

fn quantile_ms(sorted: &[Duration], percent: usize) -> f64 {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).map_or(0.0, |took| took.as_secs_f64() * 1000.0)
}
