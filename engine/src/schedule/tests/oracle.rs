//! Random expressions, judged by croner.
//!
//! Left out is what croner means differently: hours that are neither one nor all, where the clocks change (it leaves
//! them out in the gap and repeats them in the fold), half-hour changes under `*`, `*/1` as a restricted day, one value
//! with a step, and seconds that are not one in a fixed time.

use proptest::prelude::*;

use super::*;

const STEADY: [&str; 4] = ["UTC", "Asia/Tokyo", "Asia/Kolkata", "America/Phoenix"];
/// Moments at which clocks change, and where.
const CHANGES: [(&str, &str); 12] = [
    ("Europe/Berlin", "2026-03-29T01:00:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    ("Europe/London", "2026-03-29T01:00:00Z"),
    ("Europe/London", "2026-10-25T01:00:00Z"),
    ("America/New_York", "2026-03-08T07:00:00Z"),
    ("America/New_York", "2026-11-01T06:00:00Z"),
    ("Australia/Sydney", "2026-04-04T16:00:00Z"),
    ("Australia/Sydney", "2026-10-03T16:00:00Z"),
    ("Africa/Cairo", "2026-04-23T22:00:00Z"),
    ("Africa/Cairo", "2026-10-29T21:00:00Z"),
    ("America/Santiago", "2026-04-05T03:00:00Z"),
    ("America/Santiago", "2026-09-06T04:00:00Z"),
];

/// An item of a field: a value, a range, or one with a step.
fn item(first: u32, last: u32) -> impl Strategy<Value = String> {
    let values = (first..=last, first..=last, 2..=(last - first));
    values.prop_flat_map(|(one, other, step)| {
        let (low, high) = (one.min(other), one.max(other));
        prop::sample::select(vec![
            one.to_string(),
            format!("{low}-{high}"),
            format!("{low}-{high}/{step}"),
            format!("*/{step}"),
        ])
    })
}

fn field(first: u32, last: u32) -> impl Strategy<Value = String> {
    let list = prop::collection::vec(item(first, last), 1..4).prop_map(|items| items.join(","));
    prop_oneof![2 => Just("*".to_owned()), 3 => list]
}

fn days() -> impl Strategy<Value = String> {
    let named = prop::sample::select(vec!["*", "JAN,jun", "FEB-MAY", "12"]).prop_map(str::to_owned);
    let weekday =
        prop::sample::select(vec!["MON", "sat,SUN", "TUE-THU", "7"]).prop_map(str::to_owned);
    let of_month = prop_oneof![4 => field(1, 31), 1 => prop::sample::select(vec!["L", "1,L"]).prop_map(str::to_owned)];
    let months = prop_oneof![field(1, 12), named];
    let of_week = prop_oneof![field(0, 6), weekday];
    (of_month, months, of_week)
        .prop_map(|(of_month, months, of_week)| format!("{of_month} {months} {of_week}"))
}

/// A zone whose clocks change, and mostly a moment within hours of that.
fn changing() -> impl Strategy<Value = (&'static str, i64)> {
    let change = prop::sample::select(CHANGES.to_vec());
    let by = prop_oneof![4 => -15_000_i64..8_000, 1 => -1_000_000_000_i64..1_000_000_000];
    (change, by).prop_map(|((zone, change), by)| (zone, at(change).timestamp() + by))
}

/// Mostly every day, so that the day of the change is not left out.
fn most_days() -> impl Strategy<Value = String> {
    prop_oneof![4 => Just("* * *".to_owned()), 1 => days()]
}

fn judged(expression: &str, zone: &str, from: i64) -> Result<(), TestCaseError> {
    let from = DateTime::from_timestamp(from, 0).unwrap();
    let tz: Tz = zone.parse().unwrap();
    let judge: croner::Cron = expression.parse().unwrap();
    let Ok(schedule) = Schedule::parse(expression, zone) else {
        // What we refuse never runs; croner finds that out by searching.
        let never = judge.find_next_occurrence(&from.with_timezone(&tz), false);
        prop_assert!(never.is_err(), "{expression} runs at {never:?}");
        return Ok(());
    };
    let mut moment = from.with_timezone(&tz);
    for _ in 0..12 {
        let ours = schedule.next_after(moment.to_utc());
        moment = judge.find_next_occurrence(&moment, false).unwrap();
        let known = moment.year() <= LAST_YEAR;
        prop_assert_eq!(
            ours,
            known.then(|| moment.to_utc()),
            "{} in {} after {}",
            expression,
            zone,
            from
        );
        if !known {
            break;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn in_steady_zones_all_expressions_run_when_croner_runs_them(
        time in (field(0, 59), field(0, 59), field(0, 23)),
        days in days(),
        zone in prop::sample::select(STEADY.to_vec()),
        from in 1_000_000_000_i64..3_900_000_000,
    ) {
        let (second, minute, hour) = time;
        judged(&format!("{second} {minute} {hour} {days}"), zone, from)?;
        judged(&format!("{minute} {hour} {days}"), zone, from)?;
    }

    #[test]
    fn one_fixed_time_a_day_runs_when_croner_runs_it(
        time in (0..60, 0..60, 0..4),
        days in most_days(),
        (zone, from) in changing(),
    ) {
        let (second, minute, hour) = time;
        judged(&format!("{second} {minute} {hour} {days}"), zone, from)?;
    }

    #[test]
    fn every_hour_runs_when_croner_runs_it(
        minute in field(0, 59),
        days in most_days(),
        (zone, from) in changing(),
    ) {
        judged(&format!("{minute} * {days}"), zone, from)?;
    }
}
