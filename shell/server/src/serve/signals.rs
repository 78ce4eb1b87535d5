//! SIGTERM and SIGINT end the server, SIGHUP looks at the certificate files.

use std::io;
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Mutex, Notify};

/// The signals that the server receives.
pub(super) struct Signals {
    ends: Mutex<[Signal; 2]>,
    reload: Arc<Notify>,
}

impl Signals {
    /// From here on the signals are ours.
    pub(super) fn listen() -> io::Result<Self> {
        let ends = Mutex::new([signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?]);
        let mut hang_up = signal(SignalKind::hangup())?;
        let reload = Arc::new(Notify::new());
        let wake = reload.clone();
        tokio::spawn(async move {
            while hang_up.recv().await.is_some() {
                wake.notify_one();
            }
        });
        Ok(Self { ends, reload })
    }

    /// Wakes who reloads.
    pub(super) fn reload(&self) -> Arc<Notify> {
        self.reload.clone()
    }

    /// Waits for the next signal to end.
    pub(super) async fn end(&self) {
        let mut ends = self.ends.lock().await;
        let [terminate, interrupt] = &mut *ends;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}
