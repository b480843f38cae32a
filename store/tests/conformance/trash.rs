//! What is deleted is out of the way, and comes back as it was.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use engine::ports::secrets::{SecretText, Secrets};
use engine::ports::variables::Variables;
use serde_json::json;
use store::{
    ModelChange, ModelFilter, NewApplication, NewModel, NewSecret, NewVariable, NewWorkflow,
    Paging, RecordQuery, Scope, SecretFields, Starter, Store, StoreError, WorkflowFilter,
    record_table,
};
use uuid::Uuid;

use crate::departure::{hello, register};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    an_application_comes_back_with_its_models,
    a_model_comes_back_to_its_application,
    a_workflow_comes_back_with_its_versions,
    the_trash_is_listed_in_pages,
    the_trash_says_who_deleted_what,
    a_secret_is_out_of_use_until_it_comes_back,
    a_variable_comes_back_as_it_was,
    what_is_confidential_is_purged,
    who_uses_a_name_is_found_in_pages,
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
        author: None,
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
    store
        .delete_application(OURS, id, None, None)
        .await
        .unwrap();
    assert_eq!(store.application(OURS, id).await.unwrap(), None);
    let (every, first) = (ModelFilter::default(), Paging::default());
    let all = store.list_models(OURS, &every, &first).await.unwrap();
    assert!(all.items.is_empty());
    let gone = store.delete_application(OURS, id, None, None).await;
    assert!(matches!(gone, Err(StoreError::NotFound(_))), "{gone:?}");

    for (scope, id) in [(THEIRS, id), (OURS, models[0].id), (OURS, Uuid::now_v7())] {
        let refused = store.restore_application(scope, id, None).await;
        assert!(
            matches!(refused, Err(StoreError::NotFound(_))),
            "{refused:?}"
        );
    }
    let other = store.create_application(OURS, application("shop"), vec![], None);
    let other = other.await.unwrap().value.id;
    let taken = store.restore_application(OURS, id, None).await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    store
        .delete_application(OURS, other, None, None)
        .await
        .unwrap();

    let back = store.restore_application(OURS, id, None).await.unwrap();
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
    let twice = store.restore_application(OURS, id, None).await;
    assert!(matches!(twice, Err(StoreError::NotFound(_))), "{twice:?}");
}

