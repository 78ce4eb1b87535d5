use serde::{Deserialize, Serialize};

/// What a path does to what goes over it. The default does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// The part of the packets that is lost, 0 to 1.
    pub loss: f64,
    /// How many packets are lost in a row on average, from 1; 1 = each is lost or not without regard to the others.
    pub burst: f64,
    /// The part of the packets that comes twice, 0 to 1.
    pub duplicate: f64,
    /// What each packet takes, in milliseconds.
    pub delay_ms: f64,
    /// What a packet takes longer, at most, in milliseconds; each value is as likely as the others.
    pub jitter_ms: f64,
    /// Whether a packet may overtake another by it.
    pub reorder: bool,
    /// What the path carries, in bits per second; 0 = whatever comes.
    pub rate_bps: u64,
    /// How long a packet may wait for those before it, in milliseconds; one that would wait longer is dropped.
    pub queue_ms: f64,
}

/// Conditions that no path has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be {range}")]
pub struct ConditionsError {
    /// The field.
    pub name: &'static str,
    /// What it may be.
    pub range: &'static str,
}

impl Default for Conditions {
    fn default() -> Conditions {
        Conditions {
            loss: 0.0,
            burst: 1.0,
            duplicate: 0.0,
            delay_ms: 0.0,
            jitter_ms: 0.0,
            reorder: false,
            rate_bps: 0,
            queue_ms: 300.0,
        }
    }
}

impl Conditions {
    /// Nothing but a delay of so many milliseconds.
    pub fn delayed(delay_ms: f64) -> Conditions {
        Conditions { delay_ms, ..Conditions::default() }
    }

    /// Whether a path can be so.
    ///
    /// # Errors
    /// The first field that is out of its range.
    pub fn checked(self) -> Result<Conditions, ConditionsError> {
        const PART: &str = "0 to 1";
        const TIME: &str = "0 to 60000 ms";
        const BURST: &str = "1 to 1000 packets, and such that fewer than all are lost";
        let is_part = |part: f64| (0.0..=1.0).contains(&part);
        let is_time = |ms: f64| (0.0..=60_000.0).contains(&ms);
        let fields = [
            ("loss", is_part(self.loss), PART),
            ("burst", (1.0..=1000.0).contains(&self.burst), BURST),
            ("duplicate", is_part(self.duplicate), PART),
            ("delay_ms", is_time(self.delay_ms), TIME),
            ("jitter_ms", is_time(self.jitter_ms), TIME),
            ("queue_ms", is_time(self.queue_ms), TIME),
        ];
        match fields.into_iter().find(|(_, is_right, _)| !is_right) {
            Some((name, _, range)) => Err(ConditionsError { name, range }),
            None => Ok(self),
        }
    }
}
