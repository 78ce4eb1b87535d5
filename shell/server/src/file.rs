//! Files: the link says who may, HTTP carries the contents, the [vault](crate::vault) keeps them.
//!
//! A file belongs to the room account that uploads it, and to the room that a message brings it into: who is or was in
//! that room may have it. The content of a file never changes.

mod sweep;

pub use sweep::{sweep, sweep_once};

use crate::fault::Fault;
use crate::node::Node;
use crate::session::{Asked, Session, once};
use crate::vault::{Address, Use};
use axum::body::Body;
use parlor_protocol::ids::{AppId, ArchiveId, UserUuid};
use parlor_protocol::limits::{self, Charset, TextRule};
use parlor_protocol::v1::{chat_message, chat_send};
use parlor_protocol::{Code, v1};
use parlor_store::rows::{FileRow, FileState, RoomSession};
use parlor_store::{Batch, CommitError, Write};
use prost::Message as _;

/// The media type of a file.
const CONTENT_TYPE: TextRule = TextRule::optional(127, Charset::Text);
/// What a file is where nobody says.
const UNKNOWN_TYPE: &str = "application/octet-stream";
/// An unused place is forgotten this long after its address is void, so that an upload that began in time ends first.
const PLACE_GRACE_MS: i64 = 5 * 60 * 1000;
/// Addresses of one file stay the same this long, for caches.
const ADDRESS_STEP_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * 3_600_000;

/// Gives the room account that is logged in here a place to upload one file to.
///
/// # Errors
/// The field outside its limits; `FileTooLarge`; `QuotaExceeded` when the app's files hold too much; `RoomNotLoggedIn`.
pub async fn upload(
    node: &Node,
    session: &Session,
    op_id: &[u8],
    ask: v1::FileUpload,
) -> Result<v1::FilePlace, Fault> {
    let config = &node.config.file;
    let name = base_name(&ask.name)?;
    let content_type = media_type(&ask.content_type)?;
    if ask.size_bytes > config.max_bytes {
        let sentence = format!("the file is too large: at most {} bytes", config.max_bytes);
        return Err(Fault::field(Code::FileTooLarge, "size_bytes", sentence));
    }
    check_md5(&ask.md5)?;
    let room = room_session(node, session).await?;
    check_space(node, session.app_id, ask.size_bytes).await?;
    let owner = room.user_uuid;
    let now_ms = node.clock.now_ms();
    let put_until_ms = now_ms + i64::from(config.put_ttl_s) * 1000;
    let row = FileRow {
        app_id: session.app_id,
        file_id: node.random.token(),
        owner,
        name: name.to_owned(),
        content_type,
        size_bytes: ask.size_bytes,
        md5: ask.md5,
        state: FileState::Awaiting,
        created_at_ms: now_ms,
        expires_at_ms: put_until_ms + PLACE_GRACE_MS,
        archive_id: None,
    };
    let place = v1::FilePlace {
        file_id: row.file_id.clone(),
        put_path: node.vault.address(Use::Put, row.app_id, &row.file_id, put_until_ms),
        put_until_ms,
        file: Some(reference(node, &row)),
    };
    let mut batch = Batch::new().expect(session.room_fence(room.login_at_ms));
    if !op_id.is_empty() {
        batch = batch.expect(once(session, op_id, now_ms, Asked::FileUpload.keep(&place.encode_to_vec())));
    }
    match node.store.commit(batch.write(Write::PutFile(row))).await {
        Ok(_) => Ok(place),
        Err(CommitError::Repeated { answer }) => Asked::FileUpload
            .kept(&answer)
            .and_then(|kept| v1::FilePlace::decode(kept).ok())
            .ok_or_else(|| Fault::of(Code::DuplicateRequest)),
        Err(cause) => Err(cause.into()),
    }
}

/// Uploads that begin at the same moment may together go over the limit by what they bring.
async fn check_space(node: &Node, app_id: AppId, size_bytes: u64) -> Result<(), Fault> {
    let most = node.config.file.max_bytes_per_app;
    if most == 0 || node.store.read(move |view| view.file_space(app_id)).await? + size_bytes <= most {
        return Ok(());
    }
    crate::metrics::file_space_refused();
    let sentence =
        format!("the files of this app would hold more than {most} bytes (file.max_bytes_per_app)");
    Err(Fault::field(Code::QuotaExceeded, "size_bytes", sentence))
}

