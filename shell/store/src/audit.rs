//! Administrative acts.

use crate::apply::{Change, Put};
use crate::rows::AuditRow;
use crate::view::{Read, View};
use rusqlite::params;

impl View<'_> {
    /// The latest administrative acts, newest first, at most `limit`.
    pub fn audit(&self, limit: usize) -> Read<Vec<AuditRow>> {
        let sql = "SELECT at_ms, actor, act, subject, detail FROM audit ORDER BY audit_id DESC LIMIT ?1";
        self.many(sql, params![limit], |_, row| {
            Ok(AuditRow {
                at_ms: row.get(0)?,
                actor: row.get(1)?,
                act: row.get(2)?,
                subject: row.get(3)?,
                detail: row.get(4)?,
            })
        })
    }
}

impl Change<'_> {
    pub(crate) fn put_audit(&self, audit: &AuditRow) -> Put {
        self.run(
            "INSERT INTO audit (at_ms, actor, act, subject, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![audit.at_ms, audit.actor, audit.act, audit.subject, audit.detail],
        )
    }
}
