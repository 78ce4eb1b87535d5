//! `parlor-load`: load for the calls of a server, from one processor.

use clap::Parser;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "parlor-load", about = "Load for the calls of a server")]
struct Cli {
    #[command(flatten)]
    args: parlor_load::Args,
}

fn main() -> ExitCode {
    let Cli { args } = Cli::parse();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(parlor_load::run(&args)));
    match outcome {
        Ok(report) if args.json => match serde_json::to_string(&report) {
            Ok(line) => println!("{line}"),
            Err(error) => eprintln!("error: {error}"),
        },
        Ok(report) => println!("{report}"),
        Err(error) => {
            eprintln!("error: {error:#}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
