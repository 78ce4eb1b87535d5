//! The web SDK: types, style, the machines against the shared scenarios, the build, and a real browser against a real
//! server.

use std::process::Command;

use anyhow::Result;

use super::examples::{self, Server};
use crate::package::{SDK, node};
use crate::process;

const BUILD: [&str; 2] = ["run", "build"];

/// Runs every check of the package, in the order of what they cost.
pub(super) fn run() -> Result<()> {
    node()?;
    step("dependencies", || SDK.install())?;
    npm("types and style", &["run", "check"])?;
    npm("unit tests and scenarios", &["test"])?;
    npm("build", &BUILD)?;
    examples::build()?;
    let server = Server::start()?;
    let mut browser = SDK.npm(&["run", "browser"]);
    server.environment(&mut browser);
    step("browser", || process::succeed(&mut browser))
}

/// Builds the package for others, without its checks.
pub(crate) fn built() -> Result<()> {
    node()?;
    step("dependencies", || SDK.install())?;
    npm("build", &BUILD)
}

fn npm(name: &str, words: &[&str]) -> Result<()> {
    let mut command: Command = SDK.npm(words);
    step(name, || process::succeed(&mut command))
}

fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("--> web: {name}");
    work()
}
