//! What the media threads have done, for each of them.

use ::metrics::{counter, describe_counter, describe_gauge, gauge};
use parlor_relay::{TURN_BOUNDS_US, ThreadCounts};

const PEERS: &str = "parlor_media_peers";
const PACKETS: &str = "parlor_media_packets_total";
const BYTES: &str = "parlor_media_bytes_total";
const FORWARDED: &str = "parlor_media_forwarded_total";
const DROPPED: &str = "parlor_media_dropped_total";
const NACKS: &str = "parlor_media_nacks_total";
const RETRANSMITTED: &str = "parlor_media_retransmitted_total";
const KEY_FRAMES: &str = "parlor_media_key_frames_total";
const TURN_BUCKETS: &str = "parlor_media_turn_seconds_bucket";
const TURN_COUNT: &str = "parlor_media_turn_seconds_count";
const TURN_MICROSECONDS: &str = "parlor_media_turn_microseconds_total";

pub(super) fn describe() {
    describe_gauge!(PEERS, "devices in calls, by media thread");
    describe_counter!(PACKETS, "packets of calls, by media thread and direction");
    describe_counter!(BYTES, "bytes of calls, by media thread and direction");
    describe_counter!(FORWARDED, "packets of sound and picture given to receivers, one for each receiver");
    describe_counter!(DROPPED, "packets of calls that went no further, by cause");
    describe_counter!(NACKS, "times that receivers asked for packets again");
    describe_counter!(RETRANSMITTED, "packets that went out again");
    describe_counter!(
        KEY_FRAMES,
        "key frames that senders were asked for (asked) and that receivers wanted (wanted)"
    );
    describe_counter!(
        TURN_BUCKETS,
        "from reading packets to having sent what follows: turns up to each length"
    );
    describe_counter!(TURN_COUNT, "turns that read packets");
    describe_counter!(TURN_MICROSECONDS, "time that those turns took in all");
}

/// What the media threads have done so far.
pub fn media_threads(threads: &[ThreadCounts]) {
    for (index, counts) in threads.iter().enumerate() {
        one(index.to_string(), counts);
    }
}

fn one(thread: String, counts: &ThreadCounts) {
    let thread = || ("thread", thread.clone());
    gauge!(PEERS, &[thread()]).set(counts.peers as f64);
    for (direction, packets, bytes) in
        [("in", counts.packets_in, counts.bytes_in), ("out", counts.packets_out, counts.bytes_out)]
    {
        let direction = ("direction", direction.to_owned());
        counter!(PACKETS, &[thread(), direction.clone()]).absolute(packets);
        counter!(BYTES, &[thread(), direction]).absolute(bytes);
    }
    let dropped = counts.dropped;
    for (cause, packets) in [
        ("unknown", dropped.unknown),
        ("too_long", dropped.too_long),
        ("not_granted", dropped.not_granted),
        ("over_limit", dropped.over_limit),
        ("not_sent", dropped.not_sent),
    ] {
        counter!(DROPPED, &[thread(), ("cause", cause.to_owned())]).absolute(packets);
    }
    for (why, frames) in [("asked", counts.key_frames_asked), ("wanted", counts.key_frames_wanted)] {
        counter!(KEY_FRAMES, &[thread(), ("why", why.to_owned())]).absolute(frames);
    }
    counter!(FORWARDED, &[thread()]).absolute(counts.forwarded);
    counter!(NACKS, &[thread()]).absolute(counts.nacks);
    counter!(RETRANSMITTED, &[thread()]).absolute(counts.retransmitted);
    turns(thread, counts);
}

/// As a histogram of Prometheus is written: each bucket holds those below it too.
fn turns(thread: impl Fn() -> (&'static str, String), counts: &ThreadCounts) {
    let bounds = TURN_BOUNDS_US.iter().map(|us| (*us as f64 / 1e6).to_string());
    let mut so_far = 0;
    for (bound, turns) in bounds.chain(["+Inf".to_owned()]).zip(counts.turns) {
        so_far += turns;
        counter!(TURN_BUCKETS, &[thread(), ("le", bound)]).absolute(so_far);
    }
    counter!(TURN_COUNT, &[thread()]).absolute(so_far);
    counter!(TURN_MICROSECONDS, &[thread()]).absolute(counts.turns_us);
}

#[cfg(test)]
mod tests {
    use super::*;
    use metrics_exporter_prometheus::PrometheusBuilder;
    use parlor_relay::Dropped;

    #[test]
    fn the_page_has_each_thread_and_buckets_that_hold_those_below() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let page = recorder.handle();
        let idle = ThreadCounts::default();
        let dropped = Dropped { over_limit: 7, ..Dropped::default() };
        let busy = ThreadCounts {
            peers: 3,
            packets_out: 500,
            dropped,
            turns: [4, 2, 0, 0, 0, 0, 0, 0, 0, 1],
            ..idle
        };
        ::metrics::with_local_recorder(&recorder, || media_threads(&[idle, busy]));
        let page = page.render();
        for line in [
            "parlor_media_peers{thread=\"0\"} 0",
            "parlor_media_peers{thread=\"1\"} 3",
            "parlor_media_packets_total{thread=\"1\",direction=\"out\"} 500",
            "parlor_media_dropped_total{thread=\"1\",cause=\"over_limit\"} 7",
            "parlor_media_turn_seconds_bucket{thread=\"1\",le=\"0.00005\"} 4",
            "parlor_media_turn_seconds_bucket{thread=\"1\",le=\"0.05\"} 6",
            "parlor_media_turn_seconds_bucket{thread=\"1\",le=\"+Inf\"} 7",
            "parlor_media_turn_seconds_count{thread=\"1\"} 7",
        ] {
            assert!(page.lines().any(|found| found == line), "{line} is not in\n{page}");
        }
    }
}
