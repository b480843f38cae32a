//! What an author writes about when a workflow runs by itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{CatchUp, MOST_AT_ONCE, Schedule, ScheduleError};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScheduleSpec {
    /// Minute, hour, day of month, month and day of week, such as `0 6 * * MON-FRI`; six fields begin with the second.
    /// Also `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`.
    #[schemars(length(min = 1, max = 200), extend("examples" = ["*/15 * * * *", "0 6 * * MON-FRI", "@daily"]))]
    pub cron: String,
    /// The time zone whose clock counts, by its IANA name.
    #[serde(default = "utc")]
    #[schemars(extend("examples" = ["UTC", "Europe/Berlin"]))]
    pub timezone: String,
    /// What becomes of runs that were due while nobody could begin them.
    #[serde(default)]
    pub catch_up: CatchUp,
    /// What happens when a run is due and an earlier one of the same schedule goes on still.
    #[serde(default)]
    pub overlap: Overlap,
}

/// What happens when a run is due and an earlier one of the same schedule goes on still.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// Both go on at the same time.
    Allow,
    /// The new one does not begin, and is not made up for.
    #[default]
    Skip,
    /// The earlier one is cancelled, and the new one begins when it has ended.
    CancelRunning,
    /// The new one begins when the earlier one has ended; of several that wait, each has its turn.
    Queue,
}

impl ScheduleSpec {
    /// Checks all that was written, and gives the schedule.
    pub fn schedule(&self) -> Result<Schedule, ScheduleError> {
        if let CatchUp::All { at_most, .. } = self.catch_up
            && !(1..=MOST_AT_ONCE).contains(&at_most)
        {
            return Err(ScheduleError::AtMost {
                found: at_most,
                most: MOST_AT_ONCE,
            });
        }
        Schedule::parse(&self.cron, &self.timezone)
    }
}

fn utc() -> String {
    "UTC".to_owned()
}
