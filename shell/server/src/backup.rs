//! Copies of everything, made while the server runs.

use crate::fault::Fault;
use crate::folder::{Folder, write_private};
use crate::node::Node;
use parlor_protocol::codes::Code;
use serde_json::{Value, json};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// Copies store and node name, and the key file where it is wanted, into the new folder `to`. What is not complete does
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

fn refusal(to: &Path, cause: &io::Error) -> Fault {
    Fault::field(Code::InvalidParameter, "path", format!("{}: {cause}", to.display()))
}
