//! `parlor-bench`: what a connection costs, measured on release builds. The server, its load and the bare echo server
//! that it is compared with are processes of their own, each with its own limit of open files.

mod accounts;
mod load;
mod process;
mod report;
mod run;
mod wire;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "parlor-bench", about = "What a connection costs")]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    run: run::Args,
}

#[derive(Subcommand)]
enum Verb {
    /// The clients' process; started by the bench itself.
    #[command(hide = true)]
    Load(load::Args),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Into::into).and_then(
            |runtime| match cli.verb {
                Some(Verb::Load(args)) => runtime.block_on(load::run(args)).map(|()| true),
                None => runtime.block_on(run::run(cli.run)),
            },
        );
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
