//! What comes from outside: answers to steps that wait, pauses, decisions about steps, pins, and runs of one step.

use std::sync::Arc;

use engine::Time;
use engine::document::parse;
use engine::execution::{
    Answer, Command, Decision, EventKind, Illegal, Pin, ResumeLinks, RunOptions, Status,
    StepStatus, hold,
};
use engine::plan::compile;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::graphs::{Run, catalog};
use crate::simulation::{Fate, run_of};

const APPROVAL: &str = r#"
lathe: 1
name: approval
nodes:
  - { id: ask, kind: test.act, with: { link: "${ resume.approve }" } }
  - id: approve
    kind: flow.approve
    with: { after: 60000, form: { note: { type: string, required: false } } }
  - { id: buy, kind: test.act, with: { note: "${ nodes.approve.output.payload.note }", by: "${ nodes.approve.output.by }" } }
  - { id: refuse, kind: test.act }
edges: [ask -> approve, approve.approved -> buy, approve.rejected -> refuse]
"#;

fn goes_well(_: &str) -> Fate {
    Fate::Gives(Value::Null)
}

fn first(_: usize) -> usize {
    0
}

fn answer(approved: Option<bool>, payload: Value) -> Answer {
    Answer {
        payload,
        approved,
        by: Some("ada".to_owned()),
        via: "api".to_owned(),
    }
}

/// Goes on as far as it goes by itself.
fn to_the_wait(run: &mut Run) -> (u32, Uuid) {
    run.drive_while(goes_well, first, |run| {
        run.execution.takeable(&run.plan).next().is_some()
    });
    let step = run.index("approve");
    (step, run.execution.waits_for(step).unwrap())
}

#[test]
fn an_approval_leaves_by_the_port_of_its_answer() {
    for (approved, ran, left) in [(true, "buy", "refuse"), (false, "refuse", "buy")] {
        let mut run = run_of(APPROVAL);
        let (step, wait) = to_the_wait(&mut run);
        run.expect(Status::Running, &[("approve", StepStatus::Waiting)]);
        run.check_stored();
        let (_, request) = run.execution.waiting(wait).unwrap();
        let given = answer(Some(approved), json!({ "note": "soon" }));
        let answer = request.fit(given).unwrap();
        let effects = run.apply(Command::Answer { step, wait, answer }).unwrap();
        assert_eq!(effects.waits_over, [wait]);
        run.drive(goes_well, first);
        run.expect(
            Status::Succeeded,
            &[(ran, StepStatus::Succeeded), (left, StepStatus::Skipped)],
        );
    }
}

#[test]
fn an_answer_that_does_not_fit_its_form_is_refused() {
    let mut run = run_of(APPROVAL);
    let (step, wait) = to_the_wait(&mut run);
    let (_, request) = run.execution.waiting(wait).unwrap();
    let unfit = request.fit(answer(None, json!({ "note": 7, "other": 1 })));
    let unfit = unfit.unwrap_err().to_string();
    for words in ["approved: true", "note", "other"] {
        assert!(unfit.contains(words), "{words}: {unfit}");
    }
    let other = Uuid::from_u128(99);
    let refused = run.apply(Command::Answer {
        step,
        wait: other,
        answer: answer(Some(true), Value::Null),
    });
    assert_eq!(refused, Err(Illegal::NotItsWait { step, wait: other }));
}

#[test]
fn a_wait_that_nobody_answers_fails_at_its_deadline() {
    let mut run = run_of(APPROVAL);
    let (_, wait) = to_the_wait(&mut run);
    run.now = run.execution.next_tick().unwrap();
    let effects = run.apply(Command::Tick).unwrap();
    assert_eq!(effects.waits_over, [wait]);
    assert_eq!(run.execution.error.clone().unwrap().code, "not_answered");
    run.expect(Status::Failed, &[("approve", StepStatus::Failed)]);
}

#[test]
fn links_are_known_beforehand_and_prove_their_own_step_only() {
    let links = ResumeLinks::new("https://lathe.example", [7; 32]);
    let mut run = run_of(APPROVAL);
    run.execution.links = Some(Arc::new(links.clone()));
    let id = run.execution.id;
    run.drive_while(goes_well, first, |run| {
        run.status("ask") == StepStatus::Ready
    });
    let asked = &run.records[0].output.as_ref().unwrap()["link"];
    assert_eq!(asked, &json!(links.link(id, "approve")));
    let token = links.token(id, "approve");
    assert!(asked.as_str().unwrap().ends_with(&token));
    assert!(links.is_valid(id, "approve", &token));
    assert!(!links.is_valid(id, "other", &token));
    assert!(!links.is_valid(Uuid::from_u128(2), "approve", &token));
    for wrong in ["", "0", "ää", &token[2..], "zz"] {
        assert!(!links.is_valid(id, "approve", wrong), "{wrong}");
    }
    assert!(!ResumeLinks::new("", [8; 32]).is_valid(id, "approve", &token));
}

