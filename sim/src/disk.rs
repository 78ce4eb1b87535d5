//! The fault disk: files in memory behind SQLite's own interface, which knows what was fsynced and forgets the rest
//! when the power goes.
//!
//! What it assumes of a real disk: a sector of 512 bytes is written whole or not at all; an fsync makes the file's
//! length durable, and its first fsync the folder too, as SQLite does it for its side files and the store for its main
//! file; a write or deletion that was not fsynced may survive in any part and any order; pages whose fsync failed are
//! lost although a later fsync succeeds.

mod vfs;

use parlor_store::{Drive, Keyring, Store, StoreOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

const SECTOR: usize = 512;
const DATABASE: &str = "parlor.db";

static NEXT_DISK: AtomicU64 = AtomicU64::new(1);
static DISKS: Mutex<BTreeMap<u64, Arc<Disk>>> = Mutex::new(BTreeMap::new());

/// One disk with its files. Dropped, it is gone, and what still has files open on it gets I/O errors.
pub struct FaultDisk(Arc<Disk>);

impl FaultDisk {
    /// An empty disk. The seed decides what survives a torn crash.
    pub fn new(seed: u64) -> Self {
        vfs::register();
        let number = NEXT_DISK.fetch_add(1, Ordering::Relaxed);
        let state = State { random: seed, ..State::default() };
        let disk = Arc::new(Disk { number, state: Mutex::new(state) });
        lock(&DISKS).insert(number, disk.clone());
        Self(disk)
    }

    /// A disk that holds a store with nothing in it, as a first start leaves it behind. Much faster than making one.
    pub fn formatted(seed: u64) -> Self {
        static EMPTY_STORE: OnceLock<Vec<u8>> = OnceLock::new();
        let image = EMPTY_STORE.get_or_init(|| {
            let disk = Self::new(0);
            let keyring = Keyring::in_memory([0; 32], Arc::new(|bytes| bytes.fill(1)));
            drop(Store::open(disk.options(keyring)).expect("an empty disk takes a store"));
            let image = disk.0.lock().files.get(DATABASE).and_then(|file| file.durable.clone());
            image.expect("a closed store has its file on the disk")
        });
        let disk = Self::new(seed);
        disk.0.lock().files.insert(DATABASE.to_owned(), FileImage::durable(image.clone()));
        disk
    }

    /// The name of the SQLite VFS; the path chooses the disk.
    pub fn vfs_name(&self) -> &'static str {
        vfs::NAME
    }

    /// The path of the store's database on this disk.
    pub fn path(&self) -> PathBuf {
        format!("{}{}/{DATABASE}", vfs::ROOT, self.0.number).into()
    }

    /// Options for the one store on this disk, run in place.
    pub fn options(&self, keyring: Keyring) -> StoreOptions {
        let vfs = Some(self.vfs_name().to_owned());
        StoreOptions { path: self.path(), drive: Drive::Inline, vfs, readers: 0, queue: 0, keyring }
    }

    /// The power goes and comes back: nothing survives but what was fsynced. Files open until now are dead.
    pub fn crash(&self) {
        self.0.lock().crash(0);
    }

    /// The same, but what was not fsynced survives in random parts, sector by sector.
    pub fn crash_torn(&self) {
        let mut state = self.0.lock();
        let of_eight = [1, 4, 7, 8][state.below(4) as usize];
        state.crash(of_eight);
    }

    /// The power goes in the middle: after this many further writes, fsyncs, truncations and deletions every operation
    /// fails, until one of the crashes brings the disk back.
    pub fn cut_power_after(&self, operations: u64) {
        self.0.lock().operations_left = Some(operations);
    }

    /// The next fsync fails, and what it was for is lost though it can still be read.
    pub fn fail_next_sync(&self) {
        self.0.lock().sync_fails = true;
    }

    /// The disk is full once its files have grown by this much.
    pub fn full(&self, after_bytes: u64) {
        self.0.lock().room = Some(after_bytes);
    }

    /// Somebody has made room.
    pub fn make_room(&self) {
        self.0.lock().room = None;
    }
}

