//! One administrative act: who does it, what lets it happen only once, and the audit row it leaves.

use crate::fault::Fault;
use crate::node::{ATTEMPTS, Node, gave_up, lost_race};
use parlor_bus::Event;
use parlor_protocol::codes::Code;
use parlor_protocol::ids::AppId;
use parlor_store::rows::AuditRow;
use parlor_store::{Batch, Expect, Write};
use serde_json::Value;

/// An act of an app's server, of the command line or of the console.
#[derive(Clone, Debug)]
pub struct Act {
    /// The app it is about.
    pub app_id: AppId,
    /// `cli`, `api:APPKEY`, `console:NAME`.
    pub actor: String,
    /// When.
    pub now_ms: i64,
    /// The mark of a `RequestId`; committed with what it guards.
    pub once: Option<Expect>,
}

/// What an act decided: everything it changes, whom it tells, and its answer.
pub struct Decision<T> {
    /// The changes; they happen together or not at all.
    pub batch: Batch,
    /// Published after the commit.
    pub events: Vec<Event>,
    /// The answer.
    pub answer: T,
}

impl Act {
    /// A batch that holds the act's mark.
    pub fn batch(&self) -> Batch {
        self.once.iter().cloned().fold(Batch::new(), Batch::expect)
    }

    /// Commits the act's mark alone, for an act that changes no row.
    pub async fn mark(&self, node: &Node) -> Result<(), Fault> {
        match &self.once {
            Some(once) => Ok(node.store.commit(Batch::new().expect(once.clone())).await?),
            None => Ok(()),
        }
    }

    /// The audit row. `detail` holds no secrets.
    pub fn audit(&self, name: &str, subject: &str, detail: &Value) -> Write {
        Write::Audit(AuditRow {
            at_ms: self.now_ms,
            actor: self.actor.clone(),
            act: name.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_string(),
        })
    }

    /// Decides, commits, publishes; decides anew when what it relied on has changed meanwhile.
    pub async fn perform<T, Deciding>(&self, node: &Node, decide: impl Fn() -> Deciding) -> Result<T, Fault>
    where
        Deciding: Future<Output = Result<Decision<T>, Fault>>,
    {
        for _ in 0..ATTEMPTS {
            let Decision { batch, events, answer } = match decide().await {
                Ok(decision) => decision,
                Err(fault) => return Err(self.refused(node, fault).await?),
            };
            let outcome = node.store.commit(batch).await;
            if lost_race(&outcome) {
                continue;
            }
            outcome?;
            node.publish(events).await;
            return Ok(answer);
        }
        Err(gave_up())
    }

    /// A repeat of an act that was done is told so, also where it would now be refused for another reason, as a
    /// second "create" is.
    pub(crate) async fn refused(&self, node: &Node, fault: Fault) -> Result<Fault, Fault> {
        let Some(Expect::Once { kind, app_id, id, now_ms, .. }) = self.once.clone() else { return Ok(fault) };
        let done = node.store.read(move |view| view.done_before(kind, app_id, &id, now_ms)).await?;
        Ok(if done { Fault::of(Code::DuplicateRequest) } else { fault })
    }
}
