//! Runs from beginning to end.

use engine::execution::{Status, StepStatus};
use engine::ports::launcher::LaunchError;
use serde_json::json;
use store::{ExecutionFilter, Paging, Scope};
use uuid::Uuid;

use crate::house::{House, succeeded};

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_pure_steps_is_accepted_run_and_recorded_in_one_commit() {
    let house = House::open().await;
    let nodes = json!([
        {"id": "a", "kind": "test.pure", "with": {"x": "${ inputs.n + 1 }"}},
        {"id": "b", "kind": "script.run", "with": {"script": "nodes.a.output.x * 2"}},
        {"id": "c", "kind": "test.pure", "when": "${ nodes.b.output.script > 100 }"}
    ]);
    let more =
        json!({"inputs": {"n": {"type": "integer"}}, "output": "${ nodes.b.output.script }"});
    let workflow = house.workflow("chain", nodes, &["a -> b -> c"], more).await;
    let (id, result) = house.run(&workflow, json!({"n": 20})).await;
    assert_eq!(*succeeded(&result), json!(42));
    let record = house.record(id).await;
    assert_eq!(record.version, 1, "one commit");
    let steps = house.steps(id).await;
    assert_eq!(steps.len(), 3);
    assert_eq!(steps[0].input.clone().unwrap(), json!({"x": 21}));
    assert_eq!(steps[2].status, StepStatus::Skipped);
    assert!(steps[2].reason.is_some(), "it says why");
}

