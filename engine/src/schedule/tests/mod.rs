//! Schedules by table and by property; the crate croner judges them where both mean the same.

mod catching_up;
mod oracle;
mod reading;
mod zones;

use chrono::{DateTime, SecondsFormat};

use super::*;

fn at(text: &str) -> Time {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// The runs after a moment and before another one, on the clock of the zone and with its offset.
fn runs(expression: &str, zone: &str, from: &str, until: &str) -> Vec<String> {
    let schedule = Schedule::parse(expression, zone).unwrap();
    let zone: Tz = zone.parse().unwrap();
    schedule
        .upcoming(at(from))
        .take_while(|run| *run < at(until))
        .map(|run| {
            let local = run.with_timezone(&zone);
            local.to_rfc3339_opts(SecondsFormat::Secs, false)
        })
        .collect()
}
