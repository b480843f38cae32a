//! Workflows and their versions, as people edit them and as the engine reads them.

use engine::ports::definitions::{Definitions, VersionChoice};
use futures::future::join_all;
use serde_json::json;
use store::{FIRST_WORKSPACE, NewWorkflow, Paging, Scope, StoreError, User, WorkflowFilter};
use uuid::Uuid;

use crate::departure::register;
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    versions_never_change,
    a_version_keeps_its_layout,
    a_version_says_who_made_it,
    what_is_published_runs,
    a_change_to_an_old_version_is_refused,
    names_are_unique_until_deleted,
    a_key_makes_one_workflow,
    changes_at_once_follow_each_other,
    search_takes_any_sign,
);

fn workflow(name: &str, revision: u32) -> NewWorkflow {
    NewWorkflow {
        name: name.into(),
        label: Some(format!("The {name}")),
        description: None,
        document: json!({ "lathe": 1, "name": name, "nodes": [], "revision": revision }),
        node_count: revision,
        layout: None,
        author: None,
    }
}

async fn versions_never_change(stand: Stand) {
    let store = &stand.store;
    let layout = Some(json!({ "a": { "x": 1, "y": 2 } }));
    let created = store
        .create_workflow(
            Scope::System,
            NewWorkflow {
                layout: layout.clone(),
                ..workflow("ship", 1)
            },
            None,
        )
        .await;
    let record = created.unwrap().value;
    let id = record.summary.id;
    assert_eq!(
        store.workflow(Scope::System, id).await.unwrap(),
        Some(record.clone())
    );
    assert_eq!(
        store.workflow_named(Scope::System, "ship").await.unwrap(),
        Some(record)
    );

    let changed = store
        .update_workflow(Scope::System, id, workflow("ship2", 2), None, None)
        .await
        .unwrap();
    assert_eq!(
        (
            changed.summary.version,
            changed.summary.node_count,
            &changed.layout
        ),
        (2, 2, &layout)
    );
    let moved = NewWorkflow {
        layout: Some(json!({})),
        ..workflow("ship2", 2)
    };
    let moved = store
        .update_workflow(Scope::System, id, moved, None, None)
        .await
        .unwrap();
    assert_eq!(
        (moved.summary.version, moved.layout),
        (2, Some(json!({}))),
        "the layout is no part of a version"
    );

    let first = store.version(id, 1).await.unwrap().unwrap();
    assert_eq!(
        (first.name.as_str(), &first.document["revision"]),
        ("ship", &json!(1))
    );
    assert_eq!(store.version(id, 3).await.unwrap(), None);
    let newest = store
        .named(FIRST_WORKSPACE, "ship2", None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((newest.workflow_id, newest.version), (id, 2));
    assert_eq!(
        store.named(FIRST_WORKSPACE, "ship", None).await.unwrap(),
        None
    );

    store
        .delete_workflow(Scope::System, id, None, None)
        .await
        .unwrap();
    assert_eq!(
        store.named(FIRST_WORKSPACE, "ship2", None).await.unwrap(),
        None
    );
    let pinned = store
        .workflow_version(Scope::System, id, 1)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        pinned.document["revision"],
        json!(1),
        "executions still show what they ran"
    );
}

async fn a_version_keeps_its_layout(stand: Stand) {
    let store = &stand.store;
    let at = |x: u32| Some(json!({ "a": { "x": x, "y": 0 } }));
    let change = |revision, layout| NewWorkflow {
        layout,
        ..workflow("ship", revision)
    };
    let created = store.create_workflow(Scope::System, change(1, at(1)), None);
    let id = created.await.unwrap().value.summary.id;
    let update = async |revision, layout| {
        let new = change(revision, layout);
        let done = store.update_workflow(Scope::System, id, new, None, None);
        let record = done.await.unwrap();
        (record.summary.version, record.layout)
    };
    let layouts = async || {
        let mut layouts = Vec::new();
        for version in 1.. {
            let read = store.workflow_version(Scope::System, id, version);
            let Some(read) = read.await.unwrap() else {
                break;
            };
            layouts.push(read.layout);
        }
        layouts
    };
    assert_eq!(layouts().await, [at(1)]);
    assert_eq!(
        update(1, at(2)).await,
        (1, at(2)),
        "moved, and no new version"
    );
    assert_eq!(layouts().await, [at(2)]);
    assert_eq!(update(2, at(3)).await, (2, at(3)));
    assert_eq!(layouts().await, [at(2), at(3)]);
    assert_eq!(
        update(3, None).await,
        (3, at(3)),
        "one that is left out stays"
    );
    assert_eq!(update(3, at(4)).await, (3, at(4)));
    assert_eq!(layouts().await, [at(2), at(3), at(4)]);
    // Back from the trash by another name, it has a further version.
    store
        .delete_workflow(Scope::System, id, None, None)
        .await
        .unwrap();
    assert_eq!(layouts().await, [at(2), at(3), at(4)]);
    let back = store.restore_workflow(Scope::System, id, Some("again"), None);
    assert_eq!(back.await.unwrap().layout, at(4));
    assert_eq!(layouts().await, [at(2), at(3), at(4), at(4)]);
}