#[tokio::test(flavor = "multi_thread")]
async fn inputs_that_do_not_fit_are_refused_and_nothing_is_recorded() {
    let house = House::open().await;
    let more = json!({"inputs": {"n": {"type": "integer"}}});
    let workflow = house
        .workflow(
            "picky",
            json!([{"id": "a", "kind": "test.pure"}]),
            &[],
            more,
        )
        .await;
    let refused = house.launch(&workflow, json!({"n": "many", "m": 1})).await;
    let Err(LaunchError::Invalid(problems)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(problems.0.len(), 2, "{problems}");
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_side_by_side_run_at_the_same_time_and_are_joined() {
    let house = House::open().await;
    let nodes = json!([
        {"id": "a", "kind": "test.gate"}, {"id": "b", "kind": "test.gate"}, {"id": "end", "kind": "test.act"}
    ]);
    let workflow = house
        .workflow("fan", nodes, &["a -> end", "b -> end"], json!({}))
        .await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    let end = house.end_of(launched.id).await;
    house.stage.began("a", 1).await;
    house.stage.began("b", 1).await;
    house.stage.gate.add_permits(2);
    succeeded(&end.await);
    assert_eq!(house.stage.times("end"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flaky_step_is_tried_again_with_the_same_key() {
    let house = House::open().await;
    let nodes = json!([{
        "id": "a", "kind": "test.flaky", "with": {"failures": 2},
        "retry": {"max_attempts": 3, "delay": "10ms"}
    }]);
    let workflow = house.workflow("flaky", nodes, &[], json!({})).await;
    let (id, result) = house.run(&workflow, json!({})).await;
    assert_eq!(*succeeded(&result), json!({"attempt": 3}));
    let steps = house.steps(id).await;
    let ends: Vec<_> = steps
        .iter()
        .map(|step| (step.attempt, step.status))
        .collect();
    assert_eq!(
        ends,
        [
            (1, StepStatus::Failed),
            (2, StepStatus::Failed),
            (3, StepStatus::Succeeded)
        ]
    );
    let keys = house.stage.keys.lock().unwrap().clone();
    assert!(keys.iter().all(|key| *key == format!("{id}:a")), "{keys:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_takes_too_long_or_panics_fails_its_run_alone() {
    let house = House::open().await;
    let slow = json!([{"id": "a", "kind": "test.gate", "timeout": "20ms"}]);
    let slow = house.workflow("slow", slow, &[], json!({})).await;
    let (_, result) = house.run(&slow, json!({})).await;
    assert_eq!(result.error.unwrap().code, "timeout");
    house.stage.began("cancelled", 1).await;
    for (name, kind) in [("bad", "test.panic"), ("worse", "test.pure_panic")] {
        let nodes = json!([{"id": "a", "kind": kind}]);
        let bad = house.workflow(name, nodes, &[], json!({})).await;
        let (_, result) = house.run(&bad, json!({})).await;
        assert_eq!(result.error.unwrap().code, "node_panicked");
    }
    let good = house
        .workflow(
            "good",
            json!([{"id": "a", "kind": "test.act"}]),
            &[],
            json!({}),
        )
        .await;
    succeeded(&house.run(&good, json!({})).await.1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_ends_by_itself() {
    let house = House::open().await;
    let nodes = json!([
        {"id": "pause", "kind": "flow.wait", "with": {"millis": 30}}, {"id": "after", "kind": "test.act"}
    ]);
    let workflow = house
        .workflow("wait", nodes, &["pause -> after"], json!({}))
        .await;
    succeeded(&house.run(&workflow, json!({})).await.1);
    assert_eq!(house.stage.times("after"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_gives_the_output_of_the_workflow_that_it_calls() {
    let house = House::open().await;
    let more = json!({"inputs": {"n": {"type": "integer"}}, "output": "${ inputs.n * 2 }"});
    house
        .workflow(
            "double",
            json!([{"id": "a", "kind": "test.act"}]),
            &[],
            more,
        )
        .await;
    let nodes = json!([{"id": "call", "kind": "flow.call", "with": {"workflow": "double", "inputs": {"n": 21}}}]);
    let caller = house.workflow("caller", nodes, &[], json!({})).await;
    let (id, result) = house.run(&caller, json!({})).await;
    assert_eq!(*succeeded(&result), json!(42));
    assert!(
        house.steps(id).await[0].input.is_some(),
        "the input survives the waiting"
    );

    let nodes =
        json!([{"id": "call", "kind": "flow.call", "with": {"workflow": "nobody", "inputs": {}}}]);
    let lost = house.workflow("lost", nodes, &[], json!({})).await;
    assert_eq!(
        house.run(&lost, json!({})).await.1.error.unwrap().code,
        "unknown_workflow"
    );

    let nodes =
        json!([{"id": "call", "kind": "flow.call", "with": {"workflow": "endless", "inputs": {}}}]);
    let endless = house.workflow("endless", nodes, &[], json!({})).await;
    assert_eq!(
        house.run(&endless, json!({})).await.1.error.unwrap().code,
        "call_too_deep"
    );
    let filter = ExecutionFilter {
        workflow_id: Some(endless.workflow_id),
        ..ExecutionFilter::default()
    };
    let paging = Paging::first(100);
    let begun = house
        .store
        .list_executions(Scope::System, &filter, &paging)
        .await
        .unwrap();
    let statuses: Vec<Status> = begun.items.iter().map(|each| each.status).collect();
    let deepest = engine::execution::MAX_CALL_DEPTH as usize;
    assert_eq!(statuses, vec![Status::Failed; deepest]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_takes_too_long_is_tried_again_and_its_executions_are_cancelled() {
    let house = House::open().await;
    let gate = json!([{"id": "gate", "kind": "test.gate"}]);
    house.workflow("inner", gate, &[], json!({})).await;
    let nodes = json!([{
        "id": "call", "kind": "flow.call", "with": {"workflow": "inner", "inputs": {}},
        "timeout": "300ms", "retry": {"max_attempts": 2, "delay": "1ms"}
    }]);
    let outer = house.workflow("outer", nodes, &[], json!({})).await;
    let (id, result) = house.run(&outer, json!({})).await;
    assert_eq!(result.error.unwrap().code, "timeout");
    assert_eq!(house.steps(id).await.len(), 2);
    house.stage.began("cancelled", 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_stops_what_runs_and_what_was_called() {
    let house = House::open().await;
    house
        .workflow(
            "inner",
            json!([{"id": "gate", "kind": "test.gate"}]),
            &[],
            json!({}),
        )
        .await;
    let nodes =
        json!([{"id": "call", "kind": "flow.call", "with": {"workflow": "inner", "inputs": {}}}]);
    let outer = house.workflow("outer", nodes, &[], json!({})).await;
    let launched = house.launch(&outer, json!({})).await.unwrap();
    let end = house.end_of(launched.id).await;
    house.stage.began("gate", 1).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    launcher.cancel(launched.id, "enough").await.unwrap();
    assert_eq!(end.await.status, Status::Cancelled);
    house.stage.began("cancelled", 1).await;
    assert!(
        launcher.cancel(launched.id, "again").await.is_err(),
        "terminal is final"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_twice_is_one_execution() {
    let house = House::open().await;
    let workflow = house
        .workflow(
            "once",
            json!([{"id": "a", "kind": "test.act"}]),
            &[],
            json!({}),
        )
        .await;
    let first = house
        .launch_as(Uuid::now_v7(), &workflow, json!({}), Some("k"), false)
        .await
        .unwrap();
    let second = house
        .launch_as(Uuid::now_v7(), &workflow, json!({}), Some("k"), false)
        .await
        .unwrap();
    assert_eq!((second.id, second.existing), (first.id, true));
    house.end_of(first.id).await.await;
    assert_eq!(house.stage.times("a"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cached_step_runs_again_only_when_its_parameters_change_and_says_why() {
    let house = House::open().await;
    let nodes =
        json!([{"id": "a", "kind": "test.act", "with": {"x": "${ inputs.x }"}, "cache": {}}]);
    let more = json!({"inputs": {"x": {"type": "integer"}}});
    let workflow = house.workflow("cached", nodes, &[], more).await;
    let mut reasons = Vec::new();
    for x in [1, 1, 2] {
        let (id, result) = house.run(&workflow, json!({"x": x})).await;
        assert_eq!(*succeeded(&result), json!({"x": x}));
        reasons.push(house.steps(id).await[0].reason.clone().unwrap());
    }
    assert_eq!(house.stage.times("a"), 2);
    assert_eq!(reasons[0], "ran: there is no earlier result");
    assert!(reasons[1].starts_with("from cache"), "{}", reasons[1]);
    assert!(reasons[2].starts_with("ran: `x` changed"), "{}", reasons[2]);
}
