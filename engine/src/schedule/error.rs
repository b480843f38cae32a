//! Why a schedule was refused, in words for the one who wrote it.

use super::expression::LONGEST_EXPRESSION;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error(
        "the schedule has {found} characters, and at most {LONGEST_EXPRESSION} are read: write ranges and steps such as 0-30/5 in place of long lists"
    )]
    TooLong { found: usize },
    #[error(
        "the schedule has {found} fields: write five (minute, hour, day of month, month, day of week) such as `0 6 * * MON-FRI`, or six with the seconds first"
    )]
    FieldCount { found: usize },
    #[error(
        "`{found}` is no schedule: write @hourly, @daily, @weekly, @monthly or @yearly, or five fields such as `*/5 * * * *` for every five minutes"
    )]
    UnknownWord { found: String },
    /// One field, or an item of its list, is wrong. `at` counts characters from 1.
    #[error("in the field {field}, at character {at}: `{item}` {problem}")]
    Field {
        field: &'static str,
        item: String,
        at: usize,
        problem: String,
    },
    #[error(
        "the schedule would never run: no month that it names has the day that it names; choose another day, or L for the last day of a month"
    )]
    NeverRuns,
    #[error("there is no time zone `{found}`: {instead}")]
    UnknownTimezone { found: String, instead: String },
    #[error("`at_most` is {found}: write a number between 1 and {most}")]
    AtMost { found: u32, most: u32 },
    /// A fault of ours: what we normalise, the evaluator reads.
    #[error("the schedule was understood, but cannot be evaluated: {0}; please report it")]
    NotEvaluated(String),
}
