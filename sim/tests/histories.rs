//! A history is its seed's alone.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use parlor_sim::history;

#[test]
fn the_same_seed_gives_the_same_history_whatever_runs_beside_it() {
    let alone: Vec<_> = (1..=12).map(|seed| history::run(seed, false)).collect();
    let beside = std::thread::spawn(|| {
        // Other disks, other numbers of histories before each seed.
        (1..=12).rev().map(|seed| history::run(seed, false)).collect::<Vec<_>>()
    });
    for seed in 100..112 {
        history::run(seed, false);
    }
    let mut again = beside.join().unwrap();
    again.reverse();
    for (seed, (first, second)) in (1..).zip(alone.iter().zip(&again)) {
        assert_eq!(first.hash, second.hash, "seed {seed}: {:?}, {:?}", first.verdict, second.verdict);
        assert_eq!(first.lines, second.lines, "seed {seed}");
    }
}
