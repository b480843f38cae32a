//! Runners that stop, die, or are late; a queue that forgets.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use engine::ports::PortResult;
use engine::ports::runners::{RunnerInfo, RunnerRegistry};
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
    let nobody = Uuid::now_v7();
    let dead = house.store.bury(Duration::ZERO, nobody).await.unwrap();
    assert_eq!(dead.len(), 1);
    house.stage.began("gate", 2).await;
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
    let steps = house.steps(launched.id).await;
    // It lives after all: whichever sees first what the step has come to says so, it or the sweeper.
    let code = &*steps[0].error.as_ref().unwrap().code;
    assert!(["runner_lost", "handed_back"].contains(&code), "{code}");
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
    house.ports.queue = Arc::new(store::queue::MemoryQueue::new());
    let launch = engine::ports::launcher::Launch {
        id: Uuid::now_v7(),
        definition: workflow,
        inputs: json!({}),
        trigger: "test".to_owned(),
        started_by: None,
        idempotency_key: None,
        options: Default::default(),
        again: None,
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
    for (mood, code) in [
        (Mood::Refuses, "handed_back"),
        (Mood::Panics, "runner_lost"),
    ] {
        let (house, moody) = moody_house().await;
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
        assert_eq!(steps[0].error.as_ref().unwrap().code, code);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fenced_runner_lets_go_of_its_steps_even_while_it_waits_for_the_database() {
    let (house, moody) = moody_house().await;
    let nodes = json!([{"id": "one", "kind": "test.gate"}, {"id": "two", "kind": "test.gate"}]);
    let workflow = house.workflow("deep", nodes, &[], json!({})).await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("one", 1).await;
    house.stage.began("two", 1).await;
    let end = house.end_of(launched.id).await;
    // One of the two has a result, which is on its way to the database for ever.
    moody.next(Mood::Hangs);
    house.stage.gate.add_permits(1);
    moody.hangs().await;
    let nobody = Uuid::now_v7();
    let buried = house.store.bury(Duration::ZERO, nobody).await;
    assert_eq!(buried.unwrap().len(), 1);
    house.stage.began("one", 2).await;
    house.stage.began("two", 2).await;
    house.stage.gate.add_permits(2);
    succeeded(&end.await);
}

async fn moody_house() -> (House, Arc<MoodyStore>) {
    let mut house = House::without_runner().await;
    let moody = MoodyStore::new(house.ports.executions.clone());
    house.ports.executions = moody.clone();
    house.runner = Some(house.start_runner("one").await);
    (house, moody)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_has_all_its_consequences() {
    let (house, moody) = moody_house().await;
    let nodes = json!([{"id": "a", "kind": "test.act"}, {"id": "b", "kind": "test.act"}]);
    let workflow = house
        .workflow("unheard", nodes, &["a -> b"], json!({}))
        .await;
    // Acceptance with the taking of `a`, the taking of `b`, the end: whichever answer is lost, the caller
    // hears the result and every step runs once.
    for lost in 0..3 {
        moody.later(lost, Mood::LosesAnswer);
        let (id, result) = house.run(&workflow, json!({})).await;
        succeeded(&result);
        assert_eq!(house.steps(id).await.len(), 2, "{lost}");
        assert!(moody.is_well(), "the answer was lost");
    }
    assert_eq!((house.stage.times("a"), house.stage.times("b")), (3, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_with_a_key_whose_answer_is_lost_is_no_duplicate_of_itself() {
    let (house, moody) = moody_house().await;
    let nodes = json!([{"id": "a", "kind": "test.act"}]);
    let workflow = house.workflow("keyed", nodes, &[], json!({})).await;
    moody.next(Mood::LosesAnswer);
    let id = Uuid::now_v7();
    let end = house.end_of(id).await;
    let launched = house.launch_as(id, &workflow, json!({}), Some("key"), true);
    let launched = launched.await.unwrap();
    assert!(moody.is_well(), "the answer was lost");
    assert_eq!((launched.id, launched.existing), (id, false));
    succeeded(&end.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runner_that_stops_accepts_an_end_that_it_did_not_hear_of() {
    let (mut house, moody) = moody_house().await;
    let nodes = json!([{"id": "gate", "kind": "test.gate"}]);
    let workflow = house.workflow("deaf", nodes, &[], json!({})).await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("gate", 1).await;
    // Cancelled from elsewhere, over a bus that this runner does not hear.
    let mut elsewhere = house.ports.clone();
    elsewhere.bus = Arc::new(store::bus::MemoryBus::new());
    let launcher = runner::RemoteLauncher::new(elsewhere, house.options("api"));
    engine::ports::launcher::Launcher::cancel(&launcher, launched.id, "no longer wanted")
        .await
        .unwrap();
    house.runner.take().unwrap().stop().await;
    assert!(moody.commits() < 10, "{} commits", moody.commits());
    let record = house.record(launched.id).await;
    assert_eq!(record.summary.status, engine::execution::Status::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stopped_runner_could_not_hand_back_is_taken_over() {
    let (mut house, moody) = moody_house().await;
    let nodes = json!([{"id": "gate", "kind": "test.gate"}]);
    let workflow = house.workflow("left", nodes, &[], json!({})).await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("gate", 1).await;
    let end = house.end_of(launched.id).await;
    moody.next(Mood::Refuses);
    house.runner.take().unwrap().stop().await;
    house.runner = Some(house.start_runner("two").await);
    house.stage.began("gate", 2).await;
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
}

#[test]
fn what_a_dead_runner_held_of_a_shared_execution_goes_to_the_other_one() {
    // Runners on runtimes of their own, so that one of them can die at once and altogether.
    let main = tokio::runtime::Runtime::new().unwrap();
    let doomed = tokio::runtime::Runtime::new().unwrap();
    main.block_on(async {
        let mut house = House::without_runner().await;
        let mut options = house.options("one");
        options.max_steps = 1;
        let one = runner::Runner::start(house.ports.clone(), options.clone());
        house.runner = Some(one.await.unwrap());
        let nodes =
            json!([{"id": "first", "kind": "test.gate"}, {"id": "second", "kind": "test.gate"}]);
        let workflow = house.workflow("shared", nodes, &[], json!({})).await;
        let launched = house.launch(&workflow, json!({})).await.unwrap();
        house.stage.began("first", 1).await;
        let end = house.end_of(launched.id).await;
        options.name = "two".to_owned();
        let two = doomed.spawn(runner::Runner::start(house.ports.clone(), options));
        let two = two.await.unwrap().unwrap();
        house.stage.began("second", 1).await;
        doomed.shutdown_background();
        std::mem::forget(two);
        // The first runner has room for one step, so `first` must end before it can take `second` again.
        house.stage.gate.add_permits(1);
        house.stage.began("second", 2).await;
        house.stage.gate.add_permits(1);
        succeeded(&end.await);
        assert_eq!(house.stage.times("first"), 1);
    });
}

/// A registry in which a beat panics, once that is wished for.
struct Heartless {
    inner: Arc<dyn RunnerRegistry>,
    panics: AtomicBool,
}

#[async_trait]
impl RunnerRegistry for Heartless {
    async fn register(&self, id: Uuid, name: &str) -> PortResult<()> {
        self.inner.register(id, name).await
    }

    async fn beat(&self, id: Uuid) -> PortResult<bool> {
        assert!(!self.panics.load(Ordering::SeqCst), "on purpose");
        self.inner.beat(id).await
    }

    async fn bury(&self, lease: Duration, undertaker: Uuid) -> PortResult<Vec<Uuid>> {
        self.inner.bury(lease, undertaker).await
    }

    async fn forget(&self, id: Uuid) -> PortResult<()> {
        self.inner.forget(id).await
    }

    async fn alive(&self) -> PortResult<Vec<RunnerInfo>> {
        self.inner.alive().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runner_whose_heart_beat_panics_lets_go_and_the_process_hears_of_it() {
    let mut house = House::without_runner().await;
    let heartless = Arc::new(Heartless {
        inner: Arc::clone(&house.ports.runners),
        panics: AtomicBool::new(false),
    });
    let mut ports = house.ports.clone();
    ports.runners = heartless.clone();
    let mut options = house.options("one");
    // Whoever waited for the step to end would wait for ever.
    options.drain = Duration::from_secs(3_600);
    let one = runner::Runner::start(ports, options).await.unwrap();
    house.runner = Some(one);
    let nodes = json!([{"id": "gate", "kind": "test.gate"}]);
    let workflow = house.workflow("heartless", nodes, &[], json!({})).await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("gate", 1).await;
    let end = house.end_of(launched.id).await;
    heartless.panics.store(true, Ordering::SeqCst);
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, vital::lost()).await.unwrap();
    let stopped = house.runner.take().unwrap().stop();
    tokio::time::timeout(patience, stopped).await.unwrap();
    let two = house.start_runner("two").await;
    house.stage.began("gate", 2).await;
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
    two.stop().await;
}
