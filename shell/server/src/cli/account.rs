//! `parlor account …`

use super::ask::CliError;
use crate::admin::{AccountAct, AccountCommand};
use clap::{Args, Subcommand};
use std::io::Read;

#[derive(Args)]
pub(super) struct Of {
    /// The app, by AppKey or name.
    #[arg(long)]
    app: String,
}

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Make an IM account; its token is printed.
    Create {
        #[command(flatten)]
        of: Of,
        accid: String,
        /// Its token; `-` reads it from standard input, without one a random one is made.
        #[arg(long)]
        token: Option<String>,
        /// Display name.
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Show an IM account with its token, its room account and its sessions.
    Show {
        #[command(flatten)]
        of: Of,
        accid: String,
    },
    /// List the IM accounts of an app.
    List {
        #[command(flatten)]
        of: Of,
        /// Only those after this one.
        #[arg(long)]
        after: Option<String>,
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Block an IM account: it is logged out and cannot log in.
    Block {
        #[command(flatten)]
        of: Of,
        accid: String,
    },
    /// End a block.
    Unblock {
        #[command(flatten)]
        of: Of,
        accid: String,
    },
    /// End the sessions of an IM account.
    Kick {
        #[command(flatten)]
        of: Of,
        accid: String,
        /// Text for the kicked clients.
        #[arg(long, default_value = "")]
        text: String,
    },
    /// Give an IM account a new token; its room sessions end.
    Token {
        #[command(flatten)]
        of: Of,
        accid: String,
        /// The token; `-` reads it from standard input, without one a random one is made.
        #[arg(long)]
        token: Option<String>,
    },
    /// Make a room account bound to an IM account, or bind an existing one anew.
    Bind {
        #[command(flatten)]
        of: Of,
        /// The room account.
        user_uuid: String,
        /// The IM account.
        accid: String,
        /// The room account's token; `-` reads it from standard input, without one a random one is made.
        #[arg(long)]
        user_token: Option<String>,
    },
}

impl Verb {
    pub(super) fn into_command(self) -> Result<AccountCommand, CliError> {
        let (of, act) = match self {
            Self::Create { of, accid, token, name } => {
                (of, AccountAct::Create { accid, token: secret(token)?, name })
            }
            Self::Show { of, accid } => (of, AccountAct::Show { accid }),
            Self::List { of, after, limit } => (of, AccountAct::List { after, limit }),
            Self::Block { of, accid } => (of, AccountAct::Block { accid }),
            Self::Unblock { of, accid } => (of, AccountAct::Unblock { accid }),
            Self::Kick { of, accid, text } => (of, AccountAct::Kick { accid, text }),
            Self::Token { of, accid, token } => (of, AccountAct::Token { accid, token: secret(token)? }),
            Self::Bind { of, user_uuid, accid, user_token } => {
                (of, AccountAct::Bind { user_uuid, user_token: secret(user_token)?, accid })
            }
        };
        Ok(AccountCommand { app: of.app, act })
    }
}

/// A secret given as `-` comes from standard input, where no list of processes shows it.
fn secret(given: Option<String>) -> Result<Option<String>, CliError> {
    if given.as_deref() != Some("-") {
        return Ok(given);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(CliError::Path)?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}
