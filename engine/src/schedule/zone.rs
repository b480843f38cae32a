//! Where a moment stands on the clock of a time zone, and which moments a local time means when the clocks change.

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::{GapInfo, TZ_VARIANTS, Tz};

use super::error::ScheduleError;
use crate::Time;

/// The longest name of a zone has 32 characters; what is much longer is not compared with all of them.
const LONGEST_NAME: usize = 64;

/// A span of local time that comes twice, because the clocks are set back at its end.
pub(super) struct Fold {
    /// The moment at which the clocks are set back.
    pub(super) begins_again: Time,
    pub(super) local_begin: NaiveDateTime,
    /// The first local time that does not come twice.
    pub(super) local_end: NaiveDateTime,
}

pub(super) fn named(name: &str) -> Result<Tz, ScheduleError> {
    name.parse().map_err(|_| unknown(name))
}

/// The span around a moment whose local time comes twice, or nothing when it comes once.
pub(super) fn fold_at(zone: Tz, moment: Time) -> Option<Fold> {
    let local = moment.with_timezone(&zone).naive_local();
    let chrono::LocalResult::Ambiguous(first, second) = zone.from_local_datetime(&local) else {
        return None;
    };
    let offset = |at: i64| {
        let at = DateTime::from_timestamp(at, 0)?;
        Some(zone.offset_from_utc_datetime(&at.naive_utc()).fix())
    };
    // The clocks are set back somewhere between the two; the zone does not tell when, but its offset does.
    let before = first.offset().fix();
    let (mut low, mut high) = (first.timestamp(), second.timestamp());
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if offset(middle)? == before {
            low = middle;
        } else {
            high = middle;
        }
    }
    let begins_again = DateTime::from_timestamp(high, 0)?;
    let shown = |by: chrono::FixedOffset| {
        begins_again
            .naive_utc()
            .checked_add_signed(TimeDelta::seconds(by.local_minus_utc().into()))
    };
    Some(Fold {
        begins_again,
        local_begin: shown(second.offset().fix())?,
        local_end: shown(before)?,
    })
}

/// The first moment with this local time; none when the clocks leap over it.
pub(super) fn earliest(zone: Tz, local: NaiveDateTime) -> Option<Time> {
    let moment = zone.from_local_datetime(&local).earliest()?;
    Some(moment.to_utc())
}

/// The second moment with this local time, when it comes twice.
pub(super) fn repeated(zone: Tz, local: NaiveDateTime) -> Option<Time> {
    match zone.from_local_datetime(&local) {
        chrono::LocalResult::Ambiguous(_, second) => Some(second.to_utc()),
        _ => None,
    }
}

/// The first moment after a local time over which the clocks leap.
pub(super) fn gap_end(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Tz>> {
    GapInfo::new(&local, &zone)?.end
}

fn unknown(name: &str) -> ScheduleError {
    let wanted = name.trim().to_ascii_lowercase();
    let nearest = TZ_VARIANTS
        .iter()
        .filter(|_| wanted.len() <= LONGEST_NAME)
        .filter_map(|zone| {
            let known = zone.name().to_ascii_lowercase();
            let city = known.rsplit('/').next().unwrap_or_default();
            // Whoever writes `Berlin` means `Europe/Berlin`.
            let spellings = [known.as_str(), city].into_iter();
            let distance = spellings
                .map(|spelling| (strsim::damerau_levenshtein(&wanted, spelling), spelling))
                .filter(|(distance, spelling)| *distance <= spelling.len() / 5)
                .map(|(distance, _)| distance)
                .min()?;
            Some((distance, zone.name()))
        })
        .min();
    ScheduleError::UnknownTimezone {
        found: name.chars().take(LONGEST_NAME).collect(),
        instead: nearest.map_or_else(
            || "write an IANA name such as Europe/Berlin, or UTC".to_owned(),
            |(_, name)| format!("did you mean {name}?"),
        ),
    }
}
