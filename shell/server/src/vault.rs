//! Where the contents of files lie, and the signed addresses under which they come and go.
//!
//! Whoever has an address may use it until its time is over; the key that signs is derived from the store's key file.

mod address;

pub use address::{Address, Use};

use crate::config::FileConfig;
use crate::fault::Fault;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use md5::{Digest, Md5};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use parlor_protocol::codes::Code;
use parlor_protocol::ids::AppId;
use parlor_store::Keyring;
use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that an upload gathers before it writes them.
const PART_BYTES: usize = 256 * 1024;
/// The store's names for a file that is still being written have this sign in them; ours never do.
pub const STAGED: char = '#';

/// The contents of all files.
#[derive(Clone)]
pub struct Vault(Arc<Parts>);

struct Parts {
    objects: Box<dyn ObjectStore>,
    keyring: Keyring,
    config: FileConfig,
    running: Arc<Semaphore>,
    arriving: Mutex<BTreeSet<(AppId, String)>>,
}

/// A content on its way in: nobody else sends it meanwhile.
pub struct Arrival {
    vault: Vault,
    key: (AppId, String),
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.vault.arriving().remove(&self.key);
    }
}

/// What arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// How much.
    pub size_bytes: u64,
    /// Lower-case hex of its MD5.
    pub md5: String,
}

