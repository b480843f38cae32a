//! Versions on a real store: which of them is called, and runs that go on with another one.

use std::collections::BTreeMap;
use std::sync::Arc;

use engine::execution::{Earlier, Failures, Status, moved_to};
use engine::ports::definitions::Definition;
use engine::ports::executions::{ExecutionStore, WaitFilter};
use engine::ports::launcher::{Again, Change, ChangeError, Launch, Launcher, MoveError};
use serde_json::{Value, json};
use store::{ExecutionFilter, FIRST_WORKSPACE, NewWorkflow, Paging, Scope};
use uuid::Uuid;

use crate::faults::{Mood, MoodyStore};
use crate::house::{House, succeeded};

impl House {
    /// The next version of a workflow.
    async fn changed(&self, before: &Definition, nodes: Value, edges: &[&str]) -> Arc<Definition> {
        let mut document = before.document.clone();
        (document["nodes"], document["edges"]) = (nodes, json!(edges));
        let document = engine::document::parse::from_value(document).unwrap();
        let document = serde_json::to_value(document).unwrap();
        let new = NewWorkflow {
            name: before.name.clone(),
            label: None,
            description: None,
            node_count: 1,
            document: document.clone(),
            layout: None,
            author: None,
        };
        let id = before.workflow_id;
        let record = self
            .store
            .update_workflow(Scope::System, id, new, None, None);
        Arc::new(Definition {
            version: record.await.unwrap().summary.version,
            document,
            ..before.clone()
        })
    }

