//! The project's own commands: `cargo xtask <command>`. One file per command; this one only chooses.

mod bench;
mod codegen;
mod fuzz;
mod mutate;
mod package;
mod process;
mod run;
mod sdk;
mod soak;
mod test;
mod tidy;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "The project's own commands")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the server, start it and print the lines to paste.
    Run(run::Args),
    /// Check everything: style, lints, tests of every language, licences.
    Test(test::Args),
    /// Write the generated sources; `--check` only compares.
    Codegen(codegen::Args),
    /// Check the rules of the house that the compiler does not know.
    Tidy(tidy::Args),
    /// Measure: release build, figures for docs/figures.md.
    Bench(bench::Args),
    /// Run the simulation for long.
    Soak(soak::Args),
    /// Run a fuzz target with a nightly toolchain.
    Fuzz(fuzz::Args),
    /// Build and install an SDK.
    Sdk(sdk::Args),
    /// Break the product on purpose and expect the simulation to notice.
    Mutate(mutate::Args),
}

fn main() -> ExitCode {
    match run_command(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_command(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Run(args) => run::run(args),
        Command::Test(args) => test::run(args),
        Command::Codegen(args) => codegen::run(args),
        Command::Tidy(args) => tidy::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Soak(args) => soak::run(args),
        Command::Fuzz(args) => fuzz::run(args),
        Command::Sdk(args) => sdk::run(args),
        Command::Mutate(args) => mutate::run(args),
    }
}
