use super::*;

const SECOND: u64 = 1_000_000;

/// So many packets, one each millisecond; what arrived and when.
fn pass(seed: u64, conditions: Conditions, count: u64) -> (Path<u64>, Vec<(u64, u64)>) {
    let mut path = Path::new(seed, Transport::Datagrams);
    path.set(0, conditions.checked().expect("it can be"));
    let mut arrived = Vec::new();
    let mut take = |path: &mut Path<u64>, until_us: u64| {
        while let Some(due_us) = path.due_us().filter(|due_us| *due_us <= until_us) {
            arrived.extend(std::iter::from_fn(|| path.leave(due_us)).map(|number| (due_us, number)));
        }
    };
    for number in 0..count {
        take(&mut path, number * 1000);
        path.enter(number * 1000, 1000, number);
    }
    take(&mut path, count * 1000 + 100 * SECOND);
    (path, arrived)
}

/// Of each of many seeds a figure; their mean and the furthest from it.
fn spread(figure: impl Fn(u64) -> f64) -> (f64, f64) {
    let figures = (0..50).map(figure).collect::<Vec<_>>();
    let mean = figures.iter().sum::<f64>() / figures.len() as f64;
    (mean, figures.iter().map(|one| (one - mean).abs()).fold(0.0, f64::max))
}

#[test]
fn the_default_does_nothing() {
    let (path, arrived) = pass(1, Conditions::default(), 1000);
    assert_eq!(arrived, (0..1000).map(|number| (number * 1000, number)).collect::<Vec<_>>());
    assert_eq!((path.counters().packets, path.counters().delivered, path.held_bytes()), (1000, 1000, 0));
}

#[test]
fn as_much_is_lost_as_is_said() {
    let lost = |seed, burst| {
        let (path, arrived) = pass(seed, Conditions { loss: 0.05, burst, ..Conditions::default() }, 10_000);
        assert_eq!(path.counters().lost + arrived.len() as u64, 10_000);
        path.counters().lost as f64 / 10_000.0
    };
    let (mean, furthest) = spread(|seed| lost(seed, 1.0));
    assert!((mean - 0.05).abs() < 0.002 && furthest < 0.012, "{mean} {furthest}");
    let (mean, furthest) = spread(|seed| lost(seed, 5.0));
    assert!((mean - 0.05).abs() < 0.004 && furthest < 0.03, "{mean} {furthest}");
    assert_eq!(lost(3, 1.0), lost(3, 1.0));
}

#[test]
fn bursts_are_as_long_as_is_said() {
    let length = |seed| {
        let (_, arrived) = pass(seed, Conditions { loss: 0.05, burst: 4.0, ..Conditions::default() }, 20_000);
        let gaps = arrived.windows(2).map(|pair| pair[1].1 - pair[0].1 - 1).filter(|gap| *gap > 0);
        let gaps = gaps.collect::<Vec<_>>();
        gaps.iter().sum::<u64>() as f64 / gaps.len() as f64
    };
    let (mean, furthest) = spread(length);
    assert!((mean - 4.0).abs() < 0.15 && furthest < 1.0, "{mean} {furthest}");
}

#[test]
fn what_is_late_by_chance_is_in_order_unless_it_may_overtake() {
    let jittery = Conditions { delay_ms: 20.0, jitter_ms: 30.0, ..Conditions::default() };
    let (_, arrived) = pass(7, jittery, 5000);
    assert!(arrived.windows(2).all(|pair| pair[0].1 < pair[1].1));
    let (_, free) = pass(7, Conditions { reorder: true, ..jittery }, 5000);
    let overtaken = free.windows(2).filter(|pair| pair[0].1 > pair[1].1).count();
    assert!(overtaken > 1000, "{overtaken}");
    let late = |(at_us, number): &(u64, u64)| at_us - number * 1000;
    assert!(free.iter().map(late).all(|late_us| (20_000..50_000).contains(&late_us)));
    let mean = free.iter().map(late).sum::<u64>() as f64 / free.len() as f64;
    assert!((mean - 35_000.0).abs() < 700.0, "{mean}");
}

#[test]
fn some_come_twice() {
    let twice = |seed| {
        let (path, arrived) = pass(seed, Conditions { duplicate: 0.1, ..Conditions::default() }, 5000);
        assert_eq!(arrived.len() as u64, 5000 + path.counters().duplicated);
        path.counters().duplicated as f64 / 5000.0
    };
    let (mean, furthest) = spread(twice);
    assert!((mean - 0.1).abs() < 0.004 && furthest < 0.02, "{mean} {furthest}");
}

