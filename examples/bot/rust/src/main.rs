//! Two programs in the call of one room, against a running server: each logs its room account in on the IM login it has,
//! publishes sound and a picture, and records what it hears and sees of the other into an `.ogg` and an `.ivf` file.
//!
//! Exits with 1 unless both have recorded both:
//!
//! ```text
//! bot --server http://127.0.0.1:8787 --app-key KEY --app-secret SECRET --out recordings
//! ```

mod bot;
mod ivf;
mod ogg;

use anyhow::Result;
use bot::{Bot, Recorded};
use clap::Parser;
use parlor_example_reuse_im::api::{Api, now_ms};
use parlor_example_reuse_im::report::Report;
use std::path::PathBuf;
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
    /// The folder for the recordings; without it one among the temporary files, which goes again.
    #[arg(long)]
    out: Option<PathBuf>,
    /// How many frames of sound each of them records, 20 ms each.
    #[arg(long, default_value_t = 100)]
    frames: u64,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let args = Args::parse();
    let api = Api::new(&args.server, &args.app_key, &args.app_secret);
    let temporary = std::env::temp_dir().join(format!("parlor-bot-{}", std::process::id()));
    let out = args.out.clone().unwrap_or_else(|| temporary.clone());
    std::fs::create_dir_all(&out)?;
    let room = format!("bots{:x}", now_ms());
    let one = Bot::enter(&api, "one", &room).await?;
    let other = Bot::enter(&api, "other", &room).await?;
    let (one, other) = tokio::try_join!(one.run(&out, args.frames), other.run(&out, args.frames))?;
    let mut report = Report::default();
    for Recorded { name, sound, pictures, files } in [one, other] {
        report.expect(&format!("{name} has recorded the sound"), true, sound >= args.frames);
        report.expect(&format!("{name} has recorded the picture"), true, pictures > 0);
        for file in files {
            let begins = std::fs::read(&file)?.get(..4).map(<[u8]>::to_vec).unwrap_or_default();
            let expected = if file.extension().is_some_and(|it| it == "ogg") { "OggS" } else { "DKIF" };
            report.expect(
                &format!("{} begins with", file.display()),
                expected,
                String::from_utf8_lossy(&begins).as_ref(),
            );
        }
    }
    if args.out.is_none() {
        std::fs::remove_dir_all(&temporary)?;
    }
    Ok(report.verdict())
}
