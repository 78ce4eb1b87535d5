//! One meeting in one room with members on the Rust SDK, on the C++ SDK and in a real Chromium.

use anyhow::Result;

use super::cpp::{self, Scratch};
use super::examples::{self, Server};
use super::web;
use crate::{process, sdk};

/// Builds a member on each SDK and has the conductor play the meeting.
pub(super) fn run() -> Result<()> {
    let scratch = Scratch::new("meeting")?;
    let prefix = scratch.0.join("prefix");
    web::built()?;
    examples::build()?;
    sdk::install_cpp(&prefix, true)?;
    let cpp = cpp::by_cmake(&prefix, &scratch.0, "meeting")?;
    let server = Server::start()?;
    // The member's two devices are desktops to a login policy.
    server.administer(&["app", "set-login-policy", "examples", "all"])?;
    let mut meeting = process::command(examples::program("meeting_conductor"), [] as [&str; 0]);
    server.environment(&mut meeting);
    meeting.arg("--rust").arg(examples::program("meeting_member"));
    meeting.arg("--cpp").arg(cpp.join("meeting_member"));
    meeting.arg("--web").arg(process::root().join("sdk/web/tests/browser/member.mjs"));
    process::succeed(&mut meeting)
}
