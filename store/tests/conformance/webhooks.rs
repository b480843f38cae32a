//! Webhooks: found by their address, with the secrets that are good; and deliveries, of which each is claimed once.

use std::time::Duration;

use engine::execution::Status;
use engine::ports::executions::{Commit, ExecutionStore};
use futures::future::join_all;
use serde_json::json;
use store::{NewWebhook, NewWorkflow, Paging, Scope, Store, StoreError, WebhookChange};
use uuid::Uuid;

use crate::commits::{accept, done, finish, moment};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    are_found_by_their_address_with_good_secrets,
    are_changed_and_go_and_come_back_with_their_workflow,
    a_delivery_is_claimed_once,
);

async fn workflow(store: &Store) -> Uuid {
    let name = format!("w{}", Uuid::now_v7().simple());
    let new = NewWorkflow {
        document: json!({ "lathe": 1, "name": name, "nodes": [] }),
        name,
        label: None,
        description: None,
        node_count: 0,
        layout: None,
        author: None,
    };
    let made = store.create_workflow(Scope::System, new, None).await;
    made.unwrap().value.summary.id
}

fn new(workflow_id: Uuid, name: &str, secret: Option<&str>) -> NewWebhook {
    NewWebhook {
        name: name.to_owned(),
        workflow_id,
        token: format!("token of {name}").into(),
        token_hash: format!("hash of {name}"),
        settings: json!({ "any": "thing" }),
        secret: secret.map(|secret| secret.to_owned().into()),
        enabled: true,
    }
}

async fn secrets(store: &Store, hash: &str) -> Vec<String> {
    let found = store.webhook_at(Scope::System, hash).await.unwrap();
    let (_, secrets) = found.unwrap();
    let texts = secrets.iter().map(|secret| String::from_utf8_lossy(secret));
    texts.map(|text| text.into_owned()).collect()
}

async fn are_found_by_their_address_with_good_secrets(stand: Stand) {
    let (store, scope) = (&stand.store, Scope::System);
    let workflow = workflow(store).await;
    let made = store
        .create_webhook(scope, new(workflow, "a", Some("first")), Some("key".into()))
        .await
        .unwrap();
    let again = store
        .create_webhook(scope, new(workflow, "a", Some("other")), Some("key".into()))
        .await
        .unwrap();
    assert!(again.existing && again.value.id == made.value.id);
    assert_eq!(*again.value.token, "token of a");
    let id = made.value.id;
    assert_eq!(secrets(store, "hash of a").await, ["first"]);
    assert!(
        store
            .webhook_at(scope, "hash of b")
            .await
            .unwrap()
            .is_none()
    );
    let strange = Scope::Workspace(Uuid::now_v7());
    assert!(store.webhook(strange, id).await.unwrap().is_none());
    assert!(
        store
            .webhook_at(strange, "hash of a")
            .await
            .unwrap()
            .is_none()
    );

    let hour = Duration::from_secs(3_600);
    let rotate = async |secret: &str, overlap| {
        store
            .rotate_webhook(scope, id, &secret.to_owned().into(), overlap)
            .await
            .unwrap()
    };
    let rotated = rotate("second", hour).await;
    assert!(rotated.previous_until.is_some());
    assert_eq!(secrets(store, "hash of a").await, ["second", "first"]);
    rotate("third", hour).await;
    assert_eq!(secrets(store, "hash of a").await, ["third", "second"]);
    rotate("fourth", Duration::ZERO).await;
    assert_eq!(secrets(store, "hash of a").await, ["fourth"]);
    let stolen = store
        .rotate_webhook(strange, id, &"x".to_owned().into(), hour)
        .await;
    assert!(matches!(stolen, Err(StoreError::NotFound(_))));
    assert_eq!(secrets(store, "hash of a").await, ["fourth"]);
}

