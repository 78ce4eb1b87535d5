//! What rooms cost: one large room with changes, many links in many rooms, and joins into a large room; beside each what
//! a bare server takes for the same bytes.

mod alive;
mod change;
mod figure;
mod join;
mod world;

use crate::process::beside;
use crate::run;
use anyhow::Result;
use figure::Figures;
use std::path::PathBuf;
use world::World;

/// Members of the large room (issue: one room of 500).
const MEMBERS: usize = 500;
/// Changes per second in it.
const CHANGES_PER_S: u64 = 50;
/// From a change to the last mirror, ms.
const CHANGE_LIMIT_MS: f64 = 100.0;
/// From a join to the complete mirror, ms.
const JOIN_LIMIT_MS: f64 = 200.0;
/// The longest that an echo may take meanwhile, ms.
const CONTROL_LIMIT_MS: f64 = 50.0;
/// Resident with every link in its rooms, MiB.
const RSS_LIMIT_MIB: f64 = 1024.0;

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Repetitions; the medians count.
    #[arg(long, default_value_t = 1)]
    runs: usize,
    /// A fifth of the time, and 500 links instead of 2500 in the many rooms.
    #[arg(long)]
    quick: bool,
    /// Only these: change, join, alive.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How long changes are made, joins are made, and links are alive, each, s.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Changes per second.
    #[arg(long, default_value_t = CHANGES_PER_S)]
    changes_per_s: u64,
    /// Joins per second.
    #[arg(long, default_value_t = 10)]
    joins_per_s: u64,
    /// Links in the many rooms, each in eight of them.
    #[arg(long, default_value_t = 2_500)]
    links: usize,
    /// The server's program; the one beside this by default.
    #[arg(long)]
    server: Option<PathBuf>,
}

impl Args {
    /// What to measure when connections are measured like this.
    pub(crate) fn beside(connections: &run::Args) -> Self {
        Self {
            runs: connections.runs,
            quick: connections.quick,
            only: Vec::new(),
            seconds: 30,
            changes_per_s: CHANGES_PER_S,
            joins_per_s: 10,
            links: 2_500,
            server: connections.server.clone(),
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

/// Measures and prints. False: something takes longer, or more, than it may.
pub(crate) async fn run(mut args: Args) -> Result<bool> {
    if args.quick {
        (args.seconds, args.links) = (args.seconds.min(6), args.links.min(500));
    }
    let server = match &args.server {
        Some(server) => server.clone(),
        None => beside("parlor")?,
    };
    println!(
        "rooms: one of {MEMBERS} members, {} changes/s, {} joins/s; {} links in 8 rooms each; {} s each, {} run(s)",
        args.changes_per_s, args.joins_per_s, args.links, args.seconds, args.runs
    );
    let mut figures = Figures::default();
    for _ in 0..args.runs.max(1) {
        if args.wants("change") || args.wants("join") {
            let mut world = World::new(&server, MEMBERS + join::JOINERS).await?;
            let room = world.fill(MEMBERS, &mut figures).await?;
            if args.wants("change") {
                change::measure(&args, &world, &room, &mut figures).await?;
            }
            if args.wants("join") {
                join::measure(&args, &world, &room, &mut figures).await?;
            }
            room.check(&world).await?;
            world.end().await?;
            if args.wants("change") {
                change::floor(&args, &mut figures).await?;
            }
            if args.wants("join") {
                join::floor(&args, &mut figures).await?;
            }
        }
        if args.wants("alive") {
            alive::measure(&args, &server, &mut figures).await?;
            alive::floor(&args, &mut figures).await?;
        }
    }
    Ok(figures.conclude())
}
