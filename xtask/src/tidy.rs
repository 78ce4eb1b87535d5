//! `cargo xtask tidy`: the rules of the house that the compiler does not know.

use anyhow::Result;

/// Tidy takes no arguments.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Checks every rule.
pub(crate) fn run(_args: Args) -> Result<()> {
    Ok(())
}