async fn are_changed_and_go_and_come_back_with_their_workflow(stand: Stand) {
    let (store, scope) = (&stand.store, Scope::System);
    let workflow = workflow(store).await;
    for name in ["a", "b"] {
        let made = store.create_webhook(scope, new(workflow, name, None), None);
        made.await.unwrap();
    }
    let list = store
        .list_webhooks(scope, Some(workflow), &Paging::first(1))
        .await
        .unwrap();
    assert!(list.items[0].name == "a" && list.next_cursor.is_some());
    let record = &list.items[0];
    let change = |name: &str| WebhookChange {
        name: name.to_owned(),
        settings: json!({ "any": "other" }),
        enabled: false,
    };
    let taken = change("b");
    let taken = store.update_webhook(scope, record.id, &taken, None).await;
    assert!(matches!(taken, Err(StoreError::NameTaken { .. })));
    let changed = store
        .update_webhook(scope, record.id, &change("c"), Some(record.revision))
        .await
        .unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.enabled, changed.settings),
        ("c", false, json!({ "any": "other" }))
    );
    let late = store
        .update_webhook(scope, record.id, &change("d"), Some(record.revision))
        .await;
    assert!(matches!(late, Err(StoreError::Outdated(_))));
    let (b, _) = store.webhook_at(scope, "hash of b").await.unwrap().unwrap();
    store.delete_webhook(scope, record.id, None).await.unwrap();
    let gone = store.delete_webhook(scope, record.id, None).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
    store
        .delete_workflow(scope, workflow, None, None)
        .await
        .unwrap();
    let at = store.webhook_at(scope, "hash of b").await.unwrap();
    assert!(at.is_none());
    let list = store.list_webhooks(scope, None, &Paging::default()).await;
    let id = b.id;
    assert!(list.unwrap().items.is_empty());
    let secret = "another".to_owned().into();
    let rotated = store.rotate_webhook(scope, id, &secret, Duration::ZERO);
    assert!(matches!(rotated.await, Err(StoreError::NotFound(_))));
    store
        .restore_workflow(scope, workflow, None, None)
        .await
        .unwrap();
    let at = store.webhook_at(scope, "hash of b").await.unwrap();
    assert_eq!(at.unwrap().0.id, id);
}

/// S18: the same id, sent by several at once and again after a crash, is one execution's.
async fn a_delivery_is_claimed_once(stand: Stand) {
    let (store, scope) = (&stand.store, Scope::System);
    let workflow = workflow(store).await;
    let made = store.create_webhook(scope, new(workflow, "a", None), None);
    let id = made.await.unwrap().value.id;
    let claims = (0..8).map(|_| store.claim_delivery(scope, id, "one", Uuid::now_v7()));
    let claims: Vec<_> = join_all(claims)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let execution = claims[0].execution;
    assert!(
        claims
            .iter()
            .all(|claim| claim.execution == execution && !claim.launched)
    );
    // The server died: the run has begun, perhaps ended, and the delivery does not say so.
    let mut run = accept(workflow);
    run.id = execution;
    if let Some(accepted) = &mut run.accepted {
        accepted.id = execution;
    }
    done(store, run).await;
    let end = Commit {
        expires_at: Some(moment(0)),
        ..finish(execution, 1, Status::Succeeded)
    };
    done(store, end).await;
    assert_eq!(store.prune(100).await.unwrap(), Vec::<Uuid>::new());
    let again = store.claim_delivery(scope, id, "one", Uuid::now_v7()).await;
    assert_eq!(again.unwrap(), claims[0]);
    store
        .launch_delivery(scope, id, "one", execution)
        .await
        .unwrap();
    assert_eq!(store.prune(100).await.unwrap(), [execution]);
    let late = store.claim_delivery(scope, id, "one", Uuid::now_v7()).await;
    assert!(late.unwrap().launched);
    store.refuse_delivery(scope, id, "one").await.unwrap();
    let late = store.claim_delivery(scope, id, "one", Uuid::now_v7()).await;
    assert!(late.unwrap().launched, "what has begun is not forgotten");

    let refused = store.claim_delivery(scope, id, "two", Uuid::now_v7()).await;
    store.refuse_delivery(scope, id, "two").await.unwrap();
    let anew = store.claim_delivery(scope, id, "two", Uuid::now_v7()).await;
    assert_ne!(anew.unwrap().execution, refused.unwrap().execution);
    let list = store
        .list_deliveries(scope, id, &Paging::first(10))
        .await
        .unwrap();
    let names: Vec<_> = list.items.iter().map(|one| &*one.delivery).collect();
    assert_eq!(names, ["two", "one"]);
    // One has not begun, and the other's execution is gone.
    assert!(list.items.iter().all(|one| one.status.is_none()));
    let strange = Scope::Workspace(Uuid::now_v7());
    let theirs = store.list_deliveries(strange, id, &Paging::first(10)).await;
    assert_eq!(theirs.unwrap().items, []);
    let stolen = store
        .claim_delivery(strange, id, "three", Uuid::now_v7())
        .await;
    assert!(matches!(stolen, Err(StoreError::NotFound(_))));
}
