//! What a run gets by name from its workspace: secrets, which reach a step and no record, and variables, which are pinned.

use bytes::Bytes;
use engine::execution::Status;
use engine::ports::launcher::LaunchError;
use engine::ports::secrets::SecretText;
use futures::TryStreamExt;
use serde_json::{Value, json};
use store::{FIRST_WORKSPACE, LogFilter, NewSecret, NewVariable, Scope, SecretChange};

use crate::house::{House, succeeded};

const CANARY: &str = "c4n/ry \"so~secret\"";
const OURS: Scope = Scope::Workspace(FIRST_WORKSPACE);

fn credential(name: &str, password: &str) -> NewSecret {
    let text = |text: &str| SecretText::new(text.to_owned());
    NewSecret {
        name: name.to_owned(),
        kind: "basic".to_owned(),
        description: String::new(),
        fields: [
            ("username".to_owned(), text("ada")),
            ("password".to_owned(), text(password)),
        ]
        .into(),
    }
}

/// S20: outputs, inputs, errors, logs, progress, events, blobs and the cache of a run whose steps say what they were told.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_reaches_its_step_and_no_record() {
    let house = House::open().await;
    house
        .store
        .create_secret(OURS, credential("login", CANARY), None)
        .await
        .unwrap();
    let nodes = json!([
        { "id": "tells", "kind": "test.tells", "cache": { "scope": "workflow" },
          "with": { "as": "${ secrets.login.username }", "by": ["Basic ${ secrets.login.password }!"] } },
        // It names none; what the first one wrote down somewhere it may read.
        { "id": "hears", "kind": "test.hears" },
        { "id": "fails", "kind": "test.tells", "with": { "fail": "${ secrets.login.password }" } }
    ]);
    let edges = ["tells -> hears", "hears -> fails"];
    let workflow = house.workflow("leaky", nodes, &edges, json!({})).await;
    let (id, result) = house.run(&workflow, json!({})).await;
    assert_eq!(result.status, Status::Failed);
    let error = result.error.as_ref().unwrap();
    assert_eq!(error.code, "told_***", "a code is a text like any other");
    let told = house.stage.told.lock().unwrap().clone();
    assert_eq!(
        told[0],
        json!({ "as": "ada", "by": [format!("Basic {CANARY}!")] })
    );

    let steps = house.steps(id).await;
    let output = |path: &str| {
        let step = steps.iter().find(|step| step.path == path).unwrap();
        (step.input.clone().unwrap(), step.output.clone())
    };
    let (input, said) = output("tells");
    assert_eq!(
        input,
        json!({ "as": "${secrets.login.username}", "by": ["Basic ${secrets.login.password}!"] })
    );
    let said = said.unwrap();
    assert_eq!(said["with"], json!({ "as": "ada", "by": ["Basic ***!"] }));
    let heard = output("hears").1.unwrap();
    assert_eq!(heard["heard"], json!("Basic ***!"));

    let mut whole = format!("{steps:?} {result:?} {:?}", house.record(id).await);
    let filter = LogFilter::default();
    let logs = house.store.execution_logs(Scope::System, id, &filter);
    let logs = logs.await.unwrap().items;
    assert!(
        logs.iter().any(|line| line.text.contains("Basic ***")),
        "{logs:?}"
    );
    whole += &format!("{logs:?}");
    let events = house
        .store
        .execution_events(Scope::System, id, 0)
        .await
        .unwrap();
    whole += &format!("{events:?}");
    let blob = engine::blob::Blob::from_value(&said["kept"]).unwrap();
    let stored = house
        .ports
        .blobs
        .get(id, &blob.sha256)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(stored.blob.media_type, "text/plain; of=Basic ***!");
    let parts: Vec<Bytes> = stored.bytes.try_collect().await.unwrap();
    let kept = String::from_utf8(parts.concat()).unwrap();
    assert_eq!(kept, "Basic ***!");
    for canary in [CANARY, "c4n", "YzRuL3J5", "c4n%2F"] {
        assert!(!whole.contains(canary), "{canary}: {whole}");
    }
    // What was cached is what was recorded.
    let (again, _) = house.run(&workflow, json!({})).await;
    let steps = house.steps(again).await;
    assert!(!format!("{steps:?}").contains("c4n"));
    assert_eq!(house.stage.times("tells"), 1);
}

