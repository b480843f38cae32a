//! What has expired goes, with all that belongs to it, and the disk has its place back.

use std::sync::Arc;

use chrono::TimeDelta;
use engine::execution::{Status, StepStatus};
use engine::ports::executions::{Commit, ExecutionStore, Parent};
use engine::ports::logs::LogStore;
use futures::future::join_all;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;
use sea_orm::sqlx::{self, ConnectOptions, Connection};
use serde_json::json;
use store::{FIRST_WORKSPACE, LogFilter, Scope};
use uuid::Uuid;

use crate::commits::{accept, done, finish, moment, step};
use crate::logs::line;
use crate::on_every_database;
use crate::stand::{Stand, sqlite_file};

on_every_database!(
    what_has_expired_is_deleted_with_all_that_belongs_to_it,
    what_was_left_of_one_is_deleted_later,
    a_workspace_keeps_its_executions_as_long_as_it_says,
    a_backlog_is_marked_bit_by_bit,
    what_was_called_lives_as_long_as_its_caller_goes_on,
);

/// Accepted long ago, as its id says.
fn ago(ordinal: u16) -> Commit {
    let mut begin = accept(Uuid::now_v7());
    let millis = u64::try_from(moment(0).timestamp_millis()).unwrap();
    let mut unlike = [0; 10];
    unlike[..2].copy_from_slice(&ordinal.to_be_bytes());
    unlike[8..].copy_from_slice(&ordinal.to_be_bytes());
    begin.id = uuid::Builder::from_unix_timestamp_millis(millis, &unlike).into_uuid();
    begin.accepted.as_mut().unwrap().id = begin.id;
    begin
}

/// More than are marked at once, of which the first page lies before all others.
async fn a_backlog_is_marked_bit_by_bit(stand: Stand) {
    let store = &stand.store;
    let all = (0..2_100).map(async |ordinal| {
        let begin = ago(ordinal);
        let end = finish(
            begin.id,
            1,
            [Status::Failed, Status::Succeeded][usize::from(ordinal % 2)],
        );
        done(store, begin).await;
        done(store, end).await;
    });
    join_all(all).await;
    let before = moment(0) + TimeDelta::days(1);
    let marked = store.expire_executions(FIRST_WORKSPACE, before).await;
    assert_eq!(marked.unwrap(), 2_100);
    let again = store.expire_executions(FIRST_WORKSPACE, before).await;
    assert_eq!(again.unwrap(), 0);
}

async fn what_was_called_lives_as_long_as_its_caller_goes_on(stand: Stand) {
    let store = &stand.store;
    let caller = ago(1);
    let caller_id = caller.id;
    done(store, caller).await;
    let mut called = Vec::new();
    for ordinal in 2..5 {
        let mut begin = ago(ordinal);
        let parent = Parent {
            execution: caller_id,
            step: "call".into(),
        };
        begin.accepted.as_mut().unwrap().parent = Some(parent);
        called.push(begin.id);
        let mut end = finish(begin.id, 1, Status::Succeeded);
        // By its workflow or server; the last is left to its workspace.
        end.expires_at = (ordinal < 4).then(|| moment(0));
        done(store, begin).await;
        done(store, end).await;
    }
    let before = moment(0) + TimeDelta::days(1);
    let marked = async || {
        store
            .expire_executions(FIRST_WORKSPACE, before)
            .await
            .unwrap()
    };
    assert_eq!(marked().await, 0);
    // More of them than are looked at in one go do not hide one that nobody has called.
    let other = accept(Uuid::now_v7());
    let other_id = other.id;
    let mut end = finish(other_id, 1, Status::Succeeded);
    end.expires_at = Some(moment(1));
    done(store, other).await;
    done(store, end).await;
    assert_eq!(store.prune(2).await.unwrap(), [other_id]);
    assert!(store.prune(10).await.unwrap().is_empty());
    for id in &called {
        assert!(store.load(*id).await.unwrap().is_some());
    }
    done(store, finish(caller_id, 1, Status::Succeeded)).await;
    assert_eq!(marked().await, 4, "they, and their caller");
    let mut gone = store.prune(10).await.unwrap();
    gone.sort();
    called.insert(0, caller_id);
    assert_eq!(gone, called);
}

async fn a_workspace_keeps_its_executions_as_long_as_it_says(stand: Stand) {
    let store = &stand.store;
    let (old, goes_on, new) = (ago(1), ago(2), accept(Uuid::now_v7()));
    let (old_id, goes_on_id, new_id) = (old.id, goes_on.id, new.id);
    for begin in [old, goes_on, new] {
        done(store, begin).await;
    }
    for id in [old_id, new_id] {
        done(store, finish(id, 1, Status::Failed)).await;
    }
    let before = moment(0) + TimeDelta::days(1);
    let other = store.expire_executions(Uuid::now_v7(), before).await;
    assert_eq!(other.unwrap(), 0, "that of another workspace stays");
    let none = moment(0) - TimeDelta::days(1);
    let none = store.expire_executions(FIRST_WORKSPACE, none).await;
    assert_eq!(none.unwrap(), 0);
    let marked = store.expire_executions(FIRST_WORKSPACE, before).await;
    assert_eq!(marked.unwrap(), 1);
    let again = store.expire_executions(FIRST_WORKSPACE, before).await;
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
    // More than is deleted at once.
    for (id, count) in [(gone_id, 4_500), (stays_id, 1)] {
        store.append(id, vec![line("a", "x"); count]).await.unwrap();
    }
    assert!(store.prune(1_000).await.unwrap().contains(&gone_id));
    for (id, left) in [(gone_id, 0), (stays_id, 1)] {
        let all = LogFilter::default();
        let logs = store.execution_logs(Scope::System, id, &all).await;
        assert_eq!(logs.unwrap().items.len(), left);
    }
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

/// As after a crash in the midst of it.
async fn what_was_left_of_one_is_deleted_later(stand: Stand) {
    let store = &stand.store;
    let begin = accept(Uuid::now_v7());
    let id = begin.id;
    done(store, begin).await;
    let mut end = finish(id, 1, Status::Succeeded);
    end.steps = vec![step("a", 1, StepStatus::Succeeded)];
    done(store, end).await;
    store.append(id, vec![line("a", "x")]).await.unwrap();
    let half =
        "INSERT INTO pruned_executions (id) SELECT id FROM executions; DELETE FROM executions";
    for statement in half.split(';') {
        stand.meddle(statement).await;
    }
    assert!(store.prune(10).await.unwrap().is_empty());
    let everything = stand.everything().await;
    for left in ["logs.text", "steps.path", "execution_events.events"] {
        assert!(!everything.contains_key(left), "{left}");
    }
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
