//! The web SDK: types, style, the machines against the shared scenarios, the build, and a real browser against a real
//! server.

use std::process::Command;

use anyhow::{Result, bail};

use super::examples::{self, Server};
use crate::process;

const PACKAGE: &str = "sdk/web";
/// What the lock file names, and nothing written. `npm ci` would refuse a lock file that was made where the registry
/// offers only some platforms' binaries of a tool.
const INSTALL: [&str; 5] = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
const BUILD: [&str; 2] = ["run", "build"];
/// The oldest Node that the tools run on.
const NODE_MAJOR: u32 = 20;

/// Runs every check of the package, in the order of what they cost.
pub(super) fn run() -> Result<()> {
    node()?;
    step("dependencies", &mut npm(&INSTALL))?;
    step("types and style", &mut npm(&["run", "check"]))?;
    step("unit tests and scenarios", &mut npm(&["test"]))?;
    step("build", &mut npm(&BUILD))?;
    examples::build()?;
    let server = Server::start()?;
    let mut browser = npm(&["run", "browser"]);
    server.environment(&mut browser);
    step("browser", &mut browser)
}

/// Builds the package for others, without its checks.
pub(super) fn built() -> Result<()> {
    node()?;
    step("dependencies", &mut npm(&INSTALL))?;
    step("build", &mut npm(&BUILD))
}

fn step(name: &str, command: &mut Command) -> Result<()> {
    println!("--> web: {name}");
    process::succeed(command)
}

fn npm(words: &[&str]) -> Command {
    let mut command = process::command("npm", words);
    command.current_dir(process::root().join(PACKAGE));
    command
}

fn node() -> Result<()> {
    let major = |version: &str| version.trim().trim_start_matches('v').split('.').next()?.parse::<u32>().ok();
    let found = process::output(&mut process::command("node", ["--version"])).ok();
    match found.as_deref().and_then(major) {
        Some(found) if found >= NODE_MAJOR && process::works("npm", &["--version"]) => Ok(()),
        _ => bail!("the web SDK needs Node {NODE_MAJOR} or later with npm: https://nodejs.org/en/download"),
    }
}
