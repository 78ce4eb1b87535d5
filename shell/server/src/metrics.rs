//! Figures for Prometheus. Every name is here or, of the media threads, beside; the features count, this file renders.

mod media;

pub use media::media_threads;

use crate::fault::Fault;
use ::metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use parlor_protocol::codes::Code;
use parlor_store::StoreStats;
use std::time::Duration;

const CONNECTIONS: &str = "parlor_connections";
const CONNECTIONS_REFUSED: &str = "parlor_connections_refused_total";
const HANDSHAKES_FAILED: &str = "parlor_tls_handshakes_failed_total";
const LINKS: &str = "parlor_links";
const SESSIONS: &str = "parlor_sessions";
const LOGINS: &str = "parlor_logins_total";
const HTTP_CALLS: &str = "parlor_http_calls_total";
const HTTP_SECONDS: &str = "parlor_http_call_seconds";
const CALLBACKS: &str = "parlor_callbacks_total";
const CALLBACK_EVENTS: &str = "parlor_callback_events_total";
const CALLBACK_EVENTS_WAITING: &str = "parlor_callback_events_waiting";
const CALLBACK_EVENTS_OLDEST: &str = "parlor_callback_events_oldest_seconds";
const MEDIA_SESSIONS: &str = "parlor_media_sessions";
const MEDIA_JOINS: &str = "parlor_media_joins_total";
const MEDIA_ENDED: &str = "parlor_media_sessions_ended_total";
const FILE_CALLS: &str = "parlor_file_calls_total";
const FILE_BYTES: &str = "parlor_file_bytes_total";
const FILE_SPACE: &str = "parlor_file_space_bytes";
const FILE_SPACE_REFUSED: &str = "parlor_file_space_refused_total";
const STORE_COMMITS: &str = "parlor_store_commits_total";
const STORE_GROUPS: &str = "parlor_store_groups_total";
const STORE_READS: &str = "parlor_store_reads_total";
const STORE_COMMIT_US: &str = "parlor_store_commit_microseconds_total";
const STORE_READ_ONLY: &str = "parlor_store_read_only";
const RESIDENT: &str = "process_resident_memory_bytes";
const FILES: &str = "process_open_fds";

/// Renders the figures of this process.
#[derive(Clone)]
pub struct Exposition(PrometheusHandle);

/// Starts counting in this process. Until then every count is dropped.
///
/// # Errors
/// Somebody counts already.
pub fn start() -> Result<Exposition, BuildError> {
    let buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full(HTTP_SECONDS.into()), &buckets)?
        .install_recorder()?;
    describe_gauge!(CONNECTIONS, "open connections, links included");
    describe_counter!(CONNECTIONS_REFUSED, "connections closed on arrival, by reason");
    describe_counter!(HANDSHAKES_FAILED, "TLS handshakes that failed or took too long, by reason");
    describe_gauge!(LINKS, "open links");
    describe_gauge!(SESSIONS, "sessions of this node, attached or waiting for their client");
    describe_counter!(LOGINS, "logins on links, by kind and result");
    describe_counter!(HTTP_CALLS, "HTTP calls, by route and answered code");
    describe_histogram!(HTTP_SECONDS, "time from the head of a call to its answer, by route");
    describe_counter!(CALLBACKS, "questions to apps' servers, by result");
    describe_counter!(CALLBACK_EVENTS, "attempts to tell apps' servers of events, by result");
    describe_gauge!(CALLBACK_EVENTS_WAITING, "events that wait to be told to apps' servers");
    describe_gauge!(CALLBACK_EVENTS_OLDEST, "how long the oldest of them has waited");
    describe_gauge!(MEDIA_SESSIONS, "devices in calls");
    describe_counter!(MEDIA_JOINS, "requests to take part in a call, by result");
    describe_counter!(MEDIA_ENDED, "media sessions that ended by themselves, by cause");
    media::describe();
    describe_counter!(FILE_CALLS, "uploads and downloads of files, by act and answered code");
    describe_counter!(FILE_BYTES, "bytes of files, in and out");
    describe_gauge!(FILE_SPACE, "bytes of all files, announced ones included");
    describe_counter!(FILE_SPACE_REFUSED, "uploads refused since the files of their app hold too much");
    describe_counter!(STORE_COMMITS, "batches given to the store, by result");
    describe_counter!(STORE_GROUPS, "durable commits, each of a group of batches");
    describe_counter!(STORE_READS, "reads of the store");
    describe_counter!(STORE_COMMIT_US, "time that durable commits took in all");
    describe_gauge!(STORE_READ_ONLY, "1 when the disk has failed and nothing can be saved");
    describe_gauge!(RESIDENT, "memory of the process in RAM");
    describe_gauge!(FILES, "open files of the process");
    gauge!(CONNECTIONS).set(0.0);
    gauge!(LINKS).set(0.0);
    Ok(Exposition(handle))
}

