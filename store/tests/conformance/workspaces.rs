//! What becomes of a workspace that is deleted: what goes with it, what comes back with it, and when there is nothing left of it.

use std::time::Duration;

use blueprint::ports::{CurrentRelease, NewRelease, ReleaseJournal, Standing};
use chrono::{TimeDelta, Utc};
use engine::execution::Status;
use engine::ports::definitions::Definitions;
use engine::ports::executions::ExecutionStore;
use engine::ports::schedules::Schedules;
use engine::ports::secrets::{SecretText, Secrets};
use engine::schedule::{CatchUp, Overlap, ScheduleSpec};
use serde_json::json;
use store::{
    EnvironmentEntry, Held, NewApplication, NewSchedule, NewSecret, NewWebhook, NewWorkflow,
    Paging, Scope, SecretFields, Store, StoreError,
};
use uuid::Uuid;

use crate::commits::{accept, done, finish};
use crate::departure;
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    comes_back_as_it_was,
    what_is_made_at_its_deletion_goes_with_it,
    is_emptied_once_nothing_runs_in_it,
    its_runs_are_found_page_by_page,
);

const MONTH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

async fn register(store: &Store, name: &str) -> Uuid {
    departure::register(store, name).await.id
}

async fn workflow(store: &Store, scope: Scope, name: &str) -> Result<Uuid, StoreError> {
    let new = NewWorkflow {
        document: json!({ "lathe": 1, "name": name, "nodes": [] }),
        name: name.to_owned(),
        label: None,
        description: None,
        node_count: 0,
        layout: None,
        author: None,
    };
    let made = store.create_workflow(scope, new, None).await?;
    Ok(made.value.summary.id)
}

async fn schedule(store: &Store, scope: Scope, workflow_id: Uuid, name: &str) -> Uuid {
    let new = NewSchedule {
        name: name.to_owned(),
        workflow_id,
        spec: ScheduleSpec {
            cron: "@yearly".to_owned(),
            timezone: "Europe/Berlin".to_owned(),
            catch_up: CatchUp::Latest,
            overlap: Overlap::Queue,
        },
        inputs: json!({}),
        enabled: true,
    };
    let made = store.create_schedule(scope, new, None).await;
    made.unwrap().value.id
}

/// A run of a workspace that goes on.
async fn run(store: &Store, owner: Uuid) -> Uuid {
    let mut commit = accept(Uuid::now_v7());
    if let Some(accepted) = &mut commit.accepted {
        accepted.owner = owner;
    }
    let id = commit.id;
    done(store, commit).await;
    id
}

async fn secret(store: &Store, scope: Scope) -> Uuid {
    let new = NewSecret {
        name: "token".to_owned(),
        kind: "text".to_owned(),
        description: String::new(),
        fields: SecretFields::from([("value".to_owned(), SecretText::new("c4nary".to_owned()))]),
    };
    let made = store.create_secret(scope, new, None).await;
    made.unwrap().value.id
}

async fn webhook(store: &Store, scope: Scope, workflow_id: Uuid) {
    let new = NewWebhook {
        name: "hook".to_owned(),
        workflow_id,
        token: "token".to_owned().into(),
        token_hash: "hash".to_owned(),
        settings: json!({}),
        secret: None,
        enabled: true,
    };
    store.create_webhook(scope, new, None).await.unwrap();
}

async fn comes_back_as_it_was(stand: Stand) {
    let store = &stand.store;
    let (ada, eve) = (register(store, "ada").await, register(store, "eve").await);
    let team = store.create_workspace(ada, "team", "Team").await;
    let team = team.unwrap().id;
    let scope = Scope::Workspace(team);
    store.add_member(team, eve, "auditor").await.unwrap();
    let kept = workflow(store, scope, "kept").await.unwrap();
    let before = workflow(store, scope, "before").await.unwrap();
    let nightly = schedule(store, scope, kept, "nightly").await;
    schedule(store, scope, before, "gone").await;
    webhook(store, scope, kept).await;
    store
        .delete_workflow(scope, before, None, None)
        .await
        .unwrap();
    let going_on = run(store, team).await;

    store.delete_workspace(team, None).await.unwrap();
    assert_eq!(store.deleted_workspaces(eve).await.unwrap(), []);
    let deleted = store.deleted_workspaces(ada).await.unwrap();
    assert_eq!((deleted.len(), &*deleted[0].slug), (1, "team"));
    for (who, expected) in [(eve, "NotFound"), (ada, "WorkspaceEnding")] {
        let refused = store.restore_workspace(who, team, None).await.unwrap_err();
        assert!(format!("{refused:?}").starts_with(expected), "{refused:?}");
    }
    done(store, finish(going_on, 1, Status::Cancelled)).await;
    let other = store.create_workspace(eve, "team", "Another").await;
    other.unwrap();
    let taken = store.restore_workspace(ada, team, None).await;
    assert!(
        matches!(taken, Err(StoreError::NameTaken { .. })),
        "{taken:?}"
    );

    let back = store.restore_workspace(ada, team, Some("team-2")).await;
    assert_eq!(&*back.unwrap().slug, "team-2");
    let member = store.member(team, eve).await.unwrap().unwrap();
    assert_eq!(member.role, "auditor");
    assert!(store.workflow(scope, kept).await.unwrap().is_some());
    let due = store.due_schedules(10).await.unwrap();
    let due: Vec<Uuid> = due.iter().map(|due| due.id).collect();
    assert_eq!(due, [nightly], "it begins anew");
    let found = store.webhook_at(Scope::System, "hash").await.unwrap();
    assert!(found.is_some());
    // What was deleted before is where it was.
    let trash = store.list_trash(scope, &Paging::default()).await.unwrap();
    let names: Vec<&str> = trash.items.iter().map(|gone| &*gone.name).collect();
    assert_eq!(names, ["before"]);
    assert_eq!(store.deleted_workspaces(ada).await.unwrap(), []);
    // And it may go, and come back, once more.
    store.delete_workspace(team, None).await.unwrap();
    store.restore_workspace(ada, team, None).await.unwrap();
}