#[test]
fn a_paused_run_begins_nothing_and_loses_no_time() {
    let text = APPROVAL.replace(
        "name: approval",
        "name: approval\nsettings: { timeout: 10s }",
    );
    let mut run = run_of(&text);
    let deadline = run.execution.deadline.unwrap();
    run.take("ask").unwrap();
    let reason = "lunch".to_owned();
    run.apply(Command::Pause { reason }).unwrap();
    run.check_stored();
    // What runs comes to its end, and nothing follows.
    run.done("ask", "out").unwrap();
    assert_eq!(run.execution.takeable(&run.plan).count(), 0);
    assert_eq!(run.execution.next_tick(), None);
    let again = run.apply(Command::Pause {
        reason: String::new(),
    });
    assert_eq!(again, Err(Illegal::NotNow(Status::Paused)));
    run.sleep(60_000);
    run.expect(Status::Paused, &[("approve", StepStatus::Ready)]);
    let reason = "back".to_owned();
    run.apply(Command::Resume { reason }).unwrap();
    let rested = chrono::TimeDelta::milliseconds(60_000);
    assert_eq!(run.execution.deadline, Some(deadline + rested));
    run.expect(Status::Running, &[("approve", StepStatus::Ready)]);
}

#[test]
fn a_run_that_takes_long_is_overdue_once_and_goes_on() {
    let text = APPROVAL.replace(
        "name: approval",
        "name: approval\nsettings: { warn_after: 10s }",
    );
    let mut run = run_of(&text);
    run.take("ask").unwrap();
    for _ in 0..2 {
        run.sleep(10_000);
        run.check_stored();
    }
    let told = run
        .events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Overdue));
    assert_eq!(told.count(), 1);
    assert!(run.execution.overdue);
    run.expect(Status::Running, &[("ask", StepStatus::Running)]);
}

#[test]
fn a_run_that_is_held_begins_nothing_until_it_is_let_in() {
    let text = APPROVAL.replace(
        "name: approval",
        "name: approval\nsettings: { timeout: 10s }",
    );
    let mut run = run_of(&text);
    let effects = hold(&mut run.execution, &run.plan, run.now);
    run.events.extend(effects.events);
    run.check_stored();
    assert_eq!(run.execution.takeable(&run.plan).count(), 0);
    assert_eq!(run.take("ask"), Err(Illegal::Held));
    run.sleep(60_000);
    run.expect(Status::Queued, &[("ask", StepStatus::Ready)]);
    run.apply(Command::Release).unwrap();
    let deadline = run.now + chrono::TimeDelta::seconds(10);
    assert_eq!(run.execution.deadline, Some(deadline));
    assert_eq!(run.apply(Command::Release), Err(Illegal::NotHeld));
    run.take("ask").unwrap();
    run.expect(Status::Running, &[("ask", StepStatus::Running)]);
}

const HELD: &str = r#"
lathe: 1
name: held
nodes:
  - { id: a, kind: test.act, on_error: pause, retry: { max_attempts: 2, delay: 1s } }
  - { id: b, kind: test.act }
edges: [a -> b]
"#;

fn held() -> Run {
    let mut run = run_of(HELD);
    for _ in 0..2 {
        run.take("a").unwrap();
        run.fail("a", true).unwrap();
        run.check_stored();
        run.now = run.execution.next_tick().unwrap_or(run.now);
        run.apply(Command::Tick).unwrap();
    }
    run.expect(Status::Paused, &[("a", StepStatus::Held)]);
    run.check_stored();
    run
}

fn decide(run: &mut Run, decision: Decision) {
    let (step, attempt) = (run.index("a"), run.attempt("a"));
    let reason = "by ada".to_owned();
    run.apply(Command::Decide {
        step,
        attempt,
        decision,
        reason,
    })
    .unwrap();
    run.check_stored();
}

