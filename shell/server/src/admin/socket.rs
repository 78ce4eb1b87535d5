//! The running server's side: a socket in the data folder, one line per request.

use super::perform::{Desk, perform};
use super::{Failure, Reply, Request, VERSION};
use crate::config::AdminConfig;
use crate::fault::Fault;
use crate::folder::Folder;
use parlor_protocol::codes::Code;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The socket cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("the administration socket {path}: {cause}")]
pub struct SocketError {
    path: String,
    cause: io::Error,
}

/// Opens the socket of a folder that the caller has locked; what an earlier process left there is replaced.
///
/// # Errors
/// The system refused.
pub fn open(folder: &Folder) -> Result<UnixListener, SocketError> {
    let path = folder.socket();
    let failed = |cause| SocketError { path: path.display().to_string(), cause };
    match std::fs::remove_file(&path) {
        Ok(()) => {}
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
        Err(cause) => return Err(failed(cause)),
    }
    let (short, _folder) = super::client::short_path(folder).map_err(failed)?;
    let listener = UnixListener::bind(short).map_err(failed)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

/// Answers commands until `end`.
pub async fn serve(
    listener: UnixListener,
    desk: Arc<Desk>,
    config: AdminConfig,
    tasks: TaskTracker,
    end: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(config.max_running));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = end.cancelled() => return,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(cause) => {
                tracing::error!(%cause, "the administration socket");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = places.clone().try_acquire_owned() else { continue };
        let (desk, config, end) = (desk.clone(), config.clone(), end.clone());
        tasks.spawn(async move {
            if let Err(cause) = answer(stream, &desk, &config, &end).await {
                tracing::debug!(%cause, "an administration connection broke");
            }
            drop(place);
        });
    }
}

async fn answer(
    stream: UnixStream,
    desk: &Desk,
    config: &AdminConfig,
    end: &CancellationToken,
) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    loop {
        let mut line = Vec::new();
        let limit = config.max_request_bytes as u64;
        let mut bounded = (&mut lines).take(limit);
        let idle = Duration::from_millis(config.idle_timeout_ms.into());
        let heard = tokio::select! {
            heard = tokio::time::timeout(idle, bounded.read_until(b'\n', &mut line)) => heard,
            () = end.cancelled() => return Ok(()),
        };
        match heard {
            Ok(Ok(0)) | Err(_) => return Ok(()),
            Ok(Ok(_)) => {}
            Ok(Err(cause)) => return Err(cause),
        }
        let reply = match line.last() {
            Some(b'\n') => reply_to(&line, desk).await,
            _ => failed(&Fault::new(Code::BodyTooLarge, format!("a request has at most {limit} bytes"))),
        };
        let mut text = serde_json::to_vec(&reply).map_err(io::Error::other)?;
        text.push(b'\n');
        write.write_all(&text).await?;
        if line.last() != Some(&b'\n') {
            return Ok(());
        }
    }
}

async fn reply_to(line: &[u8], desk: &Desk) -> Reply {
    #[derive(serde::Deserialize)]
    struct Head {
        version: u32,
    }
    match serde_json::from_slice::<Head>(line) {
        Ok(Head { version: VERSION }) => {}
        Ok(Head { version }) => {
            let message = format!(
                "the server speaks administration protocol {VERSION}, this command {version}: use the same parlor"
            );
            return failed(&Fault::new(Code::ProtocolVersion, message));
        }
        Err(_) => return failed(&Fault::new(Code::InvalidParameter, "not a request of this protocol")),
    }
    match serde_json::from_slice::<Request>(line) {
        Ok(request) => match perform(desk, request.command).await {
            Ok(shown) => Reply::Done(shown),
            Err(fault) => failed(&fault),
        },
        Err(_) => failed(&Fault::new(Code::InvalidParameter, "the server does not know this command")),
    }
}

fn failed(fault: &Fault) -> Reply {
    Reply::Failed(Failure::from(fault))
}

impl From<&Fault> for Failure {
    fn from(fault: &Fault) -> Self {
        Self {
            code: fault.code.name().to_owned(),
            message: fault.message.clone(),
            field: fault.field.map(str::to_owned),
        }
    }
}
