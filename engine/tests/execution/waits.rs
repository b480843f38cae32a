//! Steps that wait: for a time, and for an execution that they called.

use engine::execution::{Command, Illegal, Status, StepStatus};
use engine::node::ErrorValue;
use serde_json::json;
use uuid::Uuid;

use crate::graphs::{Run, plan};

#[test]
fn a_wait_holds_nothing_and_ends_by_itself() {
    let mut run = Run::new(plan(json!([{"id": "a", "kind": "test.pure"}]), &[]));
    let until = run.now + chrono::TimeDelta::days(3);
    let (output, ran) = (json!({"waited": true}), run.ran());
    run.apply(Command::Wait {
        step: 0,
        attempt: 1,
        until,
        output,
        input: None,
        ran,
    })
    .unwrap();
    assert_eq!(run.execution.next_tick(), Some(until));
    run.expect(Status::Running, &[("a", StepStatus::Waiting)]);
    run.sleep(3 * 86_400_000);
    run.expect(Status::Succeeded, &[("a", StepStatus::Succeeded)]);
    assert_eq!(
        *run.execution.output.clone().unwrap(),
        json!({"waited": true})
    );
}

#[test]
fn a_call_takes_the_result_of_the_execution_that_it_called_and_of_no_other() {
    let child = Uuid::from_u128(99);
    let called = || {
        let mut run = Run::new(plan(json!([{"id": "a", "kind": "test.pure"}]), &[]));
        let ran = run.ran();
        run.apply(Command::Call {
            step: 0,
            attempt: 1,
            child,
            input: None,
            ran,
        })
        .unwrap();
        run
    };
    let ended = |child, status, output, error| Command::ChildEnded {
        step: 0,
        child,
        status,
        output,
        error,
    };

    let mut run = called();
    let stranger = Uuid::from_u128(98);
    let refused = run.apply(ended(stranger, Status::Succeeded, None, None));
    assert_eq!(
        refused,
        Err(Illegal::NotItsChild {
            step: 0,
            child: stranger
        })
    );
    run.apply(ended(child, Status::Succeeded, Some(json!(42)), None))
        .unwrap();
    run.expect(Status::Succeeded, &[]);
    assert_eq!(*run.execution.output.clone().unwrap(), json!(42));

    let mut run = called();
    run.apply(ended(
        child,
        Status::Failed,
        None,
        Some(ErrorValue::new("boom", "it broke")),
    ))
    .unwrap();
    run.expect(Status::Failed, &[("a", StepStatus::Failed)]);

    let mut run = called();
    let effects = run
        .apply(Command::Cancel {
            reason: "enough".to_owned(),
        })
        .unwrap();
    assert_eq!(effects.orphans, [child]);
    run.expect(Status::Cancelled, &[("a", StepStatus::Cancelled)]);
}
