//! Runners beside each other: what one has no room for, another one does.

use std::time::Duration;

use serde_json::json;

use crate::house::{House, succeeded};

/// The first runner has room for one step, and nothing is found by looking: only what it offers can begin elsewhere.
async fn two_runners() -> (House, runner::Runner) {
    let mut house = House::without_runner().await;
    let mut options = house.options("one");
    options.requeue = Duration::from_secs(60);
    let roomy = options.clone();
    options.max_steps = 1;
    let narrow = runner::Runner::start(house.ports.clone(), options).await;
    house.runner = Some(narrow.unwrap());
    let roomy = runner::Options {
        name: "two".to_owned(),
        ..roomy
    };
    let two = runner::Runner::start(house.ports.clone(), roomy).await;
    (house, two.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_for_its_turn_goes_on_where_there_is_room() {
    let (house, two) = two_runners().await;
    let long = json!([{"id": "long", "kind": "test.gate"}]);
    let long = house.workflow("long", long, &[], json!({})).await;
    let other = json!([{"id": "other", "kind": "test.gate"}]);
    let other = house.workflow("other", other, &[], json!({})).await;
    let first = house.launch(&long, json!({})).await.unwrap();
    house.stage.began("long", 1).await;
    let second = house.launch(&other, json!({})).await.unwrap();
    let (first_ends, second_ends) = (house.end_of(first.id).await, house.end_of(second.id).await);
    house.stage.began("other", 1).await;
    house.stage.gate.add_permits(2);
    succeeded(&first_ends.await);
    succeeded(&second_ends.await);
    let (one, other) = (house.steps(first.id).await, house.steps(second.id).await);
    assert_ne!(one[0].runner, other[0].runner);
    two.stop().await;
}

/// S27: a build that has no place among those of its workspace waits, and neither fails nor holds up what else its run does.
#[tokio::test(flavor = "multi_thread")]
async fn builds_of_a_workspace_wait_for_each_other() {
    let mut house = House::without_runner().await;
    let mut options = house.options("one");
    options.builds_per_workspace = 1;
    let runner = runner::Runner::start(house.ports.clone(), options).await;
    house.runner = Some(runner.unwrap());
    let one = json!([{"id": "one", "kind": "test.builds"}]);
    let one = house.workflow("one", one, &[], json!({})).await;
    let two = json!([{"id": "two", "kind": "test.builds"}, {"id": "beside", "kind": "test.act"}]);
    let two = house.workflow("two", two, &[], json!({})).await;
    let first = house.launch(&one, json!({})).await.unwrap();
    house.stage.began("one", 1).await;
    let second = house.launch(&two, json!({})).await.unwrap();
    let (first_ends, second_ends) = (house.end_of(first.id).await, house.end_of(second.id).await);
    // Both were ready in the same moment, and the build came first.
    house.stage.began("beside", 1).await;
    assert_eq!(house.stage.times("two"), 0);
    house.stage.gate.add_permits(1);
    succeeded(&first_ends.await);
    house.stage.began("two", 1).await;
    house.stage.gate.add_permits(1);
    succeeded(&second_ends.await);
}

/// S27: builds that wait for each other take no place that other runs need, however many there are, and each goes on as soon
/// as it can.
#[tokio::test(flavor = "multi_thread")]
async fn builds_that_wait_keep_nobody_from_a_place() {
    let mut house = House::without_runner().await;
    let mut options = house.options("one");
    options.builds_per_workspace = 1;
    options.max_executions = 2;
    // What is found by looking comes too late for this.
    options.requeue = Duration::from_secs(60);
    let runner = runner::Runner::start(house.ports.clone(), options).await;
    house.runner = Some(runner.unwrap());
    let build = json!([{"id": "build", "kind": "test.builds"}]);
    let build = house.workflow("build", build, &[], json!({})).await;
    let other = json!([{"id": "other", "kind": "test.act"}]);
    let other = house.workflow("other", other, &[], json!({})).await;
    let mut ends = Vec::new();
    for _ in 0..4 {
        let launched = house.launch(&build, json!({})).await.unwrap();
        ends.push(house.end_of(launched.id).await);
    }
    house.stage.began("build", 1).await;
    let (_, ended) = house.run(&other, json!({})).await;
    succeeded(&ended);
    assert_eq!(house.stage.times("build"), 1);
    house.stage.gate.add_permits(4);
    for end in ends {
        succeeded(&end.await);
    }
}
