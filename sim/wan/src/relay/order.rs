use std::net::IpAddr;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::conditions::ConditionsError;
use crate::wan::Way;

/// What a relay is told to do: in JSON an object whose `do` is the name, such as
/// `{"do":"set","way":"down","to":{"rate_bps":300000}}`. With `client`, the port of a client's address, it concerns that one
/// only, whether it is there already or not.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// The fields of [`crate::Conditions`] that are named become so.
    Set {
        /// Whom it concerns.
        #[serde(default)]
        client: Option<u16>,
        /// Which direction: `up` from the client to the server, `down`; both when not said.
        #[serde(default, with = "way")]
        way: Option<Way>,
        /// The fields.
        to: Map<String, Value>,
    },
    /// Nothing comes through any more.
    Cut {
        /// Whom it concerns.
        #[serde(default)]
        client: Option<u16>,
        /// What is cut.
        #[serde(default)]
        what: Scope,
    },
    /// What was cut is whole again.
    Restore {
        /// Whom it concerns.
        #[serde(default)]
        client: Option<u16>,
        /// What is restored.
        #[serde(default)]
        what: Scope,
    },
    /// The server sees another UDP address from now on, and packets to the one before reach nobody.
    Rebind {
        /// Whom it concerns.
        #[serde(default)]
        client: Option<u16>,
        /// An address of this machine that it is from now on; only its port changes when not said.
        #[serde(default)]
        address: Option<IpAddr>,
    },
    /// TCP connections are closed.
    Reset {
        /// Whom it concerns.
        #[serde(default)]
        client: Option<u16>,
    },
    /// Everything is as it was at the beginning; what was rebound or closed stays so.
    Clear,
    /// Nothing but the report is wanted.
    Count,
}

/// What an order concerns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// Both.
    #[default]
    All,
}

/// An order that cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// It is no order.
    #[error("no order: {0}")]
    Unknown(#[from] serde_json::Error),
    /// It names conditions that no path has.
    #[error(transparent)]
    Conditions(#[from] ConditionsError),
}

impl Order {
    /// Reads an order.
    ///
    /// # Errors
    /// [`OrderError::Unknown`].
    pub fn from_json(line: &str) -> Result<Order, OrderError> {
        Ok(serde_json::from_str(line)?)
    }
}

mod way {
    use serde::{Deserialize, Deserializer};

    use crate::wan::Way;

    #[derive(Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Named {
        Up,
        Down,
        Both,
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Way>, D::Error> {
        Ok(match Named::deserialize(deserializer)? {
            Named::Up => Some(Way::Up),
            Named::Down => Some(Way::Down),
            Named::Both => None,
        })
    }
}