async fn a_version_says_who_made_it(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (register(store, "ada").await, register(store, "eve").await);
    let by = |author, revision| NewWorkflow {
        author,
        ..workflow("ship", revision)
    };
    let created = store.create_workflow(Scope::System, by(Some(ada.id), 1), None);
    let id = created.await.unwrap().value.summary.id;
    // What is there already makes no version, whoever saves it.
    for (author, revision) in [(Some(eve.id), 2), (None, 3), (Some(eve.id), 3)] {
        let done = store.update_workflow(Scope::System, id, by(author, revision), None, None);
        done.await.unwrap();
    }
    store
        .delete_workflow(Scope::System, id, None, None)
        .await
        .unwrap();
    let back = store.restore_workflow(Scope::System, id, Some("again"), Some(ada.id));
    assert_eq!(back.await.unwrap().summary.version, 4);
    let authors = async || {
        let paging = Paging::first(10);
        let page = store.list_versions(Scope::System, id, &paging).await;
        let authors = page.unwrap().items.into_iter().map(|item| item.author);
        let told = authors.map(|author| author.map(|author| (author.id, author.name)));
        told.collect::<Vec<_>>()
    };
    let named = |user: &User| Some((user.id, Some(user.name.clone())));
    let expected = [named(&ada), None, named(&eve), named(&ada)];
    assert_eq!(authors().await, expected);
    let first = store.workflow_version(Scope::System, id, 1).await.unwrap();
    let author = first.unwrap().summary.author.unwrap();
    assert_eq!(Some((author.id, author.name)), named(&ada));
    // Somebody who is not there any more has no name.
    store.delete_user(eve.id, &[eve.home]).await.unwrap();
    assert_eq!(authors().await[2], Some((eve.id, None)));
}

async fn what_is_published_runs(stand: Stand) {
    let store = &stand.store;
    let created = store.create_workflow(Scope::System, workflow("ship", 1), None);
    let id = created.await.unwrap().value.summary.id;
    let named = async |choice| {
        let found = store.named(FIRST_WORKSPACE, "ship", choice).await.unwrap();
        found.map(|definition| definition.version)
    };
    for revision in 2..=3 {
        store
            .update_workflow(Scope::System, id, workflow("ship", revision), None, None)
            .await
            .unwrap();
    }
    assert_eq!(named(None).await, Some(3), "nothing is published yet");
    assert_eq!(named(Some(VersionChoice::PUBLISHED)).await, None);

    let publish = async |version, note| {
        store
            .publish_workflow(Scope::System, id, version, note)
            .await
    };
    let record = publish(2, Some("for the shop")).await.unwrap();
    assert_eq!(
        (record.summary.version, record.summary.published_version),
        (3, Some(2))
    );
    assert_eq!(record.document["revision"], json!(3));
    assert_eq!(named(None).await, Some(2));
    assert_eq!(named(Some(VersionChoice::PUBLISHED)).await, Some(2));
    assert_eq!(named(Some(VersionChoice::NEWEST)).await, Some(3));
    assert_eq!(named(Some(VersionChoice::Number(1))).await, Some(1));
    assert_eq!(named(Some(VersionChoice::Number(4))).await, None);

    // Of all readings the last is the newest, whatever the clocks of the writers say.
    let revision = async || {
        let found = store.workflow(Scope::System, id).await.unwrap();
        found.unwrap().summary.revision
    };
    assert_eq!((record.summary.revision, revision().await), (3, 3));

    // Back to an older one; the note of the other stays with it.
    publish(1, None).await.unwrap();
    assert_eq!(named(None).await, Some(1));
    assert!(matches!(
        publish(9, None).await,
        Err(StoreError::NotFound(_))
    ));
    assert_eq!(named(None).await, Some(1), "nothing of a refusal stays");

    let paging = Paging::first(2);
    let page = store.list_versions(Scope::System, id, &paging).await;
    let page = page.unwrap();
    let shown: Vec<_> = page
        .items
        .iter()
        .map(|item| {
            let note = item.note.as_deref();
            (item.version, note, item.published_at.is_some())
        })
        .collect();
    let expected = [(3, None, false), (2, Some("for the shop"), true)];
    assert_eq!(shown, expected);
    let rest = Paging {
        cursor: page.next_cursor,
        ..paging
    };
    let rest = store.list_versions(Scope::System, id, &rest).await.unwrap();
    assert_eq!((rest.items.len(), rest.next_cursor), (1, None));

    store
        .delete_workflow(Scope::System, id, None, None)
        .await
        .unwrap();
    assert_eq!(named(Some(VersionChoice::Number(1))).await, None);
    assert!(matches!(
        publish(1, None).await,
        Err(StoreError::NotFound(_))
    ));
}

