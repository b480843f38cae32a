//! Clean-up: what `finally` and `undo` do when something fails, is stopped, or is cancelled.

use engine::execution::{Command, EventKind, Status, StepStatus};
use serde_json::{Value, json};

use crate::graphs::Run;
use crate::simulation::{Fate, run_of};

fn first(_: usize) -> usize {
    0
}

/// Everything goes well but these.
fn all_but<'a>(broken: &'a [&'a str]) -> impl Fn(&str) -> Fate + 'a {
    |path| match broken.contains(&path) {
        true => Fate::Fails,
        false => Fate::Gives(Value::Null),
    }
}

const ORDER: &str = r#"
lathe: 1
name: order
nodes:
  - id: guard
    kind: flow.try
    body:
      nodes:
        - id: reserve
          kind: test.act
          with: { seats: 2 }
          undo:
            nodes:
              - { id: release, kind: test.act, with: { was: "${ input.seats }", got: "${ output.seats }" } }
        - id: charge
          kind: test.act
          undo: { nodes: [ { id: refund, kind: test.act } ] }
        - { id: send, kind: test.act }
      edges: [reserve -> charge -> send]
    catch: { nodes: [ { id: tell, kind: test.act, with: { why: "${ error.message }" } } ] }
    finally: { nodes: [ { id: close, kind: test.act } ] }
"#;

/// The paths of the steps that ran, in order.
fn ran(run: &Run) -> Vec<String> {
    run.succeeded()
}

#[test]
fn a_try_that_fails_undoes_what_was_done_in_reverse_order() {
    let mut run = run_of(ORDER);
    run.drive(all_but(&["guard.send"]), first);
    assert_eq!(run.execution.status, Status::Succeeded);
    let expected = [
        "guard.reserve",
        "guard.charge",
        "guard.charge.undo.refund",
        "guard.reserve.undo.release",
        "guard.tell",
        "guard.close",
        "guard",
    ];
    assert_eq!(ran(&run), expected);
    let release = run
        .records
        .iter()
        .find(|record| &*record.path == "guard.reserve.undo.release")
        .unwrap();
    let output = release.output.as_deref();
    assert_eq!(output, Some(&json!({ "was": 2, "got": 2 })));
}

#[test]
fn a_try_that_succeeds_is_undone_with_what_is_around_it() {
    let text = format!("{ORDER}  - {{ id: after, kind: test.act }}\nedges: [guard -> after]\n");
    let mut run = run_of(&text);
    run.drive(all_but(&["after"]), first);
    assert_eq!(run.execution.status, Status::Failed);
    let expected = [
        "guard.reserve",
        "guard.charge",
        "guard.send",
        "guard.close",
        "guard",
        "guard.charge.undo.refund",
        "guard.reserve.undo.release",
    ];
    assert_eq!(ran(&run), expected);
    let told = |wanted: fn(&EventKind) -> bool| run.events.iter().any(|event| wanted(&event.kind));
    assert!(told(|kind| matches!(kind, EventKind::CleaningUp { .. })));
}

#[test]
fn an_undo_that_fails_stops_no_other_and_is_not_caught() {
    let mut run = run_of(ORDER);
    run.drive(all_but(&["guard.send", "guard.charge.undo.refund"]), first);
    assert_eq!(run.execution.status, Status::Failed);
    let error = run.execution.error.clone().unwrap();
    assert_eq!(error.code, "undo_failed");
    assert!(
        error.message.contains("undoing `guard.charge` failed"),
        "{}",
        error.message
    );
    let expected = [
        "guard.reserve",
        "guard.charge",
        "guard.reserve.undo.release",
        "guard.close",
    ];
    assert_eq!(ran(&run), expected);
}

#[test]
fn cancelling_a_run_cleans_up_first() {
    let mut run = run_of(ORDER);
    let lasts = |path: &str| match path {
        "guard.send" => Fate::Lasts,
        _ => Fate::Gives(Value::Null),
    };
    let cancel = |run: &Run, _| {
        let running = run.execution.held().next().is_some();
        let cancelled = run.execution.status == Status::CleaningUp;
        (running && !cancelled).then(|| Command::Cancel {
            reason: "enough".to_owned(),
        })
    };
    run.drive_until(lasts, first, cancel);
    assert_eq!(run.execution.status, Status::Cancelled);
    assert_eq!(
        ran(&run)[2..],
        [
            "guard.charge.undo.refund",
            "guard.reserve.undo.release",
            "guard.close"
        ]
    );
    let stopped = run
        .records
        .iter()
        .find(|record| &*record.path == "guard.send")
        .unwrap();
    assert_eq!(stopped.status, StepStatus::Cancelled);
}

#[test]
fn cancelling_twice_does_not_wait_for_the_clean_up() {
    let mut run = run_of(ORDER);
    let lasts = |path: &str| match path {
        "guard.send" | "guard.charge.undo.refund" => Fate::Lasts,
        _ => Fate::Gives(Value::Null),
    };
    let cancel = |run: &Run, _| {
        let running = run.execution.held().next().is_some();
        running.then(|| Command::Cancel {
            reason: "at once".to_owned(),
        })
    };
    run.drive_until(lasts, first, cancel);
    assert_eq!(run.execution.status, Status::Cancelled);
    assert_eq!(ran(&run), ["guard.reserve", "guard.charge"]);
    let refund = run.records.last().unwrap();
    assert_eq!(refund.status, StepStatus::Cancelled);
}

#[test]
fn a_run_that_takes_too_long_is_cleaned_up_too() {
    let text = ORDER.replace("name: order", "name: order\nsettings: { timeout: 1s }");
    let mut run = run_of(&text);
    let lasts = |path: &str| match path {
        "guard.send" => Fate::Lasts,
        _ => Fate::Gives(Value::Null),
    };
    run.drive(lasts, first);
    assert_eq!(run.execution.status, Status::TimedOut);
    assert!(ran(&run).contains(&"guard.close".to_owned()));
}

#[test]
fn what_is_stopped_beside_a_failure_cleans_up_before_that_counts() {
    let text = r#"
lathe: 1
name: beside
nodes:
  - id: outer
    kind: flow.try
    body:
      nodes:
        - id: inner
          kind: flow.try
          body:
            nodes: [ { id: long, kind: test.act } ]
          finally: { nodes: [ { id: sweep, kind: test.act } ] }
        - { id: breaks, kind: test.act }
    catch: { nodes: [ { id: caught, kind: test.act } ] }
"#;
    let mut run = run_of(text);
    let fate = |path: &str| match path {
        "outer.inner.long" => Fate::Lasts,
        "outer.breaks" => Fate::Fails,
        _ => Fate::Gives(Value::Null),
    };
    run.drive(fate, first);
    assert_eq!(run.execution.status, Status::Succeeded);
    assert_eq!(ran(&run), ["outer.inner.sweep", "outer.caught", "outer"]);
}

#[test]
fn steps_of_turns_are_undone_with_the_try_around_their_loop() {
    let text = r#"
lathe: 1
name: turns
nodes:
  - id: all
    kind: flow.try
    body:
      nodes:
        - id: each
          kind: flow.for_each
          with: { items: [1, 2, 3] }
          body:
            nodes:
              - id: put
                kind: test.act
                with: { n: "${ item }" }
                undo: { nodes: [ { id: drop, kind: test.act, with: { n: "${ input.n }" } } ] }
    catch: { nodes: [ { id: caught, kind: test.act } ] }
"#;
    let mut run = run_of(text);
    run.drive(all_but(&["all.each[2].put"]), first);
    assert_eq!(run.execution.status, Status::Succeeded);
    assert_eq!(
        ran(&run)[2..4],
        ["all.each[1].put.undo.drop", "all.each[0].put.undo.drop"]
    );
}

#[test]
fn what_undoes_a_step_sees_that_step_alone() {
    use engine::document::parse;
    use engine::plan::compile;
    for (find, put, words) in [
        (
            "was: \"${ input.seats }\"",
            "was: \"${ nodes.charge.output }\"",
            "not seen in `undo`",
        ),
        (
            "undo: { nodes: [ { id: refund, kind: test.act } ] }",
            "undo: { nodes: [ { id: refund, kind: test.act } ], output: \"${ nodes.reserve.output }\" }",
            "not seen in `undo`",
        ),
        (
            "{ id: close, kind: test.act }",
            "{ id: close, kind: test.act, undo: { nodes: [ { id: x, kind: test.act } ] } }",
            "nothing undoes it",
        ),
    ] {
        let parsed = parse::parse(&ORDER.replacen(find, put, 1)).unwrap();
        let problems = compile(parsed.document, &crate::graphs::catalog())
            .map(drop)
            .expect_err(put);
        assert!(problems.to_string().contains(words), "{put}: {problems}");
    }
}

/// Undos of one owner begin in the reverse order of what they undo.
pub(crate) fn undone_in_reverse_order(run: &Run) {
    let mut done: Vec<&str> = Vec::new();
    for event in &run.events {
        match &event.kind {
            EventKind::StepSucceeded {
                step,
                given: Some(_),
                ..
            } => done.push(&step.path),
            EventKind::UndoStarted { of, .. } => {
                let place = done.iter().rposition(|path| *path == &**of);
                let place = place.unwrap_or_else(|| panic!("`{of}` was undone, and never done"));
                done.remove(place);
            }
            _ => {}
        }
    }
}

#[test]
fn what_is_held_in_a_clean_up_is_given_up_when_the_run_is_cancelled() {
    let mut run = run_of(
        r#"
lathe: 1
name: held
nodes:
  - id: guard
    kind: flow.try
    body: { nodes: [ { id: work, kind: test.pure } ] }
    finally: { nodes: [ { id: unlock, kind: test.act, on_error: pause } ] }
"#,
    );
    run.drive_while(
        |_| Fate::Fails,
        |_| 0,
        |run| run.execution.status != Status::Paused,
    );
    let reason = "enough".to_owned();
    run.apply(Command::Cancel { reason }).unwrap();
    assert_eq!(run.execution.status, Status::Cancelled);
    run.check_replay();
}
