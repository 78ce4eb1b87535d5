//! Calls over other networks than this machine's own: real browsers behind NATs and firewalls, a server behind 1:1 NAT.

use std::process::Command;

use anyhow::Result;

use super::{examples, web};
use crate::package::SDK;
use crate::process;

/// A browser behind a NAT and one that is let out over TCP 443 alone see and hear each other; skipped, with a word, where the
/// machine makes no networks.
pub(super) fn run() -> Result<()> {
    web::built()?;
    examples::build()?;
    // How long a change of address takes needs a machine without other work: `cargo xtask soak call`.
    process::succeed(browsers("abroad.mjs", "debug").arg("0"))
}

/// A script of `sdk/web/tests/browser` with the programs of a profile's folder.
pub(crate) fn browsers(script: &str, profile: &str) -> Command {
    let mut command = SDK.npm(&["exec", "--", "node"]);
    command.arg(format!("tests/browser/{script}"));
    command.env("PARLOR_ADMIN", process::root().join("target").join(profile).join("parlor"));
    command
}
