//! What this node told its clients, compared with what is true. Events tell at once, but whoever committed may have died
//! before it could publish; the store then knows of a kick, a resume elsewhere or the end of a room session that no
//! client has heard of.

use super::expiry::live_sessions_after;
use crate::fault::Fault;
use crate::hub::Told;
use crate::node::Node;
use parlor_protocol::ids::SessionId;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// What was doubtful in the last round. Only what still is in the next one counts: by then every act that was under way
/// is done and told.
#[derive(Default)]
pub(super) struct Doubts {
    told: BTreeMap<SessionId, Told>,
    unheld: BTreeSet<SessionId>,
}

impl Doubts {
    /// One round. A client that was told something else than what is true is sent back, and learns it from its resume.
    /// A session that nobody holds waits for its client.
    pub(super) async fn settle(&mut self, node: &Node) -> Result<(), Fault> {
        let mut told = node.hub.told();
        let mut unheld = BTreeSet::new();
        let until = Instant::now() + Duration::from_millis(node.config.link.resume_window_ms.into());
        let mut after = SessionId(0);
        while let Some((page, last)) = live_sessions_after(node, after).await? {
            for session in page {
                let row = session.row;
                let account = (row.app_id, row.accid);
                let room_since_ms = row.room.map(|room| room.login_at_ms);
                let truth = Told { epoch: row.epoch, room_since_ms };
                if told.get(&row.session_id) == Some(&truth) {
                    told.remove(&row.session_id);
                } else if !node.hub.holds(&account, row.session_id) {
                    if self.unheld.contains(&row.session_id) {
                        node.hub.adopt(&account, row.session_id, row.epoch, until);
                    } else {
                        unheld.insert(row.session_id);
                    }
                }
            }
            after = last;
        }
        let before = std::mem::take(&mut self.told);
        let (wrong, doubtful) = told.into_iter().partition(|(id, told)| before.get(id) == Some(told));
        for session_id in node.hub.send_back(&wrong) {
            tracing::info!(%session_id, "a client missed what became of its session, and has to ask");
        }
        self.told = doubtful;
        self.unheld = unheld;
        Ok(())
    }
}
