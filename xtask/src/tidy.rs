//! `cargo xtask tidy`: the rules of the house that the compiler does not know.
//!
//! Each rule is one file: a pure detector over text with its own fixtures, and nothing that writes.

mod arrows;
mod codes;
mod coverage;
mod cycles;
mod fresh;
mod grid;
mod paths;
mod size;
mod sources;
mod wall;
mod words;

use std::fmt;

use anyhow::{Result, bail};

/// Tidy takes no arguments.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// One broken rule at one place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    sentence: String,
}

impl Finding {
    fn new(path: &str, line: usize, sentence: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, sentence: sentence.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.sentence)
    }
}

/// `cargo xtask tidy`.
pub(crate) fn run(_args: Args) -> Result<()> {
    run_all()
}

/// Checks every rule; all findings are printed, any is an error.
pub(crate) fn run_all() -> Result<()> {
    let sources = sources::all()?;
    let mut findings = Vec::new();
    for source in &sources {
        findings.extend(size::check(source));
        findings.extend(wall::check(source));
        findings.extend(words::check(source));
        findings.extend(grid::check(&source.path));
    }
    findings.extend(cycles::check(&sources));
    findings.extend(codes::check(&sources));
    findings.extend(coverage::check(&sources));
    findings.extend(arrows::check(&sources)?);
    findings.extend(fresh::check()?);
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} findings in {} files looked at", findings.len(), sources.len());
    }
    println!("tidy: {} files, nothing to say", sources.len());
    Ok(())
}
