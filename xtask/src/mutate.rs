//! `cargo xtask mutate`: switches each planted fault on and expects the simulation to find it.

use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::process;

/// How many histories a fault may take to be found.
const HISTORIES: &str = "4000";
/// What the simulation exits with when it has found something.
const FOUND: i32 = 1;

/// Which faults to plant.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names of mutations; all of them when none is given.
    names: Vec<String>,
}

/// Runs the simulation once per mutation; each run must fail.
pub(crate) fn run(args: Args) -> Result<()> {
    let known = [(known("clients")?, "clients"), (known("media")?, "media")];
    ensure!(
        known.iter().all(|(names, _)| !names.is_empty()),
        "parlor-sim knows no mutation: nothing is proved"
    );
    let known = known.into_iter().flat_map(|(names, what)| names.into_iter().map(move |name| (name, what)));
    let known = known.collect::<Vec<_>>();
    if let Some(unknown) = args.names.iter().find(|name| !known.iter().any(|(one, _)| one == *name)) {
        let names = known.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
        bail!("no mutation `{unknown}`; there are: {}", names.join(" "));
    }
    let is_chosen = |name: &String| args.names.is_empty() || args.names.contains(name);
    let mut unnoticed = Vec::new();
    for (name, what) in known.into_iter().filter(|(name, _)| is_chosen(name)) {
        let mut run = simulation(&["--what", what, "--mutation", &name, "--histories", HISTORIES]);
        let output = run.output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let verdict = said.lines().rev().find(|line| line.starts_with("seed ")).unwrap_or_default();
        match output.status.code() {
            Some(FOUND) => println!("mutation {name}: noticed; {verdict}"),
            Some(0) => {
                println!("mutation {name}: NOT NOTICED in {HISTORIES} histories");
                unnoticed.push(name);
            }
            _ => bail!("the simulation does not run: {}", String::from_utf8_lossy(&output.stderr)),
        }
    }
    ensure!(unnoticed.is_empty(), "the simulation did not notice: {}", unnoticed.join(" "));
    Ok(())
}

/// All of them.
pub(crate) fn run_all() -> Result<()> {
    run(Args { names: Vec::new() })
}

fn known(what: &str) -> Result<Vec<String>> {
    let list = process::output(&mut simulation(&["--what", what, "--list-mutations"]))?;
    Ok(list.split_whitespace().map(str::to_owned).collect())
}

fn simulation(args: &[&str]) -> Command {
    let mut command = process::cargo(["run", "--quiet", "--locked", "--package", "parlor-sim"]);
    command.args(["--features", "mutations", "--"]).args(args);
    command
}