impl Drop for FaultDisk {
    fn drop(&mut self) {
        lock(&DISKS).remove(&self.0.number);
        self.0.lock().power_on += 1;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why an operation fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    /// The power is off, or was since the file was opened.
    NoPower,
    /// No room.
    Full,
    /// The fsync did not work.
    Sync,
    /// Another connection holds the lock.
    Locked,
    /// There is no such file.
    Absent,
}

struct Disk {
    number: u64,
    state: Mutex<State>,
}

impl Disk {
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

#[derive(Default)]
struct State {
    files: BTreeMap<String, FileImage>,
    /// Counts the times the power came on; a file opened before the latest is dead.
    power_on: u64,
    /// Operations until the power goes.
    operations_left: Option<u64>,
    sync_fails: bool,
    room: Option<u64>,
    random: u64,
    next_opening: u64,
}

#[derive(Default)]
struct FileImage {
    /// What programs see; `None` = deleted.
    live: Option<Vec<u8>>,
    /// What survives; `None` = no such name.
    durable: Option<Vec<u8>>,
    /// Sectors that were written since they were last fsynced.
    dirty: BTreeSet<usize>,
    /// Made anew since the last fsync: what is durable under the name is another file, if any.
    fresh: bool,
    /// SQLite's lock levels by opening.
    locks: BTreeMap<u64, i32>,
}

/// One opening of a file.
struct Opening {
    disk: Arc<Disk>,
    name: String,
    power_on: u64,
    number: u64,
}

impl FileImage {
    fn durable(image: Vec<u8>) -> Self {
        Self { live: Some(image.clone()), durable: Some(image), ..Self::default() }
    }

    fn sync(&mut self) {
        let Some(live) = &self.live else { return };
        match &mut self.durable {
            Some(durable) if !self.fresh => {
                durable.resize(live.len(), 0);
                for sector in std::mem::take(&mut self.dirty) {
                    copy_sector(live, durable, sector);
                }
            }
            durable => *durable = Some(live.clone()),
        }
        self.dirty.clear();
        self.fresh = false;
    }

    /// The pages count as written from now on, but they are not.
    fn fail_to_sync(&mut self) {
        self.dirty.clear();
        if self.fresh {
            self.durable = Some(Vec::new());
            self.fresh = false;
        }
    }
}

fn copy_sector(from: &[u8], to: &mut [u8], sector: usize) {
    let start = sector * SECTOR;
    let end = (start + SECTOR).min(from.len()).min(to.len());
    if start < end {
        to[start..end].copy_from_slice(&from[start..end]);
    }
}

impl State {
    /// SplitMix64: small, and the same on every machine.
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound
    }

    /// What was not fsynced survives with a chance of `of_eight` in eight, each part for itself.
    fn crash(&mut self, of_eight: u64) {
        let mut files = std::mem::take(&mut self.files);
        for file in files.values_mut() {
            let survives = |state: &mut Self| of_eight > 0 && state.below(8) < of_eight;
            match &file.live {
                None if survives(self) => file.durable = None,
                None => {}
                Some(live) => {
                    if file.fresh && survives(self) {
                        file.durable = Some(Vec::new());
                        file.fresh = false;
                    }
                    if let (Some(durable), false) = (&mut file.durable, file.fresh) {
                        if live.len() != durable.len() && survives(self) {
                            durable.resize(live.len(), 0);
                        }
                        for sector in std::mem::take(&mut file.dirty) {
                            if survives(self) {
                                let end = ((sector + 1) * SECTOR).min(live.len());
                                durable.resize(durable.len().max(end), 0);
                                copy_sector(live, durable, sector);
                            }
                        }
                    }
                }
            }
        }
        files.retain(|_, file| file.durable.is_some());
        for file in files.values_mut() {
            *file = FileImage::durable(file.durable.take().unwrap_or_default());
        }
        self.files = files;
        self.power_on += 1;
        self.operations_left = None;
        self.sync_fails = false;
    }

