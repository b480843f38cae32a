//! What is deleted is out of the way, and comes back as it was.

use serde_json::json;
use store::{
    ModelChange, ModelFilter, NewApplication, NewModel, NewWorkflow, Paging, Scope, Store,
    StoreError, WorkflowFilter,
};
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    an_application_comes_back_with_its_models,
    a_model_comes_back_to_its_application,
    a_workflow_comes_back_with_its_versions,
    the_trash_is_listed_in_pages,
);

const OURS: Scope = Scope::Workspace(Uuid::from_u128(1));
const THEIRS: Scope = Scope::Workspace(Uuid::from_u128(2));

fn application(name: &str) -> NewApplication {
    NewApplication {
        name: name.to_owned(),
        label: "Shop".to_owned(),
        description: "sells".to_owned(),
        configuration: json!({"target": "process"}),
        relationships: json!([{"name": "wrote"}]),
        components: json!([{"name": "greet"}]),
    }
}

fn model(name: &str) -> NewModel {
    NewModel {
        name: name.to_owned(),
        label: name.to_uppercase(),
        document: json!({"name": name}),
    }
}

fn workflow(name: &str, node: &str) -> NewWorkflow {
    NewWorkflow {
        name: name.to_owned(),
        label: None,
        description: None,
        document: json!({"name": name, "nodes": [node]}),
        node_count: 1,
        layout: None,
    }
}

async fn shop(store: &Store) -> Uuid {
    let models = vec![model("book"), model("author")];
    let made = store.create_application(OURS, application("shop"), models, None);
    made.await.unwrap().value.id
}

async fn an_application_comes_back_with_its_models(stand: Stand) {
    let store = &stand.store;
    let id = shop(store).await;
    let before = store.application(OURS, id).await.unwrap().unwrap();
    let models = store.application_models(OURS, id).await.unwrap();
    store.delete_application(OURS, id).await.unwrap();
    assert_eq!(store.application(OURS, id).await.unwrap(), None);
    let (every, first) = (ModelFilter::default(), Paging::default());
    let all = store.list_models(OURS, &every, &first).await.unwrap();
    assert!(all.items.is_empty());
    let gone = store.delete_application(OURS, id).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");

    for (scope, id) in [(THEIRS, id), (OURS, models[0].id), (OURS, Uuid::now_v7())] {
        let refused = store.restore_application(scope, id).await;
        assert!(
            matches!(refused, Err(StoreError::NotFound(_))),
            "{refused:?}"
        );
    }
    let other = store.create_application(OURS, application("shop"), vec![], None);
    let other = other.await.unwrap().value.id;
    let taken = store.restore_application(OURS, id).await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    store.delete_application(OURS, other).await.unwrap();

    let back = store.restore_application(OURS, id).await.unwrap();
    assert!(back.revision > before.revision);
    let same = |record: store::ApplicationRecord| store::ApplicationRecord {
        revision: 0,
        ..record
    };
    assert_eq!(same(back), same(before));
    let again: Vec<_> = store.application_models(OURS, id).await.unwrap();
    let ids = |models: &[store::ModelRecord]| -> Vec<_> {
        let facts = models
            .iter()
            .map(|model| (model.id, model.document.clone(), model.created_at));
        facts.collect()
    };
    assert_eq!(ids(&again), ids(&models));
    let twice = store.restore_application(OURS, id).await;
    assert!(matches!(twice, Err(StoreError::NotFound(_))), "{twice:?}");
}

async fn a_model_comes_back_to_its_application(stand: Stand) {
    let store = &stand.store;
    let id = shop(store).await;
    let models = store.application_models(OURS, id).await.unwrap();
    let (book, author) = (&models[0], &models[1]);
    store.delete_model(OURS, book.id).await.unwrap();
    // One goes with an edit of the whole.
    let rest = vec![ModelChange {
        id: None,
        model: model("reader"),
    }];
    let edited = store.redesign_application(OURS, id, application("shop"), rest, None);
    let revision = edited.await.unwrap().revision;
    for gone in [book, author] {
        let back = store.restore_model(OURS, gone.id).await.unwrap();
        assert_eq!((back.id, &back.document), (gone.id, &gone.document));
    }
    assert_eq!(store.application_models(OURS, id).await.unwrap().len(), 3);
    let now = store.application(OURS, id).await.unwrap().unwrap();
    assert_eq!(now.revision, revision + 2);

    store.delete_model(OURS, book.id).await.unwrap();
    store.delete_application(OURS, id).await.unwrap();
    let refused = store.restore_model(OURS, book.id).await;
    assert!(
        matches!(refused, Err(StoreError::ApplicationGone)),
        "{refused:?}"
    );
    store.restore_application(OURS, id).await.unwrap();
    store.restore_model(OURS, book.id).await.unwrap();
    let alone = store
        .create_model(OURS, None, model("note"), None)
        .await
        .unwrap();
    store.delete_model(OURS, alone.value.id).await.unwrap();
    store.restore_model(OURS, alone.value.id).await.unwrap();
}

async fn a_workflow_comes_back_with_its_versions(stand: Stand) {
    let store = &stand.store;
    let made = store
        .create_workflow(OURS, workflow("ship", "a"), None)
        .await
        .unwrap();
    let id = made.value.summary.id;
    store
        .update_workflow(OURS, id, workflow("ship", "b"), None, None)
        .await
        .unwrap();
    store.delete_workflow(OURS, id).await.unwrap();
    let refused = store.restore_workflow(THEIRS, id).await;
    assert!(
        matches!(refused, Err(StoreError::NotFound(_))),
        "{refused:?}"
    );
    let other = store
        .create_workflow(OURS, workflow("ship", "c"), None)
        .await
        .unwrap();
    let taken = store.restore_workflow(OURS, id).await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    store
        .delete_workflow(OURS, other.value.summary.id)
        .await
        .unwrap();
    let back = store.restore_workflow(OURS, id).await.unwrap();
    assert_eq!(
        (back.summary.version, &back.document["nodes"][0]),
        (2, &json!("b"))
    );
    let (every, first) = (WorkflowFilter::default(), Paging::default());
    let listed = store.list_workflows(OURS, &every, &first).await.unwrap();
    assert_eq!(listed.items.len(), 1);
}

async fn the_trash_is_listed_in_pages(stand: Stand) {
    let store = &stand.store;
    let shop = shop(store).await;
    let alone = store
        .create_model(OURS, None, model("note"), None)
        .await
        .unwrap();
    let flow = store
        .create_workflow(OURS, workflow("ship", "a"), None)
        .await
        .unwrap();
    let (alone, flow) = (alone.value.id, flow.value.summary.id);
    store.delete_model(OURS, alone).await.unwrap();
    store.delete_workflow(OURS, flow).await.unwrap();
    store.delete_application(OURS, shop).await.unwrap();
    let (mut seen, mut paging) = (Vec::new(), Paging::first(1));
    loop {
        let page = store.list_trash(OURS, &paging).await.unwrap();
        seen.extend(
            page.items
                .into_iter()
                .map(|gone| (gone.kind, gone.id, gone.name)),
        );
        match page.next_cursor {
            Some(next) => paging.cursor = Some(next),
            None => break,
        }
    }
    let gone = |kind: &str, id, name: &str| (kind.to_owned(), id, name.to_owned());
    let expected = [
        gone("application", shop, "shop"),
        gone("workflow", flow, "ship"),
        gone("model", alone, "note"),
    ];
    assert_eq!(seen, expected);
    assert!(
        store
            .list_trash(THEIRS, &Paging::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
}
