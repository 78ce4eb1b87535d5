//! Templates of the apps' own.

use crate::apply::{Change, Put};
use crate::rows::{TemplateRow, Versioned};
use crate::view::{Read, View};
use parlor_protocol::ids::AppId;
use rusqlite::{Row, params};

fn template_row(_: &View<'_>, row: &Row<'_>) -> Read<Versioned<TemplateRow>> {
    Ok(Versioned {
        row: TemplateRow {
            app_id: AppId(row.get(0)?),
            template_id: row.get(1)?,
            name: row.get(2)?,
            body: row.get(3)?,
            created_at_ms: row.get(4)?,
            updated_at_ms: row.get(5)?,
        },
        version: row.get(6)?,
    })
}

impl View<'_> {
    /// A template of an app's own.
    pub fn template(&self, app_id: AppId, template_id: i64) -> Read<Option<Versioned<TemplateRow>>> {
        let sql = "SELECT app_id, template_id, name, body, created_at_ms, updated_at_ms, version
             FROM template WHERE app_id = ?1 AND template_id = ?2";
        self.one(sql, params![app_id.0, template_id], template_row)
    }

    /// All templates of an app's own, oldest first.
    pub fn templates(&self, app_id: AppId) -> Read<Vec<Versioned<TemplateRow>>> {
        let sql = "SELECT app_id, template_id, name, body, created_at_ms, updated_at_ms, version
             FROM template WHERE app_id = ?1 ORDER BY template_id";
        self.many(sql, params![app_id.0], template_row)
    }
}

impl Change<'_> {
    pub(crate) fn put_template(&self, template: &TemplateRow) -> Put {
        self.run(
            "INSERT INTO template (app_id, template_id, name, body, created_at_ms, updated_at_ms, version)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
             ON CONFLICT (app_id, template_id) DO UPDATE SET name = ?3, body = ?4, created_at_ms = ?5,
                 updated_at_ms = ?6, version = version + 1",
            params![
                template.app_id.0,
                template.template_id,
                template.name,
                template.body,
                template.created_at_ms,
                template.updated_at_ms,
            ],
        )
    }

    pub(crate) fn drop_template(&self, app_id: AppId, template_id: i64) -> Put {
        self.run(
            "DELETE FROM template WHERE app_id = ?1 AND template_id = ?2",
            params![app_id.0, template_id],
        )
    }
}
