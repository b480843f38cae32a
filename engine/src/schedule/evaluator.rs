//! The next local time that fits: what the fields say, told to the crate `cron` in its own terms.
//!
//! That crate demands that the day of the month *and* the day of the week fit, and knows no last day of the month, so
//! one expression becomes several; the earliest of their times counts.

use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDateTime};

use super::error::ScheduleError;
use super::expression::Fields;
use super::field::Field;
use super::{LAST_YEAR, SECOND};

/// The last days of the months: the day, the months that it ends, and the years in which it does.
const LAST_DAYS: [(u32, &[u32], &str); 4] = [
    (31, &[1, 3, 5, 7, 8, 10, 12], "*"),
    (30, &[4, 6, 9, 11], "*"),
    (29, &[2], "1972-2096/4"),
    (28, &[2], "1970-2100/4,1971-2100/4,1973-2100/4,2100"),
];

#[derive(Debug, Clone)]
pub(super) struct Evaluators(Vec<cron::Schedule>);

/// Some days, as the crate reads them.
struct Days {
    of_month: String,
    months: String,
    of_week: String,
    years: &'static str,
}

impl Evaluators {
    /// Those that ever run; there must be one.
    pub(super) fn of(fields: &Fields) -> Result<Self, ScheduleError> {
        let seconds = list(fields.second.all());
        let minutes = list(fields.minute.all());
        let hours = list(fields.hour.all());
        let mut evaluators = Vec::new();
        for days in days(fields) {
            let Days {
                of_month,
                months,
                of_week,
                years,
            } = days;
            let text = format!("{seconds} {minutes} {hours} {of_month} {months} {of_week} {years}");
            let evaluator = cron::Schedule::from_str(&text)
                .map_err(|error| ScheduleError::NotEvaluated(error.to_string()))?;
            if next_of(&evaluator, NaiveDateTime::MIN).is_some() {
                evaluators.push(evaluator);
            }
        }
        if evaluators.is_empty() {
            return Err(ScheduleError::NeverRuns);
        }
        Ok(Self(evaluators))
    }

    /// The first local time later than another one; none after [`LAST_YEAR`].
    pub(super) fn next(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let times = self
            .0
            .iter()
            .filter_map(|evaluator| next_of(evaluator, after));
        times.min()
    }
}

/// Local time is handed to the crate as if it were UTC, which has no gaps: those are for us to fill.
fn next_of(evaluator: &cron::Schedule, after: NaiveDateTime) -> Option<NaiveDateTime> {
    // The crate counts years without a sign, and adds a second that the end of time does not have.
    let first = DateTime::UNIX_EPOCH - SECOND;
    let after = after.and_utc().max(first);
    if after.year() > LAST_YEAR {
        return None;
    }
    evaluator.after(&after).next().map(|time| time.naive_utc())
}

fn days(fields: &Fields) -> Vec<Days> {
    let (of_month, of_week) = (fields.day_of_month, fields.day_of_week);
    let months = list(fields.month.all());
    let weekdays = if of_week.any {
        "*".to_owned()
    } else {
        let names: Vec<_> = of_week.all().map(Field::weekday).collect();
        names.join(",")
    };
    let by_weekday = |of_week: &str| Days {
        of_month: "*".to_owned(),
        months: months.clone(),
        of_week: of_week.to_owned(),
        years: "*",
    };
    if of_month.any {
        return vec![by_weekday(&weekdays)];
    }
    let mut days = Vec::new();
    if of_month.all().next().is_some() {
        days.push(Days {
            of_month: list(of_month.all()),
            ..by_weekday("*")
        });
    }
    for (day, ended, years) in LAST_DAYS.iter().filter(|_| of_month.last_day) {
        let mut months = fields
            .month
            .all()
            .filter(|month| ended.contains(month))
            .peekable();
        if months.peek().is_some() {
            days.push(Days {
                of_month: day.to_string(),
                months: list(months),
                of_week: "*".to_owned(),
                years,
            });
        }
    }
    if !of_week.any {
        days.push(by_weekday(&weekdays));
    }
    days
}

fn list(values: impl Iterator<Item = u32>) -> String {
    let texts: Vec<_> = values.map(|value| value.to_string()).collect();
    texts.join(",")
}
