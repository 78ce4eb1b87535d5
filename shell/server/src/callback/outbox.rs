//! The durable outbox of events: committed with what they tell, delivered afterwards, at least once, in order along
//! each lane (a room). Lanes go side by side; an app whose server is down is asked now and then by one of them.

use super::{CallbackError, Callbacks, Network, check_url};
use crate::clock::Clock;
use crate::config::CallbackConfig;
use crate::metrics;
use crate::random::Random;
use parlor_identity::app::RoomCallback;
use parlor_protocol::ids::{AppId, ArchiveId};
use parlor_store::rows::{AppRow, CallbackRow, NewCallback};
use parlor_store::{Batch, Store, Write};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Rows of one look into the store.
const PAGE: usize = 512;
/// Between two looks at how many wait.
const COUNT_EVERY: Duration = Duration::from_secs(10);
/// How often an event is shown to a server that answers that it does not take it. More would hold up its room for
/// days because of one event.
const REFUSALS: u32 = 5;
/// An app whose lanes are all in use leaves its place in the queue to others for this long.
const ASIDE_MS: i64 = 1_000;

/// The write that tells `app`'s server of something in a room, for the commit of what it tells; `None` where the app
/// wants to hear nothing of it.
pub fn event(
    app: &AppRow,
    archive_id: ArchiveId,
    event_type: &str,
    body: Value,
    at_ms: i64,
) -> Option<Write> {
    let wants = |callback: &&RoomCallback| {
        callback.on && (callback.events.is_empty() || callback.events.iter().any(|e| e == event_type))
    };
    app.settings.room_callback.as_ref().filter(wants)?;
    Some(Write::Callback(NewCallback {
        app_id: app.app_id,
        lane: format!("room:{archive_id}"),
        event_type: event_type.to_owned(),
        body: body.to_string(),
        created_at_ms: at_ms,
    }))
}

/// What the outbox works with.
pub struct Outbox {
    /// Where events wait.
    pub store: Store,
    /// The way out.
    pub callbacks: Callbacks,
    /// What time it is.
    pub clock: Clock,
    /// For jitter.
    pub random: Random,
    /// Limits and times.
    pub config: CallbackConfig,
}

/// One app's server, as the last deliveries found it.
#[derive(Default)]
struct Server {
    running: usize,
    /// In a row; any success ends the row.
    failures: u32,
    /// Nothing is tried before then, in ms since 1970.
    down_until_ms: i64,
}

struct Attempt {
    row: CallbackRow,
    outcome: Outcome,
}

enum Outcome {
    Delivered,
    /// The app does not want it any more.
    Unwanted,
    Failed(CallbackError),
}

/// Delivers until the task is ended. What was under way then is delivered again after a restart.
pub async fn deliver(outbox: Outbox) {
    // A simulation has no servers to tell.
    let Callbacks::Network(network) = outbox.callbacks.clone() else { return std::future::pending().await };
    let delivery = Delivery {
        outbox,
        network,
        running: JoinSet::new(),
        lanes: BTreeSet::new(),
        servers: BTreeMap::new(),
    };
    delivery.run().await;
}

struct Delivery {
    outbox: Outbox,
    network: Arc<Network>,
    running: JoinSet<Attempt>,
    /// With an event under way.
    lanes: BTreeSet<(AppId, String)>,
    servers: BTreeMap<AppId, Server>,
}

