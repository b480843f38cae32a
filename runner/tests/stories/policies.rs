//! What a node's policies come to at a runner: signs of life, progress, cached results, retries with real pauses.

use engine::execution::Status;
use engine::ports::bus::{Notice, Topic};
use futures::StreamExt;
use serde_json::json;
use uuid::Uuid;

use crate::house::{House, succeeded};

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_gives_no_sign_of_life_is_stopped() {
    let house = House::open().await;
    let nodes = json!([{ "id": "hangs", "kind": "test.gate", "heartbeat": "100ms" }]);
    let workflow = house.workflow("silent", nodes, &[], json!({})).await;
    let (_, result) = house.run(&workflow, json!({})).await;
    assert_eq!(result.status, Status::Failed);
    assert_eq!(result.error.unwrap().code, "no_heartbeat");
    // It was told to stop before it was given up.
    house.stage.began("cancelled", 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_recorded_before_the_next_step_begins() {
    let house = House::open().await;
    for (checkpoint, commits) in [(false, 1), (true, 4)] {
        let node = |id: &str| {
            let mut node = json!({ "id": id, "kind": "test.pure", "with": { "x": 1 } });
            if checkpoint {
                node["checkpoint"] = json!(true);
            }
            node
        };
        let nodes = json!([node("a"), node("b"), node("c")]);
        let name = format!("checkpoint_{checkpoint}");
        let edges = ["a -> b", "b -> c"];
        let workflow = house.workflow(&name, nodes, &edges, json!({})).await;
        let (id, result) = house.run(&workflow, json!({})).await;
        succeeded(&result);
        let seen = house.ports.executions.glimpse(&[id]).await.unwrap();
        assert_eq!(seen[0].version, commits);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_reports_goes_on_and_is_heard() {
    let house = House::open().await;
    let nodes = json!([{ "id": "works", "kind": "test.reports", "heartbeat": "5s" }]);
    let workflow = house.workflow("heard", nodes, &[], json!({})).await;
    let id = Uuid::now_v7();
    let mut news = house
        .ports
        .bus
        .subscribe(Topic::Execution(id))
        .await
        .unwrap();
    let end = house.end_of(id).await;
    let launched = house.launch_as(id, &workflow, json!({}), None, false).await;
    launched.unwrap();
    let progress = loop {
        match news.next().await {
            Some(Notice::Progress { progress, .. }) => break progress,
            Some(_) => {}
            None => panic!("nothing was told"),
        }
    };
    assert_eq!((&*progress.step, progress.attempt), ("works", 1));
    assert_eq!((progress.fraction, &*progress.message), (Some(0.5), "half"));
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_shared_within_a_run_or_by_all() {
    let house = House::open().await;
    for (scope, expected) in [("run", 2), ("global", 1)] {
        let step = format!("each[0].{scope}");
        let body = json!({ "nodes": [{
            "id": scope, "kind": "test.act", "with": { "x": 7, "scope": scope },
            "cache": { "scope": scope, "ttl": "1h" }
        }] });
        let nodes = json!([{
            "id": "each", "kind": "flow.for_each", "with": { "items": [1, 2, 3] }, "body": body
        }]);
        let workflow = house.workflow(scope, nodes, &[], json!({})).await;
        for _ in 0..2 {
            let (id, result) = house.run(&workflow, json!({})).await;
            assert_eq!(succeeded(&result).as_array().unwrap().len(), 3);
            let steps = house.steps(id).await;
            let last = format!("each[2].{scope}");
            let last = steps.iter().find(|step| step.path == last).unwrap();
            let reason = last.reason.as_deref().unwrap();
            assert!(reason.starts_with("from cache"), "{reason}");
        }
        let others = (1..3).map(|turn| house.stage.times(&format!("each[{turn}].{scope}")));
        assert_eq!(others.sum::<u32>(), 0);
        assert_eq!(house.stage.times(&step), expected, "{scope}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cached_result_grows_too_old_and_depends_on_its_key() {
    let house = House::open().await;
    let old =
        json!([{ "id": "a", "kind": "test.act", "with": { "x": 1 }, "cache": { "ttl": "1ms" } }]);
    let workflow = house.workflow("old", old, &[], json!({})).await;
    house.run(&workflow, json!({})).await;
    let (id, _) = house.run(&workflow, json!({})).await;
    let reason = house.steps(id).await[0].reason.clone().unwrap();
    // It is too old, or was removed for that already.
    let ran = ["is older than 1ms", "there is no earlier result"];
    assert!(ran.iter().any(|words| reason.contains(words)), "{reason}");
    assert_eq!(house.stage.times("a"), 2);

    let keyed = json!([{
        "id": "b", "kind": "test.act", "with": { "x": 1 }, "cache": { "key": "${ inputs.version }" }
    }]);
    let more = json!({ "inputs": { "version": { "type": "integer" } } });
    let workflow = house.workflow("keyed", keyed, &[], more).await;
    for version in [1, 1, 2] {
        house.run(&workflow, json!({ "version": version })).await;
    }
    assert_eq!(house.stage.times("b"), 2);
}