/// On Postgres both may be under way at once: whichever is first, nothing is left that another workflow could call.
async fn what_is_made_at_its_deletion_goes_with_it(stand: Stand) {
    let store = &stand.store;
    let ada = register(store, "ada").await;
    for round in 0..20 {
        let slug = format!("team-{round}");
        let team = store.create_workspace(ada, &slug, "Team").await;
        let team = team.unwrap().id;
        let scope = Scope::Workspace(team);
        let gone = workflow(store, scope, "gone").await.unwrap();
        store
            .delete_workflow(scope, gone, None, None)
            .await
            .unwrap();
        let (made, back, deleted) = tokio::join!(
            workflow(store, scope, "made"),
            store.restore_workflow(scope, gone, None, None),
            store.delete_workspace(team, None),
        );
        deleted.unwrap();
        for name in ["made", "gone"] {
            let called = Definitions::named(store, team, name, None).await.unwrap();
            assert_eq!(called, None, "{round}: {name}: {made:?} {back:?}");
        }
        let late = workflow(store, scope, "late").await;
        assert!(matches!(late, Err(StoreError::NotFound(_))), "{late:?}");
    }
}

async fn is_emptied_once_nothing_runs_in_it(stand: Stand) {
    let store = &stand.store;
    let ada = register(store, "ada").await;
    let team = store.create_workspace(ada, "team", "Team").await;
    let team = team.unwrap().id;
    let scope = Scope::Workspace(team);
    secret(store, scope).await;
    let begun = workflow(store, scope, "begun").await.unwrap();
    webhook(store, scope, begun).await;
    let pins = json!({"ask": {"output": "c4nary of a run"}});
    let pinned = store.put_workflow_pins(scope, begun, &pins, None).await;
    pinned.unwrap();
    let shop = NewApplication {
        name: "shop".to_owned(),
        label: String::new(),
        description: String::new(),
        configuration: json!({}),
        relationships: json!([]),
        components: json!([]),
    };
    let shop = store
        .create_application(scope, shop, Vec::new(), None)
        .await;
    let shop = shop.unwrap().value.id;
    let entry = EnvironmentEntry {
        name: "PASSWORD".to_owned(),
        held: Held::Value("c4nary of an environment".to_owned()),
    };
    let entries = [entry];
    let given = store.set_application_environment(scope, shop, &entries, None);
    given.await.unwrap();
    let going_on = run(store, team).await;
    store.delete_workspace(team, None).await.unwrap();
    let is_there = async || {
        let secrets = store.reveal(team, &["token"]).await.unwrap();
        secrets.contains_key("token")
    };
    let later = Utc::now() + TimeDelta::days(31);
    store.sweep_files(later, MONTH).await.unwrap();
    assert!(is_there().await, "a run goes on");
    done(store, finish(going_on, 1, Status::Cancelled)).await;
    store.sweep_files(Utc::now(), MONTH).await.unwrap();
    assert!(is_there().await, "it may come back");
    let release = release_of(team);
    let standing = CurrentRelease {
        release: release.clone(),
        standing: Standing::Stopped,
        url: "http://127.0.0.1:40001/".to_owned(),
        since: Utc::now(),
    };
    ReleaseJournal::settle(store, release.home, Some(&standing))
        .await
        .unwrap();
    assert!(store.release(scope, release.id).await.unwrap().is_some());
    store.sweep_files(later, MONTH).await.unwrap();
    assert!(!is_there().await);
    // Its folder is there still, and tells each minute.
    ReleaseJournal::settle(store, release.home, Some(&standing))
        .await
        .unwrap();
    store.begin(&release).await.unwrap();
    assert_eq!(store.release(scope, release.id).await.unwrap(), None);
    let everything = stand.everything().await;
    for sealed in ["workspace_secrets.sealed", "webhooks.token"] {
        assert_eq!(everything.get(sealed).map_or(0, Vec::len), 0, "{sealed}");
    }
    for (column, values) in &everything {
        let left = values.iter().any(|value| value.contains("c4nary of "));
        assert!(!left, "{column}");
    }
    assert_eq!(store.deleted_workspaces(ada).await.unwrap(), []);
    let late = store.restore_workspace(ada, team, None).await;
    assert!(matches!(late, Err(StoreError::NotFound(_))), "{late:?}");
}

fn release_of(workspace: Uuid) -> NewRelease {
    NewRelease {
        id: Uuid::now_v7(),
        owner: workspace,
        home: Uuid::from_u128(11),
        application: "shop".to_owned(),
        number: 1,
        digest: "digest".to_owned(),
        target: "process".to_owned(),
        execution: Uuid::now_v7(),
        begun_at: Utc::now(),
    }
}

/// What can't be cancelled yet keeps nothing else from being found.
async fn its_runs_are_found_page_by_page(stand: Stand) {
    let store = &stand.store;
    let ada = register(store, "ada").await;
    let mut runs = Vec::new();
    for name in ["one", "two"] {
        let team = store.create_workspace(ada, name, "Team").await;
        let team = team.unwrap().id;
        for _ in 0..3 {
            runs.push(run(store, team).await);
        }
        store.delete_workspace(team, None).await.unwrap();
    }
    runs.sort_unstable();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = store.orphans(after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(*last);
        found.extend(page);
    }
    assert_eq!(found, runs);
}