    /// Counts an operation that changes the disk.
    fn spend(&mut self) -> Result<(), Failure> {
        match &mut self.operations_left {
            Some(0) => Err(Failure::NoPower),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn powered(&self) -> Result<(), Failure> {
        if self.operations_left == Some(0) { Err(Failure::NoPower) } else { Ok(()) }
    }

    fn exists(&self, name: &str) -> bool {
        self.files.get(name).is_some_and(|file| file.live.is_some())
    }

    fn delete(&mut self, name: &str, durably: bool) -> Result<(), Failure> {
        self.spend()?;
        let file = self.files.get_mut(name).filter(|file| file.live.is_some()).ok_or(Failure::Absent)?;
        file.live = None;
        file.dirty.clear();
        if durably || file.durable.is_none() {
            self.files.remove(name);
        }
        Ok(())
    }
}

impl Opening {
    fn new(disk: Arc<Disk>, name: &str, create: bool) -> Result<Self, Failure> {
        let mut state = disk.lock();
        state.powered()?;
        if !state.exists(name) {
            if !create {
                return Err(Failure::Absent);
            }
            let file = state.files.entry(name.to_owned()).or_default();
            file.live = Some(Vec::new());
            file.fresh = true;
        }
        state.next_opening += 1;
        let (power_on, number) = (state.power_on, state.next_opening);
        drop(state);
        Ok(Self { disk, name: name.to_owned(), power_on, number })
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut state = self.disk.lock();
        state.powered()?;
        if state.power_on == self.power_on { f(&mut state) } else { Err(Failure::NoPower) }
    }

    fn with_file<T>(&self, f: impl FnOnce(&mut FileImage) -> Result<T, Failure>) -> Result<T, Failure> {
        self.with(|state| f(state.files.get_mut(&self.name).ok_or(Failure::Absent)?))
    }

    /// Fills the buffer; what lies beyond the end reads as zeros. True when all of it was there.
    fn read(&self, buffer: &mut [u8], offset: usize) -> Result<bool, Failure> {
        self.with_file(|file| {
            let live = file.live.as_deref().unwrap_or_default();
            let there = live.get(offset..).unwrap_or_default();
            let length = there.len().min(buffer.len());
            buffer[..length].copy_from_slice(&there[..length]);
            buffer[length..].fill(0);
            Ok(length == buffer.len())
        })
    }

    fn write(&self, bytes: &[u8], offset: usize) -> Result<(), Failure> {
        self.with(|state| {
            state.spend()?;
            let file = state.files.get_mut(&self.name).ok_or(Failure::Absent)?;
            let live = file.live.get_or_insert_default();
            let end = offset + bytes.len();
            let growth = end.saturating_sub(live.len());
            if let Some(room) = &mut state.room {
                *room = room.checked_sub(growth as u64).ok_or(Failure::Full)?;
            }
            if growth > 0 {
                live.resize(end, 0);
            }
            live[offset..end].copy_from_slice(bytes);
            file.dirty.extend(offset / SECTOR..end.div_ceil(SECTOR));
            Ok(())
        })
    }

    fn truncate(&self, length: usize) -> Result<(), Failure> {
        self.with(|state| {
            state.spend()?;
            let file = state.files.get_mut(&self.name).ok_or(Failure::Absent)?;
            file.live.get_or_insert_default().truncate(length);
            file.dirty.retain(|sector| sector * SECTOR < length);
            Ok(())
        })
    }

    fn sync(&self) -> Result<(), Failure> {
        self.with(|state| {
            state.spend()?;
            let fails = std::mem::take(&mut state.sync_fails);
            let file = state.files.get_mut(&self.name).ok_or(Failure::Absent)?;
            if fails {
                file.fail_to_sync();
                return Err(Failure::Sync);
            }
            let first = file.fresh;
            file.sync();
            if first {
                state.files.retain(|_, file| file.live.is_some());
            }
            Ok(())
        })
    }

    fn length(&self) -> Result<usize, Failure> {
        self.with_file(|file| Ok(file.live.as_ref().map_or(0, Vec::len)))
    }

    /// SQLite's rules: many may share, one may reserve beside them, an exclusive one is alone.
    fn raise_lock(&self, level: i32) -> Result<(), Failure> {
        self.with_file(|file| {
            let most =
                file.locks.iter().filter(|(n, _)| **n != self.number).map(|(_, l)| *l).max().unwrap_or(0);
            if vfs::locks_agree(level, most) {
                let own = file.locks.entry(self.number).or_default();
                *own = level.max(*own);
                Ok(())
            } else {
                Err(Failure::Locked)
            }
        })
    }

    fn lower_lock(&self, level: i32) -> Result<(), Failure> {
        self.with_file(|file| {
            file.locks.insert(self.number, level);
            Ok(())
        })
    }

    fn somebody_reserves(&self) -> Result<bool, Failure> {
        self.with_file(|file| Ok(file.locks.values().any(|level| *level >= vfs::RESERVED)))
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        // On a dead file there is nothing to release.
        let _ = self.with_file(|file| Ok(file.locks.remove(&self.number)));
    }
}
