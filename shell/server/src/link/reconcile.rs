//! What this node told its clients, compared with what is true. Events tell at once, but whoever committed may have died
//! before it could publish; the store then knows of a kick, a resume elsewhere or the end of a room session that no
//! client has heard of.

use crate::fault::Fault;
use crate::hub::{AccountKey, Told};
use crate::node::Node;
use parlor_protocol::ids::SessionId;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// What was doubtful in the last round. Only what still is in the next one counts: by then every act that was under way
/// is done and told.
#[derive(Default)]
pub(super) struct Doubts {
    told: BTreeMap<SessionId, Told>,
    unheld: BTreeMap<SessionId, AccountKey>,
}

impl Doubts {
    /// One round. A client that was told something else than what is true is sent back, and learns it from its resume.
    /// A session that nobody holds waits for its client.
    pub(super) async fn settle(&mut self, node: &Node) -> Result<(), Fault> {
        let id = node.id.clone();
        let live = node.store.read(move |view| view.live_sessions_of_node(&id)).await?;
        let mut told = node.hub.told();
        let mut unheld = BTreeMap::new();
        let until = Instant::now() + Duration::from_millis(node.config.link.resume_window_ms.into());
        for session in live {
            let row = session.row;
            let account = (row.app_id, row.accid);
            let room_since_ms = row.room.map(|room| room.login_at_ms);
            let truth = Told { epoch: row.epoch, room_since_ms };
            if told.get(&row.session_id).is_some_and(|(_, told)| *told == truth) {
                told.remove(&row.session_id);
            } else if !node.hub.holds(&account, row.session_id) {
                if self.unheld.contains_key(&row.session_id) {
                    node.hub.adopt(&account, row.session_id, row.epoch, until);
                } else {
                    unheld.insert(row.session_id, account);
                }
            }
        }
        let before = std::mem::take(&mut self.told);
        for (session_id, (account, doubtful)) in told {
            if before.get(&session_id) == Some(&doubtful) {
                tracing::info!(%session_id, "a client missed what became of its session, and has to ask");
                node.hub.send_back(&account, session_id, doubtful);
            } else {
                self.told.insert(session_id, doubtful);
            }
        }
        self.unheld = unheld;
        Ok(())
    }
}
