//! `cargo xtask mutate`: switches each planted fault on and expects the simulation to find it.

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
    process::succeed(&mut process::cargo(["build", "--release", "--package", "parlor-sim"]))?;
    let names = if args.names.is_empty() { all_names()? } else { args.names };
    ensure!(!names.is_empty(), "parlor-sim knows no mutation: nothing is proved");
    let mut survivors = Vec::new();
    for name in names {
        let found = !simulation(["--mutation", &name]).status()?.success();
        println!("mutation {name}: {}", if found { "found" } else { "NOT FOUND" });
        if !found {
            survivors.push(name);
        }
    }
    if survivors.is_empty() {
        return Ok(());
    }
    bail!("the simulation did not notice: {}", survivors.join(", "))
}

fn all_names() -> Result<Vec<String>> {
    let list = process::output(&mut simulation(["--list-mutations"]))?;
    Ok(list.split_whitespace().map(str::to_owned).collect())
}

fn simulation<const N: usize>(args: [&str; N]) -> std::process::Command {
    let mut command = process::cargo(["run", "--quiet", "--release", "--package", "parlor-sim", "--"]);
    command.args(args);
    command
}
