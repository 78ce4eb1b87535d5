//! Commits per second of the store on this machine, beside what one fsync costs here: changes of accounts, then changes of
//! rooms as the server makes them.
//!
//! `cargo run --release -p parlor-store --example commits [FOLDER]`

use parlor_protocol::ids::{Accid, AppId, ArchiveId, Epoch, NodeId, RoomUuid};
use parlor_store::rows::{LoginRow, RoomRow, Secret};
use parlor_store::{Batch, Drive, Expect, Key, Keyring, OnceKind, Store, StoreOptions, StoreStats, Write};
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
        report(&format!("{in_flight} in flight"), &store.stats(), &StoreStats::default(), took);
        open_rooms(&store, in_flight).await?;
        let before = store.stats();
        let took = change_rooms_for_a_while(&store, in_flight).await?;
        report(&format!("{in_flight} rooms"), &store.stats(), &before, took);
        store.close().await;
    }
    Ok(())
}

fn report(what: &str, now: &StoreStats, before: &StoreStats, took: Duration) {
    let (commits, groups) = (now.commits - before.commits, (now.groups - before.groups).max(1));
    println!(
        "{what:>14}: {:>8.0} commits/s, {:>6.1} per group, COMMIT takes {} us on average",
        commits as f64 / took.as_secs_f64(),
        commits as f64 / groups as f64,
        (now.commit_time_sum_us - before.commit_time_sum_us) / groups,
    );
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

fn room(archive_id: ArchiveId) -> RoomRow {
    RoomRow {
        archive_id,
        app_id: AppId(1),
        room_uuid: RoomUuid::parse(&format!("room{archive_id}")).expect("a valid name"),
        room_name: String::new(),
        template_id: 40,
        template: "{}".into(),
        chat_room_id: None,
        password: Secret::new(""),
        epoch: 1,
        permanent: false,
        created_at_ms: 0,
        ended: None,
    }
}

/// One event of 120 bytes per commit, under the room's lease and an op id; the state is recorded after every 200.
fn next_event(archive_id: ArchiveId, seq: u64) -> Batch {
    let op = [archive_id.0.to_le_bytes(), seq.to_le_bytes()].concat();
    let batch = Batch::new()
        .expect(Expect::Room { archive_id, fence: 1, seq })
        .expect(Expect::Once {
            kind: OnceKind::OpId,
            app_id: AppId(1),
            id: op,
            expires_at_ms: i64::MAX,
            now_ms: 0,
            answer: vec![7; 20],
        })
        .write(Write::AppendRoomEvents { archive_id, first_seq: seq + 1, events: vec![vec![7; 120]] });
    if (seq + 1).is_multiple_of(200) {
        let (body, keep_events_after) = (vec![7; 10_000], (seq + 1).saturating_sub(1_000));
        batch.write(Write::PutRoomRecord { archive_id, seq: seq + 1, body, keep_events_after })
    } else {
        batch
    }
}

async fn open_rooms(store: &Store, rooms: u64) -> Result<(), Box<dyn Error>> {
    for number in 1..=rooms {
        let archive_id = ArchiveId(number);
        let take = Write::TakeRoom { archive_id, node: NodeId("n1".into()) };
        store.commit(Batch::new().write(Write::PutRoom(room(archive_id))).write(take)).await?;
    }
    Ok(())
}

async fn change_rooms_for_a_while(store: &Store, rooms: u64) -> Result<Duration, Box<dyn Error>> {
    let started = Instant::now();
    let tasks: Vec<_> = (1..=rooms)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut seq = 0;
                while started.elapsed() < PER_RUN {
                    store.commit(next_event(ArchiveId(number), seq)).await.expect("nobody else writes here");
                    seq += 1;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await?;
    }
    Ok(started.elapsed())
}
