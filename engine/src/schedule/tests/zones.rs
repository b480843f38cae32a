//! R16: what runs on the days when the clocks change, by local time with its offset.

use chrono_tz::TZ_VARIANTS;
use proptest::prelude::*;

use super::*;

const BERLIN: &str = "Europe/Berlin";
const NEW_YORK: &str = "America/New_York";
const LORD_HOWE: &str = "Australia/Lord_Howe";

/// In Berlin 2:00 is 3:00 on this day.
fn berlin_in_spring(expression: &str) -> Vec<String> {
    let day = ["2026-03-28T23:00:00Z", "2026-03-29T02:30:00Z"];
    runs(expression, BERLIN, day[0], day[1])
}

/// In Berlin 3:00 is 2:00 on this day.
fn berlin_in_autumn(expression: &str) -> Vec<String> {
    let day = ["2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z"];
    runs(expression, BERLIN, day[0], day[1])
}

#[test]
fn a_fixed_time_in_the_gap_runs_once_at_the_next_moment_that_exists() {
    for expression in [
        "30 2 * * *",
        "0,15,30 2 * * *",
        "*/5 2 * * *",
        "30 2,3 * * *",
    ] {
        let runs = berlin_in_spring(expression);
        assert_eq!(runs[0], "2026-03-29T03:00:00+02:00", "{expression}");
    }
    assert_eq!(berlin_in_spring("30 2 * * *").len(), 1);
    assert_eq!(berlin_in_spring("*/5 2 * * *").len(), 1);
    assert_eq!(
        runs(
            "30 2 * * *",
            NEW_YORK,
            "2026-03-08T00:00:00Z",
            "2026-03-10T00:00:00Z"
        ),
        ["2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"]
    );
    assert_eq!(
        runs(
            "10 2 * * *",
            LORD_HOWE,
            "2026-10-03T00:00:00Z",
            "2026-10-05T00:00:00Z"
        ),
        ["2026-10-04T02:30:00+11:00", "2026-10-05T02:10:00+11:00"]
    );
    // A gap at midnight, and a day that Samoa left out.
    assert_eq!(
        runs(
            "0 0 * * *",
            "Africa/Cairo",
            "2026-04-23T00:00:00Z",
            "2026-04-24T12:00:00Z"
        ),
        ["2026-04-24T01:00:00+03:00"]
    );
    assert_eq!(
        runs(
            "0 12 * * *",
            "Pacific/Apia",
            "2011-12-29T12:00:00Z",
            "2011-12-31T12:00:00Z"
        ),
        [
            "2011-12-29T12:00:00-10:00",
            "2011-12-31T00:00:00+14:00",
            "2011-12-31T12:00:00+14:00"
        ]
    );
}

#[test]
fn a_fixed_time_in_the_fold_runs_once_when_it_comes_first() {
    assert_eq!(
        berlin_in_autumn("*/20 2 * * *"),
        [
            "2026-10-25T02:00:00+02:00",
            "2026-10-25T02:20:00+02:00",
            "2026-10-25T02:40:00+02:00"
        ]
    );
    assert_eq!(
        runs(
            "30 1 * * *",
            NEW_YORK,
            "2026-11-01T00:00:00Z",
            "2026-11-02T12:00:00Z"
        ),
        ["2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"]
    );
    assert_eq!(
        runs(
            "45 1 * * *",
            LORD_HOWE,
            "2026-04-04T00:00:00Z",
            "2026-04-05T12:00:00Z"
        ),
        ["2026-04-05T01:45:00+11:00"]
    );
    // Asked between the two, it waits for the next day.
    assert_eq!(
        runs(
            "30 2 * * *",
            BERLIN,
            "2026-10-25T01:10:00Z",
            "2026-10-26T12:00:00Z"
        ),
        ["2026-10-26T02:30:00+01:00"]
    );
}

#[test]
fn an_hourly_schedule_runs_in_each_real_hour() {
    let spring = ["2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"];
    let autumn = ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"];
    for expression in ["30 * * * *", "30 */1 * * *", "30 0-23 * * *"] {
        assert_eq!(berlin_in_spring(expression)[1..], spring, "{expression}");
        assert_eq!(berlin_in_autumn(expression), autumn, "{expression}");
    }
    // Half an hour is left out, and the hour that it begins still has its run; half an hour comes twice.
    assert_eq!(
        runs(
            "0 * * * *",
            LORD_HOWE,
            "2026-10-03T14:00:00Z",
            "2026-10-03T16:30:00Z"
        ),
        [
            "2026-10-04T01:00:00+10:30",
            "2026-10-04T02:30:00+11:00",
            "2026-10-04T03:00:00+11:00"
        ]
    );
    assert_eq!(
        runs(
            "*/20 * * * *",
            LORD_HOWE,
            "2026-04-04T14:00:00Z",
            "2026-04-04T15:31:00Z"
        ),
        [
            "2026-04-05T01:20:00+11:00",
            "2026-04-05T01:40:00+11:00",
            "2026-04-05T01:40:00+10:30",
            "2026-04-05T02:00:00+10:30"
        ]
    );
}

#[test]
fn a_schedule_with_steps_of_hours_loses_no_run_to_the_gap() {
    assert_eq!(
        berlin_in_spring("0 */2 * * *"),
        ["2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00"]
    );
    assert_eq!(
        berlin_in_autumn("0 */2 * * *"),
        ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]
    );
}

#[test]
fn seconds_go_on_through_the_fold() {
    let schedule = Schedule::parse("*/10 * * * * *", BERLIN).unwrap();
    let day: Vec<_> = schedule
        .upcoming(at("2026-10-24T22:00:00Z"))
        .take_while(|run| *run <= at("2026-10-25T23:00:00Z"))
        .collect();
    assert_eq!(day.len(), 25 * 360);
    assert!(day.windows(2).all(|pair| pair[1] - pair[0] == SECOND * 10));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn runs_are_later_than_asked_and_in_order_in_every_zone(
        zone in prop::sample::select(TZ_VARIANTS.to_vec()),
        from in 0_i64..4_000_000_000,
        expression in prop::sample::select(vec![
            "* * * * *", "30 * * * *", "*/20 */2 * * *", "0 0 * * *", "15,45 0-3 * * *", "0 0 1 * *", "0 */12 * * 6,7",
            "0 30 2 L * *", "30 * * 3,10 SUN",
        ]),
    ) {
        let schedule = Schedule::parse(expression, zone.name()).unwrap();
        let from = DateTime::from_timestamp(from, 0).unwrap();
        let mut last = from;
        for run in schedule.upcoming(from).take(30) {
            prop_assert!(run > last, "{run} is not after {last}");
            // There is no run between: whoever asks a moment before is told the same.
            prop_assert_eq!(schedule.next_after(run - SECOND), Some(run));
            prop_assert_eq!(schedule.next_after(last + (run - last) / 2), Some(run));
            last = run;
        }
    }
}
