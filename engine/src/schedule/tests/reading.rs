//! What an expression means, and what is said about one that means nothing.

use super::*;

#[track_caller]
fn same(expression: &str, other: &str) {
    let next = |text: &str| -> Vec<_> {
        let schedule = Schedule::parse(text, "UTC").unwrap();
        schedule
            .upcoming(at("2026-01-15T10:20:30Z"))
            .take(40)
            .collect()
    };
    assert_eq!(next(expression), next(other), "{expression} and {other}");
}

#[test]
fn fields_are_read_as_cron_reads_them() {
    for (expression, other) in [
        ("@hourly", "0 * * * *"),
        ("@Daily", "0 0 * * *"),
        ("@weekly", "0 0 * * SUN"),
        ("@monthly", "0 0 1 * *"),
        (" @yearly ", "0 0 1 JAN *"),
        ("5 4 * * 0", "5 4 * * 7"),
        ("5 4 * * 1-5", "5 4 * * mon-Fri"),
        ("5 4 * * 5-7", "5 4 * * FRI,SAT,SUN"),
        ("5 4 * * sat-sun", "5 4 * * 6,0"),
        ("0 0 * 1-3,DEC *", "0 0 0 ? JAN,FEB,MAR,12 ?"),
        ("*/15 8-16/4 * * *", "0,15,30,45 8,12,16 * * *"),
        ("40/10 * * * *", "40,50 * * * *"),
        ("*/20 * * * * *", "0,20,40 * * * * *"),
        ("0 0 */10 * *", "0 0 1,11,21,31 * *"),
    ] {
        same(expression, other);
    }
}

#[test]
fn either_day_is_enough_when_both_are_restricted() {
    let days = |expression| {
        runs(
            expression,
            "UTC",
            "2026-05-31T12:00:00Z",
            "2026-06-16T00:00:00Z",
        )
    };
    let short = |expression| -> Vec<_> {
        days(expression)
            .iter()
            .map(|run| run[8..10].to_owned())
            .collect()
    };
    assert_eq!(short("0 0 13 * FRI"), ["05", "12", "13"]);
    assert_eq!(short("0 0 13 * *"), ["13"]);
    assert_eq!(short("0 0 * * FRI"), ["05", "12"]);
    assert_eq!(short("0 0 */7 * FRI"), ["01", "05", "08", "12", "15"]);
    // 30 February never comes, but the Fridays of February do.
    let friday = runs(
        "0 0 30 2 FRI",
        "UTC",
        "2026-01-01T00:00:00Z",
        "2026-02-10T00:00:00Z",
    );
    assert_eq!(friday, ["2026-02-06T00:00:00+00:00"]);
}

#[test]
fn the_last_day_of_a_month_follows_leap_years() {
    let last = runs(
        "0 0 L * *",
        "UTC",
        "2027-12-31T12:00:00Z",
        "2028-05-01T00:00:00Z",
    );
    let days: Vec<_> = last.iter().map(|run| &run[5..10]).collect();
    assert_eq!(days, ["01-31", "02-29", "03-31", "04-30"]);
    let february = runs(
        "0 0 15,L FEB *",
        "UTC",
        "2026-02-01T00:00:00Z",
        "2028-03-01T00:00:00Z",
    );
    let days: Vec<_> = february.iter().map(|run| &run[..10]).collect();
    let expected = [
        "2026-02-15",
        "2026-02-28",
        "2027-02-15",
        "2027-02-28",
        "2028-02-15",
        "2028-02-29",
    ];
    assert_eq!(days, expected);
}

#[test]
fn what_never_runs_is_refused() {
    for expression in ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 0 31 FEB ?"] {
        let refused = Schedule::parse(expression, "UTC").unwrap_err();
        assert_eq!(refused, ScheduleError::NeverRuns, "{expression}");
    }
    let leap = Schedule::parse("0 0 29 2 *", "UTC").unwrap();
    assert_eq!(
        leap.next_after(at("2026-01-01T00:00:00Z")),
        Some(at("2028-02-29T00:00:00Z"))
    );
    // A schedule ends with the years that are known, and says so instead of looping or panicking.
    assert_eq!(leap.next_after(at("2097-01-01T00:00:00Z")), None);
    assert_eq!(leap.next_after(Time::MAX_UTC), None);
    assert_eq!(
        leap.next_after(Time::MIN_UTC),
        Some(at("1972-02-29T00:00:00Z"))
    );
}

