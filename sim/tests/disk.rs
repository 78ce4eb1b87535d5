//! What the store promises, on a disk that keeps only what was fsynced.
#![allow(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use parlor_protocol::ids::{Accid, AppId, Epoch};
use parlor_sim::disk::FaultDisk;
use parlor_store::mutation::{Mutation, plant};
use parlor_store::rows::LoginRow;
use parlor_store::{Batch, CommitError, Keyring, Sequence, Store, SweepLimits, Write};
use std::sync::Arc;
use std::time::Instant;

const APP: AppId = AppId(1);

fn keyring() -> Keyring {
    Keyring::in_memory([7; 32], Arc::new(|bytes| bytes.fill(9)))
}

fn open(disk: &FaultDisk) -> Store {
    Store::open(disk.options(keyring())).unwrap()
}

/// The same small generator on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn accid(n: u64) -> Accid {
    Accid::parse(&format!("a{n}")).unwrap()
}

/// A batch that writes two rows, so that half of it would show.
fn batch(n: u64) -> Batch {
    let row = |n| {
        Write::PutLogin(LoginRow {
            app_id: APP,
            accid: accid(n),
            last_epoch: Epoch(n),
            last_device: None,
            last_desktop: None,
            last_mobile: None,
        })
    };
    Batch::new().write(row(2 * n)).write(row(2 * n + 1))
}

/// How many of the two rows of each batch up to `count` are there.
async fn rows_of(store: &Store, count: u64) -> Vec<usize> {
    let read = store.read(move |view| {
        (0..count)
            .map(|n| {
                let there =
                    |n| Ok::<_, parlor_store::ReadError>(usize::from(view.login(APP, &accid(n))?.is_some()));
                Ok(there(2 * n)? + there(2 * n + 1)?)
            })
            .collect::<Result<Vec<_>, parlor_store::ReadError>>()
    });
    read.await.unwrap()
}

