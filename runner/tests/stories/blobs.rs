//! Values that are too large for a row, and bytes that are no value at all: they outlive runners, travel between runs,
//! and go with their own run.

use std::sync::Arc;

use bytes::Bytes;
use engine::blob::Blob;
use engine::execution::{Earlier, EarlierStep, Failures, Status};
use engine::ports::launcher::{Again, Launch, LaunchError, Launched};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Scope, StoredStep};
use uuid::Uuid;

use crate::house::{House, succeeded};

/// A megabyte that is not the same everywhere.
fn megabyte() -> String {
    let line = |number: u32| format!("{number:07}\n");
    (0..131_072).map(line).collect()
}

async fn bytes(house: &House, blob: &Blob) -> Option<Vec<u8>> {
    let found = house.ports.blobs.get(blob.execution, &blob.sha256).await;
    let stored = found.unwrap()?;
    let parts: Vec<Bytes> = stored.bytes.try_collect().await.unwrap();
    Some(parts.concat())
}

fn reference(value: &Value) -> Blob {
    Blob::from_value(value).unwrap_or_else(|| {
        let text = value.to_string();
        panic!(
            "no reference: {}",
            text.chars().take(200).collect::<String>()
        )
    })
}

fn of<'a>(steps: &'a [StoredStep], path: &str) -> &'a Value {
    let step = steps.iter().find(|step| step.path == path);
    step.unwrap().output.as_ref().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_value_stands_beside_the_rows_and_is_read_whole() {
    let house = House::open().await;
    let nodes = json!([
        { "id": "big", "kind": "test.act", "with": { "text": "${ inputs.text }", "n": 1 } },
        { "id": "reads", "kind": "test.act", "with": { "length": "${ nodes.big.output.text.len() }" } }
    ]);
    let more =
        json!({ "inputs": { "text": { "type": "string" } }, "output": "${ nodes.big.output }" });
    let workflow = house
        .workflow("large", nodes, &["big -> reads"], more)
        .await;
    let text = megabyte();
    let (id, result) = house.run(&workflow, json!({ "text": text })).await;
    let whole = json!({ "text": text, "n": 1 });
    assert_eq!(*succeeded(&result), whole);

    let steps = house.steps(id).await;
    assert_eq!(*of(&steps, "reads"), json!({ "length": text.len() }));
    let kept = reference(of(&steps, "big"));
    let json = whole.to_string();
    assert_eq!((kept.execution, kept.size), (id, json.len() as u64));
    assert_eq!(bytes(&house, &kept).await.unwrap(), json.as_bytes());
    let hash: String = Sha256::digest(&json)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(kept.sha256, hash);

    let record = house.record(id).await;
    assert_eq!(reference(record.output.as_ref().unwrap()), kept);
    reference(&record.inputs);
    assert_eq!(
        house
            .store
            .execution_inputs(Scope::System, id)
            .await
            .unwrap(),
        Some(json!({ "text": text }))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_with_large_values_goes_on_where_a_runner_that_stopped_left_it() {
    let mut house = House::open().await;
    // The loop goes over large items, and holds large results and a large wait when its runner stops.
    let nodes = json!([
        { "id": "each", "kind": "flow.for_each", "with": { "items": ["${ inputs.text }", "b", "${ inputs.text }"] },
          "body": {
            "nodes": [
                { "id": "gives", "kind": "test.act", "with": { "item": "${ item }" } },
                { "id": "holds", "kind": "test.gate", "with": { "item": "${ nodes.gives.output.item }" } }
            ],
            "edges": ["gives -> holds"]
        } },
        { "id": "waits", "kind": "flow.wait", "with": { "millis": 3_600_000, "note": "${ inputs.text }" } }
    ]);
    let more = json!({
        "inputs": { "text": { "type": "string" } },
        "output": { "first": "${ nodes.each.output[0].item.len() }", "last": "${ nodes.each.output[2].item.len() }" }
    });
    let workflow = house.workflow("restarted", nodes, &[], more).await;
    let text = megabyte();
    let id = Uuid::now_v7();
    house.stage.gate.add_permits(1);
    let launched = house.launch_as(id, &workflow, json!({ "text": text }), None, false);
    launched.await.unwrap();
    house.stage.began("each[1].holds", 1).await;
    let stored = house.record(id).await.frontier;
    assert!(stored.len() < 4_000, "{} bytes", stored.len());
    house.runner.take().unwrap().stop().await;

    house.runner = Some(house.start_runner("two").await);
    house.stage.gate.add_permits(2);
    house.stage.began("each[2].holds", 1).await;
    let steps = house.store.whole_execution_steps(Scope::System, id).await;
    assert_eq!(
        *of(&steps.unwrap(), "each[0].gives"),
        json!({ "item": text })
    );
    let launcher = house.runner.as_ref().unwrap().launcher();
    let end = house.end_of(id).await;
    launcher.cancel(id, "seen enough").await.unwrap();
    assert_eq!(end.await.status, Status::Cancelled);
}

/// Keeps a text as bytes, hands the reference to another workflow, and reads what that gives back.
async fn caller(house: &House) -> Launched {
    let called = json!([
        { "id": "reads", "kind": "test.open", "with": { "from": "${ inputs.file }" } },
        { "id": "keeps", "kind": "test.keep", "with": { "text": "${ nodes.reads.output.text }!" } }
    ]);
    let more = json!({ "inputs": { "file": {} }, "output": "${ nodes.keeps.output.kept }" });
    house
        .workflow("called", called, &["reads -> keeps"], more)
        .await;
    let nodes = json!([
        { "id": "keeps", "kind": "test.keep", "with": { "text": "some bytes" } },
        { "id": "asks", "kind": "flow.call",
          "with": { "workflow": "called", "inputs": { "file": "${ nodes.keeps.output.kept }" } } },
        { "id": "reads", "kind": "test.open", "with": { "from": "${ nodes.asks.output }" } }
    ]);
    let more = json!({ "output": "${ nodes.reads.output.text }" });
    let edges = ["keeps -> asks", "asks -> reads"];
    let workflow = house.workflow("caller", nodes, &edges, more).await;
    let launched = house.launch(&workflow, json!({})).await.unwrap();
    let result = house.end_of(launched.id).await.await;
    assert_eq!(*succeeded(&result), json!("some bytes!"));
    launched
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_travel_by_calls_and_each_run_has_its_own() {
    let house = House::open().await;
    let run = caller(&house).await.id;
    let steps = house.steps(run).await;
    let returned = reference(of(&steps, "asks"));
    assert_eq!(returned.execution, run);
    let kept = house.ports.blobs.executions().await.unwrap();
    let child = kept.into_iter().find(|id| *id != run).unwrap();
    house.ports.blobs.delete_all(child).await.unwrap();
    assert_eq!(bytes(&house, &returned).await.unwrap(), b"some bytes!");
    let theirs = Blob {
        execution: child,
        ..returned
    };
    assert_eq!(bytes(&house, &theirs).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_workflow_reads_what_the_failed_run_was_given() {
    let house = House::open().await;
    let alarm = json!([{ "id": "alarmed", "kind": "test.open", "with": { "from": "${ inputs.run.inputs.file }" } }]);
    let more = json!({ "inputs": { "run": {} }, "output": "${ nodes.alarmed.output.text }" });
    house.workflow("alarm", alarm, &[], more).await;
    let breaks = json!([{ "id": "breaks", "kind": "test.flaky", "with": { "failures": 99 } }]);
    let more =
        json!({ "inputs": { "file": {} }, "settings": { "on_failure": { "workflow": "alarm" } } });
    house.workflow("breaks", breaks, &[], more).await;
    let nodes = json!([
        { "id": "keeps", "kind": "test.keep", "with": { "text": "evidence" } },
        { "id": "asks", "kind": "flow.call",
          "with": { "workflow": "breaks", "inputs": { "file": "${ nodes.keeps.output.kept }" } } }
    ]);
    let workflow = house
        .workflow("caller", nodes, &["keeps -> asks"], json!({}))
        .await;
    let (_, result) = house.run(&workflow, json!({})).await;
    assert_eq!(result.status, Status::Failed);
    let all = store::Paging::first(10);
    let list = house
        .store
        .list_executions(Scope::System, &Default::default(), &all)
        .await;
    let runs = list.unwrap().items;
    let alarm = runs
        .iter()
        .find(|run| run.workflow_name == "alarm")
        .unwrap();
    let result = house.end_of(alarm.id).await.await;
    assert_eq!(*succeeded(&result), json!("evidence"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rerun_copies_what_it_takes_over() {
    let house = House::open().await;
    let nodes = json!([
        { "id": "keeps", "kind": "test.keep", "with": { "text": "some bytes" } },
        { "id": "big", "kind": "test.act", "with": { "text": "${ inputs.text }" } },
        { "id": "reads", "kind": "test.open", "with": { "from": "${ nodes.keeps.output.kept }" } }
    ]);
    let more = json!({
        "inputs": { "text": { "type": "string" } },
        "output": { "length": "${ nodes.big.output.text.len() }", "text": "${ nodes.reads.output.text }" }
    });
    let edges = ["keeps -> big", "big -> reads"];
    let workflow = house.workflow("again", nodes, &edges, more).await;
    let inputs = json!({ "text": megabyte() });
    let (first, result) = house.run(&workflow, inputs.clone()).await;
    let expected = json!({ "length": 1_048_576, "text": "some bytes" });
    assert_eq!(*succeeded(&result), expected);

    let steps = house
        .store
        .whole_execution_steps(Scope::System, first)
        .await;
    let earlier = |step: StoredStep| {
        let kept = EarlierStep {
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
        (step.path, kept)
    };
    let second = Uuid::now_v7();
    let launch = Launch {
        id: second,
        definition: Arc::clone(&workflow),
        inputs,
        trigger: "test".to_owned(),
        started_by: None,
        idempotency_key: None,
        options: Default::default(),
        again: Some(Again {
            earlier: Arc::new(Earlier {
                execution: first,
                failures: Failures::RunAgain,
                steps: steps.unwrap().into_iter().map(earlier).collect(),
            }),
            from: vec!["reads".to_owned()],
        }),
        wait: true,
    };
    let end = house.end_of(second).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    launcher.launch(launch).await.unwrap();
    assert_eq!(*succeeded(&end.await), expected);
    assert_eq!(house.stage.times("big"), 1, "it was taken over");

    house.ports.blobs.delete_all(first).await.unwrap();
    let steps = house
        .store
        .whole_execution_steps(Scope::System, second)
        .await;
    let steps = steps.unwrap();
    assert_eq!(of(&steps, "big")["text"], json!(megabyte()));
    let kept = reference(&of(&steps, "keeps")["kept"]);
    assert_eq!(kept.execution, second);
    assert_eq!(bytes(&house, &kept).await.unwrap(), b"some bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cached_result_takes_its_bytes_along_and_is_gone_with_them() {
    let house = House::open().await;
    let nodes = json!([
        { "id": "keeps", "kind": "test.keep", "with": { "text": "some bytes" }, "cache": { "scope": "global" } },
        { "id": "big", "kind": "test.large", "with": { "kib": 300 }, "cache": { "scope": "global" } }
    ]);
    let workflow = house
        .workflow("cached", nodes, &["keeps -> big"], json!({}))
        .await;
    let (first, _) = house.run(&workflow, json!({})).await;
    let (second, _) = house.run(&workflow, json!({})).await;
    assert_eq!(
        (house.stage.times("keeps"), house.stage.times("big")),
        (1, 1)
    );
    let steps = house.steps(second).await;
    let kept = [
        reference(&of(&steps, "keeps")["kept"]),
        reference(of(&steps, "big")),
    ];
    house.ports.blobs.delete_all(first).await.unwrap();
    for kept in kept {
        assert_eq!(kept.execution, second);
        assert!(bytes(&house, &kept).await.is_some());
    }
    let (_, result) = house.run(&workflow, json!({})).await;
    succeeded(&result);
    assert_eq!(
        (house.stage.times("keeps"), house.stage.times("big")),
        (2, 2)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_even_for_that_is_refused() {
    let house = House::open().await;
    let nodes = json!([{ "id": "huge", "kind": "test.large", "with": { "kib": 33 * 1_024 } }]);
    let workflow = house.workflow("huge", nodes, &[], json!({})).await;
    let (id, result) = house.run(&workflow, json!({})).await;
    let error = result.error.unwrap();
    assert_eq!(error.code, "output_too_large");
    assert!(
        error.message.contains("32 MiB") && error.message.contains("blob"),
        "{error:?}"
    );
    assert!(
        house.ports.blobs.executions().await.unwrap().is_empty(),
        "{id} kept nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_loop_gathers_has_the_same_bound() {
    let house = House::open().await;
    let turns: Vec<u32> = (0..40).collect();
    let nodes = json!([{ "id": "each", "kind": "flow.for_each", "with": { "items": turns, "parallelism": 8 },
        "body": { "nodes": [{ "id": "gives", "kind": "test.large", "with": { "kib": 1_024 } }], "edges": [] } }]);
    let workflow = house.workflow("gathers", nodes, &[], json!({})).await;
    let (_, result) = house.run(&workflow, json!({})).await;
    assert_eq!(result.error.unwrap().code, "output_too_large");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_blobs_are_lost_can_be_cancelled() {
    let house = House::open().await;
    let nodes = json!([
        { "id": "big", "kind": "test.large", "with": { "kib": 300 } },
        { "id": "holds", "kind": "test.gate" }
    ]);
    let workflow = house
        .workflow("lost", nodes, &["big -> holds"], json!({}))
        .await;
    let id = Uuid::now_v7();
    house
        .launch_as(id, &workflow, json!({}), None, false)
        .await
        .unwrap();
    house.stage.began("holds", 1).await;
    house.ports.blobs.delete_all(id).await.unwrap();
    let lost = house.ports.executions.load(id).await.unwrap_err();
    assert!(
        lost.to_string().contains("is missing") && !lost.transient,
        "{lost}"
    );
    let end = house.end_of(id).await;
    let launcher = house.runner.as_ref().unwrap().launcher();
    launcher.cancel(id, "it is of no use").await.unwrap();
    assert_eq!(end.await.status, Status::Cancelled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reference_that_a_run_was_not_given_opens_nothing() {
    let house = House::open().await;
    let secret = caller(&house).await.id;
    let stolen = of(&house.steps(secret).await, "asks").clone();
    // From outside, it is refused at the door, and told where.
    let nodes =
        json!([{ "id": "reads", "kind": "test.open", "with": { "from": "${ inputs.file[0] }" } }]);
    let more = json!({ "inputs": { "file": {} } });
    let workflow = house.workflow("thief", nodes, &[], more).await;
    let refused = house.launch(&workflow, json!({ "file": [stolen] })).await;
    let Err(LaunchError::Invalid(problems)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(problems.0[0].path, "/inputs/file/0");
    // What a step was told by the world looks like a reference, and opens nothing.
    let told = |kind: &str, with: Value| {
        let with = json!({ "text": stolen.to_string(), "with": with });
        json!([
            { "id": "told", "kind": "test.parse", "with": with },
            { "id": "uses", "kind": kind, "with": { "from": "${ nodes.told.output }", "workflow": "thief",
              "inputs": { "file": ["${ nodes.told.output }"] } } }
        ])
    };
    for (kind, code) in [
        ("test.open", "blob_refused"),
        ("flow.call", "invalid_inputs"),
    ] {
        let name = kind.replace('.', "-");
        let nodes = told(kind, json!(null));
        let workflow = house
            .workflow(&name, nodes, &["told -> uses"], json!({}))
            .await;
        let (_, result) = house.run(&workflow, json!({})).await;
        assert_eq!(result.error.unwrap().code, code, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blobs_go_with_their_run_and_orphans_are_found() {
    let house = House::open().await;
    let nodes = json!([{ "id": "big", "kind": "test.large", "with": { "kib": 300 } }]);
    let more = json!({ "settings": { "retention": { "keep": "1ms" } } });
    let workflow = house.workflow("forgotten", nodes.clone(), &[], more).await;
    let (id, _) = house.run(&workflow, json!({})).await;
    // The runner sweeps by itself; this asks until it has.
    tokio::time::timeout(std::time::Duration::from_secs(30), async {
        while house.ports.blobs.executions().await.unwrap().contains(&id) {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    assert!(
        house
            .store
            .execution(Scope::System, id)
            .await
            .unwrap()
            .is_none()
    );

    let workflow = house.workflow("kept", nodes, &[], json!({})).await;
    let (known, _) = house.run(&workflow, json!({})).await;
    let old = uuid::Timestamp::from_unix(uuid::NoContext, 1_700_000_000, 0);
    let (old, young) = (Uuid::new_v7(old), Uuid::now_v7());
    for id in [old, young] {
        let bytes = stream::iter([Ok(Bytes::from_static(b"left"))]).boxed();
        house
            .ports
            .blobs
            .put(id, "text/plain", bytes, 10)
            .await
            .unwrap();
    }
    assert_eq!(
        runner::remove_orphaned_blobs(&house.ports).await.unwrap(),
        1
    );
    let mut left = house.ports.blobs.executions().await.unwrap();
    left.sort_unstable();
    assert_eq!(
        left,
        [known, young],
        "a run that is about to be recorded keeps its blobs"
    );
}
