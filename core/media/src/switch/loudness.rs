//! How loud somebody is, smoothed: quick to rise, slow to fall, so that the end of a sentence is not the end of a turn.

/// Loudness of RFC 6464 turned round, 0 silent to 127 loudest, in thousandths.
const FULL: i64 = 127_000;
const RISE_US: i64 = 60_000;
const FALL_US: i64 = 1_500_000;
/// Silence after the last packet that is not yet taken for silence of the person (discontinuous transmission).
const GAP_US: u64 = 100_000;
/// Quieter than this nobody is heard: -50 dBov.
const HEARD: i64 = 77_000;
/// What counts as full volume and as none, in dBov.
const LEVEL_SPAN: i64 = 60_000;

/// The loudness of a microphone.
#[derive(Clone, Debug, Default)]
pub(super) struct Loudness {
    smoothed: i64,
    at_us: u64,
}

impl Loudness {
    /// A packet said how loud it is: 0 loudest to 127 silent.
    pub(super) fn hear(&mut self, now_us: u64, level: u8) {
        let target = FULL - i64::from(level.min(127)) * 1000;
        self.smoothed = self.towards(target, now_us.saturating_sub(self.at_us));
        self.at_us = now_us;
    }

    /// How loud it is now, in thousandths of a decibel over silence.
    pub(super) fn score(&self, now_us: u64) -> i64 {
        let silent_us = now_us.saturating_sub(self.at_us);
        if silent_us <= GAP_US { self.smoothed } else { self.towards(0, silent_us - GAP_US) }
    }

    /// How loud it is from 0 to 100; nothing where it is not heard.
    pub(super) fn level(&self, now_us: u64) -> Option<u8> {
        let score = self.score(now_us);
        (score >= HEARD).then(|| {
            u8::try_from((score - (FULL - LEVEL_SPAN)) * 100 / LEVEL_SPAN).unwrap_or(0).clamp(1, 100)
        })
    }

    fn towards(&self, target: i64, passed_us: u64) -> i64 {
        let span_us = if target > self.smoothed { RISE_US } else { FALL_US };
        let passed_us = i64::try_from(passed_us).unwrap_or(i64::MAX).min(span_us);
        self.smoothed + (target - self.smoothed) * passed_us / span_us
    }
}

#[cfg(test)]
mod tests {
    use super::Loudness;

    #[test]
    fn rises_within_some_packets_and_falls_within_seconds() {
        let mut loudness = Loudness::default();
        for packet in 0..10 {
            loudness.hear(1_000_000 + packet * 20_000, 20);
        }
        let level = loudness.level(1_200_000).unwrap();
        assert!((60..=68).contains(&level), "{level}");
        assert!(loudness.level(1_500_000).is_some());
        assert_eq!(loudness.level(3_000_000), None);
        for packet in 0..50 {
            loudness.hear(1_200_000 + packet * 20_000, 127);
        }
        assert_eq!(loudness.level(2_200_000), None);
    }
}
