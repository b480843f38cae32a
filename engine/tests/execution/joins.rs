//! Branches, joins and dead paths.

use engine::execution::{Illegal, Status, StepStatus};
use serde_json::json;

use crate::graphs::{Run, plan, plan_with};

#[test]
fn steps_in_a_row_run_one_after_the_other() {
    let mut run = Run::new(plan(
        json!([{"id": "a", "kind": "test.act"}, {"id": "b", "kind": "test.act"}]),
        &["a -> b"],
    ));
    assert!(matches!(run.take("b"), Err(Illegal::WrongState { .. })));
    run.run("a");
    run.run("b");
    run.expect(
        Status::Succeeded,
        &[("a", StepStatus::Succeeded), ("b", StepStatus::Succeeded)],
    );
    assert_eq!(*run.execution.output.clone().unwrap(), json!({"by": "b"}));
}

#[test]
fn a_branch_not_taken_dies_and_the_join_waits_for_the_living() {
    let nodes = json!([
        {"id": "choose", "kind": "flow.branch"}, {"id": "yes", "kind": "test.act"}, {"id": "no", "kind": "test.act"},
        {"id": "after_no", "kind": "test.act"}, {"id": "both", "kind": "test.act"}
    ]);
    let edges = [
        "choose.true -> yes -> both",
        "choose.false -> no -> after_no -> both",
    ];
    let mut run = Run::new(plan(nodes, &edges));
    run.run_to("choose", "true");
    run.expect(
        Status::Running,
        &[
            ("yes", StepStatus::Ready),
            ("no", StepStatus::Skipped),
            ("after_no", StepStatus::Skipped),
        ],
    );
    assert_eq!(run.status("both"), StepStatus::Pending);
    run.run("yes");
    run.run("both");
    run.expect(Status::Succeeded, &[("both", StepStatus::Succeeded)]);
}

#[test]
fn a_join_of_any_goes_on_with_the_first() {
    let nodes = json!([
        {"id": "a", "kind": "test.act"}, {"id": "b", "kind": "test.act"},
        {"id": "first", "kind": "flow.join", "with": {"mode": "any"}}, {"id": "end", "kind": "test.act"}
    ]);
    let mut run = Run::new(plan(nodes, &["a -> first -> end", "b -> first"]));
    run.take("a").unwrap();
    run.take("b").unwrap();
    run.done("b", "out").unwrap();
    run.run("first");
    run.run("end");
    run.expect(
        Status::Running,
        &[("a", StepStatus::Running), ("end", StepStatus::Succeeded)],
    );
    run.done("a", "out").unwrap();
    run.expect(Status::Succeeded, &[]);
}

#[test]
fn a_join_of_two_fails_when_only_one_can_arrive() {
    let nodes = json!([
        {"id": "a", "kind": "test.act"}, {"id": "b", "kind": "flow.branch"}, {"id": "other", "kind": "test.act"},
        {"id": "two", "kind": "flow.join", "with": {"mode": 2}}
    ]);
    let mut run = Run::new(plan(
        nodes,
        &["a -> two", "b.true -> two", "b.false -> other"],
    ));
    run.run("a");
    run.run_to("b", "false");
    run.expect(
        Status::Failed,
        &[
            ("two", StepStatus::Failed),
            ("other", StepStatus::Cancelled),
        ],
    );
    assert_eq!(
        run.execution.error.clone().unwrap().code,
        "join_unsatisfied"
    );
}

#[test]
fn no_more_steps_run_at_once_than_the_parallelism_allows() {
    let nodes = json!([{"id": "a", "kind": "test.act"}, {"id": "b", "kind": "test.act"}]);
    let mut run = Run::new(plan_with(nodes, &[], json!({"parallelism": 1})));
    run.take("a").unwrap();
    assert_eq!(run.take("b"), Err(Illegal::Saturated));
    run.done("a", "out").unwrap();
    run.run("b");
    run.expect(Status::Succeeded, &[]);
}
