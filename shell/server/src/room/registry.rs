//! The rooms that this node has in hand: one task each, made when somebody asks for the room, gone when nobody does.

use super::order::{Ask, Done, Order};
use super::owner;
use crate::fault::Fault;
use crate::node::Node;
use parlor_protocol::Code;
use parlor_protocol::ids::ArchiveId;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// Handles on the rooms of this node.
#[derive(Default)]
pub struct Rooms(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    handles: HashMap<ArchiveId, mpsc::Sender<Order>>,
    tasks: JoinSet<()>,
    is_closed: bool,
}

impl Rooms {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rooms in memory.
    pub fn len(&self) -> usize {
        self.tables().handles.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Ends every task. What was acknowledged is in the store.
    pub fn close(&self) {
        let mut tables = self.tables();
        tables.is_closed = true;
        tables.handles.clear();
        tables.tasks.abort_all();
    }

    /// Asks a room for something and waits for the answer.
    pub(super) async fn ask(&self, node: &Node, archive_id: ArchiveId, ask: Ask) -> Result<Done, Fault> {
        let (answer, answered) = oneshot::channel();
        self.send(node, archive_id, Order { ask, answer: Some(answer) })?;
        // The owner's task ended before it answered: the node is closing, or it panicked.
        answered.await.unwrap_or_else(|_| Err(Fault::of(Code::ServerBusy).after(200)))
    }

    /// Tells a room something. Should too many orders wait, it is told again by whoever compares with the store.
    pub(super) fn tell(&self, node: &Node, archive_id: ArchiveId, ask: Ask) {
        if let Err(cause) = self.send(node, archive_id, Order { ask, answer: None }) {
            tracing::warn!(%archive_id, %cause, "a room could not be told");
        }
    }

    /// Hands an order to the room's owner; refused when too many wait.
    fn send(&self, node: &Node, archive_id: ArchiveId, order: Order) -> Result<(), Fault> {
        let mut order = order;
        loop {
            let handle = self.handle(node, archive_id)?;
            match handle.try_send(order) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Full(_)) => return Err(Fault::of(Code::ServerBusy).after(200)),
                // It ended between being found and being asked: the next one is fresh.
                Err(TrySendError::Closed(back)) => {
                    order = back;
                    self.forget(archive_id, &handle);
                }
            }
        }
    }

    /// The owner has nothing to do: forgotten unless an order came in meanwhile.
    pub(super) fn retire(&self, archive_id: ArchiveId, orders: &mpsc::Receiver<Order>) -> bool {
        let mut tables = self.tables();
        if !orders.is_empty() {
            return false;
        }
        tables.handles.remove(&archive_id);
        true
    }

    fn handle(&self, node: &Node, archive_id: ArchiveId) -> Result<mpsc::Sender<Order>, Fault> {
        let mut tables = self.tables();
        if tables.is_closed {
            return Err(Fault::of(Code::ShuttingDown).after(1000));
        }
        if let Some(handle) = tables.handles.get(&archive_id) {
            return Ok(handle.clone());
        }
        while tables.tasks.try_join_next().is_some() {}
        let (handle, orders) = mpsc::channel(node.config.room.queue);
        tables.handles.insert(archive_id, handle.clone());
        tables.tasks.spawn(owner::run(node.clone(), archive_id, orders));
        Ok(handle)
    }

    fn forget(&self, archive_id: ArchiveId, handle: &mpsc::Sender<Order>) {
        let mut tables = self.tables();
        if tables.handles.get(&archive_id).is_some_and(|known| known.same_channel(handle)) {
            tables.handles.remove(&archive_id);
        }
    }
}
