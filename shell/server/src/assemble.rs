//! From a data folder to a node: opens the store, then puts the parts together.

use crate::callback::Callbacks;
use crate::clock::Clock;
use crate::config::Config;
use crate::folder::{Folder, FolderError};
use crate::node::{Ground, Node};
use crate::random::Random;
use crate::vault::Vault;
use parlor_bus::Bus;
use parlor_relay::Relay;
use parlor_store::{Drive, Keyring, KeyringError, OpenError, Store, StoreOptions};
use std::path::PathBuf;
use std::sync::Arc;

/// Events that may wait for one part of the node.
const BUS_QUEUE: usize = 4096;
/// Numbers taken from the store at once.
const NUMBER_BLOCK: u64 = 1024;

/// Why there is no node on a folder.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// There is a store, but not the key file that it is sealed with.
    #[error("{0} is missing, and the store is sealed with it: bring it back from a backup")]
    KeysMissing(PathBuf),
    /// The folder was in use, and its store is gone.
    #[error(
        "{0} is missing, and this folder was in use: bring it back from a backup (`parlor restore`), or choose an empty folder with --data"
    )]
    StoreMissing(PathBuf),
    /// The key file.
    #[error("the key file: {0}")]
    Keys(#[from] KeyringError),
    /// The store.
    #[error("the store: {0}")]
    Store(#[from] OpenError),
    /// The folder of the files' contents.
    #[error("the folder of files: {0}")]
    Files(std::io::Error),
    /// The client for callbacks.
    #[error("the client for callbacks: {0}")]
    Callbacks(#[from] reqwest::Error),
}

/// A node on a folder that the caller has locked, and the keys of its store. It carries no calls.
///
/// # Errors
/// See [`AssembleError`].
pub fn assemble(config: &Config, folder: &Folder) -> Result<(Node, Keyring), AssembleError> {
    assemble_with(config, folder, None)
}

/// The same with what carries the packets of calls.
///
/// # Errors
/// See [`AssembleError`].
pub fn assemble_with(
    config: &Config,
    folder: &Folder,
    relay: Option<Arc<Relay>>,
) -> Result<(Node, Keyring), AssembleError> {
    let random = Random::System;
    if folder.store().exists() && !folder.keys().exists() {
        return Err(AssembleError::KeysMissing(folder.keys()));
    }
    // Its name is written once the store is there: a first start that was cut short may begin again.
    if !folder.store().exists() && folder.node().exists() {
        return Err(AssembleError::StoreMissing(folder.store()));
    }
    let keyring = Keyring::load_or_create(&folder.keys())?;
    let store = Store::open(StoreOptions {
        path: folder.store(),
        drive: Drive::Threads,
        vfs: None,
        readers: config.store.readers,
        queue: config.store.queue,
        keyring: keyring.clone(),
    })?;
    let node = Node::on(Ground {
        id: folder.node_id(&random)?,
        config: config.clone(),
        clock: Clock::System,
        random,
        store,
        bus: Bus::in_process(BUS_QUEUE),
        callbacks: Callbacks::network(config.callback.clone())?,
        number_block: NUMBER_BLOCK,
        vault: Vault::in_folder(&folder.files(), keyring.clone(), config.file.clone())
            .map_err(AssembleError::Files)?,
        relay,
    });
    Ok((node, keyring))
}