#[test]
fn it_carries_its_rate_and_what_would_wait_too_long_is_dropped() {
    // 8.224 Mbit/s come, 2 Mbit/s leave.
    let narrow = Conditions { rate_bps: 2_000_000, queue_ms: 100.0, ..Conditions::default() };
    let (path, arrived) = pass(1, narrow, 10_000);
    let sent_bits = arrived.len() as f64 * 8.0 * 1028.0;
    let last_us = arrived.last().expect("some").0;
    assert!((sent_bits / (last_us as f64 / 1e6) - 2e6).abs() < 2e4, "{sent_bits} in {last_us}");
    assert!(arrived.iter().all(|(at_us, number)| at_us - number * 1000 <= 105_000));
    assert_eq!(path.counters().dropped + arrived.len() as u64, 10_000);
}

#[test]
fn a_new_rate_holds_for_what_waits() {
    let mut path = Path::new(1, Transport::Datagrams);
    path.set(0, Conditions { rate_bps: 8_000, queue_ms: 10_000.0, ..Conditions::default() });
    path.enter(0, 972, 1);
    path.enter(0, 972, 2);
    assert_eq!(path.due_us(), Some(SECOND));
    path.set(SECOND / 2, Conditions { rate_bps: 80_000, queue_ms: 10_000.0, ..Conditions::default() });
    assert_eq!(path.due_us(), Some(SECOND / 2 + SECOND / 20));
    assert_eq!(path.leave(SECOND), Some(1));
    assert_eq!(path.leave(SECOND), Some(2));
    path.set(SECOND, Conditions::default());
    path.enter(SECOND, 972, 3);
    assert_eq!(path.leave(SECOND), Some(3));
}

#[test]
fn over_a_path_that_is_cut_nothing_comes() {
    let mut path = Path::new(1, Transport::Datagrams);
    path.set(0, Conditions { rate_bps: 8_000, delay_ms: 5.0, queue_ms: 9_000.0, ..Conditions::default() });
    path.enter(0, 972, 1);
    path.enter(0, 972, 2);
    path.cut(SECOND, true);
    path.enter(SECOND, 972, 3);
    assert_eq!((path.leave(10 * SECOND), path.leave(10 * SECOND)), (Some(1), None), "what flew arrives");
    path.cut(20 * SECOND, false);
    path.enter(20 * SECOND, 972, 4);
    assert_eq!(path.due_us(), Some(21 * SECOND));
    assert_eq!(path.leave(22 * SECOND), Some(4));
    assert_eq!(path.counters().cut, 2);
}

#[test]
fn a_stream_loses_nothing_and_keeps_its_order() {
    let mut path = Path::new(9, Transport::Stream);
    let conditions = Conditions {
        loss: 0.1,
        duplicate: 0.5,
        delay_ms: 20.0,
        jitter_ms: 40.0,
        reorder: true,
        rate_bps: 4_000_000,
        ..Conditions::default()
    };
    path.set(0, conditions);
    let mut arrived = Vec::new();
    for number in 0..2000_u64 {
        let now_us = number * 1000;
        path.cut(now_us, (500..600).contains(&number));
        path.enter(now_us, 1000, number);
        arrived.extend(std::iter::from_fn(|| path.leave(now_us)));
    }
    path.cut(2 * SECOND, false);
    arrived.extend(std::iter::from_fn(|| path.leave(100 * SECOND)));
    assert_eq!(arrived, (0..2000).collect::<Vec<_>>());
    assert!(path.counters().lost > 100);
    assert_eq!(path.held_bytes(), 0);
}

#[test]
fn what_no_path_has_is_refused() {
    let wrong = [
        Conditions { loss: 1.5, ..Conditions::default() },
        Conditions { loss: f64::NAN, ..Conditions::default() },
        Conditions { burst: 0.0, ..Conditions::default() },
        Conditions { delay_ms: -1.0, ..Conditions::default() },
        Conditions { queue_ms: 1e9, ..Conditions::default() },
    ];
    let names = wrong.map(|conditions| conditions.checked().expect_err("it cannot be").name);
    assert_eq!(names, ["loss", "loss", "burst", "delay_ms", "queue_ms"]);
}
