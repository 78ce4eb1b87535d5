//! `cargo xtask mutate`: switches each planted fault on and expects the simulation to find it.

use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::process;

/// Which faults to plant.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names of mutations; all of them when none is given.
    names: Vec<String>,
}

/// Runs the simulation once per mutation; each run must fail.
pub(crate) fn run(args: Args) -> Result<()> {
    let known = known()?;
    ensure!(!known.is_empty(), "parlor-sim knows no mutation: nothing is proved");
    if let Some(unknown) = args.names.iter().find(|name| !known.contains(name)) {
        bail!("no mutation `{unknown}`; there are: {}", known.join(" "));
    }
    let chosen = if args.names.is_empty() { known } else { args.names };
    let mut unnoticed = Vec::new();
    for name in chosen {
        let noticed = !simulation(&["--mutation", &name]).status()?.success();
        println!("mutation {name}: {}", if noticed { "noticed" } else { "NOT NOTICED" });
        unnoticed.extend((!noticed).then_some(name));
    }
    ensure!(unnoticed.is_empty(), "the simulation did not notice: {}", unnoticed.join(" "));
    Ok(())
}

fn known() -> Result<Vec<String>> {
    let list = process::output(&mut simulation(&["--list-mutations"]))?;
    Ok(list.split_whitespace().map(str::to_owned).collect())
}

fn simulation(args: &[&str]) -> Command {
    let mut command = process::cargo(["run", "--quiet", "--locked", "--package", "parlor-sim", "--"]);
    command.args(args);
    command
}
