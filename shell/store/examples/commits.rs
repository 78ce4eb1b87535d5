//! Commits per second of the store on this machine, beside what one fsync costs here.
//!
//! `cargo run --release -p parlor-store --example commits [FOLDER]`

use parlor_protocol::ids::{Accid, AppId, Epoch};
use parlor_store::rows::LoginRow;
use parlor_store::{Batch, Drive, Key, Keyring, Store, StoreOptions, Write};
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

const PER_RUN: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let base = std::env::args().nth(1).map_or_else(std::env::temp_dir, Into::into);
    let folder = tempfile::tempdir_in(base)?;
    println!("fsync of 4 KiB: {:?}", fsync_takes(folder.path())?);
    for in_flight in [1, 64, 1_024] {
        let options = StoreOptions {
            path: folder.path().join(format!("{in_flight}.db")),
            drive: Drive::Threads,
            vfs: None,
            readers: 2,
            queue: 2_048,
            keyring: Keyring::load_or_create(&folder.path().join("keys"))?,
        };
        let store = Store::open(options)?;
        let took = commit_for_a_while(&store, in_flight).await?;
        let stats = store.stats();
        println!(
            "{in_flight:>5} in flight: {:>8.0} commits/s, {:>6.1} per group, COMMIT takes {} us on average",
            stats.commits as f64 / took.as_secs_f64(),
            stats.commits as f64 / stats.groups as f64,
            stats.commit_time_sum_us / stats.groups.max(1),
        );
        store.close().await;
    }
    Ok(())
}

/// The median of many.
fn fsync_takes(folder: &Path) -> Result<Duration, Box<dyn Error>> {
    let mut file = std::fs::File::create(folder.join("probe"))?;
    let mut times = Vec::new();
    for _ in 0..200 {
        file.write_all(&[0x5a; 4_096])?;
        let started = Instant::now();
        file.sync_data()?;
        times.push(started.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2])
}

async fn commit_for_a_while(store: &Store, in_flight: u64) -> Result<Duration, Box<dyn Error>> {
    let started = Instant::now();
    let tasks: Vec<_> = (0..in_flight)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let accid = Accid::parse(&format!("account{task}")).expect("a valid name");
                let mut version = 0;
                while started.elapsed() < PER_RUN {
                    let row = LoginRow {
                        app_id: AppId(1),
                        accid: accid.clone(),
                        last_epoch: Epoch(version),
                        last_device: None,
                        last_desktop: None,
                        last_mobile: None,
                    };
                    let key = Key::Login(AppId(1), accid.clone());
                    let batch = Batch::new().expect_version(key, version).write(Write::PutLogin(row));
                    store.commit(batch).await.expect("nobody else writes here");
                    version += 1;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await?;
    }
    Ok(started.elapsed())
}
