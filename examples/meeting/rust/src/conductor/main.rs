//! Plays a meeting whose members are programs on the Rust SDK, on the C++ SDK and in a browser, all in one room: each
//! step is done by one of them, and every other must see it, with the same values. Three rounds, so that each SDK is the
//! host once. Exits with 1 at the first difference.
//!
//! ```text
//! meeting_conductor --rust meeting_member --cpp path/to/meeting_member --web sdk/web/tests/browser/member.mjs
//! ```

mod call;
mod cast;
mod performer;
mod play;
mod scenes;

use anyhow::{Context, Result};
use clap::Parser;
use parlor_example_reuse_im::api::Api;
use performer::{Performer, Sdk};
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// Where to meet, and who.
#[derive(Parser)]
struct Args {
    /// The server's address.
    #[arg(long, env = "PARLOR_SERVER", default_value = "http://127.0.0.1:8787")]
    server: String,
    /// The app's key. Its login policy has to allow two desktops of one account.
    #[arg(long, env = "PARLOR_APP_KEY")]
    app_key: String,
    /// The app's secret.
    #[arg(long, env = "PARLOR_APP_SECRET")]
    app_secret: String,
    /// The member on the Rust SDK.
    #[arg(long)]
    rust: PathBuf,
    /// The member on the C++ SDK.
    #[arg(long)]
    cpp: PathBuf,
    /// The member in a browser, a script for Node.
    #[arg(long)]
    web: PathBuf,
}

impl Args {
    /// Starts a member; how it is told where the server is, is the same in every language.
    fn start(&self, sdk: Sdk) -> Result<Performer> {
        let mut command = match sdk {
            Sdk::Rust => Command::new(&self.rust),
            Sdk::Cpp => Command::new(&self.cpp),
            Sdk::Web => {
                let mut node = Command::new("node");
                node.arg(&self.web);
                node
            }
        };
        command.env("PARLOR_SERVER", &self.server).env("PARLOR_APP_KEY", &self.app_key);
        Performer::start(sdk, command)
    }

    /// Two members of each SDK. The second ones log IM in themselves and reuse that login.
    fn company(&self) -> Result<Vec<Performer>> {
        Sdk::ALL.iter().flat_map(|sdk| [*sdk, *sdk]).map(|sdk| self.start(sdk)).collect()
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    let begun = Instant::now();
    let runtime = tokio::runtime::Runtime::new()?;
    let api = Api::new(&args.server, &args.app_key, &args.app_secret);
    let mut company = args.company()?;
    company.iter().try_for_each(Performer::come_up)?;
    let mut checks = 0;
    for round in 0..Sdk::ALL.len() {
        let people = runtime.block_on(cast::People::new(&api))?;
        let play = play::Play::new(cast::casting(&company, round), people, round)?;
        let title = play.title();
        let begun = Instant::now();
        checks += scenes::perform(play).with_context(|| title.clone())?;
        println!("ok    {title} ({:.1} s)", begun.elapsed().as_secs_f64());
    }
    for performer in &mut company {
        performer.finish()?;
    }
    println!("meeting: {checks} checks passed in {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}
