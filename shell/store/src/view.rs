//! Reading: one snapshot, typed rows. The reads themselves are in the files of their features.

use crate::apply::once_place;
use crate::batch::OnceKind;
use crate::rows::Secret;
use crate::seal::{Keyring, Place, SealError};
use crate::statement::prepared;
use parlor_protocol::ids::AppId;
use rusqlite::types::FromSql;
use rusqlite::{Connection, Params, Row, params};
use std::fmt;
use std::str::FromStr;

/// One snapshot of everything that is remembered.
pub struct View<'a> {
    pub(crate) conn: &'a Connection,
    pub(crate) keyring: &'a Keyring,
}

/// Why a read has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database refused.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
    /// A stored value is not what this build writes.
    #[error("column {column}: {problem}")]
    Corrupt {
        /// Which column.
        column: String,
        /// What is wrong with it; never the value.
        problem: String,
    },
    /// A secret does not open.
    #[error("a secret of {table}.{column} does not open: {source}")]
    Sealed {
        /// Its table.
        table: &'static str,
        /// Its column.
        column: &'static str,
        /// Why.
        source: SealError,
    },
    /// The reading function panicked.
    #[error("the read panicked")]
    Panicked,
    /// The store is closed.
    #[error("the store is closed")]
    Closed,
}

pub(crate) type Read<T> = Result<T, ReadError>;

impl View<'_> {
    /// The number of this history: another one after a restore, so that cursors into the old history are seen through.
    pub fn generation(&self) -> Read<u64> {
        let sql = "SELECT value FROM meta WHERE name = 'generation'";
        self.one(sql, [], |_, row| Ok(row.get(0)?))?
            .ok_or_else(|| ReadError::Corrupt { column: "meta.generation".into(), problem: "absent".into() })
    }

    /// Whether an act is marked as done, by [`Expect::Once`](crate::Expect::Once). An answer of "no" may be out of date at
    /// once; only the expectation decides.
    pub fn done_before(&self, kind: OnceKind, app_id: AppId, id: &[u8], now_ms: i64) -> Read<bool> {
        let sql = "SELECT 1 FROM once WHERE app_id = ?1 AND kind = ?2 AND id = ?3 AND expires_at_ms > ?4";
        Ok(self.one(sql, params![app_id.0, kind as u8, id, now_ms], |_, _| Ok(()))?.is_some())
    }

    /// What an act was answered the first time; none = it was not done, or that is forgotten.
    pub fn once_answer(
        &self,
        kind: OnceKind,
        app_id: AppId,
        id: &[u8],
        now_ms: i64,
    ) -> Read<Option<Vec<u8>>> {
        let sql =
            "SELECT answer FROM once WHERE app_id = ?1 AND kind = ?2 AND id = ?3 AND expires_at_ms > ?4";
        let found = self.one(sql, params![app_id.0, kind as u8, id, now_ms], |_, row| {
            Ok(row.get::<_, Option<Vec<u8>>>(0)?)
        })?;
        let Some(sealed) = found else { return Ok(None) };
        let Some(sealed) = sealed else { return Ok(Some(Vec::new())) };
        let opened = self.keyring.open(&once_place(kind, app_id, id), &sealed);
        let sealed_error = |source| ReadError::Sealed { table: "once", column: "answer", source };
        Ok(Some(opened.map_err(sealed_error)?.to_vec()))
    }

    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl Fn(&Self, &Row<'_>) -> Read<T>,
    ) -> Read<Option<T>> {
        let mut statement = prepared(self.conn, sql)?;
        let mut rows = statement.query(params)?;
        rows.next()?.map(|row| map(self, row)).transpose()
    }

    pub(crate) fn many<T>(
        &self,
        sql: &str,
        params: impl Params,
        map: impl Fn(&Self, &Row<'_>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let mut statement = prepared(self.conn, sql)?;
        let mut rows = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(map(self, row)?);
        }
        Ok(found)
    }

    /// Opens a sealed text.
    pub(crate) fn open(
        &self,
        (table, column): (&'static str, &'static str),
        place: &Place,
        sealed: &[u8],
    ) -> Read<Secret> {
        let sealed_error = |source| ReadError::Sealed { table, column, source };
        let plain = self.keyring.open(place, sealed).map_err(sealed_error)?;
        let text = std::str::from_utf8(&plain).map_err(|_| sealed_error(SealError::Forged))?;
        Ok(Secret::new(text))
    }
}

/// A text column whose value has a type of its own.
pub(crate) fn parsed<T>(row: &Row<'_>, column: usize) -> Read<T>
where
    T: FromStr<Err: fmt::Display>,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|e: T::Err| corrupt(row, column, &e))
}

/// The same where NULL means none.
pub(crate) fn parsed_option<T>(row: &Row<'_>, column: usize) -> Read<Option<T>>
where
    T: FromStr<Err: fmt::Display>,
{
    let text: Option<String> = row.get(column)?;
    text.map(|t| t.parse().map_err(|e: T::Err| corrupt(row, column, &e))).transpose()
}

/// A column holding JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> Read<T> {
    let text = row.get_ref(column)?.as_str().map_err(|e| corrupt(row, column, &e))?;
    serde_json::from_str(text).map_err(|e| corrupt(row, column, &e))
}

/// All of these columns, or none of them.
pub(crate) fn pair<A: FromSql, B: FromSql>(row: &Row<'_>, a: usize, b: usize) -> Read<Option<(A, B)>> {
    let first: Option<A> = row.get(a)?;
    let second: Option<B> = row.get(b)?;
    match (first, second) {
        (Some(a), Some(b)) => Ok(Some((a, b))),
        (None, None) => Ok(None),
        _ => Err(corrupt(row, b, &"only half of a pair is there")),
    }
}

pub(crate) fn corrupt(row: &Row<'_>, column: usize, problem: &dyn fmt::Display) -> ReadError {
    let column = row.as_ref().column_name(column).unwrap_or("?").to_owned();
    ReadError::Corrupt { column, problem: problem.to_string() }
}
