//! Runners that stop, die, or are late; a queue that forgets.

use engine::ports::runners::RunnerRegistry;
use serde_json::json;
use uuid::Uuid;

use crate::faults::{Mood, MoodyStore};
use crate::house::{House, succeeded};

#[tokio::test(flavor = "multi_thread")]
async fn a_runner_told_to_stop_hands_its_steps_to_another() {
    let mut house = House::open().await;
    let nodes = json!([{"id": "before", "kind": "test.act"}, {"id": "gate", "kind": "test.gate"}]);
    let workflow = house
        .workflow("hand", nodes, &["before -> gate"], json!({}))
        .await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("gate", 1).await;
    let end = house.end_of(launched.id).await;
    house.runner.take().unwrap().stop().await;
    let other = house.start_runner("two").await;
    house.stage.began("gate", 2).await;
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
    assert_eq!(
        house.stage.times("before"),
        1,
        "what was recorded does not run again"
    );
    other.stop().await;
    assert!(house.store.alive().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_of_a_runner_declared_dead_are_taken_over_and_its_late_result_is_refused() {
    let house = House::open().await;
    let workflow = house
        .workflow(
            "late",
            json!([{"id": "gate", "kind": "test.gate"}]),
            &[],
            json!({}),
        )
        .await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("gate", 1).await;
    let end = house.end_of(launched.id).await;
    // As if its heart had stopped for a lease: somebody else declares it dead.
    let dead = house.store.bury(std::time::Duration::ZERO).await.unwrap();
    assert_eq!(dead.len(), 1);
    house.stage.began("gate", 2).await;
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
    let steps = house.steps(launched.id).await;
    assert_eq!(steps[0].error.as_ref().unwrap().code, "runner_lost");
    assert_eq!(steps[1].attempt, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_and_never_offered_is_found() {
    let mut house = House::without_runner().await;
    let workflow = house
        .workflow(
            "found",
            json!([{"id": "a", "kind": "test.act"}]),
            &[],
            json!({}),
        )
        .await;
    // A launcher without a queue to speak of: the ticket is lost with the house's first queue.
    let launcher = runner::RemoteLauncher::new(house.ports.clone(), house.options("api"));
    house.ports.queue = std::sync::Arc::new(store::queue::MemoryQueue::new());
    let launch = engine::ports::launcher::Launch {
        id: Uuid::now_v7(),
        definition: workflow,
        inputs: json!({}),
        trigger: "test".to_owned(),
        idempotency_key: None,
        wait: false,
    };
    let launched = engine::ports::launcher::Launcher::launch(&launcher, launch)
        .await
        .unwrap();
    let end = house.end_of(launched.id).await;
    house.runner = Some(house.start_runner("late").await);
    succeeded(&end.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_living_runner_let_go_is_taken_up_again() {
    for mood in [Mood::Refuses, Mood::Panics] {
        let mut house = House::without_runner().await;
        let moody = MoodyStore::new(house.ports.executions.clone());
        house.ports.executions = moody.clone();
        house.runner = Some(house.start_runner("one").await);
        let nodes = json!([{"id": "gate", "kind": "test.gate"}]);
        let workflow = house.workflow("stray", nodes, &[], json!({})).await;
        let launched = house.launch(&workflow, json!({})).await.unwrap();
        house.stage.began("gate", 1).await;
        let end = house.end_of(launched.id).await;
        // The result of the first attempt can't be recorded, and this runner goes on living.
        moody.next(mood);
        house.stage.gate.add_permits(1);
        house.stage.began("gate", 2).await;
        house.stage.gate.add_permits(1);
        succeeded(&end.await);
        let steps = house.steps(launched.id).await;
        assert_eq!(steps[0].error.as_ref().unwrap().code, "runner_lost");
    }
}
