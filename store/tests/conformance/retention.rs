//! What has expired goes, with all that belongs to it, and the disk has its place back.

use std::sync::Arc;

use chrono::TimeDelta;
use engine::execution::{Status, StepStatus};
use engine::ports::executions::ExecutionStore;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, ConnectOptions, Connection};
use serde_json::json;
use store::{FIRST_WORKSPACE, Scope};
use uuid::Uuid;

use crate::commits::{accept, done, finish, moment, step};
use crate::on_every_database;
use crate::stand::{Stand, sqlite_file};

on_every_database!(
    what_has_expired_is_deleted_with_all_that_belongs_to_it,
    a_workspace_keeps_its_executions_as_long_as_it_says,
);

async fn a_workspace_keeps_its_executions_as_long_as_it_says(stand: Stand) {
    let store = &stand.store;
    // Long ago, as its id says, and as it has ended.
    let ago = |ordinal| {
        let mut begin = accept(Uuid::now_v7());
        let millis = u64::try_from(moment(0).timestamp_millis()).unwrap();
        begin.id = uuid::Builder::from_unix_timestamp_millis(millis, &[ordinal; 10]).into_uuid();
        begin.accepted.as_mut().unwrap().id = begin.id;
        begin
    };
    let (old, goes_on, new) = (ago(1), ago(2), accept(Uuid::now_v7()));
    let (old_id, goes_on_id, new_id) = (old.id, goes_on.id, new.id);
    for begin in [old, goes_on, new] {
        done(store, begin).await;
    }
    for id in [old_id, new_id] {
        done(store, finish(id, 1, Status::Failed)).await;
    }
    let before = moment(0) + TimeDelta::days(1);
    let other = store.expire_executions(Uuid::now_v7(), before, 10).await;
    assert_eq!(other.unwrap(), 0, "that of another workspace stays");
    let none = moment(0) - TimeDelta::days(1);
    let none = store.expire_executions(FIRST_WORKSPACE, none, 10).await;
    assert_eq!(none.unwrap(), 0);
    let marked = store.expire_executions(FIRST_WORKSPACE, before, 10).await;
    assert_eq!(marked.unwrap(), 1);
    let again = store.expire_executions(FIRST_WORKSPACE, before, 10).await;
    assert_eq!(again.unwrap(), 0, "once is enough");
    assert_eq!(store.prune(10).await.unwrap(), [old_id]);
    for stays in [goes_on_id, new_id] {
        assert!(store.load(stays).await.unwrap().is_some());
    }
}

async fn what_has_expired_is_deleted_with_all_that_belongs_to_it(stand: Stand) {
    let store = &stand.store;
    let (gone, stays) = (accept(Uuid::now_v7()), accept(Uuid::now_v7()));
    let (gone_id, stays_id) = (gone.id, stays.id);
    done(store, gone).await;
    done(store, stays).await;
    let mut end = finish(gone_id, 1, Status::Succeeded);
    end.expires_at = Some(moment(0));
    end.steps = vec![step("a", 1, StepStatus::Succeeded)];
    done(store, end).await;
    done(store, finish(stays_id, 1, Status::Succeeded)).await;
    assert!(store.prune(1_000).await.unwrap().contains(&gone_id));
    assert!(store.load(gone_id).await.unwrap().is_none());
    let scope = Scope::System;
    assert!(
        store
            .execution_steps(scope, gone_id)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        store
            .execution_events(scope, gone_id, 0)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(store.load(stays_id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_of_sqlite_becomes_smaller() {
    let stand = Stand::sqlite().await;
    let store = &stand.store;
    for _ in 0..20 {
        let begin = accept(Uuid::now_v7());
        let mut end = finish(begin.id, 1, Status::Succeeded);
        end.expires_at = Some(moment(0));
        let mut large = step("a", 1, StepStatus::Succeeded);
        large.output = Some(Arc::new(json!("x".repeat(200_000))));
        end.steps = vec![large];
        done(store, begin).await;
        done(store, end).await;
    }
    let before = pages(&stand).await;
    assert_eq!(store.prune(100).await.unwrap().len(), 20);
    let after = pages(&stand).await;
    assert!(before > 900, "{before} pages");
    assert!(after < before / 4, "{before} pages before, {after} after");
}

async fn pages(stand: &Stand) -> i64 {
    let file = sqlite_file(&stand.config).unwrap();
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
    let mut connection = options.connect().await.unwrap();
    let pages = sqlx::query_scalar("PRAGMA page_count")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    pages
}
