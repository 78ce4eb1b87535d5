//! The programs that the tests need: installed where that is allowed, otherwise named.

use std::path::Path;

use anyhow::{Result, bail};

use crate::process;

/// A program, and the Debian package that has it.
const SYSTEM: [(&str, &str); 4] =
    [("g++", "g++"), ("cmake", "cmake"), ("pkg-config", "pkg-config"), ("chromium", "chromium")];

/// A server's program where Debian puts it, and its package.
const PEERS: [(&str, &str); 3] = [
    ("/usr/sbin/ejabberdctl", "ejabberd"),
    ("/usr/sbin/nats-server", "nats-server"),
    ("/usr/bin/janus", "janus"),
];

/// Makes every program available, or fails with the lines that would.
pub(super) fn install() -> Result<()> {
    for component in ["fmt", "clippy"] {
        if !process::works("cargo", &[component, "--version"]) {
            bail!("cargo {component} is missing: rustup component add rustfmt clippy");
        }
    }
    system()?;
    if !process::works("cargo", &["deny", "--version"]) {
        println!("==> installing cargo-deny, once: about four minutes on two cores");
        process::succeed(&mut process::cargo(["install", "cargo-deny", "--locked", "--quiet"]))?;
    }
    Ok(())
}

/// Makes the servers available that the fan-out of a chat and calls are compared with, where installing is allowed. Elsewhere
/// the bench names those that are missing and goes on without them.
pub(crate) fn install_peers() -> Result<()> {
    let missing = PEERS.iter().filter(|(program, _)| !Path::new(program).exists());
    let packages = missing.map(|(_, package)| *package).collect::<Vec<_>>();
    if packages.is_empty() || !may_install() {
        return Ok(());
    }
    add(&packages)
}

fn system() -> Result<()> {
    let missing = SYSTEM.iter().filter(|(program, _)| !process::works(program, &["--version"]));
    let packages = missing.map(|(_, package)| *package).collect::<Vec<_>>();
    if packages.is_empty() {
        return Ok(());
    }
    if !may_install() {
        bail!("missing programs; on Debian: sudo apt-get install {}", packages.join(" "));
    }
    add(&packages)
}

fn may_install() -> bool {
    is_root() && process::works("apt-get", &["--version"])
}

fn add(packages: &[&str]) -> Result<()> {
    println!("==> installing {}", packages.join(" "));
    process::succeed(&mut process::command("apt-get", ["update", "--quiet"]))?;
    let mut install = process::command("apt-get", ["install", "--yes", "--quiet", "--no-install-recommends"]);
    process::succeed(install.args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    process::output(&mut process::command("id", ["-u"])).is_ok_and(|uid| uid.trim() == "0")
}
