//! One history: a small world drawn from a seed, random acts of apps, administrators and misfortune, then calm, and the
//! judge's verdict.

mod act;
mod admin;
mod app;
mod device;
mod fault;
mod room;
mod world;

use crate::witness::Witness;
use std::cell::Cell;
use std::sync::Once;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use world::World;

/// What became of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What must not have happened; `None` when all is well.
    pub verdict: Option<String>,
    /// The history, line by line.
    pub lines: Vec<String>,
    /// A number that is the same for the same history.
    pub hash: u64,
    /// How long it took in its own time.
    pub virtual_time: Duration,
}

/// Calm at the end, long enough for every time-out, back-off and window that there is.
const CALM: Duration = Duration::from_secs(200);

/// For the last messages to arrive.
const WORDS: Duration = Duration::from_secs(15);

thread_local! {
    /// The first panic of the history in this thread.
    static PANIC: Cell<Option<String>> = const { Cell::new(None) };
}

/// A task that panics is a finding, although the runtime and the server go on without it.
fn note_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let first = PANIC.take().unwrap_or_else(|| panic.to_string());
            PANIC.set(Some(first));
            before(panic);
        }));
    });
    PANIC.set(None);
}

/// Lives through the history of a seed. With `verbose` its lines are printed as they come about.
pub fn run(seed: u64, verbose: bool) -> Outcome {
    note_panics();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(cause) => {
            let verdict = Some(format!("no runtime: {cause}"));
            return Outcome { verdict, lines: Vec::new(), hash: 0, virtual_time: Duration::ZERO };
        }
    };
    runtime.block_on(async {
        let witness = Witness::new(verbose);
        let started = Instant::now();
        if let Err(cause) = live(seed, &witness).await {
            witness.judge(|judge| judge.fault(cause));
        }
        if let Some(panic) = PANIC.take() {
            witness.judge(|judge| judge.fault(panic.replace('\n', " ")));
        }
        let (verdict, lines, hash) = witness.close();
        Outcome { verdict, lines, hash, virtual_time: started.elapsed() }
    })
}

async fn live(seed: u64, witness: &Witness) -> Result<(), String> {
    let mut world = World::new(seed, witness).await?;
    if world.rooms {
        world.assemble().await;
    }
    for _ in 0..world.acts {
        let gap_ms = match world.dice.below(10) {
            0..5 => world.dice.between(1, 50),
            5..8 => world.dice.between(1, 2_000),
            8 => world.dice.between(1, 20_000),
            _ => world.dice.between(1, 60_000),
        };
        sleep(Duration::from_millis(gap_ms)).await;
        if witness.judge(|judge| judge.verdict().is_some()) {
            return Ok(());
        }
        step(&mut world).await?;
    }
    world.calm().await?;
    sleep(CALM).await;
    world.last_words();
    sleep(WORDS).await;
    let (views, rooms, now_ms) = (world.views(), world.in_rooms(), world.house.now_ms());
    witness.judge(|judge| {
        judge.quiet(&views);
        judge.rooms_quiet(&rooms, now_ms);
    });
    world.read_rooms().await
}

async fn step(world: &mut World) -> Result<(), String> {
    let chance = world.dice.below(100);
    if world.rooms {
        match chance {
            0..8 => world.app_acts(),
            8..70 => world.room_acts().await,
            70..76 => world.room_race(),
            76..78 => world.race().await,
            78..81 => world.admin_acts(),
            81..87 => world.serve_room(),
            _ => world.misfortune().await?,
        }
        return Ok(());
    }
    match chance {
        0..47 => world.app_acts(),
        47..55 => world.race().await,
        55..75 => world.admin_acts(),
        _ => world.misfortune().await?,
    }
    Ok(())
}
