//! Durations as people write them: `500ms`, `30s`, `10m`, `2h`, `1d`.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A span of time in milliseconds, written with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub u64);

const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// A century: longer is a slip of the pen, and keeps sums of moments in range.
const LONGEST: u64 = 36_525 * 86_400_000;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a duration: write a number and a unit, such as 500ms, 30s, 10m, 2h or 1d (at most 36525d)"
)]
pub struct NotADuration(String);

impl Millis {
    pub fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_millis(self.0)
    }

    pub fn to_delta(self) -> chrono::TimeDelta {
        chrono::TimeDelta::milliseconds(self.0.min(LONGEST).cast_signed())
    }
}

impl FromStr for Millis {
    type Err = NotADuration;

    fn from_str(text: &str) -> Result<Self, NotADuration> {
        let refuse = || NotADuration(text.to_owned());
        let trimmed = text.trim();
        let unit_at = trimmed
            .find(|c: char| c.is_ascii_alphabetic())
            .ok_or_else(refuse)?;
        let (number, unit) = trimmed.split_at(unit_at);
        let (_, factor) = UNITS
            .iter()
            .find(|(name, _)| *name == unit)
            .ok_or_else(refuse)?;
        let number: f64 = number.trim().parse().map_err(|_| refuse())?;
        let millis = number * *factor as f64;
        if !(0.0..=LONGEST as f64).contains(&millis) {
            return Err(refuse());
        }
        Ok(Self(millis.round() as u64))
    }
}

impl fmt::Display for Millis {
    /// The largest unit that divides it, so that reading it back gives the same value.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, factor) = UNITS
            .iter()
            .find(|(_, factor)| self.0 != 0 && self.0.is_multiple_of(*factor))
            .unwrap_or(&("s", 1_000));
        write!(f, "{}{unit}", self.0 / factor)
    }
}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Millis {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Millis {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^\d+(\.\d+)?\s*(ms|s|m|h|d)$", "examples": ["30s", "10m"] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in ["500ms", "30s", "10m", "2h", "1d", "90s", "0s"] {
            let span: Millis = text.parse().unwrap();
            assert_eq!(span.to_string().parse::<Millis>().unwrap(), span, "{text}");
        }
        assert_eq!("1.5s".parse::<Millis>().unwrap(), Millis(1_500));
        assert_eq!("90s".parse::<Millis>().unwrap().to_string(), "90s");
    }

    #[test]
    fn refuses_what_is_no_duration() {
        for text in [
            "",
            "5",
            "-3s",
            "3 weeks",
            "s",
            "1e400d",
            "99999999d",
            "NaNs",
        ] {
            assert!(text.parse::<Millis>().is_err(), "{text}");
        }
    }
}
