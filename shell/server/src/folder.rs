//! The data folder: what lies where, who may read it, and that only one process has it.

use crate::random::Random;
use parlor_protocol::ids::NodeId;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no such folder.
    #[error("{0}: there is no data folder here; `parlor serve` makes one, `--data DIR` names another")]
    Missing(PathBuf),
    /// Another process has it.
    #[error(
        "{path}: in use by another parlor process{}: stop it, or choose another folder with --data",
        pid.map(|p| format!(" (process {p})")).unwrap_or_default()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The process, if it says so.
        pid: Option<u32>,
    },
    /// The system refused.
    #[error("{path}: {what}: {cause}")]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the system says.
        cause: io::Error,
    },
}

/// A data folder.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

/// As long as it lives, the folder is this process's alone.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl Folder {
    /// The folder at `path`, made for the owner alone (0700) where there is none.
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub fn create(path: &Path) -> Result<Self, FolderError> {
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(|cause| io_error(path, "it could not be created", cause))?;
        Self::existing(path)
    }

    /// The folder at `path`.
    ///
    /// # Errors
    /// [`FolderError::Missing`] when it is not there.
    pub fn existing(path: &Path) -> Result<Self, FolderError> {
        if !path.is_dir() {
            return Err(FolderError::Missing(path.to_owned()));
        }
        let path = path.canonicalize().map_err(|cause| io_error(path, "it cannot be entered", cause))?;
        Ok(Self { path })
    }

    /// Takes the folder for this process alone, until the lock is dropped or the process ends.
    ///
    /// # Errors
    /// [`FolderError::InUse`] when another process has it.
    pub fn lock(&self) -> Result<FolderLock, FolderError> {
        let path = self.lock_file();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(|cause| io_error(&path, "the lock file cannot be opened", cause))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(self.in_use());
            }
            Err(std::fs::TryLockError::Error(cause)) => {
                return Err(io_error(&path, "it cannot be locked", cause));
            }
        }
        let noted = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        noted.map_err(|cause| io_error(&path, "the lock file cannot be written", cause))?;
        Ok(FolderLock { _file: file })
    }

    /// What a process says that finds the folder taken.
    pub fn in_use(&self) -> FolderError {
        let text = std::fs::read_to_string(self.lock_file()).unwrap_or_default();
        FolderError::InUse { path: self.path.clone(), pid: text.trim().parse().ok() }
    }

    fn lock_file(&self) -> PathBuf {
        self.file("parlor.lock")
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The store.
    pub fn store(&self) -> PathBuf {
        self.file("parlor.db")
    }

    /// The keys that seal secrets in the store.
    pub fn keys(&self) -> PathBuf {
        self.file("parlor.key")
    }

    /// The socket of a running server.
    pub fn socket(&self) -> PathBuf {
        self.file("admin.sock")
    }

    /// Key and secret of the first app.
    pub fn first_app(&self) -> PathBuf {
        self.file("first-app.json")
    }

    /// The contents of files.
    pub fn files(&self) -> PathBuf {
        self.file("files")
    }

    /// Certificates that the server made or fetched.
    pub fn tls(&self) -> PathBuf {
        self.file("tls")
    }

    /// The file with this folder's name in the cluster.
    pub fn node(&self) -> PathBuf {
        self.file("node")
    }

    /// This folder's name in the cluster; made at the first call.
    ///
    /// # Errors
    /// [`FolderError::Io`].
    pub fn node_id(&self, random: &Random) -> Result<NodeId, FolderError> {
        let path = self.node();
        match std::fs::read_to_string(&path) {
            Ok(text) if !text.trim().is_empty() => return Ok(NodeId(text.trim().into())),
            Ok(_) => {}
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            Err(cause) => return Err(io_error(&path, "it cannot be read", cause)),
        }
        let name = hex::encode(random.bytes::<8>());
        write_private(&path, name.as_bytes())
            .map_err(|cause| io_error(&path, "it cannot be written", cause))?;
        Ok(NodeId(name.as_str().into()))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

/// Writes a file that only its owner may read (0600): it is there whole, also after a power failure, or not at all.
///
/// # Errors
/// What the system says.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let draft = parent.join(name);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    File::open(parent)?.sync_all()
}

fn io_error(path: &Path, what: &'static str, cause: io::Error) -> FolderError {
    FolderError::Io { path: path.to_owned(), what, cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_folder_is_its_owners_alone() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::create(&parent.path().join("a/b")).unwrap();
        assert_eq!(folder.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
        write_private(&folder.first_app(), b"secret").unwrap();
        assert_eq!(folder.first_app().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn one_lock_at_a_time_and_the_holder_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::create(parent.path()).unwrap();
        let lock = folder.lock().unwrap();
        let refused = folder.lock().unwrap_err();
        assert!(matches!(refused, FolderError::InUse { pid: Some(pid), .. } if pid == std::process::id()));
        drop(lock);
        folder.lock().unwrap();
    }

    #[test]
    fn a_folder_keeps_its_node_id() {
        let parent = tempfile::tempdir().unwrap();
        let folder = Folder::create(parent.path()).unwrap();
        let first = folder.node_id(&Random::System).unwrap();
        assert_eq!(folder.node_id(&Random::System).unwrap(), first);
        assert!(matches!(Folder::existing(&parent.path().join("none")), Err(FolderError::Missing(_))));
    }
}
