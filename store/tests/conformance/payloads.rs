//! Large values go beside the rows and come back; values that look like references stay values.

use std::sync::Arc;

use engine::blob::{Blob, INLINE};
use engine::execution::{Status, StepStatus};
use engine::ports::blobs::Blobs;
use engine::ports::executions::ExecutionStore;
use engine::ports::step_cache::{CacheSlot, CachedStep, StepCache};
use serde_json::{Value, json};
use store::{BlobPlace, Config, FIRST_WORKSPACE, Scope, Store, StoreError};
use uuid::Uuid;

use crate::commits::{accept, done, finish, given, moment, step};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    large_values_come_back_whole,
    a_forged_reference_stays_a_value,
    a_large_cached_result_goes_with_its_run,
);

fn large(name: &str) -> Value {
    json!({ "name": name, "text": "\0é".repeat(INLINE / 4) })
}

fn a_reference_to(execution: Uuid) -> Value {
    let blob = Blob {
        execution,
        sha256: "0".repeat(64),
        size: 1,
        media_type: "application/json".to_owned(),
    };
    blob.to_value()
}

async fn large_values_come_back_whole(stand: Stand) {
    let store = &stand.store;
    let mut commit = accept(Uuid::now_v7());
    let id = commit.id;
    commit.accepted.as_mut().unwrap().inputs = large("inputs");
    let waits = json!({ "t": { "until": 1, "since": 1, "output": large("timer"), "input": null } });
    let frontier = json!({ "v": 1, "seq": 1, "created": 1, "steps": [{ "s": waits }] });
    commit.frontier = frontier.to_string();
    done(store, commit).await;
    let loaded = store.load(id).await.unwrap().unwrap();
    assert_eq!(loaded.accepted.inputs, large("inputs"));
    assert_eq!(loaded.frontier, frontier.to_string());

    let mut commit = finish(id, 1, Status::Succeeded);
    let mut record = step("fetch", 1, StepStatus::Succeeded);
    (record.input, record.output) = (Some(Arc::new(large("in"))), Some(Arc::new(large("out"))));
    commit.steps = vec![record];
    commit.output = Some(large("out"));
    done(store, commit).await;
    let loaded = store.load(id).await.unwrap().unwrap();
    assert_eq!(loaded.outputs, [given("fetch", 1, large("out"))]);
    let result = store.result(id).await.unwrap().unwrap();
    assert_eq!(result.output, Some(large("out")));

    let record = store.execution(Scope::System, id).await.unwrap().unwrap();
    let shown = Blob::from_value(record.output.as_ref().unwrap()).unwrap();
    let size = large("out").to_string().len() as u64;
    assert_eq!((shown.execution, shown.size), (id, size));
    assert!(Blob::from_value(&record.inputs).is_some());
    let steps = store.execution_steps(Scope::System, id).await.unwrap();
    assert_eq!(steps[0].output, record.output, "equal bytes are kept once");
    let whole = store.whole_execution_steps(Scope::System, id).await;
    assert_eq!(whole.unwrap()[0].input, Some(large("in")));

    store.blobs().delete_all(id).await.unwrap();
    let lost = store.load(id).await.unwrap_err();
    assert!(
        !lost.transient && lost.to_string().contains("LATHE_BLOBS"),
        "{lost}"
    );
    let bare = store.load_bare(id).await.unwrap().unwrap();
    assert_eq!((bare.version, bare.outputs), (2, Vec::new()));
}

async fn a_forged_reference_stays_a_value(stand: Stand) {
    let store = &stand.store;
    let mut commit = accept(Uuid::now_v7());
    let id = commit.id;
    commit.accepted.as_mut().unwrap().inputs = a_reference_to(id);
    let mut record = step("told", 1, StepStatus::Succeeded);
    record.output = Some(Arc::new(a_reference_to(id)));
    commit.steps = vec![record];
    done(store, commit).await;
    let loaded = store.load(id).await.unwrap().unwrap();
    assert_eq!(loaded.accepted.inputs, a_reference_to(id));
    assert_eq!(loaded.outputs, [given("told", 1, a_reference_to(id))]);
}

async fn a_large_cached_result_goes_with_its_run(stand: Stand) {
    let store = &stand.store;
    let cached = CachedStep {
        key: "key".to_owned(),
        parameters: Default::default(),
        output: large("cached"),
        execution: Uuid::now_v7(),
        at: moment(1),
    };
    let slot = CacheSlot::Global {
        owner: FIRST_WORKSPACE,
        key: "key".to_owned(),
    };
    store.put(&slot, cached.clone(), None).await.unwrap();
    assert_eq!(store.get(&slot).await.unwrap(), Some(cached.clone()));
    store.blobs().delete_all(cached.execution).await.unwrap();
    assert_eq!(store.get(&slot).await.unwrap(), None);
    // Computed anew, it is there again.
    store.put(&slot, cached.clone(), None).await.unwrap();
    assert_eq!(store.get(&slot).await.unwrap(), Some(cached));
}

#[tokio::test]
async fn a_blob_store_belongs_to_one_database() {
    let folder = tempfile::tempdir().unwrap();
    let open = async |name: &str| {
        let config = Config {
            blobs: BlobPlace::Folder(folder.path().join("blobs")),
            ..Config::sqlite(folder.path().join(name))
        };
        let store = Store::open(&config).await.unwrap();
        store.migrate().await.unwrap();
        store
    };
    let one = open("one.db").await;
    one.claim_blobs().await.unwrap();
    let mut commit = accept(Uuid::now_v7());
    let id = commit.id;
    commit.accepted.as_mut().unwrap().inputs = large("inputs");
    done(&one, commit).await;

    let other = open("other.db").await;
    let refused = other.claim_blobs().await.unwrap_err();
    assert!(matches!(refused, StoreError::ForeignBlobs));
    let blobs = other.blobs();
    blobs.delete_all(id).await.unwrap_err();
    blobs.executions().await.unwrap_err();
    let one = {
        one.close().await.unwrap();
        open("one.db").await
    };
    one.claim_blobs().await.unwrap();
    assert_eq!(
        one.load(id).await.unwrap().unwrap().accepted.inputs,
        large("inputs")
    );

    // A folder that is not mounted is not one without blobs.
    std::fs::rename(folder.path().join("blobs"), folder.path().join("elsewhere")).unwrap();
    std::fs::create_dir(folder.path().join("blobs")).unwrap();
    let away = one.load(id).await.unwrap_err();
    assert!(away.transient, "{away}");
}
