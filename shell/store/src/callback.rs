//! Callbacks on their way out: kept in the commit of what they tell, delivered later, lane by lane in order.

use crate::apply::{Change, Put, Refusal};
use crate::rows::{CallbackRow, CallbacksWaiting, NewCallback};
use crate::statement::prepared;
use crate::view::{Read, View};
use parlor_protocol::ids::AppId;
use rusqlite::{OptionalExtension, params};

impl View<'_> {
    /// What may be delivered now, the longest due first, at most `limit`: only the first of each lane.
    pub fn due_callbacks(&self, now_ms: i64, limit: usize) -> Read<Vec<CallbackRow>> {
        let sql = "SELECT callback_id, app_id, lane, event_type, body, created_at_ms, attempts, next_at_ms
             FROM callback INDEXED BY callback_due WHERE first = 1 AND next_at_ms <= ?1
             ORDER BY next_at_ms, callback_id LIMIT ?2";
        self.many(sql, params![now_ms, limit], |_, row| {
            Ok(CallbackRow {
                callback_id: row.get(0)?,
                app_id: AppId(row.get(1)?),
                lane: row.get(2)?,
                event_type: row.get(3)?,
                body: row.get(4)?,
                created_at_ms: row.get(5)?,
                attempts: row.get(6)?,
                next_at_ms: row.get(7)?,
            })
        })
    }

    /// When the next callback is due; none = none waits.
    pub fn next_callback_at_ms(&self) -> Read<Option<i64>> {
        let sql = "SELECT next_at_ms FROM callback INDEXED BY callback_due WHERE first = 1 ORDER BY next_at_ms LIMIT 1";
        self.one(sql, [], |_, row| Ok(row.get(0)?))
    }

    /// How many callbacks wait, and since when.
    pub fn waiting_callbacks(&self) -> Read<CallbacksWaiting> {
        let count = self.one("SELECT count(*) FROM callback", [], |_, row| Ok(row.get(0)?))?;
        let oldest = "SELECT created_at_ms FROM callback ORDER BY callback_id LIMIT 1";
        Ok(CallbacksWaiting {
            count: count.unwrap_or(0),
            oldest_at_ms: self.one(oldest, [], |_, row| Ok(row.get(0)?))?,
        })
    }
}

impl Change<'_> {
    /// The id it got.
    pub(crate) fn put_callback(&self, callback: &NewCallback) -> Result<i64, Refusal> {
        self.run(
            "INSERT INTO callback (app_id, lane, event_type, body, created_at_ms, attempts, next_at_ms, first)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, ?5,
                 NOT EXISTS (SELECT 1 FROM callback WHERE app_id = ?1 AND lane = ?2))",
            params![
                callback.app_id.0,
                callback.lane,
                callback.event_type,
                callback.body,
                callback.created_at_ms
            ],
        )?;
        Ok(self.conn.last_insert_rowid())
    }

    pub(crate) fn drop_callback(&self, callback_id: i64) -> Put {
        let sql = "DELETE FROM callback WHERE callback_id = ?1 RETURNING app_id, lane";
        let lane: Option<(u32, String)> = prepared(self.conn, sql)?
            .query_row(params![callback_id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((app_id, lane)) = lane else { return Ok(()) };
        self.run(
            "UPDATE callback SET first = 1 WHERE first = 0 AND callback_id =
                 (SELECT min(callback_id) FROM callback WHERE app_id = ?1 AND lane = ?2)",
            params![app_id, lane],
        )
    }

    pub(crate) fn delay_callback(&self, callback_id: i64, attempts: u32, next_at_ms: i64) -> Put {
        self.run(
            "UPDATE callback SET attempts = ?2, next_at_ms = ?3 WHERE callback_id = ?1",
            params![callback_id, attempts, next_at_ms],
        )
    }
}
