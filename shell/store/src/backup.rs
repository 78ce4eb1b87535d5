//! Copies of everything: made while the store runs, brought back as a new history.

use crate::mutation::Planted;
use crate::options::{Drive, StoreOptions};
use crate::rows::Ended;
use crate::schema::{OpenError, create_private, is_damage, open_writer, refuse_unknown, set_generation};
use crate::seal::{Keyring, sync_folder_of};
use crate::sealed::SEALED;
use crate::sequence::Sequence;
use crate::store::Store;
use crate::view::{Read, ReadError, View};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, params};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Why a copy was not made or not brought back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A copy never replaces a file: move it away first.
    #[error("{0} exists already")]
    Exists(PathBuf),
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The copy fails its check.
    #[error("the copy is damaged: {0}")]
    Damaged(String),
    /// The file cannot be opened as a store.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database refused.
    #[error("database: {0}")]
    Database(#[from] rusqlite::Error),
}

impl Store {
    /// Copies everything, as of one moment, into a new file, while reads and commits go on. Secrets stay sealed in the
    /// copy: the key file has to be kept as well, and apart from it.
    pub async fn backup(&self, to: &Path) -> Result<(), BackupError> {
        let to = to.to_owned();
        self.read(move |view| Ok(copy_out(view.conn, &to))).await?
    }

    /// Brings a copy back into a new file: checks it, starts a new history (cursors into the old one are seen through),
    /// skips the numbers that may have been given since the copy was made, and ends all live sessions as `ended` says.
    /// `keyring` must open the copy's secrets.
    pub fn restore(from: &Path, to: &Path, keyring: &Keyring, ended: &Ended) -> Result<(), BackupError> {
        refuse_existing(to)?;
        let draft = beside(to, "draft");
        remove_with_log(&draft)?;
        let outcome = draw_up(from, &draft, keyring, ended);
        if outcome.is_ok() {
            // A log that was left there by another database would be taken for this one's.
            remove_with_log(to)?;
            publish(&draft, to)?;
        } else {
            remove_with_log(&draft)?;
        }
        outcome
    }

    /// Looks for damage: in the file, in what is sealed, in the bindings. Returns what it found, one sentence each.
    pub async fn check(&self) -> Result<Vec<String>, ReadError> {
        self.read(|view| view.problems()).await
    }
}

impl View<'_> {
    fn problems(&self) -> Read<Vec<String>> {
        let mut problems = self.damage()?;
        problems.extend(self.loose_bindings().or_else(said)?);
        problems.extend(self.torn_streams().or_else(said)?);
        Ok(problems)
    }

    fn loose_bindings(&self) -> Read<Vec<String>> {
        let sql = "SELECT r.app_id, r.user_uuid FROM room_account r
             LEFT JOIN account a ON a.app_id = r.app_id AND a.accid = r.accid WHERE a.accid IS NULL LIMIT 100";
        self.many(sql, [], |_, row| {
            let (app_id, user_uuid): (u32, String) = (row.get(0)?, row.get(1)?);
            Ok(format!(
                "room account {user_uuid} of app {app_id} is bound to an IM account that does not exist"
            ))
        })
    }

    /// A live room is loaded from its record and all events after it.
    fn torn_streams(&self) -> Read<Vec<String>> {
        let sql = "SELECT r.app_id, r.archive_id FROM room r LEFT JOIN room_head h ON h.archive_id = r.archive_id
             LEFT JOIN room_record c ON c.archive_id = r.archive_id
             WHERE r.ended_at_ms IS NULL AND (SELECT count(*) FROM room_event e WHERE e.archive_id = r.archive_id
                 AND e.seq > coalesce(c.seq, 0)) IS NOT h.seq - coalesce(c.seq, 0) LIMIT 100";
        self.many(sql, [], |_, row| {
            let (app_id, archive_id): (u32, u64) = (row.get(0)?, row.get(1)?);
            Ok(format!("room {archive_id} of app {app_id} lacks events of its stream"))
        })
    }

    /// What SQLite's own check complains of, and secrets that do not open.
    fn damage(&self) -> Read<Vec<String>> {
        let check = self.many("PRAGMA integrity_check", [], |_, row| Ok(row.get::<_, String>(0)?));
        let mut lines = check.or_else(said)?;
        lines.retain(|line| line != "ok");
        for column in &SEALED {
            let place = format!("{}.{}", column.table, column.column);
            match self.unopened(column) {
                Ok(None) => {}
                Ok(Some((count, first))) => lines.push(format!("{count} values of {place}: {first}")),
                Err(e) => lines.extend(said(e)?.into_iter().map(|line| format!("{place}: {line}"))),
            }
        }
        Ok(lines)
    }
}

