//! Which runs are due after a pause, however long it was: a server was down, or a clock jumped by years.
//!
//! Nothing here goes through all that was missed. The last tick before a moment is found by halving the span, with
//! [`Schedule::next_after`] as the only judge, so that it agrees with what would have run.

use chrono::DateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{SECOND, Schedule};
use crate::Time;
use crate::duration::Millis;

/// So many missed runs are made up for at once, whatever a schedule allows.
pub const MOST_AT_ONCE: u32 = 1_000;

/// [`Ticks::skipped`] stops counting here.
pub const MOST_COUNTED: u64 = 1_000;

/// What becomes of runs that were due while nobody could begin them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CatchUp {
    /// They are left out; the next one runs at its time.
    Skip,
    /// One run is made up for all of them.
    #[default]
    Latest,
    /// Each is made up for, the oldest first; when there are more than allowed, the newest of them.
    All {
        /// Older ones are left out.
        within: Millis,
        /// At most so many, up to 1000.
        #[serde(default = "a_hundred")]
        #[schemars(range(min = 1, max = 1000))]
        at_most: u32,
    },
}

/// What is to be done at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticks {
    /// The runs to begin now, the oldest first.
    pub due: Vec<Time>,
    /// When to look again.
    pub next: Option<Time>,
    /// How many were missed and are not in `due`; [`MOST_COUNTED`] stands for that many or more.
    pub skipped: u64,
}

/// What a schedule asks for now, when everything up to `after` is dealt with. A tick that is not older than `grace`
/// counts as on time under every policy. When the clock went backwards nothing is due, and nothing runs twice.
pub fn ticks(
    schedule: &Schedule,
    after: Time,
    now: Time,
    catch_up: CatchUp,
    grace: Millis,
) -> Ticks {
    let due = match catch_up {
        CatchUp::Skip => newest(schedule, after.max(before(now, grace)), now, 1),
        CatchUp::Latest => newest(schedule, after, now, 1),
        CatchUp::All { within, at_most } => {
            let since = after.max(before(now, within.max(grace)));
            newest(schedule, since, now, at_most.min(MOST_AT_ONCE) as usize)
        }
    };
    let missed_until = due.first().map_or(now, |first| *first - SECOND);
    let missed = schedule
        .upcoming(after)
        .take_while(|tick| *tick <= missed_until)
        .take(MOST_COUNTED as usize);
    Ticks {
        skipped: missed.count() as u64,
        next: schedule.next_after(after.max(now)),
        due,
    }
}

/// The moment just before a span that ends now, so that a tick of exactly that age is within it.
fn before(now: Time, span: Millis) -> Time {
    let begin = now.checked_sub_signed(span.to_delta() + chrono::TimeDelta::milliseconds(1));
    begin.unwrap_or(DateTime::UNIX_EPOCH)
}

/// The last ticks of a span, at most so many, the oldest first.
fn newest(schedule: &Schedule, after: Time, until: Time, at_most: usize) -> Vec<Time> {
    let all = schedule.upcoming(after).take_while(|tick| *tick <= until);
    let mut ticks: Vec<_> = all.take(at_most + 1).collect();
    if ticks.len() <= at_most {
        return ticks;
    }
    ticks.clear();
    let mut until = until;
    while ticks.len() < at_most
        && let Some(tick) = last(schedule, after, until)
    {
        ticks.push(tick);
        until = tick - SECOND;
    }
    ticks.reverse();
    ticks
}

/// The last tick of a span: at most 33 questions to the schedule, for ticks lie on whole seconds.
fn last(schedule: &Schedule, after: Time, until: Time) -> Option<Time> {
    let mut found = schedule.next_after(after).filter(|tick| *tick <= until)?;
    let mut none_after = until.timestamp();
    while found.timestamp() < none_after {
        let middle = found.timestamp() + (none_after - found.timestamp()) / 2;
        let next = schedule.next_after(DateTime::from_timestamp(middle, 0)?);
        match next.filter(|tick| *tick <= until) {
            Some(tick) => found = tick,
            None => none_after = middle,
        }
    }
    Some(found)
}

fn a_hundred() -> u32 {
    100
}
