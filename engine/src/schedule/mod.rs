//! Cron schedules: which moments an expression means in a time zone, and what to do about those that were missed.
//!
//! The crate `cron` finds the next local time that fits. Everything around it is ours, because it differs from what
//! people who write cron expect: five fields, weekdays from Sunday = 0, day-of-month *or* day-of-week, and the two
//! days a year on which the clocks change.
//!
//! A schedule with fixed hours runs once for each time that it names. A time that the clocks leap over in spring moves
//! to the next moment that exists; a time that comes twice in autumn counts when it comes first. A schedule whose hour
//! is `*`, has a step, or names all 24 hours follows real time instead: it runs in both of the repeated hours, and
//! loses nothing by the hour that is left out.

mod catch_up;
mod error;
mod evaluator;
mod expression;
mod field;
mod spec;
mod zone;

#[cfg(test)]
mod tests;

pub use catch_up::{CatchUp, MOST_AT_ONCE, MOST_COUNTED, Ticks, ticks};
pub use error::ScheduleError;
pub use expression::LONGEST_EXPRESSION;
pub use spec::{Overlap, ScheduleSpec};

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike};
use chrono_tz::Tz;

use crate::Time;
use evaluator::Evaluators;

/// The last year in which a schedule runs: neither the evaluator nor the rules of the time zones reach further.
pub const LAST_YEAR: i32 = 2100;

const SECOND: TimeDelta = TimeDelta::seconds(1);
const HOUR: TimeDelta = TimeDelta::hours(1);

/// An expression that was understood, in a time zone that exists, with at least one run.
#[derive(Debug, Clone)]
pub struct Schedule {
    expression: String,
    zone: Tz,
    evaluators: Evaluators,
    /// It follows real time: see the head of this file.
    every_real_hour: bool,
}

impl Schedule {
    /// Reads five fields (minute, hour, day of month, month, day of week), six with the seconds first, or a word such
    /// as `@daily`. The time zone is an IANA name such as `Europe/Berlin`.
    pub fn parse(expression: &str, timezone: &str) -> Result<Self, ScheduleError> {
        let fields = expression::read(expression)?;
        Ok(Self {
            zone: zone::named(timezone)?,
            evaluators: Evaluators::of(&fields)?,
            every_real_hour: fields.hour.runs_through(),
            expression: expression.trim().to_owned(),
        })
    }

    pub fn expression(&self) -> &str {
        &self.expression
    }

    pub fn timezone(&self) -> &'static str {
        self.zone.name()
    }

    /// The first run later than a moment; none after [`LAST_YEAR`]. Moments before 1970 count as 1970.
    ///
    /// The work is bounded: a few searches over at most 131 years, and usually over some days.
    pub fn next_after(&self, after: Time) -> Option<Time> {
        let after = after.max(DateTime::UNIX_EPOCH);
        if after.year() > LAST_YEAR {
            return None;
        }
        let local = after.with_timezone(&self.zone).naive_local();
        let local = local.with_nanosecond(0).unwrap_or(local);
        let Some(fold) = zone::fold_at(self.zone, after) else {
            return self.first_time(local);
        };
        let again = after >= fold.begins_again;
        if !self.every_real_hour {
            // What lies within the fold has run when it came first.
            return self.first_time(if again {
                fold.local_end - SECOND
            } else {
                local
            });
        }
        let planned = self.evaluators.next(local)?;
        if again {
            return self.again_or_later(&fold, planned);
        }
        if planned < fold.local_end {
            return self.placed(planned);
        }
        let from_its_begin = self.evaluators.next(fold.local_begin - SECOND)?;
        self.again_or_later(&fold, from_its_begin)
    }

    /// All runs later than a moment, in order.
    pub fn upcoming(&self, after: Time) -> impl Iterator<Item = Time> + '_ {
        std::iter::successors(self.next_after(after), |last| self.next_after(*last))
    }

    /// The next run by local time, at the moment when that time comes first.
    fn first_time(&self, local: NaiveDateTime) -> Option<Time> {
        self.placed(self.evaluators.next(local)?)
    }

    /// A run that is planned within the fold or later, when only the second half of the fold is ahead.
    fn again_or_later(&self, fold: &zone::Fold, planned: NaiveDateTime) -> Option<Time> {
        if planned < fold.local_end {
            zone::repeated(self.zone, planned)
        } else {
            self.placed(planned)
        }
    }

    fn placed(&self, planned: NaiveDateTime) -> Option<Time> {
        if let Some(moment) = zone::earliest(self.zone, planned) {
            return Some(moment);
        }
        let gap_end = zone::gap_end(self.zone, planned)?;
        self.in_the_hour_after(planned, gap_end.naive_local())
            .and_then(|own| zone::earliest(self.zone, own))
            .or(Some(gap_end.to_utc()))
    }

    /// A schedule that follows real time does not make up for an hour that never was, when the hour after it has a
    /// run of its own: `30 * * * *` runs at 1:30 and 3:30, which is one hour later, and not at 3:00 as well.
    fn in_the_hour_after(
        &self,
        planned: NaiveDateTime,
        gap_end: NaiveDateTime,
    ) -> Option<NaiveDateTime> {
        let hour = |local: NaiveDateTime| (local.date(), local.hour());
        if !self.every_real_hour || hour(planned) == hour(gap_end) {
            return None;
        }
        let own = self.evaluators.next(gap_end - SECOND)?;
        (own < gap_end + HOUR && hour(own) == hour(gap_end)).then_some(own)
    }
}
