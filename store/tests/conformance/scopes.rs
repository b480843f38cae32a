//! What belongs to one workspace is not there for another: names, keys, lists, and what is woken.

use engine::ports::definitions::Definitions;
use serde_json::json;
use store::{
    AuditFilter, AuditVerdict, NewApplication, NewAuditEntry, NewModel, NewPrompt,
    NewPromptVersion, NewWorkflow, Paging, Scope, Store, StoreError, WorkflowFilter,
};
use uuid::Uuid;

use crate::departure::register;
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    the_same_names_in_two_workspaces_are_two_things,
    prompts_change_by_versions,
    the_audit_log_is_one_chain,
);

async fn two(store: &Store) -> (Scope, Scope) {
    let mut homes = Vec::new();
    for name in ["ada", "eve"] {
        homes.push(Scope::Workspace(register(store, name).await.home));
    }
    (homes[0], homes[1])
}

fn workflow() -> NewWorkflow {
    NewWorkflow {
        name: "ship".to_owned(),
        label: None,
        description: None,
        document: json!({"name": "ship"}),
        node_count: 0,
        layout: None,
        author: None,
    }
}

fn application() -> NewApplication {
    NewApplication {
        name: "shop".to_owned(),
        label: String::new(),
        description: String::new(),
        configuration: json!({}),
        relationships: json!([]),
        components: json!([]),
    }
}

async fn the_same_names_in_two_workspaces_are_two_things(stand: Stand) {
    let store = &stand.store;
    let (ours, theirs) = two(store).await;
    let mut ids = Vec::new();
    for scope in [ours, theirs] {
        let made = store
            .create_workflow(scope, workflow(), Some("key".into()))
            .await
            .unwrap();
        assert!(
            !made.existing,
            "a key means something in its workspace only"
        );
        let model = NewModel {
            name: "book".to_owned(),
            label: String::new(),
            document: json!({}),
        };
        let app = store
            .create_application(
                scope,
                application(),
                vec![model.clone()],
                Some("key".into()),
            )
            .await;
        let alone = store
            .create_model(scope, None, model, Some("key".into()))
            .await;
        ids.push((
            made.value.summary.id,
            app.unwrap().value.id,
            alone.unwrap().value.id,
        ));
    }
    let (workflow_id, application_id, model_id) = ids[0];
    let read = |scope| async move {
        (
            store.workflow(scope, workflow_id).await.unwrap().is_some(),
            store
                .application(scope, application_id)
                .await
                .unwrap()
                .is_some(),
            store.model(scope, model_id).await.unwrap().is_some(),
            store
                .workflow_version(scope, workflow_id, 1)
                .await
                .unwrap()
                .is_some(),
        )
    };
    assert_eq!(read(ours).await, (true, true, true, true));
    assert_eq!(read(theirs).await, (false, false, false, false));
    let missing = |error: StoreError| matches!(error, StoreError::NotFound(_));
    assert!(missing(
        store
            .update_workflow(theirs, workflow_id, workflow(), None, None)
            .await
            .unwrap_err()
    ));
    assert!(missing(
        store
            .publish_workflow(theirs, workflow_id, 1, None)
            .await
            .unwrap_err()
    ));
    assert!(missing(
        store
            .delete_workflow(theirs, workflow_id, None, None)
            .await
            .unwrap_err()
    ));
    assert!(missing(
        store
            .update_application(theirs, application_id, application(), None)
            .await
            .unwrap_err()
    ));
    let redesigned = store.redesign_application(
        theirs,
        application_id,
        application(),
        Vec::new(),
        None,
        None,
    );
    assert!(missing(redesigned.await.unwrap_err()));
    assert!(missing(
        store
            .delete_application(theirs, application_id, None, None)
            .await
            .unwrap_err()
    ));
    assert!(missing(
        store
            .delete_model(theirs, model_id, None, None)
            .await
            .unwrap_err()
    ));
    let (all, first) = (WorkflowFilter::default(), Paging::default());
    let list = store.list_workflows(theirs, &all, &first).await.unwrap();
    assert_eq!(list.items.len(), 1);
    let Scope::Workspace(owner) = theirs else {
        panic!()
    };
    let named = store.named(owner, "ship", None).await.unwrap().unwrap();
    assert_eq!((named.workflow_id, named.owner), (ids[1].0, owner));

    // An application is another one when its models are.
    let before = store
        .application(ours, application_id)
        .await
        .unwrap()
        .unwrap()
        .revision;
    let models = store
        .application_models(ours, application_id)
        .await
        .unwrap();
    store
        .delete_model(ours, models[0].id, None, None)
        .await
        .unwrap();
    let after = store
        .application(ours, application_id)
        .await
        .unwrap()
        .unwrap()
        .revision;
    assert_eq!(after, before + 1);
    let stale = store
        .update_application(ours, application_id, application(), Some(before))
        .await;
    assert!(matches!(stale, Err(StoreError::Outdated(_))));
}