#[test]
fn on_error_pause_waits_for_somebody_to_decide() {
    let mut run = held();
    decide(
        &mut run,
        Decision::Give {
            output: json!({ "by": "hand" }),
            port: None,
        },
    );
    run.drive(goes_well, first);
    run.expect(Status::Succeeded, &[("b", StepStatus::Succeeded)]);

    let mut run = held();
    decide(&mut run, Decision::Skip);
    run.drive(goes_well, first);
    run.expect(Status::Succeeded, &[("b", StepStatus::Skipped)]);

    // Tried again by hand, it has all its attempts again.
    let mut run = held();
    decide(&mut run, Decision::Retry);
    run.apply(Command::Resume {
        reason: "go".to_owned(),
    })
    .unwrap();
    run.take("a").unwrap();
    run.fail("a", true).unwrap();
    run.expect(Status::Running, &[("a", StepStatus::Waiting)]);

    // Resuming tries again whatever is held.
    let mut run = held();
    run.apply(Command::Resume {
        reason: "go".to_owned(),
    })
    .unwrap();
    run.expect(Status::Running, &[("a", StepStatus::Ready)]);
}

#[test]
fn what_runs_can_not_be_decided_from_outside() {
    let mut run = run_of(HELD);
    run.take("a").unwrap();
    let step = run.index("a");
    let refused = run.apply(Command::Decide {
        step,
        attempt: 1,
        decision: Decision::Skip,
        reason: String::new(),
    });
    let status = StepStatus::Running;
    assert_eq!(refused, Err(Illegal::WrongState { step, status }));
}

fn with_options(text: &str, options: Value) -> Run {
    let plan = compile(parse::parse(text).unwrap().document, &catalog()).unwrap();
    let options: RunOptions = serde_json::from_value(options).unwrap();
    options
        .check(&plan)
        .unwrap_or_else(|problems| panic!("{problems}"));
    Run::with_options(
        plan,
        options,
        Time::from_timestamp_millis(1_700_000_000_000).unwrap(),
    )
}

const LOOP: &str = r#"
lathe: 1
name: loop
nodes:
  - { id: list, kind: test.act, with: { items: [1, 2, 3] } }
  - id: each
    kind: flow.for_each
    with: { items: "${ nodes.list.output.items }" }
    body:
      nodes:
        - { id: fetch, kind: test.act, with: { n: "${ item }" } }
        - { id: other, kind: test.act }
        - { id: put, kind: test.act, with: { n: "${ nodes.fetch.output.n * 2 }" } }
      edges: [fetch -> put]
  - { id: after, kind: test.act }
  - { id: aside, kind: test.act }
edges: [list -> each -> after]
"#;

#[test]
fn a_run_of_one_step_runs_what_it_needs_and_nothing_else() {
    let mut run = with_options(LOOP, json!({ "only": "each[1].put" }));
    run.drive(goes_well, first);
    run.expect(Status::Succeeded, &[]);
    assert_eq!(run.succeeded(), ["list", "each[1].fetch", "each[1].put"]);
    assert_eq!(run.execution.output.as_deref(), Some(&json!({ "n": 4 })));

    let mut run = with_options(LOOP, json!({ "only": "each" }));
    run.drive(goes_well, first);
    assert_eq!(run.status("after"), StepStatus::Skipped);
    assert_eq!(run.succeeded().len(), 1 + 9 + 1);

    // A turn that fails, and whose failure is tolerated, is not begun for ever.
    let tolerant = LOOP.replace(
        "items: \"${ nodes.list.output.items }\"",
        "items: [1, 2, 3], tolerate: 3",
    );
    let mut run = with_options(&tolerant, json!({ "only": "each[1].put" }));
    run.drive(
        |path| match path {
            "each[1].fetch" => Fate::Fails,
            _ => Fate::Gives(Value::Null),
        },
        first,
    );
    assert_eq!(
        run.execution.error.clone().unwrap().code,
        "step_not_reached"
    );

    let mut run = with_options(LOOP, json!({ "only": "each[7].put" }));
    run.drive(goes_well, first);
    assert_eq!(
        run.execution.error.clone().unwrap().code,
        "step_not_reached"
    );
}

#[test]
fn options_that_do_not_fit_the_workflow_are_refused() {
    let plan = compile(parse::parse(LOOP).unwrap().document, &catalog()).unwrap();
    let options = RunOptions {
        only: Some("each.put".to_owned()),
        pins: [
            ("nobody".to_owned(), Pin::default()),
            (
                "list".to_owned(),
                Pin {
                    output: Value::Null,
                    port: Some("left".to_owned()),
                },
            ),
        ]
        .into(),
        ..RunOptions::default()
    };
    let problems = options.check(&plan).unwrap_err().to_string();
    for words in ["no node `nobody`", "no port `left`", "say which turn"] {
        assert!(problems.contains(words), "{words}: {problems}");
    }
}
