//! The end of files whose time is over.

use crate::fault::Fault;
use crate::node::Node;
use parlor_store::{Batch, Write};
use std::time::Duration;

/// Files that one commit forgets.
const PAGE: usize = 256;

/// Removes files whose time is over, now and then, until the task is ended.
pub async fn sweep(node: Node) {
    let interval = Duration::from_millis(node.config.store.sweep_interval_ms.into());
    loop {
        tokio::time::sleep(interval).await;
        match node.store.read(|view| view.file_space_of_all()).await {
            Ok(bytes) => crate::metrics::file_space(bytes),
            Err(cause) => tracing::warn!(%cause, "the space of files could not be read"),
        }
        match sweep_once(&node).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "files whose time was over are removed"),
            Err(fault) => tracing::warn!(%fault, "expired files could not be removed"),
        }
    }
}

/// Removes files whose time is over. The content goes first: what has no row would never be found again.
///
/// # Errors
/// The disk or the store; what was removed until then is gone.
pub async fn sweep_once(node: &Node) -> Result<usize, Fault> {
    let mut removed = 0;
    loop {
        let now_ms = node.clock.now_ms();
        let page = node.store.read(move |view| view.expired_files(now_ms, PAGE)).await?;
        if page.is_empty() {
            return Ok(removed);
        }
        let mut batch = Batch::new();
        for file in &page {
            node.vault.remove(file.app_id, &file.file_id).await?;
            batch = batch.write(Write::DropFile(file.app_id, file.file_id.clone()));
        }
        node.store.commit(batch).await?;
        removed += page.len();
    }
}