/// Gives a fresh address of a file to its owner, and to who is or was in the room that it was sent into.
///
/// # Errors
/// `FileNotFound`, also where the account may not have it.
pub async fn link(node: &Node, session: &Session, ask: v1::FileLink) -> Result<v1::FileLinked, Fault> {
    let user_uuid = room_session(node, session).await?.user_uuid;
    let row = stored(node, session.app_id, &ask.file_id).await?;
    let may = row.owner == user_uuid || {
        match row.archive_id {
            Some(room) => node.store.read(move |view| view.room_visit(room, &user_uuid)).await?.is_some(),
            None => false,
        }
    };
    if !may {
        return Err(Fault::of(Code::FileNotFound));
    }
    Ok(v1::FileLinked { file: Some(reference(node, &row)) })
}

/// What `send` says of a file becomes what is known of it, and the file becomes the room's: the write belongs into the
/// commit of the message. `None` for a message without a stored file.
///
/// # Errors
/// `FileNotFound` unless `owner` has uploaded it; `Forbidden` for a file of another room.
pub async fn attach(
    node: &Node,
    app_id: AppId,
    archive_id: ArchiveId,
    owner: &UserUuid,
    send: &mut v1::ChatSend,
) -> Result<Option<Write>, Fault> {
    let named = match &mut send.body {
        Some(chat_send::Body::File(v1::ChatFile { file: Some(file) })) => file,
        Some(chat_send::Body::Image(v1::ChatImage { file: Some(file), .. })) => file,
        _ => return Ok(None),
    };
    if named.file_id.is_empty() {
        return Ok(None);
    }
    let row = stored(node, app_id, &named.file_id).await?;
    if row.owner != *owner {
        return Err(Fault::of(Code::FileNotFound));
    }
    if row.archive_id.is_some_and(|room| room != archive_id) {
        let sentence = "the file was sent into another room: upload it again for this one";
        return Err(Fault::field(Code::Forbidden, "file_id", sentence));
    }
    let name = std::mem::take(&mut named.name);
    *named = reference(node, &row);
    // The sender may show it under another name.
    if let Ok(name) = base_name(&name) {
        (named.name, named.extension) = (name.to_owned(), extension(name));
    }
    let expires_at_ms = kept_until_ms(node);
    Ok(Some(Write::PutFile(FileRow { archive_id: Some(archive_id), expires_at_ms, ..row })))
}

/// Gives the file of a stored message a fresh address, for someone who may read the message.
pub fn freshen(node: &Node, app_id: AppId, message: &mut v1::ChatMessage) {
    let file = match &mut message.body {
        Some(chat_message::Body::File(v1::ChatFile { file: Some(file) })) => file,
        Some(chat_message::Body::Image(v1::ChatImage { file: Some(file), .. })) => file,
        _ => return,
    };
    if !file.file_id.is_empty() {
        file.url = address(node, app_id, &file.file_id);
    }
}

/// Takes in the content that an address was given out for. A content that is there stays as it is.
///
/// # Errors
/// See [`Vault::receive`](crate::vault::Vault::receive); `DuplicateRequest` when it is there already.
pub async fn receive(
    node: &Node,
    address: &Address,
    announced_bytes: Option<u64>,
    body: Body,
) -> Result<v1::FileRef, Fault> {
    let now_ms = node.clock.now_ms();
    node.vault.check(Use::Put, address, now_ms)?;
    let _place = node.vault.place()?;
    let arrival = node.vault.arrival(address.app_id, &address.file_id)?;
    let row = row(node, address.app_id, &address.file_id).await?;
    if row.state == FileState::Stored {
        return Err(Fault::new(Code::DuplicateRequest, "the content is there already"));
    }
    match announced_bytes {
        Some(found) if found > row.size_bytes => {
            let sentence = format!("more than the {} bytes that were announced", row.size_bytes);
            return Err(Fault::new(Code::FileTooLarge, sentence));
        }
        Some(found) if found < row.size_bytes => {
            let sentence = format!("fewer than the {} bytes that were announced", row.size_bytes);
            return Err(Fault::new(Code::FileDamaged, sentence));
        }
        _ => {}
    }
    let left_ms = u64::try_from(address.until_ms - now_ms).unwrap_or_default();
    let within = std::time::Duration::from_millis(left_ms);
    let receiving = node.vault.receive(&arrival, row.size_bytes, &row.md5, body.into_data_stream());
    let content =
        tokio::time::timeout(within, receiving).await.map_err(|_| Fault::of(Code::RequestTimeout))??;
    let row =
        FileRow { md5: content.md5, state: FileState::Stored, expires_at_ms: kept_until_ms(node), ..row };
    let file = reference(node, &row);
    if let Err(cause) = node.store.commit(Batch::new().write(Write::PutFile(row))).await {
        node.vault.remove(address.app_id, &address.file_id).await?;
        return Err(cause.into());
    }
    Ok(file)
}

