//! Many histories, on several threads: each history lives in one thread and knows nothing of the others, so that their
//! number does not matter to what is found.

use crate::history::Outcome;
use crate::mutation;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Outcomes that may wait to be counted.
const WAITING: usize = 16;
/// Between two words of how far it is.
const PROGRESS: Duration = Duration::from_secs(10);

/// What to live through.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What lives through the history of a seed, and whether it prints it as it comes about.
    pub live: fn(u64, bool) -> Outcome,
    /// One history of each.
    pub seeds: Range<u64>,
    /// How many at once.
    pub jobs: usize,
    /// The fault to plant.
    pub mutation: Option<String>,
    /// Go on after a history that must not be.
    pub all: bool,
    /// Print each history as it comes about.
    pub verbose: bool,
}

/// How far it is.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Histories lived through.
    pub histories: u64,
    /// How long they took in their own time.
    pub virtual_time: Duration,
    /// How long they took.
    pub elapsed: Duration,
}

/// A history that must not be.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Its seed.
    pub seed: u64,
    /// The history and its verdict.
    pub outcome: Outcome,
}

/// Lives through the histories of a plan, tells `progress` now and then, and returns what was found, the lowest seed
/// first. Which findings those are does not depend on the number of jobs, unless [`Plan::all`] is wanted.
pub fn run(plan: &Plan, progress: impl Fn(&Tally)) -> (Tally, Vec<Finding>) {
    let (next, found) = (AtomicU64::new(plan.seeds.start), AtomicBool::new(false));
    let started = Instant::now();
    let mut tally = Tally { histories: 0, virtual_time: Duration::ZERO, elapsed: Duration::ZERO };
    let mut findings = Vec::new();
    std::thread::scope(|scope| {
        let (tell, told) = mpsc::sync_channel(WAITING);
        for _ in 0..plan.jobs.max(1) {
            let (tell, next, found) = (tell.clone(), &next, &found);
            scope.spawn(move || {
                if let Some(name) = &plan.mutation {
                    mutation::plant(name);
                }
                while !found.load(Ordering::Acquire) {
                    // Seeds are taken in their order: whatever is lower than a finding is being lived through already.
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if !plan.seeds.contains(&seed) {
                        return;
                    }
                    let outcome = (plan.live)(seed, plan.verbose);
                    if outcome.verdict.is_some() && !plan.all {
                        found.store(true, Ordering::Release);
                    }
                    if tell.send(Finding { seed, outcome }).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tell);
        let mut said = started;
        loop {
            match told.recv_timeout(PROGRESS) {
                Ok(lived) => {
                    tally.histories += 1;
                    tally.virtual_time += lived.outcome.virtual_time;
                    if lived.outcome.verdict.is_some() {
                        findings.push(lived);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            tally.elapsed = started.elapsed();
            if said.elapsed() >= PROGRESS {
                said = Instant::now();
                progress(&tally);
            }
        }
    });
    findings.sort_by_key(|finding| finding.seed);
    if !plan.all {
        findings.truncate(1);
    }
    (tally, findings)
}
