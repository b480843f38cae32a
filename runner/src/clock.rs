//! The one place where the runner reads the time and makes ids, unless it is given another clock.

use engine::Time;
use engine::ports::clock::Clock;
use uuid::Uuid;

/// The host's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Time {
        let now = chrono::Utc::now();
        Time::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    fn id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
