//! The one place where the runner reads the time.

use engine::Time;

/// Now, in whole microseconds: what the database keeps, so that a state read back equals the one written.
pub(crate) fn now() -> Time {
    let now = chrono::Utc::now();
    Time::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
}