/// Commits, loses power in several ways, opens again; names the first broken promise.
async fn live_through(seed: u64) -> Result<(), String> {
    let disk = FaultDisk::formatted(seed);
    let mut dice = Dice(seed);
    let mut attempts = 0;
    let mut acked: Vec<bool> = Vec::new();
    let mut numbers_given = 0;
    for life in 0..4 {
        let store =
            Store::open(disk.options(keyring())).map_err(|e| format!("life {life}: cannot open: {e}"))?;
        let problems = store.check().await.map_err(|e| format!("life {life}: cannot check: {e}"))?;
        if !problems.is_empty() {
            return Err(format!("life {life}: {problems:?}"));
        }
        for (n, rows) in rows_of(&store, attempts).await.into_iter().enumerate() {
            if rows == 1 || (rows == 0 && acked[n]) {
                return Err(format!("life {life}: batch {n}, acknowledged {}, has {rows} rows", acked[n]));
            }
        }
        if dice.below(2) == 0 {
            disk.cut_power_after(dice.below(60));
        }
        for _ in 0..dice.below(12) {
            acked.push(store.commit(batch(attempts)).await.is_ok());
            attempts += 1;
            if let Ok(range) = store.take_numbers(Sequence::Session, 3).await {
                if range.start < numbers_given {
                    return Err(format!("life {life}: number {} was given before", range.start));
                }
                numbers_given = range.end;
            }
        }
        if dice.below(4) == 0 {
            store.close().await;
        }
        if dice.below(2) == 0 { disk.crash() } else { disk.crash_torn() }
    }
    Ok(())
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_whatever_the_disk_forgets() {
    for seed in 0..400 {
        if let Err(broken) = live_through(seed).await {
            panic!("seed {seed}: {broken}");
        }
    }
}

#[tokio::test]
async fn checkpoints_survive_a_cut_at_any_point() {
    for seed in 0..12 {
        let disk = FaultDisk::formatted(seed);
        let store = open(&disk);
        let mut acked = 0;
        // Enough changes for two checkpoints, and a cut somewhere near one of them.
        disk.cut_power_after(8_000 + seed * 37);
        for n in 0..2_400 {
            if store.commit(batch(n)).await.is_err() {
                break;
            }
            acked += 1;
        }
        assert!(acked > 1_000, "the cut came too early to prove anything: {acked}");
        if seed % 2 == 0 {
            disk.crash()
        } else {
            disk.crash_torn()
        }
        let store = open(&disk);
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        assert!(rows_of(&store, acked).await.iter().all(|rows| *rows == 2), "seed {seed}");
    }
}

#[tokio::test]
async fn planted_faults_are_found() {
    for mutation in [Mutation::AckBeforeCommit, Mutation::NoSync] {
        plant(Some(mutation));
        let mut found = 0;
        for seed in 0..40 {
            found += usize::from(live_through(seed).await.is_err());
        }
        plant(None);
        assert!(found > 20, "{mutation:?} was found with {found} of 40 seeds");
    }
}

#[tokio::test]
async fn a_failed_fsync_stops_commits_and_loses_nothing_acknowledged() {
    let disk = FaultDisk::formatted(1);
    let store = open(&disk);
    store.commit(batch(0)).await.unwrap();
    disk.fail_next_sync();
    assert_eq!(store.commit(batch(1)).await, Err(CommitError::ReadOnly));
    // The disk works again, but what it holds cannot be known before the store is opened anew.
    assert_eq!(store.commit(batch(2)).await, Err(CommitError::ReadOnly));
    assert!(store.take_numbers(Sequence::Session, 1).await.is_err());
    assert!(store.stats().read_only);
    assert_eq!(rows_of(&store, 3).await, [2, 0, 0], "reads go on");
    disk.crash();
    let store = open(&disk);
    assert_eq!(rows_of(&store, 1).await, [2]);
    store.commit(batch(3)).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_refuses_commits_until_there_is_room() {
    for room in [0, 100, 5_000, 20_000, 100_000] {
        let disk = FaultDisk::formatted(1);
        let store = open(&disk);
        store.commit(batch(0)).await.unwrap();
        disk.full(room);
        let mut acked = 1;
        // One refusal cuts the log, which may have been all that was in the way.
        while store.commit(batch(acked)).await.is_ok() || store.commit(batch(acked)).await.is_ok() {
            acked += 1;
        }
        assert_eq!(store.commit(batch(acked)).await, Err(CommitError::ReadOnly));
        assert!(store.stats().read_only);
        assert!(rows_of(&store, acked).await.iter().all(|rows| *rows == 2));
        assert_eq!(rows_of(&store, acked + 1).await.last(), Some(&0), "nothing is half there");
        disk.make_room();
        store.sweep(0, SweepLimits::default()).await.unwrap();
        assert!(!store.stats().read_only, "a sweep without anything to forget finds the room");
        store.commit(batch(acked)).await.unwrap();
        drop(store);
        disk.crash();
        let store = open(&disk);
        assert!(rows_of(&store, acked + 1).await.iter().all(|rows| *rows == 2));
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_store_can_be_made_on_a_disk_that_loses_power_at_any_point() {
    for operations in 0..80 {
        let disk = FaultDisk::new(operations);
        disk.cut_power_after(operations);
        let opened = Store::open(disk.options(keyring()));
        let acked = match &opened {
            Ok(store) => store.commit(batch(0)).await.is_ok(),
            Err(_) => false,
        };
        if operations % 2 == 0 {
            disk.crash()
        } else {
            disk.crash_torn()
        }
        let store = open(&disk);
        assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
        assert!(!acked || rows_of(&store, 1).await == [2], "cut after {operations}");
    }
}

#[tokio::test]
async fn two_stores_never_share_a_file() {
    let disk = FaultDisk::formatted(1);
    let first = open(&disk);
    first.commit(batch(0)).await.unwrap();
    assert!(Store::open(disk.options(keyring())).is_err());
    first.close().await;
    assert_eq!(rows_of(&open(&disk), 1).await, [2]);
}

/// Resident memory of this process, in KiB.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[tokio::test]
async fn disks_that_are_gone_leave_nothing_behind() {
    async fn use_up(disks: u64) {
        for seed in 0..disks {
            let disk = FaultDisk::formatted(seed);
            let store = open(&disk);
            store.commit(batch(seed)).await.unwrap();
            // In either order, and also with the power off.
            match seed % 3 {
                0 => drop((store, disk)),
                1 => drop((disk, store)),
                _ => disk.crash_torn(),
            }
        }
    }
    use_up(300).await;
    let before = resident_kib();
    use_up(1_500).await;
    let grown = resident_kib().saturating_sub(before);
    assert!(grown < 4_096, "{grown} KiB more after 1500 disks");
}

#[tokio::test]
async fn a_formatted_disk_opens_fast() {
    drop(open(&FaultDisk::formatted(0)));
    let count = 500;
    let started = Instant::now();
    for seed in 0..count {
        drop(open(&FaultDisk::formatted(seed)));
    }
    let each = started.elapsed() / count as u32;
    println!("disk and store: {each:?} each");
    assert!(each.as_millis() < 20, "{each:?}");
}
