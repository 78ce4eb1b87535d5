//! `cargo xtask fuzz`: libFuzzer on the targets of `fuzz/`, from the committed corpus. Works on stable: the wrapper
//! `fuzz/instrument.sh` asks LLVM for the coverage of our own crates.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::process;

const TARGETS: [&str; 4] = ["link", "http", "packet", "payload"];
/// The targets' databases go where writing them costs nothing.
const MEMORY_FOLDER: &str = "/dev/shm";
/// Memory at the end is at most this many percent of what it was when the corpus had been read.
const MEMORY_LIMIT_PERCENT: u64 = 110;
/// The first executions fill pools and caches, the store's page caches of 8 MiB above all; memory counts from here on.
const WARM_UP_RUNS: u64 = 1 << 17;

/// What to run, and for how long.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Targets; all when none is given.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(TARGETS))]
    targets: Vec<String>,
    /// Executions of each target.
    #[arg(long, default_value_t = 1_000_000)]
    runs: u64,
    /// End after this time instead.
    #[arg(long)]
    seconds: Option<u64>,
}

/// Fuzzes each target; fails where one finds a fault or grows.
pub(crate) fn run(args: Args) -> Result<()> {
    let folder = process::root().join("target/fuzz");
    build()?;
    for target in
        TARGETS.iter().filter(|target| args.targets.is_empty() || args.targets.iter().any(|t| t == *target))
    {
        fuzz(&folder, target, &args)?;
    }
    Ok(())
}

fn build() -> Result<()> {
    let mut build =
        process::cargo(["build", "--release", "--package", "parlor-fuzz", "--features", "libfuzzer"]);
    build.env("RUSTC_WORKSPACE_WRAPPER", process::root().join("fuzz/instrument.sh"));
    // Only the targets: what is instrumented links with libFuzzer, and other programs of the crate do not.
    process::succeed(build.args(TARGETS.iter().map(|target| format!("--bin=fuzz-{target}"))))
}

fn fuzz(folder: &Path, target: &str, args: &Args) -> Result<()> {
    // What is found is kept outside of the repository; what is worth keeping is copied by hand.
    let found = folder.join("found").join(target);
    std::fs::create_dir_all(&found)?;
    let log = folder.join(format!("{target}.log"));
    let mut command =
        process::command(process::root().join(format!("target/release/fuzz-{target}")), [&found]);
    command.arg(process::root().join("fuzz/corpus").join(target));
    match args.seconds {
        Some(seconds) => command.arg(format!("-max_total_time={seconds}")),
        None => command.arg(format!("-runs={}", args.runs)),
    };
    command.args(["-max_len=4096", "-timeout=60", "-print_final_stats=1"]);
    command.arg(format!("-artifact_prefix={}/", folder.display()));
    if Path::new(MEMORY_FOLDER).is_dir() {
        command.env("TMPDIR", MEMORY_FOLDER);
    }
    println!("{target}: its log is {}", log.display());
    let ended = process::succeed(command.stderr(std::fs::File::create(&log)?));
    ended.with_context(|| format!("{target}: see {}", log.display()))?;
    let text = std::fs::read_to_string(&log)?;
    let progress = text.lines().filter_map(progress).collect::<Vec<_>>();
    let last = progress.last().context("no progress in the log")?;
    let first = progress.iter().find(|(runs, _)| *runs >= WARM_UP_RUNS).unwrap_or(last);
    println!("{target}: {} executions, {} -> {} MiB resident", last.0, first.1, last.1);
    ensure!(last.1 * 100 <= first.1 * MEMORY_LIMIT_PERCENT, "{target}: memory grew");
    Ok(())
}

/// Executions and MiB of a line such as `#4096 pulse cov: 1 ... rss: 60Mb`.
fn progress(line: &str) -> Option<(u64, u64)> {
    let runs = line.strip_prefix('#')?.split_whitespace().next()?.parse().ok()?;
    let rss = line.split_once("rss: ")?.1.split_once("Mb")?.0.parse().ok()?;
    Some((runs, rss))
}

#[cfg(test)]
mod tests {
    use super::progress;

    #[test]
    fn a_line_of_libfuzzer_is_read() {
        let line = "#65536\tpulse  cov: 901 ft: 2210 corp: 300/9Kb lim: 200 exec/s: 4000 rss: 61Mb";
        assert_eq!(progress(line), Some((65_536, 61)));
        assert_eq!(progress("INFO: seed corpus: files: 15"), None);
    }
}
