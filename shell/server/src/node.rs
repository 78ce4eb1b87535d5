//! One node: everything that a feature needs to do its work.

use crate::admission::Admissions;
use crate::callback::Callbacks;
use crate::clock::Clock;
use crate::config::Config;
use crate::fault::Fault;
use crate::hub::Hub;
use crate::random::Random;
use crate::soft::Soft;
use crate::vault::Vault;
use parlor_bus::{Bus, Event};
use parlor_protocol::ids::NodeId;
use parlor_relay::Relay;
use parlor_store::{CommitError, Numbers, Sequence, Store};
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
    /// Archive ids of rooms.
    pub room_numbers: Numbers,
    /// Conversations, the chats of rooms among them.
    pub conversation_numbers: Numbers,
    /// Who is told on other nodes.
    pub bus: Bus,
    /// How many may log in.
    pub admissions: Admissions,
    /// Who is connected to this node.
    pub hub: Hub,
    /// What features keep in memory.
    pub soft: Soft,
    /// The apps' own servers.
    pub callbacks: Callbacks,
    /// The contents of files.
    pub vault: Vault,
    /// What carries the packets of calls; a node without it carries none.
    pub relay: Option<Arc<Relay>>,
}

/// What a node stands on: everything that differs between a server, a test and a simulation.
pub struct Ground {
    /// See [`Parts::id`].
    pub id: NodeId,
    /// See [`Parts::config`].
    pub config: Config,
    /// See [`Parts::clock`].
    pub clock: Clock,
    /// See [`Parts::random`].
    pub random: Random,
    /// See [`Parts::store`].
    pub store: Store,
    /// See [`Parts::bus`].
    pub bus: Bus,
    /// See [`Parts::callbacks`].
    pub callbacks: Callbacks,
    /// See [`Parts::vault`].
    pub vault: Vault,
    /// See [`Parts::relay`]. Give its events to [`crate::room::media::watch`].
    pub relay: Option<Arc<Relay>>,
    /// Numbers taken from the store at once.
    pub number_block: u64,
}

impl std::ops::Deref for Node {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Node {
    /// A node on its ground. Call [`crate::link::watch`] and [`crate::room::watch`] to start its tasks.
    pub fn on(ground: Ground) -> Self {
        let Ground { id, config, clock, random, store, bus, callbacks, vault, relay, number_block } = ground;
        let numbers = |sequence| Numbers::new(store.clone(), sequence, number_block);
        Self(Arc::new(Parts {
            session_numbers: numbers(Sequence::Session),
            rtc_numbers: numbers(Sequence::RtcUid),
            room_numbers: numbers(Sequence::Room),
            conversation_numbers: numbers(Sequence::Conversation),
            admissions: Admissions::new(&config.link, clock.now_ms()),
            hub: Hub::default(),
            soft: Soft::default(),
            id,
            config,
            clock,
            random,
            store,
            bus,
            callbacks,
            vault,
            relay,
        }))
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
