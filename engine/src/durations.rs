//! How long many things took, told in little room: how many fell into each of the buckets that grow by the cube root of two,
//! so that a percentile is at most 12 % off, and what several processes counted adds up.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Buckets in which a duration doubles.
const PER_DOUBLING: f64 = 3.0;

/// The last one ends at 2^44 µs, half a year; what took longer counts as that.
const LAST: u8 = 132;

/// Numbers by bucket. The first bucket has what took a microsecond at most, each next one what took up to 2^(1/3) as long.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Durations(BTreeMap<u8, u64>);

impl Durations {
    pub fn add(&mut self, took: Duration) {
        let count = self.0.entry(bucket(took)).or_default();
        *count = count.saturating_add(1);
    }

    pub fn merge(&mut self, other: &Self) {
        for (bucket, more) in &other.0 {
            let count = self.0.entry((*bucket).min(LAST)).or_default();
            *count = count.saturating_add(*more);
        }
    }

    pub fn count(&self) -> u64 {
        self.0
            .values()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The duration that this share of all did not exceed, from 0 to 1, in milliseconds; none where nothing was counted.
    pub fn percentile(&self, share: f64) -> Option<f64> {
        let rank = (share.clamp(0.0, 1.0) * self.count() as f64)
            .ceil()
            .max(1.0);
        let mut seen = 0_u64;
        for (bucket, count) in &self.0 {
            seen = seen.saturating_add(*count);
            if seen as f64 >= rank {
                return Some(middle(*bucket));
            }
        }
        None
    }
}

fn bucket(took: Duration) -> u8 {
    let micros = (took.as_nanos() as f64 / 1_000.0).max(1.0);
    let bucket = (micros.log2() * PER_DOUBLING).ceil();
    // From 0 on and bounded, so that nothing is cut off.
    bucket.clamp(0.0, f64::from(LAST)) as u8
}

/// What is as far, in proportion, from one end of the bucket as from the other, in milliseconds.
fn middle(bucket: u8) -> f64 {
    let growth = (1.0 / PER_DOUBLING).exp2();
    let upper = (f64::from(bucket) / PER_DOUBLING).exp2();
    upper * 2.0 / (growth + 1.0) / 1_000.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the documentation promises.
    const ERROR: f64 = 0.12;

    fn of(micros: &[u64]) -> Durations {
        let mut durations = Durations::default();
        for micros in micros {
            durations.add(Duration::from_micros(*micros));
        }
        durations
    }

    #[test]
    fn nothing_has_no_percentile() {
        assert_eq!(Durations::default().percentile(0.5), None);
    }

    #[test]
    fn what_took_for_ever_is_counted_too() {
        let mut durations = Durations::default();
        durations.add(Duration::MAX);
        durations.add(Duration::ZERO);
        assert_eq!(durations.count(), 2);
        assert!(durations.percentile(1.0).unwrap() > 1e9);
    }

    #[test]
    fn it_is_kept_as_a_small_text() {
        let kept = serde_json::to_string(&of(&[1, 1_000, 1_000])).unwrap();
        assert_eq!(kept, r#"{"0":1,"30":2}"#);
        let read: Durations = serde_json::from_str(&kept).unwrap();
        assert_eq!(read, of(&[1, 1_000, 1_000]));
    }

    proptest! {
        #[test]
        fn a_percentile_is_near_the_true_one(
            mut micros in prop::collection::vec(1_u64..10_000_000_000_000, 1..200),
            share in 0.0_f64..=1.0,
        ) {
            let told = of(&micros).percentile(share).unwrap();
            micros.sort_unstable();
            let rank = (share * micros.len() as f64).ceil().max(1.0) as usize;
            let exact = micros[rank - 1] as f64 / 1_000.0;
            prop_assert!((told - exact).abs() <= exact * ERROR, "{told} for {exact}");
        }

        #[test]
        fn counted_apart_and_merged_is_counted_together(
            one in prop::collection::vec(0_u64..10_000_000_000, 0..50),
            other in prop::collection::vec(0_u64..10_000_000_000, 0..50),
        ) {
            let mut merged = of(&one);
            merged.merge(&of(&other));
            prop_assert_eq!(merged, of(&[one, other].concat()));
        }
    }
}
