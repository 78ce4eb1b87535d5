//! Administration: what can be asked, and how a command reaches the process that has the data folder.
//!
//! One request and one reply are one line of JSON each, over a socket in the data folder that only its owner may open.

mod client;
mod perform;
mod room;
mod socket;

pub use client::{ClientError, Reach, reach};
pub use perform::{Desk, perform};
pub use socket::{SocketError, open, serve};

use parlor_identity::app::{AuthTypes, LoginCallback, LoginPolicy, RoomCallback};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;

/// The version of this protocol. A server answers only its own.
pub const VERSION: u32 = 1;

/// A command on its way.
#[derive(Debug, Serialize, Deserialize)]
pub struct Request {
    /// [`VERSION`].
    pub version: u32,
    /// What is to be done.
    pub command: Command,
}

/// An answer on its way back.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Done; what there is to show.
    Done(Value),
    /// Not done.
    Failed(Failure),
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Name in the code table.
    pub code: String,
    /// A sentence; names the field and the limit.
    pub message: String,
    /// The field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What an administrator can ask. An app is named by AppKey or name.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Is the server there, and which version.
    Status,
    /// About apps.
    App(AppCommand),
    /// About accounts.
    Account(AccountCommand),
    /// About rooms.
    Room(RoomCommand),
    /// About templates of rooms.
    Template(TemplateCommand),
    /// The latest administrative acts.
    Audit {
        /// At most so many.
        limit: usize,
    },
    /// A copy of the data folder while the server runs.
    Backup {
        /// The folder to make; absolute.
        path: PathBuf,
        /// With the key file.
        with_keys: bool,
    },
    /// Looks for damage in the store; one sentence each.
    Check,
    /// A new key for what is sealed in the store; everything is sealed anew.
    RotateKey,
}

/// About apps.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppCommand {
    /// Makes one.
    Create {
        /// Unique readable name.
        name: String,
        /// With the room component on.
        room: bool,
    },
    /// All of them, without secrets.
    List,
    /// One, with its secret.
    Show {
        /// Which.
        app: String,
    },
    /// Switches the room component.
    SwitchRoom {
        /// Which.
        app: String,
        /// On or off.
        on: bool,
    },
    /// Switches IM.
    SwitchIm {
        /// Which.
        app: String,
        /// On or off.
        on: bool,
    },
    /// Which sessions may exist side by side.
    SetLoginPolicy {
        /// Which.
        app: String,
        /// The policy.
        policy: LoginPolicy,
    },
    /// Which credentials count.
    SetAuthTypes {
        /// Which.
        app: String,
        /// The kinds.
        types: AuthTypes,
    },
    /// Who is asked about logins.
    SetCallback {
        /// Which.
        app: String,
        /// Where and how; absent: nobody.
        callback: Option<LoginCallback>,
    },
    /// Who is told what happens in rooms.
    SetRoomCallback {
        /// Which.
        app: String,
        /// Where; absent: nobody.
        callback: Option<RoomCallback>,
    },
    /// Are repeated nonces refused.
    SetNonceCheck {
        /// Which.
        app: String,
        /// On or off.
        on: bool,
    },
    /// A new secret.
    RotateSecret {
        /// Which.
        app: String,
        /// How long the one before counts on.
        grace_s: u32,
    },
}

/// About accounts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AccountCommand {
    /// Their app.
    pub app: String,
    /// What is to be done.
    pub act: AccountAct,
}

/// What can be done with accounts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountAct {
    /// Makes an IM account.
    Create {
        /// Its name.
        accid: String,
        /// Its token; a random one when absent.
        token: Option<String>,
        /// Display name.
        name: String,
    },
    /// An IM account, its room account and its sessions.
    Show {
        /// Which.
        accid: String,
    },
    /// The names of IM accounts, in order.
    List {
        /// Only those after this one.
        after: Option<String>,
        /// At most so many.
        limit: usize,
    },
    /// Blocks an IM account; it is logged out and cannot log in.
    Block {
        /// Which.
        accid: String,
    },
    /// Ends a block.
    Unblock {
        /// Which.
        accid: String,
    },
    /// Ends the account's sessions.
    Kick {
        /// Which.
        accid: String,
        /// Text for the kicked clients.
        text: String,
    },
    /// Gives an IM account a new token; room sessions that rest on the old one end.
    Token {
        /// Which.
        accid: String,
        /// The token; a random one when absent.
        token: Option<String>,
    },
    /// Makes a room account bound to an IM account, or binds an existing one anew.
    Bind {
        /// The room account.
        user_uuid: String,
        /// Its token; a random one when absent.
        user_token: Option<String>,
        /// The IM account.
        accid: String,
    },
}

/// About rooms.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RoomCommand {
    /// Their app.
    pub app: String,
    /// What is to be done.
    pub act: RoomAct,
}

/// What can be done with rooms. One is named by its archive id, or by its roomUuid while it is alive.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomAct {
    /// Those that are alive, newest first.
    List {
        /// Leaves out so many.
        skip: usize,
        /// At most so many.
        limit: usize,
    },
    /// One with its members, alive or over.
    Show {
        /// Which.
        room: String,
    },
    /// Ends one.
    End {
        /// Which.
        room: String,
    },
}

/// About templates of rooms.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TemplateCommand {
    /// Their app.
    pub app: String,
    /// What is to be done.
    pub act: TemplateAct,
}

/// What can be done with templates.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateAct {
    /// The built-in ones and the app's own.
    List,
    /// The rules of one.
    Show {
        /// Which.
        template_id: i64,
    },
    /// Makes one, or replaces one of the app's own.
    Put {
        /// Which; a new one when absent.
        template_id: Option<i64>,
        /// Its rules, as JSON.
        rules: String,
    },
    /// Drops one of the app's own.
    Drop {
        /// Which.
        template_id: i64,
    },
}
