//! The version check: for each version there is one winner, and terminal is final.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use engine::execution::Status;
use engine::ports::executions::{Commit, Committed, ExecutionStore};
use futures::future::join_all;
use store::{Scope, Store};
use uuid::Uuid;

use crate::commits::{accept, done, event, finish, progress};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    a_stale_commit_changes_nothing,
    each_version_has_one_winner,
    two_processes_fence_each_other,
    terminal_is_final,
);

async fn a_stale_commit_changes_nothing(stand: Stand) {
    let store = &stand.store;
    let commit = accept(Uuid::now_v7());
    let id = commit.id;
    done(store, commit.clone()).await;
    done(store, progress(id, 1)).await;
    let before = store.load(id).await.unwrap().unwrap();

    for version in [0, 1, 3, 99] {
        assert_eq!(
            store.commit(progress(id, version)).await.unwrap(),
            Committed::Conflict,
            "{version}"
        );
    }
    assert_eq!(
        store.commit(commit).await.unwrap(),
        Committed::Conflict,
        "accepted twice under one id"
    );
    assert_eq!(
        store.commit(progress(Uuid::now_v7(), 1)).await.unwrap(),
        Committed::Conflict,
        "never accepted"
    );
    assert_eq!(store.load(id).await.unwrap().unwrap(), before);
}

async fn each_version_has_one_winner(stand: Stand) {
    race(std::slice::from_ref(&stand.store)).await;
}

/// SQLite has one process; there both handles share it.
async fn two_processes_fence_each_other(stand: Stand) {
    let second = match crate::stand::sqlite_file(&stand.config) {
        Some(_) => stand.store.clone(),
        None => Store::open(&stand.config).await.unwrap(),
    };
    race(&[stand.store.clone(), second]).await;
}

/// Many tasks push the same execution on; each version must be won once.
async fn race(stores: &[Store]) {
    const LAST: u64 = 60;
    let commit = accept(Uuid::now_v7());
    let id = commit.id;
    done(&stores[0], commit).await;
    let wins: Arc<Vec<AtomicU64>> = Arc::new((0..=LAST).map(|_| AtomicU64::new(0)).collect());
    let tasks = (0..24).map(|task| {
        let (store, wins) = (stores[task % stores.len()].clone(), Arc::clone(&wins));
        tokio::spawn(async move {
            loop {
                let version = store.load(id).await.unwrap().unwrap().version;
                if version >= LAST {
                    return;
                }
                match store.commit(progress(id, version)).await.unwrap() {
                    Committed::Done { version: new } => {
                        assert_eq!(new, version + 1);
                        wins[usize::try_from(new).unwrap()].fetch_add(1, Ordering::Relaxed);
                    }
                    Committed::Conflict => {}
                    Committed::Duplicate { .. } => panic!("no key was given"),
                }
            }
        })
    });
    join_all(tasks.collect::<Vec<_>>())
        .await
        .into_iter()
        .for_each(Result::unwrap);
    for version in 2..=LAST {
        assert_eq!(
            wins[usize::try_from(version).unwrap()].load(Ordering::Relaxed),
            1,
            "version {version}"
        );
    }
    let events = stores[0]
        .execution_events(Scope::System, id, 0)
        .await
        .unwrap();
    assert_eq!(
        events.iter().map(|event| event.seq).collect::<Vec<_>>(),
        (1..=LAST).collect::<Vec<_>>()
    );
}

async fn terminal_is_final(stand: Stand) {
    let store = &stand.store;
    for status in [
        Status::Succeeded,
        Status::Failed,
        Status::Cancelled,
        Status::TimedOut,
    ] {
        let commit = accept(Uuid::now_v7());
        let id = commit.id;
        done(store, commit).await;
        done(store, finish(id, 1, status)).await;
        let again = Commit {
            events: vec![event(3, engine::execution::EventKind::Running)],
            ..progress(id, 2)
        };
        assert_eq!(
            store.commit(again).await.unwrap(),
            Committed::Conflict,
            "{status}"
        );
        assert_eq!(store.load(id).await.unwrap().unwrap().status, status);
    }
}
