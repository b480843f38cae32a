//! What is due after a pause, and that years cost no more than minutes.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::duration::Millis;

const GRACE: Millis = Millis(5_000);

fn all(within: &str, at_most: u32) -> CatchUp {
    let within = within.parse().unwrap();
    CatchUp::All { within, at_most }
}

/// What an hourly schedule asks for after 10:00.
fn hourly(now: &str, catch_up: CatchUp) -> (Vec<String>, u64) {
    let schedule = Schedule::parse("@hourly", "UTC").unwrap();
    let ticks = ticks(
        &schedule,
        at("2026-06-01T10:00:00Z"),
        at(now),
        catch_up,
        GRACE,
    );
    let hour = |tick: &Time| tick.format("%H:%M").to_string();
    (ticks.due.iter().map(hour).collect(), ticks.skipped)
}

#[test]
fn missed_runs_are_left_out_made_up_for_once_or_each() {
    let late = "2026-06-01T13:20:00Z";
    for (now, catch_up, due, skipped) in [
        (late, CatchUp::Skip, vec![], 3),
        (late, CatchUp::Latest, vec!["13:00"], 2),
        (late, all("1d", 10), vec!["11:00", "12:00", "13:00"], 0),
        (late, all("1d", 2), vec!["12:00", "13:00"], 1),
        (late, all("100m", 10), vec!["12:00", "13:00"], 1),
        (late, all("1m", 10), vec![], 3),
        ("2026-06-01T13:00:04Z", CatchUp::Skip, vec!["13:00"], 2),
        ("2026-06-01T13:00:05Z", CatchUp::Skip, vec!["13:00"], 2),
        ("2026-06-01T13:00:05.5Z", CatchUp::Skip, vec![], 3),
        ("2026-06-01T13:00:04Z", all("1s", 10), vec!["13:00"], 2),
        ("2026-06-01T11:00:00Z", CatchUp::Latest, vec!["11:00"], 0),
        ("2026-06-01T10:59:59.999Z", CatchUp::Latest, vec![], 0),
        ("2026-06-01T09:00:00Z", CatchUp::Latest, vec![], 0),
        ("2020-01-01T00:00:00Z", all("1d", 10), vec![], 0),
    ] {
        let due = due.into_iter().map(str::to_owned).collect();
        assert_eq!(hourly(now, catch_up), (due, skipped), "{now} {catch_up:?}");
    }
}

#[test]
fn a_clock_that_went_backwards_repeats_nothing() {
    let schedule = Schedule::parse("@hourly", "UTC").unwrap();
    let after = at("2026-06-01T10:00:00Z");
    let ticks = ticks(
        &schedule,
        after,
        at("2026-06-01T07:30:00Z"),
        CatchUp::Latest,
        GRACE,
    );
    assert_eq!((ticks.due, ticks.skipped), (vec![], 0));
    assert_eq!(ticks.next, Some(at("2026-06-01T11:00:00Z")));
}

#[test]
fn a_jump_of_decades_is_no_work() {
    let schedule = Schedule::parse("* * * * * *", "Europe/Berlin").unwrap();
    let (after, now) = (at("1970-01-01T00:00:00Z"), at("2099-06-01T00:00:00.5Z"));
    let last = at("2099-06-01T00:00:00Z");
    for (catch_up, due) in [
        (CatchUp::Skip, 1),
        (CatchUp::Latest, 1),
        (all("36525d", 1_000), 1_000),
        (all("36525d", u32::MAX), 1_000),
    ] {
        let ticks = ticks(&schedule, after, now, catch_up, GRACE);
        assert_eq!(ticks.due.len(), due);
        assert_eq!(ticks.due.last(), Some(&last));
        assert_eq!(ticks.skipped, MOST_COUNTED);
        assert_eq!(ticks.next, Some(last + SECOND));
    }
    let ended = ticks(&schedule, now, Time::MAX_UTC, CatchUp::Skip, GRACE);
    assert_eq!((ended.due, ended.next), (vec![], None));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_due_is_what_would_have_run(
        expression in prop::sample::select(vec!["*/7 * * * *", "0 2 * * *", "30 * * * SUN", "0 0 L * *", "0 9 13 * FRI"]),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "Australia/Lord_Howe"]),
        after in 1_700_000_000_i64..1_800_000_000,
        pause in 0_i64..3_000_000,
        within in 0_u64..3_000_000,
        at_most in 1_u32..20,
    ) {
        let schedule = Schedule::parse(expression, zone).unwrap();
        let after = DateTime::from_timestamp(after, 0).unwrap();
        let now = after + TimeDelta::seconds(pause);
        let would: Vec<Time> = schedule.upcoming(after).take_while(|tick| *tick <= now).collect();
        let within = Millis(within * 1_000);
        let counted = |due: usize| ((would.len() - due) as u64).min(MOST_COUNTED);

        let latest = ticks(&schedule, after, now, CatchUp::Latest, Millis(0));
        prop_assert_eq!(latest.due.first(), would.last());
        prop_assert_eq!(latest.skipped, counted(latest.due.len()));
        prop_assert_eq!(latest.next, schedule.next_after(now));

        let each = ticks(&schedule, after, now, CatchUp::All { within, at_most }, Millis(0));
        let young = would.iter().filter(|tick| now - **tick <= within.to_delta()).copied();
        let mut expected: Vec<_> = young.rev().take(at_most as usize).collect();
        expected.reverse();
        prop_assert_eq!(&each.due, &expected);
        prop_assert_eq!(each.skipped, counted(expected.len()));
    }
}
