//! Clean-ups, answers and pauses on a real store: they outlive the runner, and a lost answer of the database.

use engine::execution::{Answer, Status};
use engine::ports::executions::{ExecutionStore, WaitFilter};
use engine::ports::launcher::{Change, Launcher};
use serde_json::{Value, json};
use store::FIRST_WORKSPACE;

use crate::faults::{Mood, MoodyStore};
use crate::house::{House, succeeded};

/// A step that is done, one that is undone at a gate, and one that breaks.
fn breaks(undo: &str) -> Value {
    json!([{
        "id": "guard",
        "kind": "flow.try",
        "body": {
            "nodes": [
                { "id": "put", "kind": "test.act", "with": { "n": 7 },
                  "undo": { "nodes": [{ "id": "take", "kind": undo, "with": { "n": "${ input.n }" } }] } },
                { "id": "breaks", "kind": "test.flaky", "with": { "failures": 99 } }
            ],
            "edges": ["put -> breaks"]
        },
        "catch": { "nodes": [{ "id": "caught", "kind": "test.act", "with": { "why": "${ error.code }" } }] },
        "finally": { "nodes": [{ "id": "swept", "kind": "test.act" }] }
    }])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_up_goes_on_where_a_runner_that_stopped_left_it() {
    let mut house = House::open().await;
    let workflow = house
        .workflow("undoes", breaks("test.gate"), &[], json!({}))
        .await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("guard.put.undo.take", 1).await;
    let end = house.end_of(launched.id).await;
    house.runner.take().unwrap().stop().await;
    house.runner = Some(house.start_runner("two").await);
    house.stage.began("guard.put.undo.take", 2).await;
    house.stage.gate.add_permits(1);
    assert_eq!(*succeeded(&end.await), json!({ "why": "flaky" }));
    for step in ["guard.put", "guard.caught", "guard.swept"] {
        assert_eq!(house.stage.times(step), 1, "{step}");
    }
    let steps = house.steps(launched.id).await;
    let undone = steps
        .iter()
        .find(|step| step.path == "guard.put.undo.take" && step.status.as_str() == "succeeded");
    assert_eq!(undone.unwrap().output, Some(json!({ "n": 7 })));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_commit_of_a_clean_up_may_lose_its_answer() {
    let mut house = House::without_runner().await;
    let moody = MoodyStore::new(house.ports.executions.clone());
    house.ports.executions = moody.clone();
    house.runner = Some(house.start_runner("one").await);
    let workflow = house
        .workflow("unheard", breaks("test.act"), &[], json!({}))
        .await;
    for lost in 0..7 {
        moody.later(lost, Mood::LosesAnswer);
        let (_, result) = house.run(&workflow, json!({})).await;
        assert_eq!(*succeeded(&result), json!({ "why": "flaky" }), "{lost}");
        assert_eq!(house.stage.times("guard.put.undo.take"), lost as u32 + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_cleans_up_before_the_end() {
    let house = House::open().await;
    let mut nodes = breaks("test.act");
    nodes[0]["body"]["nodes"][1]["kind"] = json!("test.gate");
    let workflow = house.workflow("cancelled", nodes, &[], json!({})).await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("guard.breaks", 1).await;
    let end = house.end_of(launched.id).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    launcher.cancel(launched.id, "enough").await.unwrap();
    let result = end.await;
    assert_eq!(result.status, Status::Cancelled);
    assert_eq!(result.error.unwrap().message, "enough");
    for step in ["guard.put.undo.take", "guard.swept", "cancelled"] {
        assert_eq!(house.stage.times(step), 1, "{step}");
    }
    assert_eq!(house.stage.times("guard.caught"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_reaches_a_run_that_nobody_drives() {
    let mut house = House::open().await;
    let nodes = json!([
        { "id": "ask", "kind": "flow.await", "with": { "signal": "paid" } },
        { "id": "after", "kind": "test.act", "with": { "sum": "${ nodes.ask.output.payload }" } }
    ]);
    let workflow = house
        .workflow("asks", nodes, &["ask -> after"], json!({}))
        .await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.runner.take().unwrap().stop().await;

    let filter = WaitFilter::Signal {
        owner: FIRST_WORKSPACE,
        name: "paid".to_owned(),
        key: None,
    };
    let waits = house.store.waiting(&filter, 10).await.unwrap();
    assert_eq!(waits.len(), 1);
    let remote = runner::RemoteLauncher::new(house.ports.clone(), house.options("api"));
    let change = Change::Answer {
        wait: waits[0].id,
        answer: Answer {
            payload: json!(12),
            approved: None,
            by: None,
            via: "signal".to_owned(),
        },
    };
    remote.change(launched.id, change.clone()).await.unwrap();
    remote.change(launched.id, change).await.unwrap_err();
    let end = house.end_of(launched.id).await;
    house.runner = Some(house.start_runner("two").await);
    assert_eq!(*succeeded(&end.await), json!({ "sum": 12 }));
    assert!(house.store.waiting(&filter, 10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_outlives_its_runner() {
    let mut house = House::open().await;
    let nodes = json!([
        { "id": "first", "kind": "test.gate" },
        { "id": "second", "kind": "test.act" }
    ]);
    let workflow = house
        .workflow("rests", nodes, &["first -> second"], json!({}))
        .await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    house.stage.began("first", 1).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    let pause = Change::Pause {
        reason: "lunch".to_owned(),
    };
    launcher.change(launched.id, pause).await.unwrap();
    house.runner.take().unwrap().stop().await;
    house.runner = Some(house.start_runner("two").await);
    assert_eq!(
        house.record(launched.id).await.summary.status,
        Status::Paused
    );
    let end = house.end_of(launched.id).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    let resume = Change::Resume {
        reason: "back".to_owned(),
    };
    launcher.change(launched.id, resume).await.unwrap();
    // The step that was handed back while the run was paused begins anew only now.
    house.stage.began("first", 2).await;
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
    assert_eq!(house.stage.times("second"), 1);
}
