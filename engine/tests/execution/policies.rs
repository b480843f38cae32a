//! Retries by class and within bounds, and how long a ready step may wait for a runner.

use engine::document::parse;
use engine::duration::Millis;
use engine::execution::{Command, Status, StepStatus};
use engine::node::{ErrorValue, Failure};
use engine::plan::compile;
use serde_json::{Value, json};

use crate::graphs::{Run, catalog, plan};

/// A run of one step with this `retry`.
fn run(retry: Value) -> Run {
    Run::new(plan(
        json!([{ "id": "a", "kind": "test.act", "retry": retry }]),
        &[],
    ))
}

impl Run {
    /// The step fails, and time goes on to its next attempt, if there is one.
    fn fails_with(&mut self, code: &str, retryable: bool, retry_after: Option<Millis>) -> i64 {
        self.take("a").unwrap();
        let (step, attempt) = (self.index("a"), self.attempt("a"));
        let failure = Failure {
            error: ErrorValue::new(code, "it broke"),
            retryable,
            retry_after,
        };
        let ran = self.ran();
        self.apply(Command::Fail {
            step,
            attempt,
            failure,
            input: None,
            ran,
        })
        .unwrap();
        self.check_stored();
        self.check_replay();
        let Some(at) = self.execution.next_tick() else {
            return 0;
        };
        let pause = (at - self.now).num_milliseconds();
        self.now = at;
        self.apply(Command::Tick).unwrap();
        pause
    }
}

fn fixed() -> Value {
    json!({ "max_attempts": 3, "delay": "1s", "backoff": 1.0, "jitter": 0.0 })
}

fn with(fields: Value) -> Value {
    let mut retry = fixed();
    retry
        .as_object_mut()
        .unwrap()
        .extend(fields.as_object().unwrap().clone());
    retry
}

#[test]
fn a_class_has_pauses_and_attempts_of_its_own() {
    let class = json!({ "errors": ["http_429"], "max_attempts": 5, "delay": "30s" });
    let mut run = run(with(json!({ "classes": [class] })));
    assert_eq!(run.fails_with("boom", true, None), 1_000);
    for _ in 0..3 {
        assert_eq!(run.fails_with("http_429", true, None), 30_000);
    }
    // Five attempts in all, whatever their class: the largest of the bounds.
    run.fails_with("http_429", true, None);
    run.expect(Status::Failed, &[("a", StepStatus::Failed)]);
    assert_eq!(run.attempt("a"), 5);
}

#[test]
fn attempts_of_one_class_use_up_none_of_another() {
    let class = json!({ "errors": ["http_5*"], "max_attempts": 4 });
    let mut run = run(with(json!({ "max_attempts": 2, "classes": [class] })));
    run.fails_with("http_503", true, None);
    run.fails_with("http_500", true, None);
    run.expect(Status::Running, &[("a", StepStatus::Ready)]);
    run.fails_with("boom", true, None);
    run.expect(Status::Running, &[("a", StepStatus::Ready)]);
    run.fails_with("boom", true, None);
    run.expect(Status::Failed, &[]);
}

#[test]
fn a_class_makes_a_permanent_failure_worth_another_try_and_never_a_passing_one_not() {
    let class = json!({ "errors": ["gone"] });
    let mut run_of_class = run(with(json!({ "classes": [class] })));
    run_of_class.fails_with("gone", false, None);
    run_of_class.expect(Status::Running, &[("a", StepStatus::Ready)]);

    let mut never = run(with(json!({ "never": ["http_4*"] })));
    never.fails_with("http_404", true, None);
    never.expect(Status::Failed, &[]);
}

#[test]
fn nothing_begins_after_the_time_for_all_attempts() {
    let mut run = run(with(json!({ "max_attempts": 100, "within": "2500ms" })));
    assert_eq!(run.fails_with("boom", true, None), 1_000);
    assert_eq!(run.fails_with("boom", true, None), 1_000);
    run.fails_with("boom", true, None);
    run.expect(Status::Failed, &[]);
    assert_eq!(run.execution.error.clone().unwrap().code, "boom");
}

#[test]
fn an_attempt_that_no_runner_begins_in_that_time_is_not_begun() {
    let mut run = run(with(json!({ "max_attempts": 100, "within": "2500ms" })));
    run.fails_with("boom", true, None);
    run.now = run.execution.next_tick().unwrap();
    run.apply(Command::Tick).unwrap();
    run.expect(Status::Failed, &[]);
    let error = run.execution.error.clone().unwrap();
    assert_eq!(error.code, "retries_expired");
}

#[test]
fn who_asks_to_be_left_alone_for_a_while_is() {
    let mut patient = run(fixed());
    let asked = Some(Millis(20_000));
    assert_eq!(patient.fails_with("http_429", true, asked), 20_000);
    let mut bounded = run(with(json!({ "max_delay": "5s" })));
    assert_eq!(bounded.fails_with("http_429", true, asked), 5_000);
}

#[test]
fn a_ready_step_that_no_runner_begins_in_time_fails_for_good() {
    let nodes = json!([
        { "id": "a", "kind": "test.act", "queue_timeout": "10s", "on_error": "edge" },
        { "id": "b", "kind": "test.act" }
    ]);
    let mut run = Run::new(plan(nodes.clone(), &["a.error -> b"]));
    run.check_stored();
    run.now = run.execution.next_tick().unwrap();
    run.apply(Command::Tick).unwrap();
    run.check_stored();
    run.expect(
        Status::Running,
        &[("a", StepStatus::Failed), ("b", StepStatus::Ready)],
    );
    assert_eq!(run.records[0].error.clone().unwrap().code, "queue_timeout");

    // Once it runs it has all the time it wants, and a pause does not count.
    let mut run = Run::new(plan(nodes, &["a.error -> b"]));
    let reason = String::new();
    run.apply(Command::Pause { reason }).unwrap();
    run.sleep(60_000);
    let reason = String::new();
    run.apply(Command::Resume { reason }).unwrap();
    run.expect(Status::Queued, &[("a", StepStatus::Ready)]);
    run.sleep(9_000);
    run.take("a").unwrap();
    assert_eq!(run.execution.next_tick(), None);
    run.sleep(60_000);
    run.expect(Status::Running, &[("a", StepStatus::Running)]);
}

#[test]
fn nonsense_is_refused_where_it_stands() {
    for (fields, words) in [
        (json!({ "retry": { "max_attempts": 0 } }), "from 1 to 1000"),
        (
            json!({ "retry": { "classes": [{ "errors": [] }] } }),
            "never used",
        ),
        (
            json!({ "retry": { "never": ["http_4*"], "classes": [{ "errors": ["http_404"] }] } }),
            "never gets here",
        ),
        (
            json!({ "retry": { "max_attempts": 3, "delay": "1m", "within": "1s" } }),
            "no second attempt could begin",
        ),
        (
            json!({ "retry": { "never": ["a b"] } }),
            "is not an error code",
        ),
        (json!({ "queue_timeout": "0s" }), "longer than nothing"),
    ] {
        let mut node = json!({ "id": "a", "kind": "test.act" });
        node.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        let document = json!({ "lathe": 1, "name": "test", "nodes": [node] });
        let document = parse::from_value(document).unwrap();
        let problems = compile(document, &catalog()).map(drop).unwrap_err();
        assert!(problems.to_string().contains(words), "{fields}: {problems}");
    }
}
