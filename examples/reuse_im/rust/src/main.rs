//! Every way to log a room account in, with and without reuse of the IM login, against a running server.
//!
//! Exits with 1 unless every code and event is the expected one:
//!
//! ```text
//! reuse_im --server http://127.0.0.1:8787 --app-key KEY --app-secret SECRET --admin "parlor --data ./data"
//! ```

mod cases;

use clap::Parser;
use parlor_example_reuse_im::{api, report};
use std::process::ExitCode;

/// Where to try it.
#[derive(Parser)]
struct Args {
    /// The server's address.
    #[arg(long, env = "PARLOR_SERVER", default_value = "http://127.0.0.1:8787")]
    server: String,
    /// The app's key.
    #[arg(long, env = "PARLOR_APP_KEY")]
    app_key: String,
    /// The app's secret.
    #[arg(long, env = "PARLOR_APP_SECRET")]
    app_secret: String,
    /// The command that administers this server, for the case where the room component is switched off.
    #[arg(long, env = "PARLOR_ADMIN")]
    admin: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let api = api::Api::new(&args.server, &args.app_key, &args.app_secret);
    let mut report = report::Report::default();
    cases::run(&api, &args.admin, &mut report).await?;
    Ok(report.verdict())
}
