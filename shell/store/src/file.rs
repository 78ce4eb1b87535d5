//! Files.

use crate::apply::{Change, Put};
use crate::rows::{FileRow, FileState};
use crate::view::{Read, View, corrupt, parsed};
use parlor_protocol::ids::{AppId, ArchiveId};
use rusqlite::{Row, params};

macro_rules! select_file {
    ($rest:literal) => {
        concat!(
            "SELECT app_id, file_id, owner, name, content_type, size_bytes, md5, state, created_at_ms, ",
            "expires_at_ms, archive_id FROM file ",
            $rest
        )
    };
}

fn file_row(_: &View<'_>, row: &Row<'_>) -> Read<FileRow> {
    Ok(FileRow {
        app_id: AppId(row.get(0)?),
        file_id: row.get(1)?,
        owner: parsed(row, 2)?,
        name: row.get(3)?,
        content_type: row.get(4)?,
        size_bytes: row.get(5)?,
        md5: row.get(6)?,
        state: state(row)?,
        created_at_ms: row.get(8)?,
        expires_at_ms: row.get(9)?,
        archive_id: row.get::<_, Option<u64>>(10)?.map(ArchiveId),
    })
}

fn state(row: &Row<'_>) -> Read<FileState> {
    let number: u8 = row.get(7)?;
    [FileState::Awaiting, FileState::Stored]
        .into_iter()
        .find(|state| *state as u8 == number)
        .ok_or_else(|| corrupt(row, 7, &"no such state"))
}

impl View<'_> {
    /// A file; the caller checks its expiry.
    pub fn file(&self, app_id: AppId, file_id: &str) -> Read<Option<FileRow>> {
        self.one(select_file!("WHERE app_id = ?1 AND file_id = ?2"), params![app_id.0, file_id], file_row)
    }

    /// How many bytes the files of an app have, announced ones that have not arrived included.
    pub fn file_space(&self, app_id: AppId) -> Read<u64> {
        let sql = "SELECT size_bytes FROM file_space WHERE app_id = ?1";
        Ok(self.one(sql, params![app_id.0], |_, row| Ok(row.get(0)?))?.unwrap_or(0))
    }

    /// The same for all apps together.
    pub fn file_space_of_all(&self) -> Read<u64> {
        let sql = "SELECT coalesce(sum(size_bytes), 0) FROM file_space";
        Ok(self.one(sql, params![], |_, row| Ok(row.get(0)?))?.unwrap_or(0))
    }

    /// Files whose time is over, the longest first, at most `limit`: their content goes first, then their row.
    pub fn expired_files(&self, now_ms: i64, limit: usize) -> Read<Vec<FileRow>> {
        let sql = select_file!(
            "INDEXED BY file_expiry WHERE expires_at_ms <= ?1 ORDER BY expires_at_ms, app_id, file_id LIMIT ?2"
        );
        self.many(sql, params![now_ms, limit], file_row)
    }
}

impl Change<'_> {
    pub(crate) fn put_file(&self, file: &FileRow) -> Put {
        self.run(
            "INSERT INTO file (app_id, file_id, owner, name, content_type, size_bytes, md5, state, created_at_ms,
                 expires_at_ms, archive_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (app_id, file_id) DO UPDATE SET owner = ?3, name = ?4, content_type = ?5, size_bytes = ?6,
                 md5 = ?7, state = ?8, created_at_ms = ?9, expires_at_ms = ?10, archive_id = ?11",
            params![
                file.app_id.0,
                file.file_id,
                file.owner.as_str(),
                file.name,
                file.content_type,
                file.size_bytes,
                file.md5,
                file.state as u8,
                file.created_at_ms,
                file.expires_at_ms,
                file.archive_id.map(|id| id.0),
            ],
        )
    }

    pub(crate) fn drop_file(&self, app_id: AppId, file_id: &str) -> Put {
        self.run("DELETE FROM file WHERE app_id = ?1 AND file_id = ?2", params![app_id.0, file_id])
    }
}
