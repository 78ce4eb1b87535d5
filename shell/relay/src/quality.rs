use std::time::Duration;

/// What was measured of one direction in two seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Measured {
    /// The part that was lost, 0 to 1; unknown where nothing went.
    pub(crate) loss: Option<f32>,
    /// There and back.
    pub(crate) rtt: Option<Duration>,
    /// How unevenly packets come.
    pub(crate) jitter: Option<Duration>,
}

/// A device without a sign of life for this long is down.
pub(crate) const DOWN_AFTER: Duration = Duration::from_secs(6);

/// The published scale (NERoomRtcNetworkQuality): 0 unknown, 1 excellent, 2 good, 3 poor, 4 bad, 5 very bad, 6 down. The worst of
/// what was measured decides.
pub(crate) fn grade(measured: Measured, silent: Duration) -> u8 {
    if silent >= DOWN_AFTER {
        return 6;
    }
    let above =
        |value: f32, limits: [f32; 4]| 1 + limits.iter().filter(|limit| value > **limit).count() as u8;
    let loss = measured.loss.map_or(0, |loss| above(loss, [0.01, 0.04, 0.10, 0.25]));
    let rtt = measured.rtt.map_or(0, |rtt| above(rtt.as_secs_f32(), [0.15, 0.30, 0.60, 1.20]));
    let jitter = measured.jitter.map_or(0, |jitter| above(jitter.as_secs_f32(), [0.03, 0.06, 0.12, 0.25]));
    loss.max(rtt).max(jitter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_measure_decides() {
        let good = Measured { loss: Some(0.0), rtt: Some(Duration::from_millis(20)), jitter: None };
        assert_eq!(grade(good, Duration::ZERO), 1);
        assert_eq!(grade(Measured { loss: Some(0.2), ..good }, Duration::ZERO), 4);
        assert_eq!(grade(Measured { rtt: Some(Duration::from_secs(2)), ..good }, Duration::ZERO), 5);
        assert_eq!(grade(Measured { jitter: Some(Duration::from_millis(40)), ..good }, Duration::ZERO), 2);
        assert_eq!(grade(good, DOWN_AFTER), 6);
        assert_eq!(grade(Measured::default(), Duration::ZERO), 0);
    }
}
