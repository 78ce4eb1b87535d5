//! A meeting from the first to the last minute, against a running server: a host, a cohost, a member on two devices.
//!
//! Exits with 1 unless every code and event is the expected one:
//!
//! ```text
//! meeting --server http://127.0.0.1:8787 --app-key KEY --app-secret SECRET
//! ```

mod meeting;
mod person;

use clap::Parser;
use parlor_example_reuse_im::{api::Api, report::Report};
use std::process::ExitCode;

/// Where to meet.
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
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let api = Api::new(&args.server, &args.app_key, &args.app_secret);
    let mut report = Report::default();
    meeting::run(&api, &mut report).await?;
    Ok(report.verdict())
}
