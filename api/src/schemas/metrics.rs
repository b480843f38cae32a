//! What happened in numbers: a step for each stretch of time, whether something happened in it or not.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use engine::durations::Durations;
use engine::ports::run_history::{Load, RunCounts};
use serde::{Deserialize, Serialize};
use store::HistoryPoint as StoredPoint;
use utoipa::ToSchema;

use super::time::Time;

type Moment = DateTime<Utc>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) enum HistoryRange {
    #[serde(rename = "1h")]
    Hour,
    #[serde(rename = "24h")]
    Day,
    #[serde(rename = "7d")]
    Week,
    #[serde(rename = "30d")]
    Month,
}

impl HistoryRange {
    /// A few hundred steps at most: as many as a chart has room for.
    pub(crate) fn step(self) -> TimeDelta {
        match self {
            Self::Hour => TimeDelta::minutes(1),
            Self::Day => TimeDelta::minutes(5),
            Self::Week => TimeDelta::hours(1),
            Self::Month => TimeDelta::hours(4),
        }
    }

    /// From the beginning of the first step to the end of the one that goes on now.
    pub(crate) fn until(self, now: Moment) -> (Moment, Moment) {
        let step = self.step();
        let until = now.duration_trunc(step).unwrap_or(now) + step;
        let span = match self {
            Self::Hour => TimeDelta::hours(1),
            Self::Day => TimeDelta::days(1),
            Self::Week => TimeDelta::days(7),
            Self::Month => TimeDelta::days(30),
        };
        (until - span, until)
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct History {
    range: HistoryRange,
    /// How long a step is.
    step_seconds: i64,
    points: Vec<HistoryPoint>,
    totals: HistoryTotals,
}

/// What happened in a step.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryPoint {
    /// When it begins.
    at: Time,
    begun: u64,
    succeeded: u64,
    failed: u64,
    cancelled: u64,
    timed_out: u64,
    /// How long runs took that ended, in milliseconds: half of them no longer than this. Null where none ended.
    #[schema(required = true)]
    p50_ms: Option<f64>,
    /// The same for 95 of 100.
    #[schema(required = true)]
    p95_ms: Option<f64>,
    /// The same for 99 of 100.
    #[schema(required = true)]
    p99_ms: Option<f64>,
    /// The most tickets of all workspaces that waited for a runner at once.
    #[schema(required = true)]
    queued: Option<u64>,
    /// The most runs of all workspaces that runners had in hand at once.
    #[schema(required = true)]
    running: Option<u64>,
    /// The most runners that were alive at once.
    #[schema(required = true)]
    runners: Option<u64>,
}

/// All steps together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryTotals {
    begun: u64,
    succeeded: u64,
    failed: u64,
    cancelled: u64,
    timed_out: u64,
    #[schema(required = true)]
    p50_ms: Option<f64>,
    #[schema(required = true)]
    p95_ms: Option<f64>,
    #[schema(required = true)]
    p99_ms: Option<f64>,
}

impl History {
    /// Steps of which nothing is known are filled in.
    pub(crate) fn of(
        range: HistoryRange,
        (from, until): (Moment, Moment),
        known: Vec<StoredPoint>,
    ) -> Self {
        let step = range.step();
        let mut totals = RunCounts::default();
        let mut points = Vec::new();
        let mut known = known.into_iter().peekable();
        let mut at = from;
        while at < until {
            let found = known.next_if(|point| point.at <= at);
            let (counts, load) = found.map_or_else(Default::default, |point| {
                totals.merge(&point.counts);
                (point.counts, point.load)
            });
            points.push(HistoryPoint::of(at, &counts, load));
            at += step;
        }
        Self {
            range,
            step_seconds: step.num_seconds(),
            points,
            totals: HistoryTotals::of(&totals),
        }
    }
}

impl HistoryPoint {
    fn of(at: Moment, counts: &RunCounts, load: Load) -> Self {
        let [p50_ms, p95_ms, p99_ms] = percentiles(&counts.durations);
        Self {
            at: at.into(),
            begun: counts.begun,
            succeeded: counts.succeeded,
            failed: counts.failed,
            cancelled: counts.cancelled,
            timed_out: counts.timed_out,
            p50_ms,
            p95_ms,
            p99_ms,
            queued: load.queued,
            running: load.running,
            runners: load.runners,
        }
    }
}

impl HistoryTotals {
    fn of(counts: &RunCounts) -> Self {
        let [p50_ms, p95_ms, p99_ms] = percentiles(&counts.durations);
        Self {
            begun: counts.begun,
            succeeded: counts.succeeded,
            failed: counts.failed,
            cancelled: counts.cancelled,
            timed_out: counts.timed_out,
            p50_ms,
            p95_ms,
            p99_ms,
        }
    }
}

/// To the microsecond: more is not known.
fn percentiles(durations: &Durations) -> [Option<f64>; 3] {
    let rounded = |ms: f64| (ms * 1_000.0).round() / 1_000.0;
    [0.5, 0.95, 0.99].map(|share| durations.percentile(share).map(rounded))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_step_is_there_and_the_last_one_is_now() {
        let now = Moment::from_timestamp(1_800_000_123, 0).unwrap();
        for (range, steps) in [
            (HistoryRange::Hour, 60),
            (HistoryRange::Day, 288),
            (HistoryRange::Week, 168),
            (HistoryRange::Month, 180),
        ] {
            let (from, until) = range.until(now);
            let last = until - range.step();
            assert!(last <= now && now < until, "{range:?}");
            let mut counts = RunCounts {
                begun: 2,
                ..RunCounts::default()
            };
            counts.durations.add(Duration::from_millis(100));
            let known = StoredPoint {
                at: last,
                counts,
                load: Load::default(),
            };
            let history = History::of(range, (from, until), vec![known]);
            assert_eq!(history.points.len(), steps, "{range:?}");
            let (first, last) = (&history.points[0], &history.points[steps - 1]);
            assert_eq!((first.begun, first.p50_ms), (0, None));
            assert_eq!((last.begun, history.totals.begun), (2, 2));
            let told = last.p99_ms.unwrap();
            assert!((told - 100.0).abs() <= 12.0, "{told}");
        }
    }
}
