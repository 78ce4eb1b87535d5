//! Copies of everything, made while the server runs.

use crate::fault::Fault;
use crate::folder::{Folder, write_private};
use crate::node::Node;
use crate::vault;
use parlor_protocol::codes::Code;
use serde_json::{Value, json};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Copies store, files and node name, and the key file where it is wanted, into the new folder `to`. What is not complete does
/// not stay.
///
/// # Errors
/// `to` exists, or cannot be written.
pub async fn copy(node: &Node, folder: &Folder, to: &Path, with_keys: bool) -> Result<Value, Fault> {
    let refused = |cause| refusal(to, &cause);
    std::fs::DirBuilder::new().mode(0o700).create(to).map_err(refused)?;
    let copied = fill(node, folder, to, with_keys).await;
    if copied.is_err()
        && let Err(cause) = std::fs::remove_dir_all(to)
    {
        tracing::warn!(%cause, folder = %to.display(), "an incomplete backup is left behind");
    }
    copied
}

async fn fill(node: &Node, folder: &Folder, to: &Path, with_keys: bool) -> Result<Value, Fault> {
    let refused = |cause| refusal(to, &cause);
    let target = Folder::existing(to).map_err(|error| Fault::new(Code::ServerError, error.to_string()))?;
    node.store.backup(&target.store()).await.map_err(|error| {
        tracing::error!(%error, "the backup was not made");
        Fault::new(Code::ServerError, format!("the backup was not made: {error}"))
    })?;
    write_private(&target.node(), node.id.0.as_bytes()).map_err(refused)?;
    if with_keys {
        let keys = std::fs::read(folder.keys()).map_err(refused)?;
        write_private(&target.keys(), &keys).map_err(refused)?;
    }
    // After the store: what it names and is still there, and at most some that it does not name yet.
    let (contents, copies) = (folder.files(), target.files());
    if contents.is_dir() {
        let copied = tokio::task::spawn_blocking(move || copy_files(&contents, &copies)).await;
        copied.map_err(io::Error::other).flatten().map_err(refused)?;
    }
    let bytes = target.store().metadata().map(|found| found.len()).unwrap_or_default();
    Ok(json!({
        "folder": target.path(),
        "store_bytes": bytes,
        "keys": with_keys,
        "note": if with_keys { "who has this folder can read every secret in it" } else {
            "keep parlor.key apart: without it no secret in this backup can be read"
        },
    }))
}

/// The contents of files in a second folder. They never change, so that both may share them on one disk; those still
/// being written are left out.
///
/// # Errors
/// What the system says.
pub fn copy_files(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(to)?;
    for entry in std::fs::read_dir(from)? {
        let (entry, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let copy = to.join(&name);
        if entry.is_dir() {
            copy_files(&entry, &copy)?;
        } else if !name.to_string_lossy().contains(vault::STAGED)
            && let Err(cause) =
                std::fs::hard_link(&entry, &copy).or_else(|_| std::fs::copy(&entry, &copy).map(|_| ()))
            && cause.kind() != io::ErrorKind::NotFound
        {
            return Err(cause);
        }
    }
    Ok(())
}

fn refusal(to: &Path, cause: &io::Error) -> Fault {
    Fault::field(Code::InvalidParameter, "path", format!("{}: {cause}", to.display()))
}

#[cfg(test)]
mod tests {
    use super::copy_files;

    #[test]
    fn contents_are_copied_and_half_written_ones_are_not() {
        let scratch = tempfile::tempdir().unwrap();
        let (from, to) = (scratch.path().join("files"), scratch.path().join("copy"));
        std::fs::create_dir_all(from.join("1/ab")).unwrap();
        for name in ["abcd", "abce#1"] {
            std::fs::write(from.join("1/ab").join(name), name).unwrap();
        }
        copy_files(&from, &to).unwrap();
        std::fs::remove_dir_all(&from).unwrap();
        assert_eq!(std::fs::read(to.join("1/ab/abcd")).unwrap(), b"abcd");
        assert!(!to.join("1/ab/abce#1").exists());
    }
}