impl Vault {
    /// Contents in a folder of this machine, made where there is none (0700). What an interrupted process left of its
    /// uploads is removed.
    ///
    /// # Errors
    /// What the system says.
    pub fn in_folder(folder: &Path, keyring: Keyring, config: FileConfig) -> io::Result<Self> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        remove_staged(folder)?;
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(io::Error::other)?.with_fsync(true);
        Ok(Self::new(Box::new(objects), keyring, config))
    }

    /// Contents in memory, for simulations.
    pub fn in_memory(keyring: Keyring, config: FileConfig) -> Self {
        Self::new(Box::new(InMemory::new()), keyring, config)
    }

    fn new(objects: Box<dyn ObjectStore>, keyring: Keyring, config: FileConfig) -> Self {
        let running = Arc::new(Semaphore::new(config.max_running.min(Semaphore::MAX_PERMITS)));
        Self(Arc::new(Parts { objects, keyring, config, running, arriving: Mutex::default() }))
    }

    fn arriving(&self) -> std::sync::MutexGuard<'_, BTreeSet<(AppId, String)>> {
        self.0.arriving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place among the uploads and downloads that may run at once.
    ///
    /// # Errors
    /// `ServerBusy`: there is none.
    pub fn place(&self) -> Result<OwnedSemaphorePermit, Fault> {
        self.0.running.clone().try_acquire_owned().map_err(|_| Fault::of(Code::ServerBusy).after(1000))
    }

    /// From here on nobody else sends this content.
    ///
    /// # Errors
    /// `ServerBusy`: somebody does already.
    pub fn arrival(&self, app_id: AppId, file_id: &str) -> Result<Arrival, Fault> {
        let key = (app_id, file_id.to_owned());
        if !self.arriving().insert(key.clone()) {
            return Err(Fault::new(Code::ServerBusy, "this file is being uploaded already").after(1000));
        }
        Ok(Arrival { vault: self.clone(), key })
    }

    /// Takes in a content of exactly `size_bytes`, with the hash `md5` unless that is empty. It is there whole and
    /// durable, or not at all.
    ///
    /// # Errors
    /// `FileTooLarge`, `FileDamaged`; `RequestTimeout` when nothing arrives for `file.idle_timeout_ms`; `ReadOnly` when the
    /// disk is full.
    pub async fn receive<E>(
        &self,
        arrival: &Arrival,
        size_bytes: u64,
        md5: &str,
        body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Content, Fault> {
        let (app_id, file_id) = &arrival.key;
        let upload = self.0.objects.put_multipart(&object_path(*app_id, file_id)).await;
        let mut writer = WriteMultipart::new_with_chunk_size(upload.map_err(storage_fault)?, PART_BYTES);
        match self.copy(&mut writer, size_bytes, md5, body).await {
            Ok(content) => {
                writer.finish().await.map_err(storage_fault)?;
                Ok(content)
            }
            Err(fault) => {
                if let Err(cause) = writer.abort().await {
                    tracing::warn!(%cause, "what arrived of a broken upload could not be removed");
                }
                Err(fault)
            }
        }
    }

    async fn copy<E>(
        &self,
        writer: &mut WriteMultipart,
        size_bytes: u64,
        md5: &str,
        mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Content, Fault> {
        let idle = Duration::from_millis(self.0.config.idle_timeout_ms.into());
        let (mut found_bytes, mut hash) = (0_u64, Md5::new());
        loop {
            let next = tokio::time::timeout(idle, body.next()).await;
            let chunk = match next.map_err(|_| Fault::of(Code::RequestTimeout))? {
                None => break,
                Some(Err(_)) => return Err(Fault::new(Code::FileDamaged, "the content ended early")),
                Some(Ok(chunk)) => chunk,
            };
            found_bytes += chunk.len() as u64;
            if found_bytes > size_bytes {
                let sentence = format!("more than the {size_bytes} bytes that were announced");
                return Err(Fault::new(Code::FileTooLarge, sentence));
            }
            hash.update(&chunk);
            writer.wait_for_capacity(1).await.map_err(storage_fault)?;
            writer.put(chunk);
        }
        if found_bytes < size_bytes {
            let sentence = format!("{found_bytes} bytes arrived of the {size_bytes} that were announced");
            return Err(Fault::new(Code::FileDamaged, sentence));
        }
        let found = hex::encode(hash.finalize());
        if !md5.is_empty() && found != md5 {
            let sentence = "the MD5 of what arrived is not the one that was announced";
            return Err(Fault::field(Code::FileDamaged, "md5", sentence));
        }
        Ok(Content { size_bytes, md5: found })
    }

    /// A piece of a content.
    ///
    /// # Errors
    /// `FileNotFound`, or the disk.
    pub async fn read(&self, app_id: AppId, file_id: &str, range: Range<u64>) -> Result<Bytes, Fault> {
        self.0.objects.get_range(&object_path(app_id, file_id), range).await.map_err(storage_fault)
    }

    /// A content is no more. Repeating it is no error.
    ///
    /// # Errors
    /// The disk.
    pub async fn remove(&self, app_id: AppId, file_id: &str) -> Result<(), Fault> {
        match self.0.objects.delete(&object_path(app_id, file_id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(cause) => Err(storage_fault(cause)),
        }
    }

    /// The address, without scheme and host, of a file for one use until `until_ms` (since 1970).
    pub fn address(&self, what: Use, app_id: AppId, file_id: &str, until_ms: i64) -> String {
        address::sign(&self.keys(), what, app_id, file_id, until_ms)
    }

    /// Checks an address that somebody uses.
    ///
    /// # Errors
    /// `FileAddressExpired`, also for one that was changed.
    pub fn check(&self, what: Use, address: &Address, now_ms: i64) -> Result<(), Fault> {
        address::check(&self.keys(), what, address, now_ms)
    }

    fn keys(&self) -> Vec<[u8; 32]> {
        self.0.keyring.derive("file addresses")
    }
}

/// Two letters of the name are a folder, so that no folder grows without end.
fn object_path(app_id: AppId, file_id: &str) -> ObjectPath {
    let shelf = file_id.get(..2).unwrap_or("--");
    ObjectPath::from_iter([app_id.0.to_string().as_str(), shelf, file_id])
}

fn storage_fault(cause: object_store::Error) -> Fault {
    if matches!(cause, object_store::Error::NotFound { .. }) {
        return Fault::of(Code::FileNotFound);
    }
    let is_full = is_disk_full(&cause);
    tracing::error!(%cause, is_full, "the contents of files");
    Fault::of(if is_full { Code::ReadOnly } else { Code::ServerError })
}

fn is_disk_full(cause: &(dyn std::error::Error + 'static)) -> bool {
    let kinds = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::ReadOnlyFilesystem];
    let mut next = Some(cause);
    while let Some(error) = next {
        // An io error that wraps another shows only the other's source.
        let found = error.downcast_ref::<io::Error>();
        if found.is_some_and(|found| kinds.contains(&found.kind())) {
            return true;
        }
        next = error.source();
    }
    false
}

fn remove_staged(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_staged(&entry.path())?;
        } else if entry.file_name().to_string_lossy().contains(STAGED) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