/// S20: what can't be kept out of records reaches no step that could say it, also not one that names none of it.
#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_cannot_be_hidden_reach_no_step() {
    let house = House::open().await;
    let long = CANARY.repeat(100_000);
    house
        .store
        .create_secret(OURS, credential("login", &long), None)
        .await
        .unwrap();
    let tells = json!({ "by": ["Basic ${ secrets.login.password }!"] });
    for (name, nodes, edges) in [
        (
            "tells",
            json!([{ "id": "tells", "kind": "test.tells", "with": tells }]),
            vec![],
        ),
        (
            "hears",
            json!([
                { "id": "hears", "kind": "test.hears" },
                { "id": "tells", "kind": "test.tells", "with": tells }
            ]),
            vec!["hears -> tells"],
        ),
    ] {
        let workflow = house.workflow(name, nodes, &edges, json!({})).await;
        let (id, result) = house.run(&workflow, json!({})).await;
        assert_eq!(result.status, Status::Failed);
        let error = result.error.as_ref().unwrap();
        assert_eq!(error.code, "secrets_unmaskable");
        assert!(error.message.contains("name fewer or shorter ones"));

        let mut whole = format!("{:?} {result:?}", house.steps(id).await);
        whole += &format!("{:?}", house.record(id).await);
        let filter = LogFilter::default();
        let logs = house.store.execution_logs(Scope::System, id, &filter);
        whole += &format!("{:?}", logs.await.unwrap().items);
        let events = house.store.execution_events(Scope::System, id, 0);
        whole += &format!("{:?}", events.await.unwrap());
        for canary in [CANARY, "c4n", "YzRuL3J5", "c4n%2F"] {
            assert!(!whole.contains(canary), "{canary}");
        }
    }
    assert!(house.stage.told.lock().unwrap().is_empty());
    assert_eq!(house.stage.times("hears"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_counts_as_it_is_when_its_step_begins() {
    let house = House::open().await;
    let made = house
        .store
        .create_secret(OURS, credential("login", "the first one"), None);
    let made = made.await.unwrap().value;
    let nodes = json!([
        { "id": "gate", "kind": "test.gate" },
        { "id": "tells", "kind": "test.tells", "with": { "it": "${ secrets.login.password }" } }
    ]);
    let workflow = house
        .workflow("late", nodes, &["gate -> tells"], json!({}))
        .await;
    let running = house.run(&workflow, json!({}));
    let rotation = async {
        house.stage.began("gate", 1).await;
        let fields = credential("login", "the second one").fields;
        let change = SecretChange {
            fields: Some(("basic".to_owned(), fields)),
            ..SecretChange::default()
        };
        house
            .store
            .update_secret(OURS, made.id, change, None)
            .await
            .unwrap();
        house.stage.gate.add_permits(1);
    };
    let ((_, result), ()) = tokio::join!(running, rotation);
    succeeded(&result);
    assert_eq!(
        house.stage.told.lock().unwrap()[0],
        json!({ "it": "the second one" })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cached_result_is_good_for_the_secret_that_it_was_computed_with() {
    let house = House::open().await;
    let made = house
        .store
        .create_secret(OURS, credential("login", "the first one"), None);
    let made = made.await.unwrap().value;
    let nodes = json!([
        { "id": "tells", "kind": "test.tells", "cache": { "scope": "workflow" },
          "with": { "it": "${ secrets.login.password }" } }
    ]);
    let workflow = house.workflow("kept", nodes, &[], json!({})).await;
    let reason = async || {
        let (id, result) = house.run(&workflow, json!({})).await;
        succeeded(&result);
        house.steps(id).await[0].reason.clone().unwrap()
    };
    reason().await;
    assert!(reason().await.starts_with("from cache"));
    let fields = credential("login", "the second one").fields;
    let change = SecretChange {
        fields: Some(("basic".to_owned(), fields)),
        ..SecretChange::default()
    };
    let changed = house.store.update_secret(OURS, made.id, change, None);
    changed.await.unwrap();
    let reason = reason().await;
    assert!(
        reason.starts_with("ran: `secrets.login` changed since"),
        "{reason}"
    );
    let told = house.stage.told.lock().unwrap().clone();
    assert_eq!(
        told,
        [
            json!({ "it": "the first one" }),
            json!({ "it": "the second one" })
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_not_there_fails_its_step_before_it_begins() {
    let house = House::open().await;
    house
        .store
        .create_secret(OURS, credential("login", CANARY), None)
        .await
        .unwrap();
    for (name, expected) in [
        (
            "nobody",
            "the workspace has no secret `nobody`: add it, and run the step again",
        ),
        (
            "login",
            "the secret `login` has no field `value`: there is `secrets.login.password`, `secrets.login.username`",
        ),
    ] {
        let with = json!({ "it": format!("${{ secrets.{name} }}") });
        let nodes = json!([{ "id": "tells", "kind": "test.tells", "with": with }]);
        let workflow = house
            .workflow(&format!("with_{name}"), nodes, &[], json!({}))
            .await;
        let (_, result) = house.run(&workflow, json!({})).await;
        let error = result.error.unwrap();
        assert_eq!(error.code, "secret_missing");
        assert!(error.message.contains(expected), "{}", error.message);
    }
    assert_eq!(house.stage.times("tells"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_are_pinned_when_a_run_is_accepted() {
    let house = House::open().await;
    let variable = |value: Value| NewVariable {
        name: "region".to_owned(),
        value,
        description: String::new(),
    };
    let inner =
        json!([{ "id": "it", "kind": "test.pure", "with": { "region": "${ vars.region }" } }]);
    let reads = house.workflow("reads", inner, &[], json!({})).await;
    let missing = house.launch(&reads, json!({})).await;
    let Err(LaunchError::Invalid(problems)) = missing else {
        panic!("{missing:?}")
    };
    assert!(
        problems.to_string().contains("the variable `region`"),
        "{problems}"
    );

    let made = house
        .store
        .create_variable(OURS, variable(json!({ "name": "eu" })), None);
    let made = made.await.unwrap().value;
    let nodes = json!([
        { "id": "gate", "kind": "test.gate" },
        { "id": "own", "kind": "test.pure", "with": { "it": "${ vars.region.name }", "said": "in ${ vars.region.name }" } },
        { "id": "child", "kind": "flow.call", "with": { "workflow": "reads" } }
    ]);
    let edges = ["gate -> own", "own -> child"];
    let output =
        json!({ "output": { "own": "${ nodes.own.output }", "child": "${ nodes.child.output }" } });
    let workflow = house.workflow("pinned", nodes, &edges, output).await;
    let running = house.run(&workflow, json!({}));
    let change = async {
        house.stage.began("gate", 1).await;
        let changed = variable(json!({ "name": "us" }));
        house
            .store
            .update_variable(OURS, made.id, changed, None)
            .await
            .unwrap();
        house.stage.gate.add_permits(1);
    };
    let ((_, result), ()) = tokio::join!(running, change);
    // The run that is called is accepted later, and sees what there is by then.
    let expected = json!({
        "own": { "it": "eu", "said": "in eu" },
        "child": { "region": { "name": "us" } }
    });
    assert_eq!(*succeeded(&result), expected);
}
