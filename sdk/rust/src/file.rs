//! Files: the link says who may, HTTP carries the content.

use crate::connect::FileContent;
use crate::driver::Handle;
use crate::error::Error;
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt, stream};
use md5::{Digest, Md5};
use parlor_protocol::Code;
use parlor_protocol::v1::{self, FileRef, reply::Body as Reply, request::Body as Request};
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The size of a piece on its way.
const PIECE_BYTES: usize = 64 * 1024;

/// Told how far a transfer is: bytes so far, and in all (0 = not known).
#[derive(Clone, Default)]
pub struct Progress(Option<Arc<dyn Fn(u64, u64) + Send + Sync>>);

impl Progress {
    /// Nobody is told.
    pub fn none() -> Self {
        Self(None)
    }

    /// `told` is called with bytes so far and in all, after each piece.
    pub fn new(told: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(told)))
    }

    fn tell(&self, so_far: u64, in_all: u64) {
        if let Some(told) = &self.0 {
            told(so_far, in_all);
        }
    }
}

/// Files on the server (`NENosService`). Clones are the same.
#[derive(Clone)]
pub struct Files {
    handle: Handle,
}

/// Who the content is.
struct Described {
    name: String,
    size_bytes: u64,
    md5: String,
    content_type: String,
}

impl Files {
    pub(crate) fn new(handle: Handle) -> Self {
        Self { handle }
    }

    /// Uploads bytes under a name. What it answers is what messages name the file with. Too large:
    /// [`Code::BodyTooLarge`].
    pub async fn upload(
        &self,
        name: impl Into<String>,
        content_type: impl Into<String>,
        content: impl Into<Bytes>,
        progress: Progress,
    ) -> Result<FileRef, Error> {
        let content = content.into();
        let described = Described {
            name: name.into(),
            size_bytes: content.len() as u64,
            md5: hex::encode(Md5::digest(&content)),
            content_type: content_type.into(),
        };
        let pieces = stream::unfold(content, |mut rest| async move {
            let piece = rest.split_to(rest.len().min(PIECE_BYTES));
            if piece.is_empty() { None } else { Some((Ok(piece), rest)) }
        });
        self.put(described, pieces, progress).await
    }

    /// Uploads a file of this device under its own name.
    pub async fn upload_path(&self, path: impl AsRef<Path>, progress: Progress) -> Result<FileRef, Error> {
        let path = path.as_ref();
        let unreadable = |cause: io::Error| Error::invalid(format!("{}: {cause}", path.display()));
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (size_bytes, md5) = digest(path).await.map_err(unreadable)?;
        let file = tokio::fs::File::open(path).await.map_err(unreadable)?;
        let described = Described { name, size_bytes, md5, content_type: String::new() };
        self.put(described, pieces(file), progress).await
    }

    async fn put(
        &self,
        described: Described,
        pieces: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
        progress: Progress,
    ) -> Result<FileRef, Error> {
        let size_bytes = described.size_bytes;
        let upload = v1::FileUpload {
            name: described.name,
            size_bytes,
            md5: described.md5.clone(),
            content_type: described.content_type,
        };
        let place = match self.handle.fetch(Request::FileUpload(upload)).await? {
            Reply::FileUpload(place) => place,
            _ => return Err(Error::local(Code::FrameUnknown)),
        };
        let told = progress.clone();
        let counted = pieces.scan(0, move |so_far, piece| {
            if let Ok(piece) = &piece {
                *so_far += piece.len() as u64;
                told.tell(*so_far, size_bytes);
            }
            std::future::ready(Some(piece))
        });
        let content = FileContent { size_bytes, pieces: Box::pin(counted) };
        self.handle.connector.upload(place.put_path, content).await?;
        let mut file = place.file.unwrap_or_default();
        if file.md5.is_empty() {
            file.md5 = described.md5;
        }
        Ok(file)
    }

    /// A fresh address of a file, where the one in its message has run out.
    pub async fn link(&self, file_id: impl Into<String>) -> Result<FileRef, Error> {
        match self.handle.fetch(Request::FileLink(v1::FileLink { file_id: file_id.into() })).await? {
            Reply::FileLink(linked) => Ok(linked.file.unwrap_or_default()),
            _ => Err(Error::local(Code::FrameUnknown)),
        }
    }

    /// Downloads a file whole.
    pub async fn download(&self, url: impl Into<String>, progress: Progress) -> Result<Bytes, Error> {
        let mut content = self.handle.connector.download(url.into()).await?;
        let mut whole = BytesMut::new();
        while let Some(piece) = content.pieces.next().await {
            whole.extend_from_slice(&piece.map_err(|_| Error::local(Code::NetworkUnavailable))?);
            progress.tell(whole.len() as u64, content.size_bytes);
        }
        Ok(whole.freeze())
    }

    /// Downloads a file into one of this device.
    pub async fn download_to(
        &self,
        url: impl Into<String>,
        path: impl AsRef<Path>,
        progress: Progress,
    ) -> Result<(), Error> {
        let path = path.as_ref();
        let unwritable = |cause: io::Error| Error::invalid(format!("{}: {cause}", path.display()));
        let mut content = self.handle.connector.download(url.into()).await?;
        let mut file = tokio::fs::File::create(path).await.map_err(unwritable)?;
        let mut so_far = 0;
        while let Some(piece) = content.pieces.next().await {
            let piece = piece.map_err(|_| Error::local(Code::NetworkUnavailable))?;
            file.write_all(&piece).await.map_err(unwritable)?;
            so_far += piece.len() as u64;
            progress.tell(so_far, content.size_bytes);
        }
        file.flush().await.map_err(unwritable)
    }
}

/// A file in pieces.
fn pieces(file: tokio::fs::File) -> impl Stream<Item = io::Result<Bytes>> + Send {
    stream::unfold(Some(file), |file| async move {
        let mut file = file?;
        let mut piece = BytesMut::with_capacity(PIECE_BYTES);
        match file.read_buf(&mut piece).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(piece.freeze()), Some(file))),
            Err(cause) => Some((Err(cause), None)),
        }
    })
}

/// Size and MD5 of a file.
async fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut pieces = Box::pin(pieces(tokio::fs::File::open(path).await?));
    let (mut size_bytes, mut md5) = (0, Md5::new());
    while let Some(piece) = pieces.next().await {
        let piece = piece?;
        size_bytes += piece.len() as u64;
        md5.update(&piece);
    }
    Ok((size_bytes, hex::encode(md5.finalize())))
}
