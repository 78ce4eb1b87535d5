//! Files: the particulars; the content lies beside the database.

use parlor_protocol::ids::{AppId, ArchiveId, UserUuid};

/// A file that was uploaded or may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// Its app.
    pub app_id: AppId,
    /// Its name in that app.
    pub file_id: String,
    /// Who uploads it.
    pub owner: UserUuid,
    /// What people see.
    pub name: String,
    /// Media type, as the uploader says.
    pub content_type: String,
    /// Its size.
    pub size_bytes: u64,
    /// Lower-case hex of the content's MD5; empty = not known yet.
    pub md5: String,
    /// Whether the content is there.
    pub state: FileState,
    /// When the place was asked for.
    pub created_at_ms: i64,
    /// When it is forgotten.
    pub expires_at_ms: i64,
    /// The room it belongs to, if it does to one.
    pub archive_id: Option<ArchiveId>,
}

/// Whether a file's content is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum FileState {
    /// It may be uploaded.
    Awaiting = 1,
    /// It is there.
    Stored = 2,
}
