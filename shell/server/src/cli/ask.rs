//! Carries a command to the running server, or carries it out here when there is none.

use crate::admin::{self, AppCommand, ClientError, Command, Desk, Reach};
use crate::assemble::{AssembleError, assemble};
use crate::config::{Config, ConfigError};
use crate::fault::Fault;
use crate::folder::{Folder, FolderError};
use crate::log::FilterError;
use crate::restore::RestoreError;
use crate::serve::ServeError;
use serde_json::{Value, json};
use std::io;

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Filter(#[from] FilterError),
    #[error("{0}")]
    Usage(String),
    #[error("the path: {0}")]
    Path(#[source] io::Error),
    #[error("the runtime: {0}")]
    Runtime(#[source] io::Error),
    #[error("the configuration cannot be shown")]
    Show,
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Client(#[from] ClientError),
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    #[error("{}", .0.message)]
    Refused(#[from] Fault),
    #[error(transparent)]
    Restore(#[from] RestoreError),
    #[error(transparent)]
    Serve(#[from] ServeError),
}

impl CliError {
    /// What the process ends with.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Filter(_) | Self::Usage(_) | Self::Path(_) => 2,
            Self::Serve(ServeError::Listen(crate::listener::ListenError::InsecurePublic(_))) => 2,
            Self::Folder(_)
            | Self::Assemble(AssembleError::Folder(_))
            | Self::Serve(ServeError::Folder(_))
            | Self::Restore(RestoreError::Folder(_) | RestoreError::Running)
            | Self::Client(ClientError::Folder(_) | ClientError::Connection(_) | ClientError::Answer) => 3,
            _ => 1,
        }
    }

    /// The name of the code and the field at fault, where there is one.
    pub(super) fn particulars(&self) -> (Option<String>, Option<String>) {
        match self {
            Self::Client(ClientError::Failed(failure)) => (Some(failure.code.clone()), failure.field.clone()),
            Self::Refused(fault) => (Some(fault.code.name().to_owned()), fault.field.map(str::to_owned)),
            _ => (None, None),
        }
    }
}

/// Has a command carried out and answers what there is to show.
pub(super) fn ask(config: &Config, command: Command) -> Result<Value, CliError> {
    let folder = match command {
        // The first app may come before the first server.
        Command::App(AppCommand::Create { .. }) => Folder::create(&config.data)?,
        _ => Folder::existing(&config.data)?,
    };
    match admin::reach(&folder)? {
        Reach::Server(mut server) => Ok(server.ask(command)?),
        Reach::Folder(_lock) => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(CliError::Runtime)?;
            runtime.block_on(async {
                let (node, keyring) = assemble(config, &folder)?;
                let desk = Desk { node: node.clone(), folder, keyring };
                let shown = admin::perform(&desk, command).await;
                node.store.close().await;
                Ok(shown?)
            })
        }
    }
}

/// Whether a server runs on the folder, and what it says of itself.
pub(super) fn status(config: &Config) -> Result<Value, CliError> {
    let folder = Folder::existing(&config.data)?;
    Ok(match admin::reach(&folder)? {
        Reach::Server(mut server) => {
            let mut shown = server.ask(Command::Status)?;
            shown["running"] = true.into();
            shown
        }
        Reach::Folder(_) => json!({"running": false}),
    })
}
