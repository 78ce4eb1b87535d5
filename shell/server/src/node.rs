//! One node: everything that a feature needs to do its work.

use crate::admission::Admissions;
use crate::callback::Callbacks;
use crate::clock::Clock;
use crate::config::Config;
use crate::fault::Fault;
use crate::hub::Hub;
use crate::random::Random;
use parlor_bus::{Bus, Event};
use parlor_protocol::ids::NodeId;
use parlor_store::{CommitError, Numbers, Store};
use std::sync::Arc;

/// How often an act is decided anew when what it relied on has changed meanwhile.
pub const ATTEMPTS: usize = 16;

/// A handle on the node; clones share it.
#[derive(Clone)]
pub struct Node(Arc<Parts>);

/// What a node is made of.
pub struct Parts {
    /// Its name; the same after a restart on the same folder.
    pub id: NodeId,
    /// Limits, timeouts, addresses.
    pub config: Config,
    /// What time it is.
    pub clock: Clock,
    /// Random bytes.
    pub random: Random,
    /// What is remembered.
    pub store: Store,
    /// Session ids.
    pub session_numbers: Numbers,
    /// rtcUids.
    pub rtc_numbers: Numbers,
    /// Who is told on other nodes.
    pub bus: Bus,
    /// How many may log in.
    pub admissions: Admissions,
    /// Who is connected to this node.
    pub hub: Hub,
    /// The apps' own servers.
    pub callbacks: Callbacks,
}

impl std::ops::Deref for Node {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Node {
    /// Puts the parts together. Call [`crate::link::watch`] to start its tasks.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Publishes what a commit made true.
    pub async fn publish(&self, events: Vec<Event>) {
        for event in events {
            self.bus.publish(event).await;
        }
    }
}

/// True when the act should be decided anew because something it relied on has changed.
pub fn lost_race(outcome: &Result<(), CommitError>) -> bool {
    matches!(outcome, Err(CommitError::Conflict(_) | CommitError::Taken(_)))
}

/// What an act answers that lost every race.
pub fn gave_up() -> Fault {
    Fault::of(parlor_protocol::codes::Code::ServerBusy).after(200)
}
