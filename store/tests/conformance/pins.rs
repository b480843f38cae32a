//! What is pinned to the nodes of a workflow.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use serde_json::json;
use store::{NewWorkflow, Scope, Store, StoreError};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    pins_are_kept_beside_the_versions,
    of_two_changes_at_once_one_is_told,
    pins_go_and_come_back_with_their_workflow,
);

const OURS: Scope = Scope::Workspace(Uuid::from_u128(1));
const THEIRS: Scope = Scope::Workspace(Uuid::from_u128(2));

async fn workflow(store: &Store) -> Uuid {
    let new = NewWorkflow {
        name: "ship".to_owned(),
        label: None,
        description: None,
        document: json!({"lathe": 1, "name": "ship", "nodes": []}),
        node_count: 0,
        layout: None,
        author: None,
    };
    let made = store.create_workflow(OURS, new, None).await;
    made.unwrap().value.summary.id
}

fn is_missing<T>(done: Result<T, StoreError>) -> bool {
    matches!(done, Err(StoreError::NotFound(_)))
}

fn is_outdated<T>(done: Result<T, StoreError>) -> bool {
    matches!(done, Err(StoreError::Outdated(_)))
}

async fn pins_are_kept_beside_the_versions(stand: Stand) {
    let store = &stand.store;
    let id = workflow(store).await;
    let before = store.workflow(OURS, id).await.unwrap();
    let none = store.workflow_pins(OURS, id).await.unwrap().unwrap();
    assert_eq!(
        (none.pins, none.revision, none.updated_at),
        (json!({}), 0, None)
    );
    let pins = json!({"ask": {"output": {"text": "a\u{0}b"}, "port": "out"}});
    let kept = store.put_workflow_pins(OURS, id, &pins, Some(0)).await;
    let kept = kept.unwrap();
    assert_eq!((&kept.pins, kept.revision), (&pins, 1));
    assert!(kept.updated_at.is_some());
    assert_eq!(store.workflow_pins(OURS, id).await.unwrap(), Some(kept));
    assert_eq!(store.workflow(OURS, id).await.unwrap(), before);
    // Nobody else sees them, or writes them.
    assert_eq!(store.workflow_pins(THEIRS, id).await.unwrap(), None);
    let theirs = store.put_workflow_pins(THEIRS, id, &json!({}), None).await;
    assert!(is_missing(theirs));
    let nothing = Uuid::now_v7();
    assert_eq!(store.workflow_pins(OURS, nothing).await.unwrap(), None);
    let nothing = store.put_workflow_pins(OURS, nothing, &pins, None).await;
    assert!(is_missing(nothing));
    let read = store.workflow_pins(OURS, id).await.unwrap().unwrap();
    assert_eq!(read.pins, pins);
}

async fn of_two_changes_at_once_one_is_told(stand: Stand) {
    let store = &stand.store;
    let id = workflow(store).await;
    let put = async |node: &str, revision| {
        let pins = json!({node: {"output": 1}});
        store.put_workflow_pins(OURS, id, &pins, revision).await
    };
    assert!(
        is_outdated(put("early", Some(1)).await),
        "nothing was pinned"
    );
    let (one, other) = tokio::join!(put("one", Some(0)), put("other", Some(0)));
    assert_eq!(
        usize::from(one.is_ok()) + usize::from(other.is_ok()),
        1,
        "{one:?} {other:?}"
    );
    assert_eq!(put("next", Some(1)).await.unwrap().revision, 2);
    assert!(is_outdated(put("late", Some(1)).await));
    assert!(is_outdated(put("late", Some(0)).await));
    let read = store.workflow_pins(OURS, id).await.unwrap().unwrap();
    assert_eq!(read.pins, json!({"next": {"output": 1}}));
    assert_eq!(put("whatever", None).await.unwrap().revision, 3);
}

async fn pins_go_and_come_back_with_their_workflow(stand: Stand) {
    let store = &stand.store;
    let id = workflow(store).await;
    let pins = json!({"ask": {"output": 42}});
    let kept = store.put_workflow_pins(OURS, id, &pins, None).await;
    let kept = kept.unwrap();
    store.delete_workflow(OURS, id, None, None).await.unwrap();
    assert_eq!(store.workflow_pins(OURS, id).await.unwrap(), None);
    let gone = store.put_workflow_pins(OURS, id, &json!({}), None).await;
    assert!(is_missing(gone));
    // What was deleted is kept for a while.
    let month = Duration::from_secs(30 * 24 * 60 * 60);
    store.sweep_files(Utc::now(), month).await.unwrap();
    store.restore_workflow(OURS, id, None, None).await.unwrap();
    assert_eq!(store.workflow_pins(OURS, id).await.unwrap(), Some(kept));
    // After that, nothing of a run is left with what is in the trash; what is not there keeps what it has.
    let later = Utc::now() + TimeDelta::days(31);
    assert_eq!(store.sweep_files(later, month).await.unwrap(), 0);
    store.delete_workflow(OURS, id, None, None).await.unwrap();
    assert_eq!(store.sweep_files(later, month).await.unwrap(), 1);
    store.restore_workflow(OURS, id, None, None).await.unwrap();
    let left = store.workflow_pins(OURS, id).await.unwrap().unwrap();
    assert_eq!((left.pins, left.revision), (json!({}), 0));
}
