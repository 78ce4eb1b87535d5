//! `parlor-bench`: what connections, rooms, their chats and calls cost, measured on release builds. The server and the servers
//! that it is compared with are processes of their own; so is the load of many connections, with its own limit of open
//! files.

mod accounts;
mod call;
mod chat;
mod heard;
mod link;
mod load;
mod process;
mod report;
mod room;
mod run;
mod wire;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "parlor-bench", about = "What connections and rooms cost")]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    run: run::Args,
}

#[derive(Subcommand)]
enum Verb {
    /// What a connection costs.
    Connection(run::Args),
    /// What rooms cost: changes, many memberships, joins.
    Room(room::Args),
    /// The fan-out of a room's chat, beside ejabberd and nats-server.
    Chat(chat::Args),
    /// What calls cost, beside Janus.
    Call(call::Args),
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
                Some(Verb::Connection(args)) => runtime.block_on(run::run(args)),
                Some(Verb::Room(args)) => runtime.block_on(room::run(args)),
                Some(Verb::Chat(args)) => runtime.block_on(chat::run(args)),
                Some(Verb::Call(args)) => runtime.block_on(call::run(args)),
                None => runtime.block_on(all(cli.run)),
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

/// Everything, one after the other.
async fn all(args: run::Args) -> anyhow::Result<bool> {
    let (rooms, chat, calls) =
        (room::Args::beside(&args), chat::Args::beside(&args), call::Args::beside(&args));
    Ok(run::run(args).await? & room::run(rooms).await? & chat::run(chat).await? & call::run(calls).await?)
}
