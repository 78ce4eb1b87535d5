//! `parlor room …`

use crate::admin::{RoomAct, RoomCommand};
use clap::{Args, Subcommand};

#[derive(Args)]
pub(super) struct Of {
    /// The app, by AppKey or name.
    #[arg(long)]
    app: String,
}

#[derive(Subcommand)]
pub(super) enum Verb {
    /// List the live rooms of an app, newest first.
    List {
        #[command(flatten)]
        of: Of,
        /// Leave out so many.
        #[arg(long, default_value_t = 0)]
        skip: usize,
        /// How many.
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Show a room with its members.
    Show {
        #[command(flatten)]
        of: Of,
        /// Archive id of any room, or the roomUuid of a live one.
        room: String,
    },
    /// End a room; everybody in it is told CLOSE_BY_BACKEND.
    End {
        #[command(flatten)]
        of: Of,
        /// Archive id or roomUuid.
        room: String,
    },
}

impl Verb {
    pub(super) fn into_command(self) -> RoomCommand {
        let (of, act) = match self {
            Self::List { of, skip, limit } => (of, RoomAct::List { skip, limit }),
            Self::Show { of, room } => (of, RoomAct::Show { room }),
            Self::End { of, room } => (of, RoomAct::End { room }),
        };
        RoomCommand { app: of.app, act }
    }
}
