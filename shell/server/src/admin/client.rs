//! The command line's side: asks the running server, or takes the folder when there is none.

use super::{Command, Failure, Reply, Request, VERSION};
use crate::folder::{Folder, FolderError, FolderLock};
use serde_json::Value;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long another short command, or a server that is just starting, may keep the folder.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked at again.
const PAUSE: Duration = Duration::from_millis(50);
/// The longest path a socket may have on every system we know.
const SOCKET_PATH_MAX_BYTES: usize = 100;

/// Why a running server could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The connection.
    #[error("the running server cannot be asked: {0}")]
    Connection(#[from] io::Error),
    /// It answered something else.
    #[error("the running server answered something that this parlor does not know: use the same version")]
    Answer,
    /// It refused.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// How the data folder can be worked on.
pub enum Reach {
    /// A server runs: ask it.
    Server(Server),
    /// Nobody has it: it is ours for now.
    Folder(FolderLock),
}

/// A connection to a running server.
pub struct Server {
    stream: UnixStream,
}

/// Finds the server of a folder, or takes the folder; waits a little for others to be done with it.
///
/// # Errors
/// The folder stays in use by a process that does not answer.
pub fn reach(folder: &Folder) -> Result<Reach, FolderError> {
    let begun = Instant::now();
    loop {
        if let Ok(stream) = connect(folder) {
            return Ok(Reach::Server(Server { stream }));
        }
        match folder.lock() {
            Ok(lock) => return Ok(Reach::Folder(lock)),
            Err(FolderError::InUse { .. }) if begun.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
}

fn connect(folder: &Folder) -> io::Result<UnixStream> {
    let (path, _folder) = short_path(folder)?;
    UnixStream::connect(path)
}

/// The path of the folder's socket, short enough for the system; valid while the file beside it is open.
pub(super) fn short_path(folder: &Folder) -> io::Result<(PathBuf, Option<File>)> {
    let path = folder.socket();
    if path.as_os_str().len() <= SOCKET_PATH_MAX_BYTES {
        return Ok((path, None));
    }
    let open = File::open(folder.path())?;
    let name = path.file_name().unwrap_or_default();
    Ok((PathBuf::from(format!("/proc/self/fd/{}", open.as_raw_fd())).join(name), Some(open)))
}

impl Server {
    /// Sends a command and waits for what there is to show.
    ///
    /// # Errors
    /// The connection broke, or the server refused.
    pub fn ask(&mut self, command: Command) -> Result<Value, ClientError> {
        let mut text =
            serde_json::to_vec(&Request { version: VERSION, command }).map_err(|_| ClientError::Answer)?;
        text.push(b'\n');
        self.stream.write_all(&text)?;
        let mut line = String::new();
        if BufReader::new(&self.stream).read_line(&mut line)? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        match serde_json::from_str(&line) {
            Ok(Reply::Done(shown)) => Ok(shown),
            Ok(Reply::Failed(failure)) => Err(failure.into()),
            Err(_) => Err(ClientError::Answer),
        }
    }
}
