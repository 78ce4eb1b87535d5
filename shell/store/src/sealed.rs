//! Where the secrets are: every sealed column, what does not open in it, and a slice of it sealed anew.

use crate::apply::{Change, Refusal};
use crate::batch::CommitError;
use crate::seal::{Place, key_number};
use crate::view::{Read, ReadError, View};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Row, params_from_iter};

/// Rows looked at in one go.
const SLICE_ROWS: usize = 500;

/// A column of secrets, and the columns of its row's key in the order in which the seal names them.
pub(crate) struct SealedColumn {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    keys: &'static [&'static str],
}

/// Every column of secrets there is.
pub(crate) const SEALED: [SealedColumn; 6] = [
    SealedColumn { table: "app", column: "app_secret", keys: &["app_id"] },
    SealedColumn { table: "app", column: "previous_secret", keys: &["app_id"] },
    SealedColumn { table: "account", column: "token", keys: &["app_id", "accid"] },
    SealedColumn { table: "room_account", column: "user_token", keys: &["app_id", "user_uuid"] },
    SealedColumn { table: "room", column: "password", keys: &["archive_id"] },
    SealedColumn { table: "once", column: "answer", keys: &["app_id", "kind", "id"] },
];

/// A slice of one column: the rows after the given key.
#[derive(Clone, Debug)]
pub(crate) struct SealedRows {
    column: usize,
    after: Option<Vec<Value>>,
}

impl SealedRows {
    /// The first slice of the first column.
    pub(crate) const FIRST: Self = Self { column: 0, after: None };
}

/// What came of a slice.
#[derive(Debug)]
pub(crate) struct Resealed {
    /// Values sealed anew.
    pub(crate) rows: usize,
    /// Where to go on.
    pub(crate) next: Option<SealedRows>,
}

type KeyAndSealed = (Vec<Value>, Option<Vec<u8>>);

impl SealedColumn {
    fn place(&self, key: &[Value]) -> Place {
        key.iter().fold(Place::new(self.table, self.column), |place, part| match part {
            Value::Integer(number) => place.number(*number),
            Value::Text(text) => place.text(text),
            Value::Blob(bytes) => place.bytes(bytes),
            Value::Null | Value::Real(_) => place,
        })
    }

    fn key_of(&self, row: &Row<'_>) -> Result<Vec<Value>, rusqlite::Error> {
        (0..self.keys.len()).map(|i| row.get(i)).collect()
    }

    /// One page of rows in the order of their keys.
    fn select(&self, after: bool) -> String {
        let keys = self.keys.join(", ");
        let marks = vec!["?"; self.keys.len()].join(", ");
        let from = if after { format!("WHERE ({keys}) > ({marks})") } else { String::new() };
        format!(
            "SELECT {keys}, {} FROM {} {from} ORDER BY {keys} LIMIT {SLICE_ROWS}",
            self.column, self.table
        )
    }

    fn update(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|key| format!("{key} = ?")).collect();
        format!("UPDATE {} SET {} = ? WHERE {}", self.table, self.column, keys.join(" AND "))
    }
}

impl Change<'_> {
    pub(crate) fn reseal(&self, slice: &SealedRows) -> Result<Resealed, Refusal> {
        let column = &SEALED[slice.column];
        let page = self.page(column, slice.after.as_deref())?;
        let (seen, last) = (page.len(), page.last().map(|(key, _)| key.clone()));
        let mut update = self.conn.prepare_cached(&column.update())?;
        let mut resealed = 0;
        for (key, sealed) in page {
            let Some(sealed) = sealed.filter(|s| key_number(s) != Some(self.keyring.newest())) else {
                continue;
            };
            let place = column.place(&key);
            let plain = self.keyring.open(&place, &sealed).map_err(|e| {
                tracing::error!(table = column.table, column = column.column, error = %e, "cannot reseal");
                CommitError::Refused
            })?;
            let fresh = Value::Blob(self.keyring.seal(&place, &plain));
            update.execute(params_from_iter(std::iter::once(&fresh).chain(&key)))?;
            resealed += 1;
        }
        let next = if seen == SLICE_ROWS {
            Some(SealedRows { column: slice.column, after: last })
        } else {
            (slice.column + 1 < SEALED.len()).then_some(SealedRows { column: slice.column + 1, after: None })
        };
        Ok(Resealed { rows: resealed, next })
    }

    fn page(
        &self,
        column: &SealedColumn,
        after: Option<&[Value]>,
    ) -> Result<Vec<KeyAndSealed>, rusqlite::Error> {
        let mut statement = self.conn.prepare_cached(&column.select(after.is_some()))?;
        let rows = statement.query_map(params_from_iter(after.unwrap_or_default()), |row| {
            Ok((column.key_of(row)?, row.get(column.keys.len())?))
        })?;
        rows.collect()
    }
}

impl View<'_> {
    /// Counts the values of a column that do not open, and keeps the first reason.
    pub(crate) fn unopened(&self, column: &SealedColumn) -> Read<Option<(usize, ReadError)>> {
        let sql = format!("SELECT {}, {} FROM {}", column.keys.join(", "), column.column, column.table);
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut failed: Option<(usize, ReadError)> = None;
        while let Some(row) = rows.next()? {
            let place = column.place(&column.key_of(row)?);
            let ValueRef::Blob(sealed) = row.get_ref(column.keys.len())? else { continue };
            if let Err(source) = self.keyring.open(&place, sealed) {
                let (table, column) = (column.table, column.column);
                failed.get_or_insert((0, ReadError::Sealed { table, column, source })).0 += 1;
            }
        }
        Ok(failed)
    }
}
