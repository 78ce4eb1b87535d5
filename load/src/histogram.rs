//! Many durations in little room: exact to 3 %, the greatest exactly.

/// Places for each doubling.
const STEPS: u64 = 32;
/// Values below this have a place of their own.
const EXACT: u64 = 64;
/// Up to 2^36 ns, which is 68 s; in units of 2^8 ns.
const PLACES: usize = 1024;
/// A unit, as a power of two of ns.
const UNIT_SHIFT: u32 = 8;

/// A distribution of durations.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    counts: Box<[u64]>,
    count: u64,
    max_ns: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; PLACES].into(), count: 0, max_ns: 0 }
    }
}

impl Histogram {
    /// Takes one in.
    pub(crate) fn add(&mut self, ns: u64) {
        self.counts[place(ns >> UNIT_SHIFT)] += 1;
        self.count += 1;
        self.max_ns = self.max_ns.max(ns);
    }

    /// Takes all of another one in.
    pub(crate) fn merge(&mut self, other: &Histogram) {
        for (mine, others) in self.counts.iter_mut().zip(&other.counts) {
            *mine += others;
        }
        self.count += other.count;
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// What so many of 100 are not above, ms; 0 when there are none.
    pub(crate) fn quantile_ms(&self, percent: f64) -> f64 {
        let wanted = (self.count as f64 * percent / 100.0).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (place, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted && *count > 0 {
                let ns = (middle(place) * (1 << UNIT_SHIFT) as f64).min(self.max_ns as f64);
                return ns / 1e6;
            }
        }
        0.0
    }

    /// The greatest, ms.
    pub(crate) fn max_ms(&self) -> f64 {
        self.max_ns as f64 / 1e6
    }
}

fn place(value: u64) -> usize {
    if value < EXACT {
        return value as usize;
    }
    let doublings = u64::from(value.ilog2() - EXACT.ilog2());
    // The first doubling after the exact ones begins at twice STEPS.
    let step = (value >> (doublings + 1)) - STEPS;
    usize::try_from(EXACT + doublings * STEPS + step).map_or(PLACES - 1, |place| place.min(PLACES - 1))
}

/// The middle of what has this place.
fn middle(place: usize) -> f64 {
    let place = place as u64;
    if place < EXACT {
        return place as f64 + 0.5;
    }
    let (doublings, step) = ((place - EXACT) / STEPS, (place - EXACT) % STEPS);
    let width = (1_u64 << (doublings + 1)) as f64;
    ((STEPS + step) as f64 + 0.5) * width
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact_to_three_percent() {
        let mut all = Histogram::default();
        for us in 1..=100_000_u64 {
            all.add(us * 1000);
        }
        for percent in [1.0, 50.0, 95.0, 99.0, 99.9] {
            let (found, exact) = (all.quantile_ms(percent), percent);
            assert!((found / exact - 1.0).abs() < 0.03, "{percent} %: {found} ms");
        }
        assert_eq!(all.max_ms(), 100.0);
        let mut twice = all.clone();
        twice.merge(&all);
        assert_eq!((twice.count(), twice.max_ms()), (200_000, 100.0));
    }

    #[test]
    fn nothing_and_too_much_are_answered() {
        assert_eq!(Histogram::default().quantile_ms(99.0), 0.0);
        let mut one = Histogram::default();
        one.add(u64::MAX);
        assert!(one.quantile_ms(50.0) > 60_000.0);
    }
}
