//! The checker itself: a history that is right passes, and every way of being wrong is found.

use serde_json::json;
use tokio::time::Instant;

use super::*;

fn line(step: &str, attempt: u32, nonce: u64) -> Line {
    Line {
        execution: "0-1".to_owned(),
        step: step.to_owned(),
        attempt,
        key: format!("0-1:{step}"),
        nonce,
        unix_ms: 0,
        at: Instant::now(),
    }
}

fn attempt(attempt: u32, status: &str, nonce: u64) -> Attempt {
    Attempt {
        step: "a".to_owned(),
        kind: "remote.call".to_owned(),
        attempt,
        status: status.to_owned(),
        output: (status == "succeeded").then(|| json!({ "nonce": nonce })),
    }
}

/// A step whose first runner died, and that was done by the second.
fn history() -> (Execution, Vec<Line>) {
    let events = vec![
        json!({ "seq": 1, "type": "execution.queued" }),
        json!({ "seq": 2, "type": "step.running", "step": "a", "attempt": 1 }),
        json!({ "seq": 3, "type": "step.retrying", "step": "a", "attempt": 1 }),
        json!({ "seq": 4, "type": "step.running", "step": "a", "attempt": 2 }),
        json!({ "seq": 5, "type": "step.succeeded", "step": "a", "attempt": 2 }),
        json!({ "seq": 6, "type": "execution.succeeded" }),
    ];
    let execution = Execution {
        key: Some("k".to_owned()),
        status: "succeeded".to_owned(),
        seq: 6,
        attempts: vec![attempt(1, "failed", 1), attempt(2, "succeeded", 2)],
        events: vec![(1, 6, events)],
    };
    (execution, vec![line("a", 1, 1), line("a", 2, 2)])
}

fn checked(execution: Execution, lines: &[Line]) -> Tally {
    let mut tally = Tally::default();
    let acked = HashMap::from([("k".to_owned(), "0-1".to_owned())]);
    let expected = Expected {
        acked: &acked,
        lines,
        ends: &["succeeded"],
    };
    check(
        &Facts::from([("01".to_owned(), execution)]),
        &expected,
        &mut tally,
    );
    tally
}

#[test]
fn a_history_that_is_right_passes_and_repetitions_are_counted() {
    let (execution, lines) = history();
    let tally = checked(execution, &lines);
    assert!(tally.holds(), "{:?}", tally.violations());
    assert_eq!((tally.acked, tally.repeated, tally.lost), (1, 1, 0));
}

#[test]
fn what_is_gone_is_missed() {
    let mut tally = Tally::default();
    let acked = HashMap::from([("k".to_owned(), "0-1".to_owned())]);
    let expected = Expected {
        acked: &acked,
        lines: &[],
        ends: &["succeeded"],
    };
    check(&Facts::new(), &expected, &mut tally);
    assert_eq!((tally.lost, tally.holds()), (1, false));
}

#[test]
fn every_way_of_being_wrong_is_found() {
    type Break = fn(&mut Execution, &mut Vec<Line>);
    let breaks: [(&str, Break); 10] = [
        ("stuck", |execution, _| {
            execution.status = "running".to_owned();
        }),
        ("another end", |execution, _| {
            execution.status = "failed".to_owned();
        }),
        ("a gap", |execution, _| {
            drop(execution.events[0].2.remove(2));
        }),
        ("an end that is not the last", |execution, _| {
            execution.events[0].2.swap(4, 5);
        }),
        ("an effect after it was done", |_, lines| {
            lines.push(line("a", 3, 3));
        }),
        ("an attempt that acts twice", |_, lines| {
            lines.push(line("a", 2, 3));
        }),
        ("another key", |_, lines| lines[0].key = "b".to_owned()),
        ("done by nobody", |_, lines| drop(lines.pop())),
        ("another attempt's outcome", |_, lines| lines[1].nonce = 7),
        ("an attempt that is not counted", |execution, _| {
            drop(execution.attempts.remove(0));
        }),
    ];
    for (name, broken) in breaks {
        let (mut execution, mut lines) = history();
        broken(&mut execution, &mut lines);
        assert!(!checked(execution, &lines).holds(), "{name} was not found");
    }
}