    /// What goes on in the place of a run, from these steps.
    async fn instead(&self, of: Uuid, definition: &Arc<Definition>, from: &[&str]) -> Launch {
        let mut steps = BTreeMap::new();
        for step in self.steps(of).await {
            let earlier = engine::execution::EarlierStep {
                attempt: step.attempt,
                kind: step.kind,
                status: step.status,
                input: step.input,
                output: step.output,
                error: step.error,
                port: step.port,
                started_at: step.started_at,
                finished_at: step.finished_at,
            };
            steps.insert(step.path, earlier);
        }
        Launch {
            id: Uuid::now_v7(),
            definition: Arc::clone(definition),
            inputs: json!({}),
            trigger: "test".to_owned(),
            started_by: None,
            idempotency_key: None,
            options: Default::default(),
            again: Some(Again {
                earlier: Arc::new(Earlier {
                    execution: of,
                    failures: Failures::Stay,
                    steps,
                }),
                from: from.iter().map(|path| (*path).to_owned()).collect(),
            }),
            wait: false,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_takes_the_published_version_unless_it_asks_for_another() {
    let house = House::open().await;
    let says = |word: &str| json!([{ "id": "say", "kind": "test.pure", "with": { "word": word } }]);
    let inner = house.workflow("inner", says("first"), &[], json!({})).await;
    house.changed(&inner, says("second"), &[]).await;
    let call = |id: &str, version: Value| json!({ "id": id, "kind": "flow.call", "with": { "workflow": "inner", "version": version, "inputs": {} } });
    let nodes = json!([
        call("usual", json!(null)),
        call("newest", json!("newest")),
        call("numbered", json!(1)),
    ]);
    let outer = house.workflow("outer", nodes, &[], json!({})).await;
    let words = async || {
        let (_, result) = house.run(&outer, json!({})).await;
        let output = succeeded(&result).clone();
        ["usual", "newest", "numbered"].map(|id| output[id]["word"].as_str().unwrap().to_owned())
    };
    assert_eq!(words().await, ["second", "second", "first"]);
    let id = inner.workflow_id;
    let publish = house.store.publish_workflow(Scope::System, id, 1, None);
    publish.await.unwrap();
    assert_eq!(words().await, ["first", "second", "first"]);

    let nodes = json!([call("call", json!(9))]);
    let wrong = house.workflow("wrong", nodes, &[], json!({})).await;
    let (_, result) = house.run(&wrong, json!({})).await;
    let error = result.error.unwrap();
    assert_eq!(error.code, "unknown_workflow");
    assert!(error.message.contains("version 9"), "{}", error.message);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_moves_is_neither_lost_nor_doubled() {
    let mut house = House::open().await;
    let nodes = |n: u32| {
        json!([
            { "id": "first", "kind": "test.act" },
            { "id": "second", "kind": "test.gate" },
            { "id": "third", "kind": "test.act", "with": { "n": n } }
        ])
    };
    let edges = ["first -> second -> third"];
    let old = house.workflow("moves", nodes(1), &edges, json!({})).await;
    let new = house.changed(&old, nodes(2), &edges).await;
    let launched = house.launch(&old, json!({})).await.unwrap();
    house.stage.began("second", 1).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    let pause = Change::Pause {
        reason: "a new version comes".to_owned(),
    };
    launcher.change(launched.id, pause).await.unwrap();
    let seq = async |id| house.record(id).await.summary.seq;
    let seen = seq(launched.id).await;
    let busy = house.instead(launched.id, &new, &["second"]).await;
    assert!(matches!(
        launcher.supersede(launched.id, seen, busy).await,
        Err(MoveError::Change(ChangeError::Busy))
    ));
    // The runner that has it in hand goes away: the run rests.
    house.runner.take().unwrap().stop().await;

    let remote = runner::RemoteLauncher::new(house.ports.clone(), house.options("api"));
    let outdated = house.instead(launched.id, &new, &["second"]).await;
    assert!(matches!(
        remote.supersede(launched.id, seen, outdated).await,
        Err(MoveError::Outdated)
    ));
    let seen = house.record(launched.id).await.summary.seq;
    let by = house.instead(launched.id, &new, &["second"]).await;
    let end = house.end_of(by.id).await;
    let moved = remote.supersede(launched.id, seen, by).await.unwrap();
    let before = house.record(launched.id).await;
    assert_eq!(before.summary.status, Status::Cancelled);
    let error = before.summary.error.unwrap();
    assert_eq!(error.details, Some(json!({ "execution": moved.id })));
    let seen = before.summary.seq;
    let twice = house.instead(launched.id, &new, &["second"]).await;
    assert!(matches!(
        remote.supersede(launched.id, seen, twice).await,
        Err(MoveError::Change(ChangeError::NotNow(Status::Cancelled)))
    ));

    house.runner = Some(house.start_runner("two").await);
    house.stage.gate.add_permits(1);
    assert_eq!(*succeeded(&end.await), json!({ "n": 2 }));
    assert_eq!(house.stage.times("first"), 1, "it was taken over");
    assert_eq!(house.stage.times("third"), 1);
    let (filter, paging) = (ExecutionFilter::default(), Paging::first(10));
    let all = house.store.list_executions(Scope::System, &filter, &paging);
    assert_eq!(all.await.unwrap().items.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_called_run_does_not_move_by_itself() {
    let house = House::open().await;
    let nodes = json!([{ "id": "hold", "kind": "test.gate" }]);
    let inner = house.workflow("inner", nodes, &[], json!({})).await;
    let nodes = json!([{ "id": "call", "kind": "flow.call", "with": { "workflow": "inner", "inputs": {} } }]);
    let outer = house.workflow("outer", nodes, &[], json!({})).await;
    let launched = house.launch(&outer, json!({})).await.unwrap();
    house.stage.began("hold", 1).await;
    let filter = ExecutionFilter {
        workflow_id: Some(inner.workflow_id),
        ..ExecutionFilter::default()
    };
    let (scope, paging) = (Scope::System, Paging::first(10));
    let called = house.store.list_executions(scope, &filter, &paging).await;
    let called = called.unwrap().items[0].clone();
    let by = house.instead(called.id, &inner, &["hold"]).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    assert!(matches!(
        launcher.supersede(called.id, called.seq, by).await,
        Err(MoveError::Change(ChangeError::Called))
    ));
    let end = house.end_of(launched.id).await;
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_whose_answer_is_lost_happened_once() {
    let mut house = House::without_runner().await;
    let moody = MoodyStore::new(house.ports.executions.clone());
    house.ports.executions = moody.clone();
    house.runner = Some(house.start_runner("one").await);
    let nodes = json!([
        { "id": "ask", "kind": "flow.await", "with": { "signal": "go" } },
        { "id": "first", "kind": "test.act" },
        { "id": "hold", "kind": "test.gate" }
    ]);
    let edges = ["first -> hold"];
    let old = house.workflow("unheard", nodes, &edges, json!({})).await;
    let after = json!([
        { "id": "first", "kind": "test.act" },
        { "id": "last", "kind": "test.act", "with": { "n": 2 } }
    ]);
    let new = house.changed(&old, after, &["first -> last"]).await;
    let launched = house.launch(&old, json!({})).await.unwrap();
    house.stage.began("hold", 1).await;
    let waits = WaitFilter::Signal {
        owner: FIRST_WORKSPACE,
        name: "go".to_owned(),
        key: None,
    };
    let launcher = house.runner.as_ref().unwrap().launcher();
    let pause = Change::Pause {
        reason: "a new version comes".to_owned(),
    };
    launcher.change(launched.id, pause).await.unwrap();
    house.runner.take().unwrap().stop().await;
    assert_eq!(house.store.waiting(&waits, 10).await.unwrap().len(), 1);
    let seen = house.record(launched.id).await.summary.seq;
    let remote = runner::RemoteLauncher::new(house.ports.clone(), house.options("api"));
    let by = house.instead(launched.id, &new, &[]).await;
    let (id, end) = (by.id, house.end_of(by.id).await);
    moody.later(0, Mood::LosesAnswer);
    remote.supersede(launched.id, seen, by).await.unwrap_err();
    let before = house.record(launched.id).await;
    assert_eq!(before.summary.error.as_ref().and_then(moved_to), Some(id));
    assert!(house.store.waiting(&waits, 10).await.unwrap().is_empty());
    // Nobody offered its ticket: it is found.
    house.runner = Some(house.start_runner("two").await);
    assert_eq!(*succeeded(&end.await), json!({ "n": 2 }));
    assert_eq!(house.stage.times("first"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_keeps_its_place_when_it_moves() {
    let mut house = House::open().await;
    let nodes = json!([{ "id": "hold", "kind": "test.gate" }]);
    let limits = json!({ "settings": { "concurrency": { "limit": 1, "strategy": "drop_new" } } });
    let old = house.workflow("single", nodes.clone(), &[], limits).await;
    let new = house.changed(&old, nodes, &[]).await;
    let launched = house.launch(&old, json!({})).await.unwrap();
    house.stage.began("hold", 1).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    let pause = Change::Pause {
        reason: "a new version comes".to_owned(),
    };
    launcher.change(launched.id, pause).await.unwrap();
    house.runner.take().unwrap().stop().await;
    let seen = house.record(launched.id).await.summary.seq;
    let by = house.instead(launched.id, &new, &["hold"]).await;
    let end = house.end_of(by.id).await;
    let remote = runner::RemoteLauncher::new(house.ports.clone(), house.options("api"));
    let moved = remote.supersede(launched.id, seen, by).await.unwrap();
    assert_eq!(
        moved.recorded.map(|recorded| recorded.status),
        Some(Status::Queued)
    );
    house.runner = Some(house.start_runner("two").await);
    house.stage.began("hold", 2).await;
    let (_, late) = house.run(&new, json!({})).await;
    assert_eq!(late.error.unwrap().code, "concurrency_limit");
    house.stage.gate.add_permits(1);
    succeeded(&end.await);
    // And gives it back at its end.
    house.stage.gate.add_permits(1);
    let (_, next) = house.run(&new, json!({})).await;
    succeeded(&next);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_has_nothing_left_to_do_ends_as_it_moves() {
    let mut house = House::open().await;
    let nodes = json!([
        { "id": "first", "kind": "test.act", "with": { "n": 1 } },
        { "id": "hold", "kind": "test.gate" }
    ]);
    let more = json!({ "settings": { "retention": { "keep": "1h" } } });
    let old = house
        .workflow("short", nodes, &["first -> hold"], more)
        .await;
    let after = json!([{ "id": "first", "kind": "test.act", "with": { "n": 1 } }]);
    let new = house.changed(&old, after, &[]).await;
    let launched = house.launch(&old, json!({})).await.unwrap();
    house.stage.began("hold", 1).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    let pause = Change::Pause {
        reason: "a new version comes".to_owned(),
    };
    launcher.change(launched.id, pause).await.unwrap();
    house.runner.take().unwrap().stop().await;
    let seen = house.record(launched.id).await.summary.seq;
    let by = house.instead(launched.id, &new, &[]).await;
    let remote = runner::RemoteLauncher::new(house.ports.clone(), house.options("api"));
    let moved = remote.supersede(launched.id, seen, by).await.unwrap();
    let finished = moved.finished.unwrap();
    assert_eq!(*succeeded(&finished), json!({ "n": 1 }));
    assert_eq!(house.stage.times("first"), 1);
}