#[test]
fn a_refusal_says_what_is_wrong_where_and_how_to_mend_it() {
    for (expression, message) in [
        ("", "the schedule has 0 fields: write five"),
        ("* * * *", "has 4 fields"),
        ("0 0 0 1 1 * 2027", "has 7 fields"),
        ("@every 5m", "`@every 5m` is no schedule: write @hourly"),
        (
            "5 61 * * *",
            "in the field hour, at character 3: `61` is not between 0 and 23",
        ),
        (
            "* * 1,0 * *",
            "in the field day of month, at character 7: `0` is not between 1 and 31",
        ),
        (
            "0 0 * * 8",
            "field day of week, at character 9: `8` is not between 0 and 7",
        ),
        (
            "0 0 * FOO *",
            "field month, at character 7: `FOO` is not understood: write numbers between 1 and 12, or JAN to DEC",
        ),
        ("0 22-2 * * *", "`22-2` runs backwards: write `22-23,0-2`"),
        (
            "*/90 * * * *",
            "`*/90` has the step 90, and it must be between 1 and 59: steps begin anew with each hour",
        ),
        ("*/0 * * * *", "`*/0` has the step 0"),
        ("*/ * * * *", "`*/` has no step after the `/`"),
        (
            "1,,2 * * * *",
            "in the field minute, at character 3: `` is missing",
        ),
        ("-5 * * * *", "`-5` is not understood"),
        ("? * * * *", "`?` is not understood"),
        ("0 0 * * 5L", "`5L` is not understood"),
        ("0 0 15W * *", "`15W` is not understood"),
        ("é ٣ * * *", "in the field minute, at character 1: `é`"),
        ("99999999999999999999 * * * *", "is not understood"),
    ] {
        let refused = Schedule::parse(expression, "UTC").unwrap_err().to_string();
        assert!(refused.contains(message), "{expression}: {refused}");
    }
    let long = "1,".repeat(100_000);
    let refused = Schedule::parse(&long, "UTC").unwrap_err();
    assert_eq!(refused, ScheduleError::TooLong { found: 200_000 });
}

#[test]
fn an_unknown_time_zone_is_told_the_nearest_one() {
    for (zone, message) in [
        ("europe/berlin", "did you mean Europe/Berlin?"),
        ("Berlin", "did you mean Europe/Berlin?"),
        ("Amerca/New_York", "did you mean America/New_York?"),
        ("+02:00", "write an IANA name such as Europe/Berlin, or UTC"),
        ("", "write an IANA name"),
    ] {
        let refused = Schedule::parse("@daily", zone).unwrap_err().to_string();
        assert!(refused.contains(message), "{zone}: {refused}");
    }
    assert!(Schedule::parse("@daily", &"x".repeat(1_000_000)).is_err());
}

#[test]
fn a_specification_has_defaults_and_no_unknown_fields() {
    let read = serde_json::from_str::<ScheduleSpec>;
    let short = read(r#"{ "cron": "@daily" }"#).unwrap();
    assert_eq!(short.timezone, "UTC");
    assert_eq!(
        (short.catch_up, short.overlap),
        (CatchUp::Latest, Overlap::Skip)
    );
    assert_eq!(short.schedule().unwrap().expression(), "@daily");
    let long = read(
        r#"{ "cron": "0 6 * * *", "timezone": "Europe/Berlin", "overlap": "cancel_running",
             "catch_up": { "all": { "within": "2h", "at_most": 1001 } } }"#,
    );
    let refused = long.unwrap().schedule().unwrap_err().to_string();
    assert_eq!(
        refused,
        "`at_most` is 1001: write a number between 1 and 1000"
    );
    assert!(read(r#"{ "cron": "@daily", "zone": "UTC" }"#).is_err());
    assert!(
        read(r#"{ "cron": "@daily", "catch_up": { "all": { "within": "2h", "most": 3 } } }"#)
            .is_err()
    );
    assert_eq!(
        read(&serde_json::to_string(&short).unwrap()).unwrap(),
        short
    );
}
