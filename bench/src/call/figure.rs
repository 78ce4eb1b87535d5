//! Figures, their medians, and the targets beside them.

use super::case::{LOSS_LIMIT, P99_LIMIT_MS, TRACKS, holds};
use super::contender::{Contender, Row};
use parlor_load::Report;

/// Of what Janus takes.
const OF_JANUS: f64 = 0.33;
/// Streams of 1.3 Mbit/s on one processor.
const STREAMS: f64 = 2_000.0;
/// Memory of one who receives, KiB.
const RSS_KIB: f64 = 400.0;
/// 50 tracks in the room, of what 5 cost.
const OF_FEW_TRACKS: f64 = 1.1;
/// The 99th of a hundred packets, of the time that a whole burst takes.
const OF_BURST: f64 = 1.5;
/// In small rooms, ms: half of the packets, and 99 of a hundred.
const ROOM_P50_MS: f64 = 0.2;
const ROOM_P99_MS: f64 = 1.0;

/// What one run of the load came to.
pub(super) struct Found {
    pub(super) case: &'static str,
    pub(super) row: Row,
    pub(super) contender: Contender,
    pub(super) round: usize,
    /// The words of the step.
    pub(super) words: String,
    pub(super) report: Report,
}

/// Everything found.
#[derive(Default)]
pub(super) struct Figures(Vec<Found>);

impl Figures {
    pub(super) fn add(&mut self, found: Found) {
        self.0.push(found);
    }

    fn of(&self, case: &str, row: Row, contender: Contender) -> impl Iterator<Item = &Found> {
        self.0.iter().filter(move |found| (found.case, found.row, found.contender) == (case, row, contender))
    }

    /// Prints medians, ratios and verdicts; true when no target is missed.
    pub(super) fn conclude(&self) -> bool {
        self.table();
        println!("\ntargets:");
        let mut all_hold = true;
        for row in Row::ALL {
            all_hold &= self.against_janus(row);
            all_hold &=
                self.rss(row) & self.tracks(row) & self.burst(row) & self.streams(row) & self.rooms(row);
        }
        all_hold
    }

    fn table(&self) {
        println!(
            "\n| case | row | server | us per packet | packets per s | server, cores | load, cores | loss, % | p50, ms | \
             p99, ms | first p99, ms | last p99, ms | KiB per peer |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
        );
        let mut seen: Vec<(&str, Row, Contender, &str)> = Vec::new();
        for Found { case, row, contender, words, .. } in &self.0 {
            let key = (*case, *row, *contender, words.as_str());
            if seen.contains(&key) {
                continue;
            }
            seen.push(key);
            let of: Vec<_> = self
                .of(case, *row, *contender)
                .filter(|found| found.words == *words)
                .map(|f| &f.report)
                .collect();
            let figure = |figure: fn(&Report) -> f64| median(of.iter().map(|report| figure(report)));
            println!(
                "| {words} | {} | {} | {:.2} | {:.0} | {:.2} | {:.2} | {:.3} | {:.2} | {:.2} | {:.2} | {:.2} | {:.0} |",
                row.name(),
                contender.name(),
                figure(us_per_packet),
                figure(|report| report.packets_per_s),
                figure(|report| report.server.map_or(0.0, |server| server.cores)),
                figure(|report| report.load_cores),
                figure(|report| report.loss * 100.0),
                figure(|report| report.latency.p50_ms),
                figure(|report| report.latency.p99_ms),
                figure(|report| report.first.p99_ms),
                figure(|report| report.last.p99_ms),
                figure(|report| report.server.map_or(0.0, |server| server.rss_kib_per_peer)),
            );
        }
        let load = self.0.iter().map(|found| found.report.load_average).fold(0.0, f64::max);
        let steal = self.0.iter().map(|found| found.report.steal).fold(0.0, f64::max);
        let mut srtp: Vec<_> = self.0.iter().flat_map(|found| &found.report.srtp).collect();
        srtp.sort();
        srtp.dedup();
        println!("load average at most {load:.2}, steal at most {:.1} %; {srtp:?}", steal * 100.0);
    }

    fn against_janus(&self, row: Row) -> bool {
        let mut all_hold = true;
        for case in ["audio", "video", "meeting", "rooms"] {
            let own = self.of(case, row, Contender::Parlor);
            let ratios = own.filter_map(|own| {
                let its = self.of(case, row, Contender::Janus).find(|its| its.round == own.round)?;
                Some(us_per_packet(&own.report) / us_per_packet(&its.report))
            });
            let ratios: Vec<_> = ratios.collect();
            if ratios.is_empty() {
                continue;
            }
            let by_round: Vec<_> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
            let name =
                format!("{case}, of what Janus takes for a packet (by round: {})", by_round.join(", "));
            all_hold &= verdict(row, &name, median(ratios.iter().copied()), OF_JANUS, "");
        }
        all_hold
    }

