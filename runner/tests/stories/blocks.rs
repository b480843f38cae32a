//! Blocks on a real store: what is stored of a loop carries it over a runner's death.
use engine::execution::Status;
use serde_json::{Value, json};

use crate::faults::{Mood, MoodyStore};
use crate::house::{House, succeeded};

fn loop_over(items: Value, body: Value) -> Value {
    json!([{
        "id": "each", "kind": "flow.for_each", "with": { "items": items, "parallelism": 2 },
        "body": { "nodes": body }
    }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_goes_on_where_a_runner_that_stopped_left_it() {
    let mut house = House::open().await;
    let body = json!([{ "id": "gate", "kind": "test.gate", "with": { "item": "${ item }" } }]);
    let nodes = loop_over(json!(["a", "b", "c"]), body);
    let workflow = house.workflow("loop", nodes, &[], json!({})).await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("each[0].gate", 1).await;
    house.stage.began("each[1].gate", 1).await;
    // One turn is done and the third has begun when the runner is told to stop.
    house.stage.gate.add_permits(1);
    house.stage.began("each[2].gate", 1).await;
    let end = house.end_of(launched.id).await;
    house.runner.take().unwrap().stop().await;
    house.runner = Some(house.start_runner("two").await);
    house.stage.gate.add_permits(2);
    let result = end.await;
    let items: Vec<&Value> = succeeded(&result)
        .as_array()
        .unwrap()
        .iter()
        .map(|output| &output["item"])
        .collect();
    assert_eq!(items, [&json!("a"), &json!("b"), &json!("c")]);
    let begun = (0..3).map(|turn| house.stage.times(&format!("each[{turn}].gate")));
    assert_eq!(
        begun.sum::<u32>(),
        5,
        "the turn that was done did not run again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_commit_of_a_loop_may_lose_its_answer() {
    let mut house = House::without_runner().await;
    let moody = MoodyStore::new(house.ports.executions.clone());
    house.ports.executions = moody.clone();
    house.runner = Some(house.start_runner("one").await);
    let body = json!([{ "id": "act", "kind": "test.act", "with": { "n": "${ item * 2 }" } }]);
    let nodes = loop_over(json!([1, 2, 3]), body);
    let workflow = house.workflow("unheard", nodes, &[], json!({})).await;
    for lost in 0..4 {
        moody.later(lost, Mood::LosesAnswer);
        let (_, result) = house.run(&workflow, json!({})).await;
        let expected = json!([{ "n": 2 }, { "n": 4 }, { "n": 6 }]);
        assert_eq!(*succeeded(&result), expected, "{lost}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_in_a_loop_calls_and_is_cancelled_like_any_other() {
    let house = House::open().await;
    let gate = json!([{ "id": "gate", "kind": "test.gate" }]);
    house.workflow("inner", gate, &[], json!({})).await;
    let body = json!([{ "id": "call", "kind": "flow.call", "with": { "workflow": "inner", "inputs": {} } }]);
    let outer = house
        .workflow("outer", loop_over(json!([1, 2]), body), &[], json!({}))
        .await;
    let (first, second) = (
        house.launch(&outer, json!({})).await.unwrap(),
        house.launch(&outer, json!({})).await.unwrap(),
    );
    house.stage.began("gate", 4).await;
    let (ends, stays) = (house.end_of(first.id).await, house.end_of(second.id).await);
    let launcher = house.runner.as_ref().unwrap().launcher();
    launcher.cancel(first.id, "enough").await.unwrap();
    assert_eq!(ends.await.status, Status::Cancelled);
    house.stage.began("cancelled", 2).await;
    house.stage.gate.add_permits(2);
    succeeded(&stays.await);
}