async fn a_change_to_an_old_version_is_refused(stand: Stand) {
    let store = &stand.store;
    let created = store.create_workflow(Scope::System, workflow("ship", 1), None);
    let id = created.await.unwrap().value.summary.id;
    let change = async |revision, base| {
        store
            .update_workflow(Scope::System, id, workflow("ship", revision), base, None)
            .await
    };
    change(2, Some(1)).await.unwrap();
    let stale = change(3, Some(1)).await;
    assert!(matches!(
        stale,
        Err(StoreError::Stale {
            base: 1,
            now: 2,
            ..
        })
    ));
    let kept = store.workflow(Scope::System, id).await.unwrap().unwrap();
    assert_eq!(
        (kept.summary.version, &kept.document["revision"]),
        (2, &json!(2))
    );
    change(3, None).await.unwrap();
}

async fn names_are_unique_until_deleted(stand: Stand) {
    let store = &stand.store;
    let first = store
        .create_workflow(Scope::System, workflow("ship", 1), None)
        .await
        .unwrap()
        .value;
    let other = store
        .create_workflow(Scope::System, workflow("other", 1), None)
        .await
        .unwrap()
        .value;
    let taken = store
        .create_workflow(Scope::System, workflow("ship", 1), None)
        .await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    let taken = store
        .update_workflow(
            Scope::System,
            other.summary.id,
            workflow("ship", 2),
            None,
            None,
        )
        .await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    assert_eq!(
        store
            .workflow(Scope::System, other.summary.id)
            .await
            .unwrap()
            .unwrap()
            .summary
            .version,
        1
    );

    store
        .delete_workflow(Scope::System, first.summary.id, None, None)
        .await
        .unwrap();
    let gone = store
        .delete_workflow(Scope::System, first.summary.id, None, None)
        .await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
    let gone = store
        .update_workflow(
            Scope::System,
            first.summary.id,
            workflow("ship", 2),
            None,
            None,
        )
        .await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))));
    assert_eq!(
        store
            .workflow(Scope::System, first.summary.id)
            .await
            .unwrap(),
        None
    );
    store
        .create_workflow(Scope::System, workflow("ship", 1), None)
        .await
        .unwrap();
}

async fn a_key_makes_one_workflow(stand: Stand) {
    let store = &stand.store;
    let asked = join_all(
        (0..10)
            .map(|_| store.create_workflow(Scope::System, workflow("ship", 1), Some("k".into()))),
    )
    .await;
    let created: Vec<_> = asked.into_iter().map(Result::unwrap).collect();
    let ids: std::collections::HashSet<Uuid> =
        created.iter().map(|one| one.value.summary.id).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(created.iter().filter(|one| !one.existing).count(), 1);
}

async fn changes_at_once_follow_each_other(stand: Stand) {
    let store = &stand.store;
    let id = store
        .create_workflow(Scope::System, workflow("ship", 1), None)
        .await
        .unwrap()
        .value
        .summary
        .id;
    let changes = join_all(
        (2..12).map(|n| store.update_workflow(Scope::System, id, workflow("ship", n), None, None)),
    )
    .await;
    changes.into_iter().for_each(|change| drop(change.unwrap()));
    assert_eq!(
        store
            .workflow(Scope::System, id)
            .await
            .unwrap()
            .unwrap()
            .summary
            .version,
        11
    );
}

async fn search_takes_any_sign(stand: Stand) {
    let store = &stand.store;
    for name in ["import_orders", "importorders", "report"] {
        store
            .create_workflow(Scope::System, workflow(name, 1), None)
            .await
            .unwrap();
    }
    let found = async |q: &str| {
        let filter = WorkflowFilter { q: Some(q.into()) };
        let page = store
            .list_workflows(Scope::System, &filter, &Paging::default())
            .await
            .unwrap();
        page.items
            .into_iter()
            .map(|item| item.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(found("IMPORT_").await, ["import_orders"]);
    assert_eq!(found("the rep").await, ["report"]);
    assert_eq!(found("").await.len(), 3);
    for hostile in ["%", "\\", "'; DROP TABLE workflows; --"] {
        assert_eq!(found(hostile).await, [] as [&str; 0], "{hostile}");
    }
}