impl Exposition {
    /// The figures in Prometheus' text format.
    pub fn render(&self) -> String {
        if let Some(bytes) = resident_bytes() {
            gauge!(RESIDENT).set(bytes as f64);
        }
        if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
            gauge!(FILES).set(open.count() as f64);
        }
        self.0.run_upkeep();
        self.0.render()
    }
}

/// The process's memory in RAM, where the system tells.
pub fn resident_bytes() -> Option<u64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse::<u64>().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// A connection was opened (+1) or closed (-1).
pub fn connections(change: f64) {
    gauge!(CONNECTIONS).increment(change);
}

/// A connection was closed on arrival.
pub fn connection_refused(reason: &'static str) {
    counter!(CONNECTIONS_REFUSED, "reason" => reason).increment(1);
}

/// A handshake came to nothing.
pub fn handshake_failed(reason: &'static str) {
    counter!(HANDSHAKES_FAILED, "reason" => reason).increment(1);
}

/// An open link; counted as long as it lives.
pub struct CountedLink(());

impl CountedLink {
    /// A link was opened.
    pub fn new() -> Self {
        gauge!(LINKS).increment(1.0);
        Self(())
    }
}

impl Default for CountedLink {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for CountedLink {
    fn drop(&mut self) {
        gauge!(LINKS).decrement(1.0);
    }
}

/// Sessions of this node, now.
pub fn sessions(count: usize) {
    gauge!(SESSIONS).set(count as f64);
}

/// A login was decided; `kind` is `im`, `resume` or `room`. Passes the outcome on.
///
/// # Errors
/// The outcome's own.
pub fn login<T>(kind: &'static str, outcome: Result<T, Fault>) -> Result<T, Fault> {
    let result = outcome.as_ref().map_or_else(|fault| fault.code, |_| Code::Ok).name();
    counter!(LOGINS, "kind" => kind, "result" => result).increment(1);
    outcome
}

/// What the store has done.
pub fn store(stats: &StoreStats) {
    for (result, count) in [("done", stats.commits), ("refused", stats.refused), ("busy", stats.busy)] {
        counter!(STORE_COMMITS, "result" => result).absolute(count);
    }
    counter!(STORE_GROUPS).absolute(stats.groups);
    counter!(STORE_READS).absolute(stats.reads);
    counter!(STORE_COMMIT_US).absolute(stats.commit_time_sum_us);
    gauge!(STORE_READ_ONLY).set(f64::from(u8::from(stats.read_only)));
}

/// An HTTP call was answered.
pub fn http_call(route: &str, code: &'static str, took: Duration) {
    counter!(HTTP_CALLS, "route" => route.to_owned(), "code" => code).increment(1);
    histogram!(HTTP_SECONDS, "route" => route.to_owned()).record(took.as_secs_f64());
}

/// A question to an app's server was answered.
pub fn callback(result: &'static str) {
    counter!(CALLBACKS, "result" => result).increment(1);
}

/// An event was shown to an app's server.
pub fn callback_event(result: &'static str) {
    counter!(CALLBACK_EVENTS, "result" => result).increment(1);
}

/// Events that wait, now, and for how long the oldest has.
pub fn callback_events_waiting(count: u64, oldest: Duration) {
    gauge!(CALLBACK_EVENTS_WAITING).set(count as f64);
    gauge!(CALLBACK_EVENTS_OLDEST).set(oldest.as_secs_f64());
}

/// A device asked to take part in a call. Passes the outcome on.
///
/// # Errors
/// The outcome's own.
pub fn media_join<T>(outcome: Result<T, Fault>) -> Result<T, Fault> {
    let result = outcome.as_ref().map_or_else(|fault| fault.code, |_| Code::Ok).name();
    counter!(MEDIA_JOINS, "result" => result).increment(1);
    outcome
}

/// Devices in calls, now.
pub fn media_sessions(count: usize) {
    gauge!(MEDIA_SESSIONS).set(count as f64);
}

/// A media session ended by itself.
pub fn media_ended(cause: &'static str) {
    counter!(MEDIA_ENDED, "cause" => cause).increment(1);
}

/// A content was brought (`put`) or fetched (`get`).
pub fn file(act: &'static str, code: Code) {
    counter!(FILE_CALLS, "act" => act, "code" => code.name()).increment(1);
}

/// Bytes of all files.
pub fn file_space(bytes: u64) {
    gauge!(FILE_SPACE).set(bytes as f64);
}

/// An upload was refused for want of space.
pub fn file_space_refused() {
    counter!(FILE_SPACE_REFUSED).increment(1);
}

/// Bytes of files went `in` or `out`.
pub fn file_bytes(direction: &'static str, bytes: u64) {
    counter!(FILE_BYTES, "direction" => direction).increment(bytes);
}
