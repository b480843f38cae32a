//! `?wait=30s`: how long a caller waits for the end of an execution.

use std::time::Duration;

use engine::duration::Millis;
use serde::{Deserialize, Deserializer};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wait(pub(crate) Duration);

const LONGEST: Duration = Duration::from_secs(60);

impl<'de> Deserialize<'de> for Wait {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let seconds = text.parse::<u64>().ok().map(Duration::from_secs);
        let wait = seconds.or_else(|| text.parse::<Millis>().ok().map(Millis::to_std));
        wait.filter(|wait| *wait <= LONGEST)
            .map(Self)
            .ok_or_else(|| {
                serde::de::Error::custom(
                    "`wait` takes a duration of at most 60s, such as 30s, 500ms or 5",
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_seconds_and_durations_up_to_a_minute() {
        let read = |text: &str| {
            serde_json::from_value::<Wait>(text.into())
                .map(|wait| wait.0)
                .ok()
        };
        assert_eq!(read("5"), Some(Duration::from_secs(5)));
        assert_eq!(read("1.5s"), Some(Duration::from_millis(1_500)));
        assert_eq!(read("1m"), Some(LONGEST));
        for refused in ["61", "2m", "-1", "", "soon"] {
            assert_eq!(read(refused), None, "{refused}");
        }
    }
}
