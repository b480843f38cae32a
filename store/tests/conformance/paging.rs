//! Pages neither repeat nor skip, whatever is added meanwhile; a broken cursor is said to be one.

use engine::execution::Status;
use engine::ports::executions::ExecutionStore;
use futures::future::join_all;
use serde_json::json;
use store::{
    DatabaseConfig, ExecutionFilter, ExecutionSummary, FIRST_WORKSPACE, ModelFilter, NewModel,
    NewWorkflow, Paging, Scope, StoreError, WorkflowFilter,
};
use uuid::Uuid;

use crate::commits::{accept, done, finish};
use crate::notifications::somebody;
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    executions_come_newest_first,
    executions_are_found_by_what_began_them,
    lists_by_name_page_too,
    a_search_goes_on_where_its_page_ended,
    broken_cursors_are_refused
);

async fn executions_come_newest_first(stand: Stand) {
    let store = &stand.store;
    let (ours, theirs) = (Uuid::now_v7(), Uuid::now_v7());
    let mut commits: Vec<_> = (0..25)
        .map(|n| accept(if n % 5 == 0 { theirs } else { ours }))
        .collect();
    commits.sort_by_key(|commit| commit.id);
    let newest_first: Vec<Uuid> = commits.iter().rev().map(|commit| commit.id).collect();
    let failed = newest_first[3];
    join_all(commits.into_iter().map(|commit| done(store, commit))).await;
    done(store, finish(failed, 1, Status::Failed)).await;

    let mut seen = Vec::new();
    let mut paging = Paging::first(10);
    loop {
        let page = store
            .list_executions(Scope::System, &ExecutionFilter::default(), &paging)
            .await
            .unwrap();
        // What begins meanwhile belongs before the first page.
        done(store, accept(ours)).await;
        seen.extend(page.items.iter().map(|item| item.id));
        paging.cursor = page.next_cursor;
        if paging.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, newest_first);
    // All but the failed one wait; three have come with the pages.
    let waiting = async |workspace: Uuid, most: u32| {
        let scope = Scope::Workspace(workspace);
        store.waiting_executions(scope, most).await.unwrap()
    };
    assert_eq!(waiting(FIRST_WORKSPACE, 100).await, 27);
    assert_eq!(waiting(FIRST_WORKSPACE, 10).await, 10);
    assert_eq!(waiting(Uuid::now_v7(), 100).await, 0);

    let filtered = async |filter: ExecutionFilter| {
        store
            .list_executions(Scope::System, &filter, &Paging::default())
            .await
            .unwrap()
            .items
    };
    let of_theirs = filtered(ExecutionFilter {
        workflow_id: Some(theirs),
        ..ExecutionFilter::default()
    })
    .await;
    assert_eq!(of_theirs.len(), 5);
    // The runs of a workflow page through all statuses in one order.
    done(store, finish(of_theirs[1].id, 1, Status::Succeeded)).await;
    let mut paged = Vec::new();
    let mut paging = Paging::first(2);
    loop {
        let filter = ExecutionFilter {
            workflow_id: Some(theirs),
            ..ExecutionFilter::default()
        };
        let page = store.list_executions(Scope::System, &filter, &paging).await;
        let page = page.unwrap();
        paged.extend(page.items.iter().map(|item| item.id));
        paging.cursor = page.next_cursor;
        if paging.cursor.is_none() {
            break;
        }
    }
    let in_order: Vec<Uuid> = of_theirs.iter().map(|item| item.id).collect();
    assert_eq!(paged, in_order);
    let of_failed = filtered(ExecutionFilter {
        status: Some(Status::Failed),
        ..ExecutionFilter::default()
    })
    .await;
    assert_eq!(
        of_failed.iter().map(|item| item.id).collect::<Vec<_>>(),
        [failed]
    );
    assert_eq!(of_failed[0].error.as_ref().unwrap().code, "http_status");
    let none = ExecutionFilter {
        workflow_id: Some(Uuid::now_v7()),
        status: Some(Status::Failed),
        ..ExecutionFilter::default()
    };
    assert!(filtered(none).await.is_empty());
}