/// Damage that stops a look is itself what the look has found.
fn said(error: ReadError) -> Read<Vec<String>> {
    match error {
        ReadError::Database(e) if is_damage(&e) => Ok(vec![e.to_string()]),
        other => Err(other),
    }
}

/// The connection's snapshot goes into a draft, which becomes `to` once it is complete and durable.
fn copy_out(from: &Connection, to: &Path) -> Result<(), BackupError> {
    refuse_existing(to)?;
    let draft = beside(to, "draft");
    remove_with_log(&draft)?;
    let outcome = copy(from, &draft).and_then(|()| publish(&draft, to));
    if outcome.is_err() {
        remove_with_log(&draft)?;
    }
    outcome
}

/// Copies page by page and leaves a file that needs no log beside it.
fn copy(from: &Connection, to: &Path) -> Result<(), BackupError> {
    create_private(to).map_err(file_error(to))?;
    let mut copy = Connection::open(to)?;
    let step = Backup::new(from, &mut copy)?.step(-1)?;
    if step != StepResult::Done {
        return Err(BackupError::Damaged("another process keeps the database busy".into()));
    }
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    let verdict: String = copy.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(BackupError::Damaged(verdict)) }
}

fn draw_up(from: &Path, draft: &Path, keyring: &Keyring, ended: &Ended) -> Result<(), BackupError> {
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    if refuse_unknown(&source).map_err(|e| e.of_file(from))? == 0 {
        return Err(BackupError::Damaged("there is nothing in it".into()));
    }
    copy(&source, draft)?;
    let (path, keyring) = (draft.to_owned(), keyring.clone());
    let options = StoreOptions { path, drive: Drive::Inline, vfs: None, readers: 0, queue: 0, keyring };
    let mut conn = open_writer(&options, Planted::here())?;
    let problems = View { conn: &conn, keyring: &options.keyring }.damage()?;
    if !problems.is_empty() {
        return Err(BackupError::Damaged(problems.join("; ")));
    }
    let transaction = conn.transaction()?;
    begin_history(&transaction, &options.keyring, ended)?;
    transaction.commit()?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    conn.close().map_err(|(_, e)| e.into())
}

fn begin_history(conn: &Connection, keyring: &Keyring, ended: &Ended) -> Result<(), rusqlite::Error> {
    set_generation(conn, keyring.random_u64())?;
    for sequence in Sequence::ALL {
        let gap = sequence.restore_gap();
        // Also where the copy knows of none: the first may have been given after it was made.
        conn.execute(
            "INSERT INTO sequence (name, next) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET next = next + ?3",
            params![sequence.name(), sequence.first() + gap, gap],
        )?;
    }
    begin_streams(conn, keyring)?;
    conn.execute(
        "UPDATE session SET ended_cause = ?1, ended_description = ?2, ended_by_client_type = ?3,
             ended_by_custom_type = ?4, ended_at_ms = ?5, version = version + 1 WHERE ended_at_ms IS NULL",
        params![
            ended.cause,
            ended.description,
            ended.by_client_type,
            ended.by_custom_client_type,
            ended.at_ms
        ],
    )?;
    Ok(())
}

/// Streams may have had more than the copy knows of, and their readers may have seen it: all go on under another epoch.
/// By how much it rises is random, since another restore of the same copy must not meet the same one. Rooms have no
/// owner, and callback ids skip ahead.
fn begin_streams(conn: &Connection, keyring: &Keyring) -> Result<(), rusqlite::Error> {
    let step = (keyring.random_u64() >> 32) + 1;
    conn.execute("UPDATE meta SET value = value + ?1 WHERE name = 'stream_epoch'", [step])?;
    conn.execute("UPDATE room SET epoch = epoch + ?1", [step])?;
    conn.execute("UPDATE room_head SET node = NULL", [])?;
    let gap = Sequence::Session.restore_gap();
    let moved = conn.execute("UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'callback'", [gap])?;
    if moved == 0 {
        conn.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('callback', ?1)", [gap])?;
    }
    Ok(())
}

fn refuse_existing(path: &Path) -> Result<(), BackupError> {
    match path.try_exists() {
        Ok(false) => Ok(()),
        Ok(true) => Err(BackupError::Exists(path.into())),
        Err(e) => Err(file_error(path)(e)),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-");
    name.push(suffix);
    name.into()
}

fn remove_with_log(path: &Path) -> Result<(), BackupError> {
    for path in [path.to_owned(), beside(path, "wal"), beside(path, "shm"), beside(path, "journal")] {
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(file_error(&path)(e)),
            _ => {}
        }
    }
    Ok(())
}

fn publish(draft: &Path, to: &Path) -> Result<(), BackupError> {
    File::open(draft)
        .and_then(|file| file.sync_all())
        .and_then(|()| std::fs::rename(draft, to))
        .and_then(|()| sync_folder_of(to))
        .map_err(file_error(to))
}

fn file_error(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::File { path, source }
}
