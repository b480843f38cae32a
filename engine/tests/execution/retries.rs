//! Failures: retries, error output, error edges, lost runners, and the fence.

use engine::execution::{Command, EventKind, Illegal, Status, StepStatus};
use serde_json::json;
use uuid::Uuid;

use crate::graphs::{Run, plan, plan_with};

fn flaky(on_error: &str) -> serde_json::Value {
    json!({
        "id": "a", "kind": "test.act", "on_error": on_error,
        "retry": {"max_attempts": 2, "delay": "1s", "jitter": 0.0}
    })
}

#[test]
fn a_retryable_failure_is_tried_again_after_its_pause_and_then_fails_the_run() {
    let mut run = Run::new(plan(
        json!([flaky("fail"), {"id": "b", "kind": "test.act"}]),
        &[],
    ));
    run.take("b").unwrap();
    run.take("a").unwrap();
    run.fail("a", true).unwrap();
    run.expect(Status::Running, &[("a", StepStatus::Waiting)]);
    run.sleep(999);
    assert!(matches!(run.take("a"), Err(Illegal::WrongState { .. })));
    run.sleep(1);
    assert_eq!(run.attempt("a"), 2);
    run.take("a").unwrap();
    let effects = run.fail("a", true).unwrap();
    assert_eq!(
        effects.abort,
        [run.index("b")],
        "the step beside it is stopped"
    );
    run.expect(
        Status::Failed,
        &[("a", StepStatus::Failed), ("b", StepStatus::Cancelled)],
    );
    assert_eq!(run.execution.error.clone().unwrap().code, "boom");
}

#[test]
fn a_permanent_failure_is_not_tried_again() {
    let mut run = Run::new(plan(json!([flaky("fail")]), &[]));
    run.take("a").unwrap();
    run.fail("a", false).unwrap();
    run.expect(Status::Failed, &[("a", StepStatus::Failed)]);
}

#[test]
fn on_error_continue_goes_on_with_the_error_as_output() {
    let mut run = Run::new(plan(
        json!([flaky("continue"), {"id": "b", "kind": "test.act"}]),
        &["a -> b"],
    ));
    run.take("a").unwrap();
    run.fail("a", false).unwrap();
    run.expect(
        Status::Running,
        &[("a", StepStatus::Failed), ("b", StepStatus::Ready)],
    );
    let output = run.execution.step(0).unwrap().output.clone().unwrap();
    assert_eq!(
        *output,
        json!({"error": {"code": "boom", "message": "it broke"}})
    );
    run.run("b");
    run.expect(Status::Succeeded, &[]);
}

#[test]
fn on_error_edge_takes_the_error_port_and_kills_the_other() {
    let nodes = json!([flaky("edge"), {"id": "good", "kind": "test.act"}, {"id": "bad", "kind": "test.act"}]);
    let mut run = Run::new(plan(nodes, &["a -> good", "a.error -> bad"]));
    run.take("a").unwrap();
    run.fail("a", false).unwrap();
    run.expect(
        Status::Running,
        &[("good", StepStatus::Skipped), ("bad", StepStatus::Ready)],
    );
}

#[test]
fn a_result_of_an_old_attempt_or_another_runner_is_fenced() {
    let mut run = Run::new(plan(json!([{"id": "a", "kind": "test.act"}]), &[]));
    run.take("a").unwrap();
    let late = run.completion("a", "out");
    let mut stranger = late.clone();
    stranger.ran.runner = Uuid::from_u128(8);
    let refused = run.apply(Command::Complete {
        step: 0,
        attempt: 1,
        result: stranger,
    });
    assert!(matches!(refused, Err(Illegal::Fenced { .. })));
    run.apply(Command::Lost {
        step: 0,
        attempt: 1,
    })
    .unwrap();
    run.take("a").unwrap();
    let refused = run.apply(Command::Complete {
        step: 0,
        attempt: 1,
        result: late,
    });
    assert_eq!(
        refused,
        Err(Illegal::Fenced {
            step: 0,
            given: 1,
            live: 2
        })
    );
    run.done("a", "out").unwrap();
    run.expect(Status::Succeeded, &[]);
    assert_eq!(
        run.apply(Command::Cancel {
            reason: String::new()
        }),
        Err(Illegal::Ended(Status::Succeeded))
    );
}

#[test]
fn a_step_that_takes_three_runners_down_is_set_aside() {
    let mut run = Run::new(plan(json!([{"id": "a", "kind": "test.act"}]), &[]));
    for attempt in 1..=3 {
        run.take("a").unwrap();
        run.apply(Command::Lost { step: 0, attempt }).unwrap();
    }
    run.expect(Status::Failed, &[("a", StepStatus::Failed)]);
    assert_eq!(run.execution.error.clone().unwrap().code, "set_aside");
}

#[test]
fn a_step_that_is_handed_back_is_held_against_nobody() {
    let mut run = Run::new(plan(json!([flaky("fail")]), &[]));
    for attempt in 1..=5 {
        run.take("a").unwrap();
        run.apply(Command::HandBack { step: 0, attempt }).unwrap();
    }
    run.take("a").unwrap();
    run.fail("a", true).unwrap();
    run.expect(Status::Running, &[("a", StepStatus::Waiting)]);
}

#[test]
fn lost_runners_use_up_none_of_the_nodes_own_attempts() {
    let mut run = Run::new(plan(json!([flaky("fail")]), &[]));
    run.take("a").unwrap();
    run.apply(Command::Lost {
        step: 0,
        attempt: 1,
    })
    .unwrap();
    run.take("a").unwrap();
    run.fail("a", true).unwrap();
    run.expect(Status::Running, &[("a", StepStatus::Waiting)]);
}

#[test]
fn a_run_that_takes_too_long_is_ended() {
    let nodes = json!([{"id": "a", "kind": "test.act"}, {"id": "b", "kind": "test.act"}]);
    let mut run = Run::new(plan_with(nodes, &["a -> b"], json!({"timeout": "10s"})));
    run.take("a").unwrap();
    run.sleep(10_000);
    run.expect(
        Status::TimedOut,
        &[("a", StepStatus::Cancelled), ("b", StepStatus::Cancelled)],
    );
    let cancelled = run
        .events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::StepCancelled { .. }))
        .count();
    assert_eq!(cancelled, 1, "only the step that had begun is told");
}
