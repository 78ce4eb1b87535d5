//! The one way to a statement: compiled once per connection, and in tests noted, so that their plans can be looked at.

use rusqlite::{CachedStatement, Connection};

pub(crate) fn prepared<'c>(conn: &'c Connection, sql: &str) -> Result<CachedStatement<'c>, rusqlite::Error> {
    #[cfg(test)]
    tests::note(sql);
    conn.prepare_cached(sql)
}

#[cfg(test)]
mod tests;