    fn rss(&self, row: Row) -> bool {
        let mut all_hold = true;
        for contender in Contender::ALL {
            let of = self.of("video", row, contender).filter_map(|found| found.report.server);
            let found: Vec<_> = of.map(|server| server.rss_kib_per_peer).collect();
            match contender {
                _ if found.is_empty() => {}
                Contender::Parlor => {
                    all_hold &= verdict(row, "memory per subscriber", median(found), RSS_KIB, "KiB");
                }
                Contender::Janus => println!("       {}: Janus: {:.0} KiB", row.name(), median(found)),
            }
        }
        all_hold
    }

    fn tracks(&self, row: Row) -> bool {
        let of = |words: &str| {
            let found = self.of("tracks", row, Contender::Parlor).filter(|found| found.words == words);
            found.map(|found| us_per_packet(&found.report)).collect::<Vec<_>>()
        };
        let [few, many] = TRACKS.map(of);
        if few.is_empty() || many.is_empty() {
            return true;
        }
        verdict(row, "50 tracks in the room, of what 5 cost", median(many) / median(few), OF_FEW_TRACKS, "")
    }

    /// On 1 -> 200 each frame is a burst of 5 packets for each; whoever is last waits for all of them.
    fn burst(&self, row: Row) -> bool {
        let mut all_hold = true;
        for contender in Contender::ALL {
            let of = self.of("video", row, contender);
            let ratios: Vec<_> = of
                .map(|found| {
                    let burst = (found.report.streams * 5) as f64;
                    found.report.latency.p99_ms / (burst * us_per_packet(&found.report) / 1e3)
                })
                .collect();
            match contender {
                _ if ratios.is_empty() => {}
                Contender::Parlor => {
                    all_hold &=
                        verdict(row, "p99 on 1 -> 200, of the time of a burst", median(ratios), OF_BURST, "");
                }
                Contender::Janus => println!("       {}: Janus: {:.2}", row.name(), median(ratios)),
            }
        }
        all_hold
    }

    /// The most streams of a step that held in the median of the rounds; by processor time beside it.
    fn streams(&self, row: Row) -> bool {
        let mut all_hold = true;
        for contender in Contender::ALL {
            let all: Vec<_> = self.of("streams", row, contender).collect();
            let Some(rounds) = all.iter().map(|found| found.round + 1).max() else { continue };
            let most = |round| {
                let held = all.iter().filter(|found| found.round == round && holds(&found.report));
                held.map(|found| found.report.streams).max().unwrap_or(0) as f64
            };
            let most = median((0..rounds).map(most));
            let largest =
                all.iter().filter(|found| holds(&found.report)).max_by_key(|found| found.report.streams);
            let by_time =
                largest.and_then(|found| Some((found.report.streams as f64, found.report.server?.cores)));
            let by_time = by_time.map_or(0.0, |(streams, cores)| streams / cores);
            let name = format!(
                "streams of 1.3 Mbit/s with loss < {} % and p99 < {P99_LIMIT_MS} ms (by processor time there: {by_time:.0} a core)",
                LOSS_LIMIT * 100.0
            );
            match contender {
                Contender::Parlor => {
                    let holds = most >= STREAMS;
                    let said = if holds { "holds" } else { "FAILS" };
                    println!("{said}: {}: {name}: {most:.0}, wanted {STREAMS:.0}", row.name());
                    all_hold &= holds;
                }
                Contender::Janus => println!("       {}: Janus: {name}: {most:.0}", row.name()),
            }
        }
        all_hold
    }

    fn rooms(&self, row: Row) -> bool {
        let of: Vec<_> = self.of("rooms", row, Contender::Parlor).map(|found| &found.report).collect();
        if of.is_empty() {
            return true;
        }
        let figure = |figure: fn(&Report) -> f64| median(of.iter().map(|report| figure(report)));
        let cores = figure(|report| report.server.map_or(0.0, |server| server.cores));
        let (p50, p99) = (figure(|report| report.latency.p50_ms), figure(|report| report.latency.p99_ms));
        let half = verdict(row, &format!("50 small rooms at {cores:.2} cores, p50"), p50, ROOM_P50_MS, "ms");
        verdict(row, "50 small rooms, p99", p99, ROOM_P99_MS, "ms") & half
    }
}

fn us_per_packet(report: &Report) -> f64 {
    report.server.map_or(0.0, |server| server.us_per_packet)
}

fn verdict(row: Row, name: &str, found: f64, limit: f64, unit: &str) -> bool {
    let holds = found <= limit;
    let said = if holds { "holds" } else { "FAILS" };
    println!("{said}: {}: {name}: {found:.2} {unit}, limit {limit} {unit}", row.name());
    holds
}

fn median(all: impl IntoIterator<Item = f64>) -> f64 {
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}
