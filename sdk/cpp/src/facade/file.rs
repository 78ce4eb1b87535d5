//! Requests about files: transfers that tell how far they are and can be given up.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parlor_sdk::{Code, Error, Progress, Remedy};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Facade, ready};
use crate::r#gen::{FileDownload, FileProgress, FileUpload, FileUploaded, sdk_event, sdk_reply::Body};
use crate::reply::{of_room, refused, room_done};
use crate::threads::{Events, Work};

/// A room and a message in it.
type Key = (i64, String);

/// Transfers under way.
#[derive(Default)]
pub(super) struct Transfers(Mutex<BTreeMap<Key, CancellationToken>>);

impl Transfers {
    fn under_way(&self) -> MutexGuard<'_, BTreeMap<Key, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of them, off the list with this value.
pub(super) struct Transfer {
    key: Key,
    cancelled: CancellationToken,
    transfers: Arc<Transfers>,
    events: Events,
}

impl Drop for Transfer {
    fn drop(&mut self) {
        // A cancelled one is off the list already, and a later one of the same name may be on it.
        if !self.cancelled.is_cancelled() {
            self.transfers.under_way().remove(&self.key);
        }
    }
}

impl Transfer {
    /// Runs a transfer to its end, or until it is given up: [`Code::RequestIgnored`].
    pub(super) async fn run<T, F>(&self, transfer: impl FnOnce(Progress) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let (told, mut heard) = watch::channel((0, 0));
        let progress = Progress::new(move |so_far, in_all| {
            // Nobody listens any more once the transfer is given up.
            let _ = told.send((so_far, in_all));
        });
        let mut transferred = pin!(transfer(progress));
        let mut last_told = (0, 0);
        loop {
            let outcome = tokio::select! {
                biased;
                () = self.cancelled.cancelled() => return Err(given_up()),
                Ok(()) = heard.changed() => None,
                outcome = &mut transferred => Some(outcome),
            };
            // The last piece may have been told together with the end.
            let so_far = *heard.borrow_and_update();
            if so_far != last_told {
                self.tell(so_far).await;
                last_told = so_far;
            }
            if let Some(outcome) = outcome {
                return outcome;
            }
        }
    }

    async fn tell(&self, (so_far, in_all): (u64, u64)) {
        let number = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let (archive_id, message_uuid) = self.key.clone();
        let (transferred, total) = (number(so_far), number(in_all));
        let progress = FileProgress { archive_id, message_uuid, transferred, total };
        self.events.tell(sdk_event::Body::FileProgress(progress)).await;
    }
}

fn given_up() -> Error {
    Error {
        code: Code::RequestIgnored,
        number: Code::RequestIgnored.link(),
        remedy: Remedy::Stop,
        message: "the transfer was cancelled".to_owned(),
        retry_after_ms: 0,
    }
}

impl Facade {
    /// Begins a transfer; an earlier one of the same message is given up.
    pub(super) fn transfer(&self, archive_id: i64, message_uuid: &str) -> Transfer {
        let key = (archive_id, message_uuid.to_owned());
        let cancelled = CancellationToken::new();
        if let Some(earlier) = self.transfers.under_way().insert(key.clone(), cancelled.clone()) {
            earlier.cancel();
        }
        Transfer { key, cancelled, transfers: Arc::clone(&self.transfers), events: self.events.clone() }
    }

    pub(super) fn cancel_transfer(&self, archive_id: i64, message_uuid: String) -> Work {
        match self.transfers.under_way().remove(&(archive_id, message_uuid)) {
            Some(transfer) => {
                transfer.cancel();
                ready(room_done(None))
            }
            None => ready(refused(of_room(Code::NotFound, "no transfer of that message".to_owned()))),
        }
    }

    pub(super) fn upload(&self, FileUpload { path }: FileUpload) -> Work {
        self.on_kit(|kit| async move {
            let file = kit.files().upload_path(path, Progress::none()).await?;
            Ok(Some(Body::FileUploaded(FileUploaded { url: file.url })))
        })
    }

    pub(super) fn download(&self, download: FileDownload) -> Work {
        let FileDownload { archive_id, message_uuid, url, path } = download;
        let transfer = self.transfer(archive_id, &message_uuid);
        self.on_kit(|kit| async move {
            transfer
                .run(|progress| async move { kit.files().download_to(url, path, progress).await })
                .await
                .map(|()| None)
        })
    }
}