impl Delivery {
    async fn run(mut self) {
        let pause = Duration::from_millis(self.outbox.config.event_poll_interval_ms.max(1).into());
        let mut count_at = Instant::now();
        loop {
            if Instant::now() >= count_at {
                self.count().await;
                count_at = Instant::now() + COUNT_EVERY;
            }
            self.start_due().await;
            tokio::select! {
                Some(joined) = self.running.join_next() => {
                    self.settle(joined).await;
                    // What ended with it needs one look at the store, not one each.
                    while let Some(joined) = self.running.try_join_next() {
                        self.settle(joined).await;
                    }
                }
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Starts what is due, as far as there is room for it.
    async fn start_due(&mut self) {
        let config = self.outbox.config.clone();
        let now_ms = self.outbox.clock.now_ms();
        let limit = PAGE + self.running.len();
        let due = match self.outbox.store.read(move |view| view.due_callbacks(now_ms, limit)).await {
            Ok(due) => due,
            Err(cause) => return tracing::warn!(%cause, "the outbox cannot be read"),
        };
        let is_full_page = due.len() >= limit;
        let mut aside = Vec::new();
        for row in due {
            let lane = (row.app_id, row.lane.clone());
            if self.lanes.contains(&lane) {
                continue;
            }
            let server = self.servers.entry(row.app_id).or_default();
            // A server that is down is asked by one lane only.
            let places = if server.failures > 0 { 1 } else { config.events_per_app.max(1) };
            if now_ms < server.down_until_ms {
                aside.push(later(&row, row.attempts, server.down_until_ms + self.jitter_ms(ASIDE_MS)));
            } else if server.running >= places {
                // Others may stand behind this app's.
                if is_full_page {
                    aside.push(later(&row, row.attempts, now_ms + ASIDE_MS + self.jitter_ms(ASIDE_MS)));
                }
            } else if self.running.len() < config.events_running.max(1) {
                server.running += 1;
                self.lanes.insert(lane);
                self.running.spawn(attempt(self.outbox.store.clone(), self.network.clone(), now_ms, row));
            }
        }
        self.commit(aside).await;
    }

    async fn settle(&mut self, joined: Result<Attempt, tokio::task::JoinError>) {
        let Attempt { row, outcome } = match joined {
            Ok(attempt) => attempt,
            // Nothing here panics; if it did, the lane would wait for the next start.
            Err(cause) => return tracing::error!(%cause, "a delivery broke"),
        };
        let now_ms = self.outbox.clock.now_ms();
        self.lanes.remove(&(row.app_id, row.lane.clone()));
        let server = self.servers.entry(row.app_id).or_default();
        server.running = server.running.saturating_sub(1);
        let write = match outcome {
            Outcome::Delivered => {
                (server.failures, server.down_until_ms) = (0, 0);
                metrics::callback_event("delivered");
                Write::DropCallback(row.callback_id)
            }
            Outcome::Unwanted => {
                metrics::callback_event("unwanted");
                Write::DropCallback(row.callback_id)
            }
            Outcome::Failed(cause) => self.failed(&row, &cause, now_ms),
        };
        if !self.commit(vec![write]).await {
            // It stays due. Not at once again: the store has a problem.
            tokio::time::sleep(Duration::from_millis(ASIDE_MS as u64)).await;
        }
        self.servers.retain(|_, server| server.running > 0 || server.failures > 0);
    }

    fn failed(&mut self, row: &CallbackRow, cause: &CallbackError, now_ms: i64) -> Write {
        let attempts = row.attempts.saturating_add(1);
        let is_refused = matches!(cause, CallbackError::Refused(_));
        let server = self.servers.entry(row.app_id).or_default();
        if is_refused {
            // It answers: only this event waits.
            (server.failures, server.down_until_ms) = (0, 0);
        } else if now_ms >= server.down_until_ms {
            // Those that failed together with the first count as one.
            server.failures = server.failures.saturating_add(1);
            let failures = server.failures;
            let down_until_ms = now_ms + self.backoff_ms(failures);
            self.servers.entry(row.app_id).or_default().down_until_ms = down_until_ms;
        }
        let age_ms = now_ms.saturating_sub(row.created_at_ms);
        let is_over = age_ms > i64::from(self.outbox.config.event_keep_s) * 1000
            || (is_refused && attempts >= REFUSALS);
        let CallbackRow { callback_id, app_id, lane, event_type, .. } = row;
        if is_over {
            metrics::callback_event("dropped");
            tracing::error!(%cause, ?app_id, lane, event_type, attempts, age_ms, "an event is given up");
            return Write::DropCallback(*callback_id);
        }
        metrics::callback_event("failed");
        tracing::warn!(%cause, ?app_id, lane, event_type, attempts, "an event was not delivered");
        later(row, attempts, now_ms + self.backoff_ms(attempts))
    }

    /// Doubles from `event_retry_min_ms` to `event_retry_max_ms`; a random part of it, at least half.
    fn backoff_ms(&self, attempts: u32) -> i64 {
        let config = &self.outbox.config;
        let doubled = i64::from(config.event_retry_min_ms.max(1)) << attempts.saturating_sub(1).min(30);
        let full_ms = doubled.min(config.event_retry_max_ms.max(1).into());
        full_ms / 2 + self.jitter_ms(full_ms / 2 + 1)
    }

    fn jitter_ms(&self, below_ms: i64) -> i64 {
        self.outbox.random.below(below_ms.unsigned_abs()) as i64
    }

    async fn commit(&self, writes: Vec<Write>) -> bool {
        if writes.is_empty() {
            return true;
        }
        let batch = writes.into_iter().fold(Batch::new(), Batch::write);
        let outcome = self.outbox.store.commit(batch).await;
        if let Err(cause) = &outcome {
            tracing::warn!(%cause, "the outbox cannot be written");
        }
        outcome.is_ok()
    }

    async fn count(&self) {
        let Ok(waiting) = self.outbox.store.read(|view| view.waiting_callbacks()).await else { return };
        let now_ms = self.outbox.clock.now_ms();
        let oldest_ms = waiting.oldest_at_ms.map_or(0, |at_ms| now_ms.saturating_sub(at_ms).max(0));
        metrics::callback_events_waiting(waiting.count, Duration::from_millis(oldest_ms.unsigned_abs()));
    }
}

fn later(row: &CallbackRow, attempts: u32, next_at_ms: i64) -> Write {
    Write::DelayCallback { callback_id: row.callback_id, attempts, next_at_ms }
}

/// Shows one event to its app's server, as the app is set now.
async fn attempt(store: Store, network: Arc<Network>, now_ms: i64, row: CallbackRow) -> Attempt {
    let app_id = row.app_id;
    let app = match store.read(move |view| view.app(app_id)).await {
        Ok(app) => app,
        Err(cause) => {
            tracing::warn!(%cause, "the app of an event cannot be read");
            return Attempt { row, outcome: Outcome::Failed(CallbackError::Unknown) };
        }
    };
    let callback = app.as_ref().and_then(|app| app.row.settings.room_callback.as_ref().filter(|c| c.on));
    let (Some(app), Some(callback)) = (&app, callback) else {
        return Attempt { row, outcome: Outcome::Unwanted };
    };
    let outcome = match network.tell(&app.row, &callback.url, envelope(&row), now_ms).await {
        Ok(()) => Outcome::Delivered,
        Err(cause) => Outcome::Failed(cause),
    };
    Attempt { row, outcome }
}

/// neroom-server 11.2. The request id stays the same when an event is shown again.
fn envelope(row: &CallbackRow) -> Vec<u8> {
    let body: Value = serde_json::from_str(&row.body).unwrap_or(Value::Null);
    let envelope = json!({
        "requestId": format!("event-{}", row.callback_id),
        "eventType": row.event_type,
        "timestamp": row.created_at_ms,
        "body": body,
    });
    envelope.to_string().into_bytes()
}

impl Network {
    /// Shows a body to the app's server, signed. HTTP status 200 takes it, unless the answer is JSON with a `code` other
    /// than 200 and 0.
    async fn tell(
        &self,
        app: &AppRow,
        url: &str,
        body: Vec<u8>,
        cur_time_ms: i64,
    ) -> Result<(), CallbackError> {
        let url = check_url(url, self.config.allow_private_addresses)?;
        let limit = Duration::from_millis(self.config.event_timeout_ms.into());
        let request = self.request(url, app, body, cur_time_ms).header("type", "ROOM");
        let answer = tokio::time::timeout(limit, self.answer(request))
            .await
            .map_err(|_| CallbackError::Timeout(limit.as_millis() as u64))??;
        let code = serde_json::from_slice::<Value>(&answer).ok().and_then(|answer| answer["code"].as_i64());
        match code {
            None | Some(0 | 200) => Ok(()),
            Some(code) => Err(CallbackError::Refused(code)),
        }
    }
}

impl Callbacks {
    /// Shows the empty body `{}` to the address of a room callback; what is set must answer that (neroom-server 11.1).
    ///
    /// # Errors
    /// A sentence about what came instead.
    pub async fn try_out(&self, app: &AppRow, url: &str, now_ms: i64) -> Result<(), String> {
        let Self::Network(network) = self else { return Ok(()) };
        match network.tell(app, url, b"{}".to_vec(), now_ms).await {
            // The published sample answers an empty body with 414.
            Ok(()) | Err(CallbackError::Refused(_)) => Ok(()),
            Err(cause) => Err(cause.to_string()),
        }
    }
}