fn text(content: &str) -> NewPromptVersion {
    NewPromptVersion {
        content: content.to_owned(),
        variables: json!([]),
        note: None,
        author: Some(Uuid::from_u128(1)),
    }
}

async fn prompts_change_by_versions(stand: Stand) {
    let store = &stand.store;
    let (ours, theirs) = two(store).await;
    let new = |name: &str| NewPrompt {
        name: name.to_owned(),
        description: String::new(),
        first: text("one"),
    };
    let made = store
        .create_prompt(ours, new("greet"), Some("k".into()))
        .await
        .unwrap();
    let id = made.value.id;
    assert!(
        store
            .create_prompt(ours, new("greet"), Some("k".into()))
            .await
            .unwrap()
            .existing
    );
    let taken = store.create_prompt(ours, new("greet"), None).await;
    assert!(matches!(taken, Err(StoreError::NameTaken { .. })));
    store
        .create_prompt(theirs, new("greet"), None)
        .await
        .unwrap();
    let second = store
        .add_prompt_version(ours, id, text("two"), Some(0))
        .await
        .unwrap();
    assert_eq!((second.version, second.revision), (2, 1));
    let stale = store
        .add_prompt_version(ours, id, text("three"), Some(0))
        .await;
    assert!(matches!(stale, Err(StoreError::Outdated(_))));
    assert_eq!(
        store.prompt(ours, id).await.unwrap().unwrap().version,
        2,
        "nothing of it stays"
    );
    store
        .label_prompt(ours, id, "production", Some(2), None)
        .await
        .unwrap();
    store
        .label_prompt(ours, id, "production", Some(1), None)
        .await
        .unwrap();
    let nowhere = store
        .label_prompt(ours, id, "production", Some(9), None)
        .await;
    assert!(matches!(nowhere, Err(StoreError::NotFound(_))));
    let labels = store.prompt_labels(ours, id).await.unwrap();
    assert_eq!((labels.len(), labels[0].version), (1, 1));
    assert_eq!(store.prompt_labels(theirs, id).await.unwrap(), []);
    assert!(store.prompt_version(theirs, id, 1).await.unwrap().is_none());
    let first = Paging::first(1);
    let page = store.list_prompt_versions(ours, id, &first).await.unwrap();
    assert_eq!(page.items[0].version, 2);
    let next = Paging {
        cursor: page.next_cursor,
        ..first
    };
    assert_eq!(
        store
            .list_prompt_versions(ours, id, &next)
            .await
            .unwrap()
            .items[0]
            .content,
        "one"
    );
    store
        .update_prompt(ours, id, "hello", "kind", None)
        .await
        .unwrap();
    store
        .label_prompt(ours, id, "production", None, None)
        .await
        .unwrap();
    store.delete_prompt(ours, id, None, None).await.unwrap();
    assert_eq!(
        store
            .list_prompts(ours, &Paging::default())
            .await
            .unwrap()
            .items,
        []
    );
    let back = store.restore_prompt(ours, id, None).await.unwrap();
    assert_eq!((&*back.name, back.version), ("hello", 2));
}

async fn the_audit_log_is_one_chain(stand: Stand) {
    let store = &stand.store;
    let entry = |n: usize| NewAuditEntry {
        workspace_id: n.is_multiple_of(2).then_some(store::FIRST_WORKSPACE),
        actor: json!({"via": "machine"}),
        action: "create_prompt".to_owned(),
        resource: format!("/api/prompts/{n}"),
        address: "10.0.0.1".to_owned(),
        status: 201,
        before: n.is_multiple_of(5).then(|| json!({"n": 0})),
        after: n
            .is_multiple_of(3)
            .then(|| json!({"n": n, "text": "ü \u{1F600}"})),
    };
    // All at once, and still one after the other.
    let appended = futures::future::join_all((0..20).map(|n| store.append_audit(entry(n)))).await;
    let heads: Vec<_> = appended
        .into_iter()
        .map(|head| head.unwrap().unwrap())
        .collect();
    let AuditVerdict::Sound(head) = store.verify_audit(Some(&heads[7])).await.unwrap() else {
        panic!("it is sound")
    };
    assert_eq!(head.seq, 20);
    let first = AuditFilter {
        workspace: Some(store::FIRST_WORKSPACE),
        ..AuditFilter::default()
    };
    let theirs = store.list_audit(&first, &Paging::first(7)).await.unwrap();
    assert_eq!(theirs.items.len(), 7);
    assert!(theirs.next_cursor.is_some());
    let all = store
        .list_audit(&AuditFilter::default(), &Paging::default())
        .await
        .unwrap();
    assert_eq!((all.items.len(), all.items[0].seq), (20, 20));
}