async fn executions_are_found_by_what_began_them(stand: Stand) {
    let store = &stand.store;
    let ada = somebody(store, "ada").await;
    let (gone, schedule, webhook) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let workflow = Uuid::now_v7();
    let began = async |trigger: String, started_by: Option<Uuid>| {
        let mut commit = accept(workflow);
        let accepted = commit.accepted.as_mut().unwrap();
        (accepted.trigger, accepted.started_by) = (trigger, started_by);
        let id = commit.id;
        done(store, commit).await;
        id
    };
    let mut hers = Vec::new();
    let mut of_schedule = Vec::new();
    for _ in 0..3 {
        hers.insert(0, began("api".to_owned(), Some(ada.id)).await);
        of_schedule.insert(0, began(format!("schedule:{schedule}"), None).await);
    }
    let of_webhook = began(format!("webhook:{webhook}"), None).await;
    let of_nobody = began("manual".to_owned(), Some(gone)).await;
    done(store, finish(hers[1], 1, Status::Failed)).await;

    let found = async |scope: Scope, filter: ExecutionFilter| {
        let (mut seen, mut paging) = (Vec::new(), Paging::first(2));
        loop {
            let page = store.list_executions(scope, &filter, &paging).await;
            let page = page.unwrap();
            seen.extend(page.items);
            paging.cursor = page.next_cursor;
            if paging.cursor.is_none() {
                return seen;
            }
        }
    };
    let of = |started_by: Option<Uuid>, trigger_id: Option<Uuid>| ExecutionFilter {
        started_by,
        trigger_id,
        ..ExecutionFilter::default()
    };
    let ids = |found: &[ExecutionSummary]| found.iter().map(|one| one.id).collect::<Vec<_>>();
    let ours = Scope::Workspace(FIRST_WORKSPACE);
    for scope in [ours, Scope::System] {
        assert_eq!(ids(&found(scope, of(Some(ada.id), None)).await), hers);
        assert_eq!(
            ids(&found(scope, of(None, Some(schedule))).await),
            of_schedule
        );
        assert_eq!(
            ids(&found(scope, of(None, Some(webhook))).await),
            [of_webhook]
        );
    }
    let failed = ExecutionFilter {
        status: Some(Status::Failed),
        workflow_id: Some(workflow),
        ..of(Some(ada.id), None)
    };
    let failed = found(ours, failed).await;
    assert_eq!(ids(&failed), [hers[1]]);
    let starter = failed[0].started_by.as_ref().unwrap();
    assert_eq!((starter.id, starter.name.as_deref()), (ada.id, Some("ada")));
    let of_nobody = store.execution(ours, of_nobody).await.unwrap().unwrap();
    let starter = of_nobody.summary.started_by.unwrap();
    assert_eq!((starter.id, starter.name), (gone, None));
    let loaded = store.load(hers[0]).await.unwrap().unwrap();
    assert_eq!(loaded.accepted.started_by, Some(ada.id));
    let theirs = Scope::Workspace(Uuid::now_v7());
    assert_eq!(found(theirs, of(Some(ada.id), None)).await, []);
    assert_eq!(found(theirs, of(None, Some(schedule))).await, []);
    assert_eq!(found(ours, of(Some(ada.id), Some(schedule))).await, []);
}

async fn lists_by_name_page_too(stand: Stand) {
    let store = &stand.store;
    for name in ["c", "a", "e", "b", "d"] {
        let new = NewModel {
            name: name.into(),
            label: String::new(),
            document: json!({}),
        };
        store
            .create_model(Scope::System, None, new, None)
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut paging = Paging::first(2);
    loop {
        let page = store
            .list_models(Scope::System, &ModelFilter::default(), &paging)
            .await
            .unwrap();
        seen.extend(page.items.into_iter().map(|item| item.name));
        paging.cursor = page.next_cursor;
        if paging.cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, ["a", "b", "c", "d", "e"]);
}

/// More than one page looks at: each says where the next one goes on, though it found nothing.
async fn a_search_goes_on_where_its_page_ended(stand: Stand) {
    let numbers = "WITH RECURSIVE numbers (n) AS (SELECT 10000 UNION ALL SELECT n + 1 FROM numbers WHERE n < 55000)";
    let (id, time) = if matches!(stand.config.database, DatabaseConfig::Sqlite { .. }) {
        ("randomblob(16)", "0")
    } else {
        ("gen_random_uuid()", "now()")
    };
    let ours = "workspace_id FROM workflows LIMIT 1";
    let new = NewWorkflow {
        name: "wanted".to_owned(),
        label: Some("What Is Wanted".to_owned()),
        description: None,
        document: json!({}),
        node_count: 0,
        layout: None,
        author: None,
    };
    stand
        .store
        .create_workflow(Scope::System, new, None)
        .await
        .unwrap();
    stand
        .meddle(&format!(
            "{numbers} INSERT INTO workflows (id, workspace_id, name, version, revision, node_count, created_at, updated_at)
             SELECT {id}, (SELECT {ours}), 'w' || n, 1, 1, 0, {time}, {time} FROM numbers"
        ))
        .await;
    let search = async |q: &str, limit: u32| {
        let (mut sizes, mut names) = (Vec::new(), Vec::new());
        let mut paging = Paging::first(limit);
        loop {
            let filter = WorkflowFilter { q: Some(q.into()) };
            let page = stand.store.list_workflows(Scope::System, &filter, &paging);
            let page = page.await.unwrap();
            sizes.push(page.items.len());
            names.extend(page.items.into_iter().map(|item| item.name));
            paging.cursor = page.next_cursor;
            if paging.cursor.is_none() {
                return (sizes, names);
            }
        }
    };
    assert_eq!(search("nowhere", 5).await.0, [0, 0, 0]);
    let (sizes, names) = search("is want", 5).await;
    assert_eq!((sizes, names), (vec![0, 0, 1], vec!["wanted".to_owned()]));
    let (sizes, names) = search("w500", 60).await;
    // 100 of them in the third stretch.
    assert_eq!(sizes, [0, 0, 60, 40], "{names:?}");
    assert!(names.is_sorted() && names.len() == 100);
}

async fn broken_cursors_are_refused(stand: Stand) {
    let store = &stand.store;
    for _ in 0..3 {
        done(store, accept(Uuid::now_v7())).await;
    }
    let page = store
        .list_executions(
            Scope::System,
            &ExecutionFilter::default(),
            &Paging::first(1),
        )
        .await
        .unwrap();
    let of_executions = page.next_cursor.unwrap();
    let workflows = async |cursor: &str| {
        let paging = Paging {
            limit: 5,
            cursor: Some(cursor.into()),
        };
        store
            .list_workflows(Scope::System, &WorkflowFilter::default(), &paging)
            .await
    };
    for cursor in ["", "nonsense", "!!", "AAAA", &of_executions] {
        assert!(
            matches!(workflows(cursor).await, Err(StoreError::BadCursor)),
            "{cursor}"
        );
    }
}
