//! How moments and JSON come out of a row.

use chrono::DateTime;
use engine::Time;
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable};
use serde::de::DeserializeOwned;

/// A moment: `timestamptz` in Postgres, microseconds since 1970 in SQLite, so that both compare exactly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment(pub(crate) Time);

impl TryGetable for Moment {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        if row.try_as_sqlite_row().is_some() {
            let stored = i64::try_get_by(row, index)?;
            Ok(Self(moment(stored)))
        } else {
            Time::try_get_by(row, index).map(Self)
        }
    }
}

/// JSON, which both databases keep as plain text: nothing queries inside, and writing is cheapest so.
#[derive(Debug, Clone)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> TryGetable for Json<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        let value = serde_json::from_str(&text).map_err(|error| DbErr::Json(error.to_string()))?;
        Ok(Self(value))
    }
}

pub(crate) fn micros(at: Time) -> i64 {
    at.timestamp_micros()
}

/// The moment of a stored number. Out of range can't come from this store; it shows as 1970.
pub(crate) fn moment(micros: i64) -> Time {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