/// The file that somebody fetches under an address.
///
/// # Errors
/// `FileAddressExpired`, `FileNotFound`.
pub async fn open(node: &Node, address: &Address) -> Result<FileRow, Fault> {
    node.vault.check(Use::Get, address, node.clock.now_ms())?;
    stored(node, address.app_id, &address.file_id).await
}

async fn row(node: &Node, app_id: AppId, file_id: &str) -> Result<FileRow, Fault> {
    let wanted = file_id.to_owned();
    let found = node.store.read(move |view| view.file(app_id, &wanted)).await?;
    let now_ms = node.clock.now_ms();
    found.filter(|row| now_ms < row.expires_at_ms).ok_or_else(|| Fault::of(Code::FileNotFound))
}

async fn stored(node: &Node, app_id: AppId, file_id: &str) -> Result<FileRow, Fault> {
    let row = row(node, app_id, file_id).await?;
    if row.state == FileState::Stored { Ok(row) } else { Err(Fault::of(Code::FileNotFound)) }
}

async fn room_session(node: &Node, session: &Session) -> Result<RoomSession, Fault> {
    let session_id = session.session_id;
    let row = node.store.read(move |view| view.session(session_id)).await?;
    row.and_then(|session| session.row.room).ok_or_else(|| Fault::of(Code::RoomNotLoggedIn))
}

/// What messages say of a file.
fn reference(node: &Node, row: &FileRow) -> v1::FileRef {
    v1::FileRef {
        url: address(node, row.app_id, &row.file_id),
        name: row.name.clone(),
        extension: extension(&row.name),
        size_bytes: row.size_bytes,
        md5: row.md5.clone(),
        file_id: row.file_id.clone(),
    }
}

/// Where to fetch a file: a whole URL where `http.public_url` is set, otherwise a path on this server.
fn address(node: &Node, app_id: AppId, file_id: &str) -> String {
    let good_ms = i64::from(node.config.file.address_ttl_s) * 1000;
    let step_ms = ADDRESS_STEP_MS.min(good_ms).max(1);
    let until_ms = (node.clock.now_ms() + good_ms) / step_ms * step_ms + step_ms;
    let base = node.config.http.public_url.trim_end_matches('/');
    format!("{base}{}", node.vault.address(Use::Get, app_id, file_id, until_ms))
}

fn kept_until_ms(node: &Node) -> i64 {
    match node.config.file.keep_days {
        0 => i64::MAX,
        days => node.clock.now_ms() + i64::from(days) * DAY_MS,
    }
}

/// The last part of a path, whichever system it is of.
fn base_name(name: &str) -> Result<&str, Fault> {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    limits::FILE_NAME.check("name", base)?;
    if matches!(base, "." | "..") {
        return Err(Fault::field(Code::InvalidParameter, "name", "name is the name of a file"));
    }
    Ok(base)
}

fn extension(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 32 => extension.to_owned(),
        _ => String::new(),
    }
}

fn media_type(text: &str) -> Result<String, Fault> {
    CONTENT_TYPE.check("content_type", text)?;
    if text.is_empty() {
        return Ok(UNKNOWN_TYPE.to_owned());
    }
    let is_plain = text.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if is_plain && text.contains('/') {
        return Ok(text.to_owned());
    }
    Err(Fault::field(Code::InvalidParameter, "content_type", "content_type is a media type, as image/png"))
}

fn check_md5(md5: &str) -> Result<(), Fault> {
    let is_hash = md5.len() == 32 && md5.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if md5.is_empty() || is_hash {
        return Ok(());
    }
    let sentence = "md5 is the 32 lower-case hexadecimal digits of the content's MD5";
    Err(Fault::field(Code::InvalidParameter, "md5", sentence))
}
