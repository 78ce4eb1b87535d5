//! A backup brought back, while no server runs.

use crate::admin::{ClientError, Reach, reach};
use crate::assemble::{AssembleError, assemble};
use crate::backup::copy_files;
use crate::clock::Clock;
use crate::config::Config;
use crate::folder::{Folder, FolderError, write_private};
use parlor_protocol::causes::Cause;
use parlor_store::rows::{AuditRow, Ended};
use parlor_store::{BackupError, Batch, Keyring, KeyringError, Store, Write};
use serde_json::{Value, json};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Why a backup was not brought back.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Whether a server runs is not known.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A server has the folder.
    #[error("a server runs on this folder: stop it first")]
    Running,
    /// The folder does not hold a backup.
    #[error("{0}: this is not a backup, there is no parlor.db in it")]
    NoBackup(PathBuf),
    /// Neither the backup nor the data folder has the key file.
    #[error(
        "there is no parlor.key, neither in the backup nor in the data folder: its secrets cannot be opened"
    )]
    NoKeys,
    /// The key file.
    #[error("the key file: {0}")]
    Keys(#[from] KeyringError),
    /// The store.
    #[error("the store: {0}")]
    Store(#[from] BackupError),
    /// The restored folder does not open.
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    /// A file or folder could not be written or moved.
    #[error("{path}: {cause}")]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

/// Puts a backup in the place of the data folder, which is kept beside it under another name. Sessions of the backup
/// are over: their clients log in anew.
///
/// # Errors
/// See [`RestoreError`]; the data folder is then as it was.
pub fn restore(config: &Config, from: &Path) -> Result<Value, RestoreError> {
    let source = Folder::existing(from)?;
    if !source.store().is_file() {
        return Err(RestoreError::NoBackup(source.path().to_owned()));
    }
    let old = Folder::create(&config.data)?;
    let Reach::Folder(_lock) = reach(&old)? else { return Err(RestoreError::Running) };
    let now_ms = Clock::System.now_ms();
    let fresh = draw_up(&source, &old, now_ms)?;
    let aside = beside(old.path(), &format!("before-restore-{now_ms}"));
    rename(old.path(), &aside)?;
    if let Err(error) = rename(fresh.path(), old.path()) {
        rename(&aside, old.path())?;
        return Err(error);
    }
    note(config, &old, from, now_ms)?;
    Ok(json!({"folder": old.path(), "kept_aside": aside}))
}

/// The restored folder, complete, under a name of its own.
fn draw_up(source: &Folder, old: &Folder, now_ms: i64) -> Result<Folder, RestoreError> {
    let fresh = Folder::create(&beside(old.path(), &format!("restoring-{now_ms}")))?;
    let keys =
        [source.keys(), old.keys()].into_iter().find(|path| path.is_file()).ok_or(RestoreError::NoKeys)?;
    copy_private(&keys, &fresh.keys())?;
    let ended = Ended {
        cause: Cause::SessionExpired.name().to_owned(),
        description: String::new(),
        by_client_type: 0,
        by_custom_client_type: 0,
        at_ms: now_ms,
    };
    Store::restore(&source.store(), &fresh.store(), &Keyring::load_or_create(&fresh.keys())?, &ended)?;
    for (from, to) in [(source.node(), fresh.node()), (old.first_app(), fresh.first_app())] {
        if from.is_file() {
            copy_private(&from, &to)?;
        }
    }
    // A backup of a server without files has no folder of them; what its rows do not name, nobody asks for.
    if let Some(files) = [source.files(), old.files()].into_iter().find(|path| path.is_dir()) {
        copy_files(&files, &fresh.files())
            .map_err(|cause| RestoreError::Io { path: files.clone(), cause })?;
    }
    if old.tls().is_dir() {
        copy_folder(&old.tls(), &fresh.tls())?;
    }
    Ok(fresh)
}

fn note(config: &Config, folder: &Folder, from: &Path, now_ms: i64) -> Result<(), RestoreError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|cause| RestoreError::Io { path: folder.path().to_owned(), cause })?;
    runtime.block_on(async {
        let (node, _) = assemble(config, folder)?;
        let row = AuditRow {
            at_ms: now_ms,
            actor: "cli".to_owned(),
            act: "server.restore".to_owned(),
            subject: from.display().to_string(),
            detail: "{}".to_owned(),
        };
        if let Err(cause) = node.store.commit(Batch::new().write(Write::Audit(row))).await {
            tracing::error!(%cause, "the restore is not in the audit");
        }
        node.store.close().await;
        Ok(())
    })
}

/// `DIR.WORD`, beside the folder.
fn beside(folder: &Path, word: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(word);
    folder.with_file_name(name)
}

fn rename(from: &Path, to: &Path) -> Result<(), RestoreError> {
    std::fs::rename(from, to).map_err(|cause| RestoreError::Io { path: from.to_owned(), cause })
}

fn copy_private(from: &Path, to: &Path) -> Result<(), RestoreError> {
    std::fs::read(from)
        .and_then(|content| write_private(to, &content))
        .map_err(|cause| RestoreError::Io { path: from.to_owned(), cause })
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), RestoreError> {
    let failed = |cause| RestoreError::Io { path: from.to_owned(), cause };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(to).map_err(failed)?;
    for entry in std::fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            copy_private(&entry.path(), &target)?;
        }
    }
    Ok(())
}
