//! The web client: types, style, its logic, its build, and a real browser against a real server that serves it.

use anyhow::Result;

use super::examples::{self, Server};
use crate::package::{self, APP, SDK, node};
use crate::process;

/// Runs every check of the client, in the order of what they cost.
pub(super) fn run() -> Result<()> {
    node()?;
    step("dependencies", || SDK.install().and_then(|()| APP.install()))?;
    step("types and style", || process::succeed(&mut APP.npm(&["run", "check"])))?;
    step("unit tests", || process::succeed(&mut APP.npm(&["test"])))?;
    step("build", package::built_app)?;
    examples::build()?;
    let server = Server::start()?;
    // Somebody is on two pages at once.
    server.administer(&["app", "set-login-policy", "examples", "all"])?;
    let mut browser = APP.npm(&["run", "browser"]);
    server.environment(&mut browser);
    step("browser", || process::succeed(&mut browser))
}

fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("--> app: {name}");
    work()
}
