//! Random expressions, judged by croner.
//!
//! Left out is what croner means differently: hours that are neither one nor all, where the clocks change (it leaves
//! them out in the gap and repeats them in the fold), half-hour changes under `*`, `*/1` as a restricted day, one value
//! with a step, and seconds that are not one in a fixed time.

use proptest::prelude::*;

use super::*;

const STEADY: [&str; 4] = ["UTC", "Asia/Tokyo", "Asia/Kolkata", "America/Phoenix"];
const CHANGING: [&str; 6] = [
    "Europe/Berlin",
    "America/New_York",
    "Europe/London",
    "Australia/Sydney",
    "Africa/Cairo",
    "America/Santiago",
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

/// A moment within a day of a change of the clocks in one of the zones.
fn moment() -> impl Strategy<Value = i64> {
    let changes = vec![
        1_774_746_000_i64,
        1_792_890_000,
        1_772_953_200,
        1_793_512_800,
        1_775_318_400,
        1_791_043_200,
        1_776_981_600,
        1_793_307_600,
        1_775_358_000,
        1_788_667_200,
    ];
    let near =
        (prop::sample::select(changes), -90_000_i64..90_000).prop_map(|(change, by)| change + by);
    prop_oneof![3 => near, 1 => 0_i64..3_900_000_000]
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
    let ours = schedule.upcoming(from).take(12);
    let mut moment = from.with_timezone(&tz);
    for run in ours {
        moment = judge.find_next_occurrence(&moment, false).unwrap();
        prop_assert_eq!(
            moment.to_utc(),
            run,
            "{} in {} after {}",
            expression,
            zone,
            from
        );
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
        days in days(),
        zone in prop::sample::select(CHANGING.to_vec()),
        from in moment(),
    ) {
        let (second, minute, hour) = time;
        judged(&format!("{second} {minute} {hour} {days}"), zone, from)?;
    }

    #[test]
    fn every_hour_runs_when_croner_runs_it(
        minute in field(0, 59),
        days in days(),
        zone in prop::sample::select(CHANGING.to_vec()),
        from in moment(),
    ) {
        judged(&format!("{minute} * {days}"), zone, from)?;
    }
}
