//! The load against a real server: everything arrives, and every figure is there.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use clap::Parser;
use parlor_load::{Args, Report};
use parlor_server::config::Config;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::{Duration, Instant};

/// The server has its first app within this time.
const START_TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: Args,
}

/// What the load says of a server of its own; `words` are those of its command line.
async fn load(words: &str) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let mut config = Config { data: folder.path().join("data"), ..Config::default() };
    config.listen.address = SocketAddr::from((Ipv4Addr::LOCALHOST, free.port()));
    config.media.threads = 1;
    let server = tokio::spawn(parlor_server::serve::run(config));
    let first_app = folder.path().join("data/first-app.json");
    let begun = Instant::now();
    while !first_app.exists() || tokio::net::TcpStream::connect(free).await.is_err() {
        assert!(begun.elapsed() < START_TIMEOUT && !server.is_finished(), "the server does not start");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (url, pid) = (format!("http://{free}"), std::process::id().to_string());
    let own = ["--first-app", first_app.to_str().unwrap(), "--server", &url, "--server-pid", &pid];
    let words = ["parlor-load"].into_iter().chain(words.split(' ')).chain(own);
    let report = parlor_load::run(&Cli::parse_from(words).args).await.unwrap();
    server.abort();
    report
}

/// Nothing is lost, and nothing is missing among the figures.
fn check(report: &Report, peers: usize, streams: usize) {
    println!("{report}");
    assert_eq!((report.peers, report.streams), (peers, streams));
    assert_eq!((report.loss, report.worst_loss, report.silent, report.ended), (0.0, 0.0, 0, 0));
    assert_eq!((report.came, report.due), (report.latency.count, report.came));
    assert!(report.latency.p50_ms > 0.0 && report.latency.p50_ms <= report.latency.p99_ms);
    assert!(report.latency.p99_ms <= report.latency.max_ms * 1.03 && report.latency.max_ms < 2_000.0);
    assert_eq!((report.connected.count, report.answered.count), (peers as u64, peers as u64));
    assert!(report.connected.p50_ms >= report.answered.p50_ms && report.heard.p50_ms > 0.0);
    assert_eq!(report.srtp.len(), 1, "{:?}", report.srtp);
    let server = report.server.unwrap();
    assert!(server.cores > 0.0 && server.us_per_packet > 0.0 && server.rss_kib[1] > 1_000);
    assert!(report.load_cores > 0.0);
}

/// Each frame has a first and a last packet; at the ends of the window it may be cut for each stream.
fn check_frames(report: &Report) {
    let (first, last) = (report.first.count, report.last.count);
    assert!(first > 0 && first.abs_diff(last) <= 2 * report.streams as u64, "{first} first, {last} last");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_for_three() {
    let report = load("webinar --people 3 --seconds 2 --warm-up 1").await;
    check(&report, 4, 3);
    // 30 frames of 5 packets a second; the ends of the window fall between frames.
    assert!((report.packets_per_s / 450.0 - 1.0).abs() < 0.05, "{} packets/s", report.packets_per_s);
    check_frames(&report);
    assert!(report.first.p50_ms > 0.0 && report.last.p50_ms > 0.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_with_the_web_client_s_lines() {
    let words =
        "meeting --people 3 --media both --simulcast --web-lines --heed-needs --seconds 2 --warm-up 2";
    let report = load(words).await;
    check(&report, 3, 12);
    // Sound of two others at each, and at least the lowest encoding of their pictures.
    assert!(report.packets_per_s > 3.0 * 2.0 * (50.0 + 30.0) * 0.9, "{} packets/s", report.packets_per_s);
    check_frames(&report);
}
