//! Opening a database file: settings, and the numbered migrations that only go forward.

use crate::mutation::{Mutation, Planted};
use crate::options::{Drive, StoreOptions};
use crate::seal::{Keyring, sync_folder_of};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// "PARL" in the file's header: this is ours.
pub(crate) const APPLICATION_ID: i64 = 0x5041_524c;

const MIGRATIONS: &[(u32, &str, &str)] = &[
    (1, "heart", include_str!("../migrations/001_heart.sql")),
    (2, "rooms", include_str!("../migrations/002_rooms.sql")),
    (3, "file space", include_str!("../migrations/003_file_space.sql")),
];

/// The schema that this build writes.
pub const SCHEMA: u32 = MIGRATIONS[MIGRATIONS.len() - 1].0;

/// How long the writer waits for another process that holds the file.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const STATEMENTS_KEPT: usize = 192;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A later version of the program has written it.
    #[error(
        "the database has schema {found}, this build knows schemas up to {known}: \
         use the newer build, or restore a backup from before the upgrade"
    )]
    Newer {
        /// The schema in the file.
        found: u32,
        /// The latest this build knows.
        known: u32,
    },
    /// It is a database of some other program.
    #[error("the file is a database, but not one of ours")]
    Foreign,
    /// The file system does not allow the write-ahead log.
    #[error("the database cannot use a write-ahead log here (journal mode is {0})")]
    NoWal(String),
    /// The file is no database, or one that was cut or overwritten.
    #[error("{path} is damaged ({problem}): move it away and bring back a backup")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        problem: String,
    },
    /// The database refused.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
    /// The file or a thread could not be made.
    #[error("system: {0}")]
    System(#[from] io::Error),
}

impl OpenError {
    /// Says which file it is that is damaged.
    pub(crate) fn of_file(self, path: &Path) -> Self {
        match self {
            Self::Database(e) if is_damage(&e) => Self::Damaged { path: path.into(), problem: e.to_string() },
            other => other,
        }
    }
}

/// The file is not what SQLite left there.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// Opens the writing connection and brings the schema up to date.
pub(crate) fn open_writer(options: &StoreOptions, planted: Planted) -> Result<Connection, OpenError> {
    prepare_writer(options, planted).map_err(|e| e.of_file(&options.path))
}

fn prepare_writer(options: &StoreOptions, planted: Planted) -> Result<Connection, OpenError> {
    if options.vfs.is_none() {
        create_private(&options.path)?;
    }
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = connect(options, flags)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    if options.drive == Drive::Inline {
        // One connection for everything: the log's index stays in this process' memory, no shared memory needed.
        conn.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    }
    refuse_unknown(&conn)?;
    let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::NoWal(mode));
    }
    let synchronous = if planted.is(Mutation::NoSync) { "OFF" } else { "FULL" };
    conn.execute_batch(&format!(
        "PRAGMA synchronous = {synchronous}; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
         PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF; PRAGMA cache_size = -8192"
    ))?;
    migrate(&mut conn, &options.keyring)?;
    Ok(conn)
}

/// Opens a connection that only reads; the writer's must be open.
pub(crate) fn open_reader(options: &StoreOptions) -> Result<Connection, OpenError> {
    let conn = connect(options, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF")?;
    Ok(conn)
}

fn connect(options: &StoreOptions, flags: OpenFlags) -> Result<Connection, rusqlite::Error> {
    let conn = match &options.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(&options.path, flags, vfs.as_str())?,
        None => Connection::open_with_flags(&options.path, flags)?,
    };
    conn.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A plan holds for every value: without this most statements are compiled anew each time a value is bound.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn)
}

/// Makes the file if it is absent, durably, since SQLite does not sync the folder for its main file; the side files
/// get the permissions of the main one.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(_) => sync_folder_of(path),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e),
    }
}

/// The schema of a database of ours; 0 for a file that is still empty.
pub(crate) fn schema_of(conn: &Connection) -> Result<u32, OpenError> {
    let application_id: i64 = conn.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application_id == APPLICATION_ID {
        return Ok(conn.query_row("SELECT coalesce(max(number), 0) FROM migration", [], |row| row.get(0))?);
    }
    let anything = conn.query_row("SELECT 1 FROM sqlite_schema LIMIT 1", [], |_| Ok(())).optional()?;
    if application_id == 0 && anything.is_none() { Ok(0) } else { Err(OpenError::Foreign) }
}

/// Refuses what this build must not touch.
pub(crate) fn refuse_unknown(conn: &Connection) -> Result<u32, OpenError> {
    let found = schema_of(conn)?;
    if found > SCHEMA { Err(OpenError::Newer { found, known: SCHEMA }) } else { Ok(found) }
}

fn migrate(conn: &mut Connection, keyring: &Keyring) -> Result<(), OpenError> {
    if schema_of(conn)? == SCHEMA {
        return Ok(());
    }
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Another process may have come first.
    let from = refuse_unknown(&transaction)?;
    if from == 0 {
        transaction.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID};
             CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;"
        ))?;
    }
    for (number, name, sql) in MIGRATIONS.iter().filter(|(number, ..)| *number > from) {
        transaction.execute_batch(sql)?;
        transaction.execute("INSERT INTO migration (number, name) VALUES (?1, ?2)", params![number, name])?;
    }
    if from == 0 {
        set_generation(&transaction, keyring.random_u64())?;
    }
    Ok(transaction.commit()?)
}

/// Starts a new history: cursors into another one are seen through. Positive and below 2^53.
pub(crate) fn set_generation(conn: &Connection, random: u64) -> Result<(), rusqlite::Error> {
    let generation = (random >> 11).max(1);
    conn.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('generation', ?1)", params![generation])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_without_gaps() {
        for (at, (number, name, _)) in MIGRATIONS.iter().enumerate() {
            assert_eq!(*number as usize, at + 1, "{name}");
        }
    }
}
