//! Limits per workflow and per key: who begins when, who does not at all, and what follows from an end.

use std::sync::Arc;

use engine::execution::Status;
use engine::ports::definitions::Definition;
use engine::ports::executions::{ExecutionResult, ExecutionStore};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, succeeded};

async fn gated(house: &House, name: &str, settings: Value) -> Arc<Definition> {
    let nodes =
        json!([{ "id": "gate", "kind": "test.gate", "with": { "key": "${ inputs.key }" } }]);
    let more = json!({
        "settings": settings,
        "inputs": { "key": { "type": "string", "default": "a" } }
    });
    house.workflow(name, nodes, &[], more).await
}

async fn launch(house: &House, workflow: &Arc<Definition>, key: &str) -> Uuid {
    let launched = house.launch(workflow, json!({ "key": key })).await;
    launched.unwrap().id
}

fn code(result: &ExecutionResult) -> &str {
    &result.error.as_ref().unwrap().code
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_runs_of_a_key_are_under_way_than_its_limit() {
    let house = House::open().await;
    let settings = json!({ "concurrency": { "limit": 1, "key": "${ inputs.key }" } });
    let workflow = gated(&house, "limited", settings).await;
    let first = launch(&house, &workflow, "a").await;
    let second = launch(&house, &workflow, "a").await;
    let other = launch(&house, &workflow, "b").await;
    let ends = (
        house.end_of(first).await,
        house.end_of(second).await,
        house.end_of(other).await,
    );
    house.stage.began("gate", 2).await;
    assert_eq!(house.record(second).await.summary.status, Status::Queued);
    house.stage.gate.add_permits(2);
    succeeded(&ends.0.await);
    succeeded(&ends.2.await);
    house.stage.began("gate", 3).await;
    house.stage.gate.add_permits(1);
    succeeded(&ends.1.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_given_on_though_nobody_said_that_it_is_free() {
    let mut house = House::open().await;
    let settings = json!({ "concurrency": { "limit": 1 } });
    let workflow = gated(&house, "limited", settings).await;
    let first = launch(&house, &workflow, "a").await;
    let second = launch(&house, &workflow, "a").await;
    house.stage.began("gate", 1).await;
    // The runner dies; another one takes over what it held, and lets the second in after that.
    drop(house.runner.take());
    let ends = (house.end_of(first).await, house.end_of(second).await);
    house.runner = Some(house.start_runner("two").await);
    house.stage.gate.add_permits(2);
    succeeded(&ends.0.await);
    succeeded(&ends.1.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_run_is_dropped_or_takes_the_place_of_the_oldest() {
    let house = House::open().await;
    let settings = json!({ "concurrency": { "limit": 1, "strategy": "drop_new" } });
    let single = gated(&house, "single", settings).await;
    let first = launch(&house, &single, "a").await;
    let second = launch(&house, &single, "a").await;
    let dropped = house.end_of(second).await.await;
    assert_eq!(
        (dropped.status, code(&dropped)),
        (Status::Cancelled, "concurrency_limit")
    );
    house.stage.gate.add_permits(1);
    succeeded(&house.end_of(first).await.await);

    let settings = json!({ "concurrency": { "limit": 1, "strategy": "cancel_old" } });
    let newest = gated(&house, "newest", settings).await;
    let first = launch(&house, &newest, "a").await;
    house.stage.began("gate", 2).await;
    let second = launch(&house, &newest, "a").await;
    let old = house.end_of(first).await.await;
    assert_eq!(old.status, Status::Cancelled);
    house.stage.began("gate", 3).await;
    house.stage.gate.add_permits(1);
    succeeded(&house.end_of(second).await.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_are_spread_and_bursts_come_to_one() {
    let house = House::open().await;
    house.stage.gate.add_permits(100);
    let paced = gated(
        &house,
        "paced",
        json!({ "rate": { "limit": 2, "per": "1s" } }),
    )
    .await;
    let mut began = Vec::new();
    for _ in 0..3 {
        began.push(launch(&house, &paced, "a").await);
    }
    for id in &began {
        succeeded(&house.end_of(*id).await.await);
    }
    let times = [
        house.record(began[0]).await.summary.started_at.unwrap(),
        house.record(began[2]).await.summary.started_at.unwrap(),
    ];
    assert!((times[1] - times[0]).num_milliseconds() >= 900, "{times:?}");

    let calm = gated(&house, "calm", json!({ "debounce": { "delay": "300ms" } })).await;
    let mut burst = Vec::new();
    for _ in 0..3 {
        burst.push(launch(&house, &calm, "a").await);
    }
    for id in &burst[..2] {
        let replaced = house.end_of(*id).await.await;
        assert_eq!(
            (replaced.status, code(&replaced)),
            (Status::Cancelled, "debounced")
        );
    }
    succeeded(&house.end_of(burst[2]).await.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_called_run_waits_for_its_turn_too() {
    let house = House::open().await;
    gated(&house, "inner", json!({ "concurrency": { "limit": 1 } })).await;
    let call = |id: &str| json!({ "id": id, "kind": "flow.call", "with": { "workflow": "inner", "inputs": {} } });
    let outer = house
        .workflow("outer", json!([call("one"), call("two")]), &[], json!({}))
        .await;
    let launched = house.launch(&outer, json!({})).await.unwrap();
    let end = house.end_of(launched.id).await;
    house.stage.began("gate", 1).await;
    house.stage.gate.add_permits(1);
    house.stage.began("gate", 2).await;
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn higher_priority_goes_first() {
    let house = House::open().await;
    let settings = json!({
        "concurrency": { "limit": 1 },
        "priority": "${ if inputs.key == \"urgent\" { 10 } else { 0 } }"
    });
    let workflow = gated(&house, "ranked", settings).await;
    let first = launch(&house, &workflow, "a").await;
    house.stage.began("gate", 1).await;
    let low = launch(&house, &workflow, "b").await;
    let high = launch(&house, &workflow, "urgent").await;
    let ends = (house.end_of(high).await, house.end_of(low).await);
    house.stage.gate.add_permits(2);
    succeeded(&house.end_of(first).await.await);
    succeeded(&ends.0.await);
    assert!(!house.record(low).await.summary.status.is_terminal());
    house.stage.gate.add_permits(1);
    succeeded(&ends.1.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_run_is_told_to_the_error_workflow_once() {
    let house = House::open().await;
    let inputs = json!({ "inputs": { "run": { "type": "object" } } });
    let told = json!([{ "id": "told", "kind": "test.flaky", "with": { "failures": 99, "of": "${ inputs.run.id }" } }]);
    // It fails itself, and names itself: that must not go on for ever.
    let mut more = inputs.clone();
    more["settings"] = json!({ "on_failure": { "workflow": "alarm" } });
    house.workflow("alarm", told, &[], more).await;
    let breaks = json!([{ "id": "breaks", "kind": "test.flaky", "with": { "failures": 99 } }]);
    let more = json!({ "settings": { "on_failure": { "workflow": "alarm" } } });
    let workflow = house.workflow("breaks", breaks, &[], more).await;
    let (_, result) = house.run(&workflow, json!({})).await;
    assert_eq!(result.status, Status::Failed);
    house.stage.began("told", 1).await;
    let list = house
        .store
        .list_executions(
            store::Scope::System,
            &Default::default(),
            &store::Paging::first(10),
        )
        .await
        .unwrap();
    let alarm = list
        .items
        .iter()
        .find(|run| run.workflow_name == "alarm")
        .unwrap();
    assert_eq!(alarm.trigger, "failure");
    assert_eq!(house.end_of(alarm.id).await.await.status, Status::Failed);
    assert_eq!(house.stage.times("told"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_can_be_used_again_after_its_window() {
    let house = House::open().await;
    house.stage.gate.add_permits(100);
    let settings = json!({ "idempotency": { "key": "${ inputs.key }", "window": "1h" } });
    let hour = gated(&house, "hour", settings).await;
    let first = house.launch(&hour, json!({ "key": "a" })).await.unwrap();
    let again = house.launch(&hour, json!({ "key": "a" })).await.unwrap();
    assert_eq!((again.id, again.existing), (first.id, true));
    assert!(
        !house
            .launch(&hour, json!({ "key": "b" }))
            .await
            .unwrap()
            .existing
    );

    let settings = json!({ "idempotency": { "key": "${ inputs.key }", "window": "1ms" } });
    let short = gated(&house, "short", settings).await;
    let first = house.launch(&short, json!({ "key": "a" })).await.unwrap();
    succeeded(&house.end_of(first.id).await.await);
    let again = house.launch(&short, json!({ "key": "a" })).await.unwrap();
    assert_ne!(again.id, first.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_are_deleted_when_their_time_is_over() {
    let house = House::open().await;
    house.stage.gate.add_permits(100);
    let settings = json!({ "retention": { "keep": "1ms", "failed": "1d" } });
    let workflow = gated(&house, "forgotten", settings).await;
    let (id, _) = house.run(&workflow, json!({})).await;
    let folder = house.folder.path().join("runs").join(id.to_string());
    tokio::fs::create_dir_all(&folder).await.unwrap();
    // The runner sweeps by itself; this asks the store until it has.
    tokio::time::timeout(std::time::Duration::from_secs(30), async {
        while house
            .store
            .execution(store::Scope::System, id)
            .await
            .unwrap()
            .is_some()
            || folder.exists()
        {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert!(house.steps(id).await.is_empty());
    assert!(house.store.load(id).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_run_can_be_cancelled_and_its_settings_refuse_bad_inputs() {
    let house = House::open().await;
    let settings = json!({
        "concurrency": { "limit": 1 },
        "priority": "${ inputs.key.len() * 100 }"
    });
    let workflow = gated(&house, "held", settings).await;
    let refused = house.launch(&workflow, json!({ "key": "long" })).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("`priority`"), "{refused}");
    launch(&house, &workflow, "a").await;
    let second = launch(&house, &workflow, "b").await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    launcher.cancel(second, "not needed").await.unwrap();
    assert_eq!(house.end_of(second).await.await.status, Status::Cancelled);
    house.stage.gate.add_permits(1);
}