async fn a_model_comes_back_to_its_application(stand: Stand) {
    let store = &stand.store;
    let id = shop(store).await;
    let models = store.application_models(OURS, id).await.unwrap();
    let (book, author) = (&models[0], &models[1]);
    store.delete_model(OURS, book.id, None, None).await.unwrap();
    // One goes with an edit of the whole.
    let rest = vec![ModelChange {
        id: None,
        model: model("reader"),
    }];
    let edited = store.redesign_application(OURS, id, application("shop"), rest, None, None);
    let revision = edited.await.unwrap().revision;
    for gone in [book, author] {
        let back = store.restore_model(OURS, gone.id, None).await.unwrap();
        assert_eq!((back.id, &back.document), (gone.id, &gone.document));
    }
    assert_eq!(store.application_models(OURS, id).await.unwrap().len(), 3);
    let now = store.application(OURS, id).await.unwrap().unwrap();
    assert_eq!(now.revision, revision + 2);

    store.delete_model(OURS, book.id, None, None).await.unwrap();
    store
        .delete_application(OURS, id, None, None)
        .await
        .unwrap();
    let refused = store.restore_model(OURS, book.id, None).await;
    assert!(
        matches!(refused, Err(StoreError::ApplicationGone)),
        "{refused:?}"
    );
    store.restore_application(OURS, id, None).await.unwrap();
    store.restore_model(OURS, book.id, None).await.unwrap();
    let alone = store
        .create_model(OURS, None, model("note"), None)
        .await
        .unwrap();
    store
        .delete_model(OURS, alone.value.id, None, None)
        .await
        .unwrap();
    store
        .restore_model(OURS, alone.value.id, None)
        .await
        .unwrap();
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
    store.delete_workflow(OURS, id, None, None).await.unwrap();
    let refused = store.restore_workflow(THEIRS, id, None, None).await;
    assert!(
        matches!(refused, Err(StoreError::NotFound(_))),
        "{refused:?}"
    );
    let other = store
        .create_workflow(OURS, workflow("ship", "c"), None)
        .await
        .unwrap();
    let taken = store.restore_workflow(OURS, id, None, None).await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    store
        .delete_workflow(OURS, other.value.summary.id, None, None)
        .await
        .unwrap();
    let back = store.restore_workflow(OURS, id, None, None).await.unwrap();
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
    store.delete_model(OURS, alone, None, None).await.unwrap();
    store.delete_workflow(OURS, flow, None, None).await.unwrap();
    store
        .delete_application(OURS, shop, None, None)
        .await
        .unwrap();
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

/// And what of it goes by itself: secrets and variables do, as files do. The records of the trash say the same as its list.
async fn the_trash_says_who_deleted_what(stand: Stand) {
    let store = &stand.store;
    let ada = register(store, "ada").await;
    let by = Some(ada.id);
    let flow = store.create_workflow(OURS, workflow("ship", "a"), None);
    let flow = flow.await.unwrap().value.summary.id;
    store.delete_workflow(OURS, flow, None, by).await.unwrap();
    // A model goes with an edit of its application, and another one with the whole.
    let id = shop(store).await;
    let models = store.application_models(OURS, id).await.unwrap();
    let rest = vec![ModelChange {
        id: Some(models[0].id),
        model: model("book"),
    }];
    let edited = store.redesign_application(OURS, id, application("shop"), rest, None, by);
    edited.await.unwrap();
    store.delete_application(OURS, id, None, by).await.unwrap();
    let alone = store.create_model(OURS, None, model("note"), None).await;
    let alone = alone.unwrap().value.id;
    store.delete_model(OURS, alone, None, by).await.unwrap();
    let prompt = store.create_prompt(OURS, hello(), None).await;
    let prompt = prompt.unwrap().value.id;
    store.delete_prompt(OURS, prompt, None, by).await.unwrap();
    let token = store.create_secret(OURS, secret("token", "c4nary"), None);
    let token = token.await.unwrap().value.id;
    store.delete_secret(OURS, token, None, by).await.unwrap();
    let place = store.create_variable(OURS, variable("place"), None).await;
    let place = place.unwrap().value.id;
    store.delete_variable(OURS, place, None, by).await.unwrap();

    let who = Some(Starter {
        id: ada.id,
        name: Some("ada".to_owned()),
    });
    let expected = [
        ("variable", true),
        ("secret", true),
        ("prompt", false),
        ("model", false),
        ("application", false),
        ("model", false),
        ("workflow", false),
    ];
    let trash = store.list_trash(OURS, &Paging::default()).await.unwrap();
    let told: Vec<_> = trash
        .items
        .iter()
        .map(|gone| {
            assert_eq!(gone.deleted_by, who, "{}", gone.kind);
            (&*gone.kind, gone.is_swept)
        })
        .collect();
    assert_eq!(told, expected);
    let (table, every) = (record_table("trash").unwrap(), RecordQuery::default());
    let records = store.list_records(OURS, table, &every).await.unwrap();
    let told: Vec<_> = records
        .items
        .iter()
        .map(|record| {
            let values = &record.values;
            assert_eq!(values["deleted_by"], "ada");
            let is_swept = values["kept_until"] == values["deleted_at"];
            assert!(is_swept || values["kept_until"].is_null());
            (values["kind"].as_str().unwrap(), is_swept)
        })
        .collect();
    assert_eq!(told, expected);

    // Whoever deletes it the next time is another one, or nobody.
    store.restore_prompt(OURS, prompt, None).await.unwrap();
    store.delete_prompt(OURS, prompt, None, None).await.unwrap();
    let trash = store.list_trash(OURS, &Paging::first(1)).await.unwrap();
    assert_eq!(
        (trash.items[0].id, &trash.items[0].deleted_by),
        (prompt, &None)
    );
}

fn secret(name: &str, text: &str) -> NewSecret {
    NewSecret {
        name: name.to_owned(),
        kind: "text".to_owned(),
        description: "for pushes".to_owned(),
        fields: SecretFields::from([("value".to_owned(), SecretText::new(text.to_owned()))]),
    }
}

fn variable(name: &str) -> NewVariable {
    NewVariable {
        name: name.to_owned(),
        value: json!({"region": "eu"}),
        description: String::new(),
    }
}

/// What a step would get of it.
async fn revealed(store: &Store, name: &str) -> Option<String> {
    let secrets = store.reveal(Uuid::from_u128(1), &[name]).await.unwrap();
    let field = secrets.get(name)?.fields.get("value")?;
    Some(field.text.expose().to_owned())
}

async fn a_secret_is_out_of_use_until_it_comes_back(stand: Stand) {
    let store = &stand.store;
    let made = store.create_secret(OURS, secret("token", "c4nary-1"), None);
    let made = made.await.unwrap().value;
    let late = store.delete_secret(OURS, made.id, Some(7), None).await;
    assert!(matches!(late, Err(StoreError::Outdated(_))), "{late:?}");
    store
        .delete_secret(OURS, made.id, Some(0), None)
        .await
        .unwrap();
    assert_eq!(revealed(store, "token").await, None);
    assert_eq!(store.workspace_secret(OURS, made.id).await.unwrap(), None);
    let again = store.delete_secret(OURS, made.id, None, None).await;
    assert!(matches!(again, Err(StoreError::NotFound(_))), "{again:?}");
    let trash = store.list_trash(OURS, &Paging::default()).await.unwrap();
    let gone = &trash.items[0];
    assert_eq!(
        (&*gone.kind, gone.id, &*gone.name),
        ("secret", made.id, "token")
    );

    // Its name is free, and what has it now stays.
    let other = store.create_secret(OURS, secret("token", "c4nary-2"), None);
    let other = other.await.unwrap().value;
    for (scope, expected) in [(THEIRS, "NotFound"), (OURS, "NameTaken")] {
        let refused = store
            .restore_secret(scope, made.id, None)
            .await
            .unwrap_err();
        assert!(format!("{refused:?}").starts_with(expected), "{refused:?}");
    }
    assert_eq!(revealed(store, "token").await.unwrap(), "c4nary-2");
    store.purge_secret(OURS, other.id, None).await.unwrap();
    let refused = store.restore_secret(OURS, other.id, None).await;
    assert!(
        matches!(refused, Err(StoreError::NotFound(_))),
        "{refused:?}"
    );

    let back = store.restore_secret(OURS, made.id, None).await.unwrap();
    assert_eq!(revealed(store, "token").await.unwrap(), "c4nary-1");
    assert!(back.revision > made.revision);
    let same = store::SecretSummary {
        revision: made.revision,
        ..back
    };
    assert_eq!(same, made);
}

async fn a_variable_comes_back_as_it_was(stand: Stand) {
    let store = &stand.store;
    let read = async || {
        let read = Variables::read(store, Uuid::from_u128(1), &["place"]).await;
        serde_json::Value::from(read.unwrap())
    };
    let made = store.create_variable(OURS, variable("place"), None).await;
    let made = made.unwrap().value;
    store
        .delete_variable(OURS, made.id, Some(0), None)
        .await
        .unwrap();
    assert_eq!(read().await, json!({}));
    let other = store.create_variable(OURS, variable("place"), None).await;
    let other = other.unwrap().value.id;
    let taken = store.restore_variable(OURS, made.id, None).await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );
    store.purge_variable(OURS, other, None).await.unwrap();
    let back = store.restore_variable(OURS, made.id, None).await.unwrap();
    assert_eq!(
        (&back.value, back.created_at),
        (&made.value, made.created_at)
    );
    assert_eq!(read().await, json!({"place": {"region": "eu"}}));
}

