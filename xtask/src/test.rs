//! `cargo xtask test`: everything that must hold, each part timed; a failed part does not stop the others.

mod app;
pub(crate) mod call;
mod cpp;
mod examples;
mod meeting;
pub(crate) mod tools;
pub(crate) mod web;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::{mutate, process, tidy};

/// One thing that must hold.
struct Part {
    name: &'static str,
    work: fn() -> Result<()>,
}

/// In the order they run: the quick ones first.
const PARTS: &[Part] = &[
    Part { name: "fmt", work: fmt },
    Part { name: "tidy", work: tidy::run_all },
    Part { name: "deny", work: deny },
    Part { name: "clippy", work: clippy },
    Part { name: "docs", work: docs },
    Part { name: "doctest", work: doctest },
    Part { name: "unit", work: unit },
    Part { name: "examples", work: examples::rust },
    Part { name: "cpp", work: cpp::run },
    Part { name: "web", work: web::run },
    Part { name: "app", work: app::run },
    Part { name: "call", work: call::run },
    Part { name: "meeting", work: meeting::run },
    Part { name: "sim", work: sim },
    Part { name: "mutate", work: mutate::run_all },
];

/// Which parts to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Parts by name; all of them when none is given.
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(PARTS.iter().map(|part| part.name)))]
    parts: Vec<String>,
}

struct Outcome {
    name: &'static str,
    took: Duration,
    failure: Option<anyhow::Error>,
}

/// Runs the chosen parts; fails when one of them failed.
pub(crate) fn run(args: Args) -> Result<()> {
    let chosen = |part: &&Part| args.parts.is_empty() || args.parts.iter().any(|name| name == part.name);
    tools::install()?;
    let outcomes = PARTS.iter().filter(chosen).map(outcome).collect::<Vec<_>>();
    summary(&outcomes)
}

fn outcome(part: &Part) -> Outcome {
    println!("\n==> {}", part.name);
    let started = Instant::now();
    let failure = (part.work)().err();
    if let Some(failure) = &failure {
        println!("{}: {failure:#}", part.name);
    }
    Outcome { name: part.name, took: started.elapsed(), failure }
}

/// Its last line has the form that CI systems read counts from.
fn summary(outcomes: &[Outcome]) -> Result<()> {
    println!("\n==> summary");
    for Outcome { name, took, failure } in outcomes {
        let result = failure.as_ref().map_or("passed".to_owned(), |failure| format!("FAILED: {failure:#}"));
        println!("{name:<10} {:>7.1} s  {result}", took.as_secs_f64());
    }
    let total = outcomes.iter().map(|outcome| outcome.took).sum::<Duration>();
    println!("{:<10} {:>7.1} s", "total", total.as_secs_f64());
    let failed = outcomes.iter().filter(|outcome| outcome.failure.is_some()).count();
    println!("parts: {} passed, {failed} failed", outcomes.len() - failed);
    if failed > 0 {
        bail!("not everything holds");
    }
    Ok(())
}

fn fmt() -> Result<()> {
    process::succeed(&mut process::cargo(["fmt", "--all", "--check"]))
}

fn deny() -> Result<()> {
    let checks =
        ["deny", "--workspace", "--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    process::succeed(&mut process::cargo(checks))
}

fn clippy() -> Result<()> {
    let args = ["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "--deny", "warnings"];
    process::succeed(&mut process::cargo(args))
}

fn docs() -> Result<()> {
    let mut doc = process::cargo(["doc", "--workspace", "--no-deps", "--locked", "--quiet"]);
    process::succeed(doc.env("RUSTDOCFLAGS", "--deny warnings"))
}

fn doctest() -> Result<()> {
    process::succeed(&mut process::cargo(["test", "--workspace", "--doc", "--locked", "--quiet"]))
}

/// The tests of every crate, by nextest where it is installed.
fn unit() -> Result<()> {
    if process::works("cargo-nextest", &["--version"]) {
        return process::succeed(&mut process::cargo(["nextest", "run", "--workspace", "--locked"]));
    }
    let args = ["test", "--workspace", "--all-targets", "--locked", "--no-fail-fast", "--quiet"];
    process::succeed(&mut process::cargo(args))
}

/// A few thousand random histories of the shipping server and client code, and of calls.
fn sim() -> Result<()> {
    let args = ["run", "--quiet", "--locked", "--package", "parlor-sim", "--features", "mutations", "--"];
    process::succeed(process::cargo(args).args(["--histories", "1500"]))?;
    process::succeed(process::cargo(args).args(["--what", "media", "--histories", "60"]))
}
