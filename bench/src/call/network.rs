//! A network of this run's own: Janus carries no packets over the loopback device, so that a namespace gets an address of
//! another device, over which nothing leaves the machine.

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::process::Command;

/// Says within the namespace which address that is.
const VARIABLE: &str = "PARLOR_BENCH_ADDRESS";
/// The address (RFC 5737 keeps it for documents, so that nobody is reached by it).
const ADDRESS: &str = "198.51.100.1";

/// Makes the device, then becomes the program.
const WITHIN: &str = "ip link set lo up && ip link add call0 type veth peer name call1 && \
    ip address add $PARLOR_BENCH_ADDRESS/32 dev call0 && ip link set call0 up && ip link set call1 up && exec \"$@\"";

/// The address that packets go over; none: not within the namespace yet.
pub(super) fn address() -> Option<String> {
    std::env::var(VARIABLE).ok()
}

/// Runs this program again with these arguments within a namespace; where that is not allowed, over the loopback device.
pub(super) fn again_within(args: Vec<OsString>) -> Result<bool> {
    let own = std::env::current_exe()?;
    let may = Command::new("unshare").args(["--net", "true"]).status().is_ok_and(|status| status.success());
    let mut again = if may {
        let mut again = Command::new("unshare");
        again.args(["--net", "sh", "-c", WITHIN, "sh"]).arg(own).env(VARIABLE, ADDRESS);
        again
    } else {
        println!(
            "no namespace of its own (unshare --net): packets go over the loopback device, without Janus"
        );
        let mut again = Command::new(own);
        again.env(VARIABLE, Ipv4Addr::LOCALHOST.to_string());
        again
    };
    let status = again.args(args).status().context("this program cannot be started again")?;
    match status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => bail!("the measurement ended with {status}"),
    }
}