/// What was deleted is kept for as long as files are; nothing is left of it then, sealed or not.
async fn what_is_confidential_is_purged(stand: Stand) {
    let store = &stand.store;
    let token = store.create_secret(OURS, secret("token", "c4nary"), None);
    let token = token.await.unwrap().value.id;
    let place = store.create_variable(OURS, variable("place"), None).await;
    let place = place.unwrap().value.id;
    store.delete_secret(OURS, token, None, None).await.unwrap();
    store
        .delete_variable(OURS, place, None, None)
        .await
        .unwrap();
    let shop = shop(store).await;
    store
        .delete_application(OURS, shop, None, None)
        .await
        .unwrap();
    let month = Duration::from_secs(30 * 24 * 60 * 60);
    store.sweep_files(Utc::now(), month).await.unwrap();
    let kept = store.list_trash(OURS, &Paging::default()).await.unwrap();
    assert_eq!(kept.items.len(), 3);
    let later = Utc::now() + TimeDelta::days(31);
    assert_eq!(store.sweep_files(later, month).await.unwrap(), 2);
    let kept = store.list_trash(OURS, &Paging::default()).await.unwrap();
    let kinds: Vec<&str> = kept.items.iter().map(|gone| &*gone.kind).collect();
    assert_eq!(kinds, ["application"]);
    let everything = stand.everything().await;
    assert_eq!(everything.get("trash.sealed").map_or(0, Vec::len), 0);
}

/// What goes is looked for in every workflow, however many hold its name, and only where one could be used.
async fn who_uses_a_name_is_found_in_pages(stand: Stand) {
    let store = &stand.store;
    for name in ["one", "two", "three"] {
        let new = workflow(name, "${ secrets.token }");
        store.create_workflow(OURS, new, None).await.unwrap();
    }
    let unused = workflow("none", "a token of thanks");
    store.create_workflow(OURS, unused, None).await.unwrap();
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let texts = ["secrets", "token"];
        let found = store.documents_with(OURS, texts, after, 1).await.unwrap();
        let Some(last) = found.last() else {
            break;
        };
        after = Some((last.workflow_id, last.version));
        names.extend(found.into_iter().map(|mention| mention.name));
    }
    assert_eq!(names, ["one", "two", "three"]);
    let texts = ["secrets", "token"];
    let others = store.documents_with(THEIRS, texts, None, 10).await;
    assert_eq!(others.unwrap(), []);
}
