//! Who must be looked at: due executions once per lease, held ones by their runners.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use engine::execution::Status;
use engine::ports::executions::{Commit, ExecutionStore};
use futures::future::join_all;
use uuid::Uuid;

use crate::commits::{accept, done, due_at, finish, long_ago, progress};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    due_comes_oldest_first_and_once_per_lease,
    what_is_due_is_shared_out,
    waking_all_makes_the_unheld_due,
    finds_what_a_runner_held,
);

const HOUR: Duration = Duration::from_secs(3_600);

async fn due_comes_oldest_first_and_once_per_lease(stand: Stand) {
    let store = &stand.store;
    let old = due_at(store, long_ago()).await;
    let older = due_at(store, long_ago() - TimeDelta::hours(2)).await;
    due_at(store, Utc::now() + TimeDelta::hours(1)).await;
    done(store, accept(Uuid::now_v7())).await;
    let ended = due_at(store, long_ago()).await;
    done(store, finish(ended, 1, Status::Succeeded)).await;

    assert_eq!(store.due(1, HOUR).await.unwrap(), [older]);
    assert_eq!(store.due(10, Duration::ZERO).await.unwrap(), [old]);
    // The lease of the second one was nothing, so it is due again, and now for an hour.
    assert_eq!(store.due(10, HOUR).await.unwrap(), [old]);
    assert_eq!(store.due(10, HOUR).await.unwrap(), [] as [Uuid; 0]);
    assert_eq!(
        done(store, progress(old, 1)).await,
        2,
        "being handed out is no progress"
    );
}

async fn what_is_due_is_shared_out(stand: Stand) {
    let store = &stand.store;
    let commits = (0..100).map(|_| due_at(store, long_ago()));
    let all: HashSet<Uuid> = join_all(commits).await.into_iter().collect();
    let shares = join_all((0..8).map(|_| store.due(100, HOUR))).await;
    let mut handed: Vec<Uuid> = shares.into_iter().flat_map(Result::unwrap).collect();
    handed.extend(store.due(100, HOUR).await.unwrap());
    assert_eq!(handed.len(), 100, "nobody got what another had");
    assert_eq!(handed.into_iter().collect::<HashSet<_>>(), all);
}

async fn waking_all_makes_the_unheld_due(stand: Stand) {
    let store = &stand.store;
    let idle = accept(Uuid::now_v7());
    let later = due_at(store, Utc::now() + TimeDelta::hours(1)).await;
    let held = accept(Uuid::now_v7());
    let ended = accept(Uuid::now_v7());
    for commit in [&idle, &held, &ended] {
        done(store, commit.clone()).await;
    }
    done(store, progress(held.id, 1)).await;
    done(store, finish(ended.id, 1, Status::Cancelled)).await;

    assert_eq!(store.wake_all().await.unwrap(), 2);
    let due: HashSet<Uuid> = store.due(10, HOUR).await.unwrap().into_iter().collect();
    assert_eq!(due, HashSet::from([idle.id, later]));
}

async fn finds_what_a_runner_held(stand: Stand) {
    let store = &stand.store;
    let (one, two, three) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let hold = async |runners: &[Uuid]| {
        let commit = accept(Uuid::now_v7());
        let id = commit.id;
        done(store, commit).await;
        done(
            store,
            Commit {
                holders: runners.to_vec(),
                ..progress(id, 1)
            },
        )
        .await;
        id
    };
    let (first, both, second) = (
        hold(&[one]).await,
        hold(&[two, one]).await,
        hold(&[two]).await,
    );
    let ended = hold(&[one]).await;
    done(store, finish(ended, 2, Status::Failed)).await;

    assert_eq!(store.held_by(&[one], 10).await.unwrap(), [first, both]);
    assert_eq!(store.held_by(&[two], 10).await.unwrap(), [both, second]);
    assert_eq!(store.held_by(&[one, two], 2).await.unwrap(), [first, both]);
    assert_eq!(store.held_by(&[three], 10).await.unwrap(), [] as [Uuid; 0]);
    assert_eq!(store.held_by(&[], 10).await.unwrap(), [] as [Uuid; 0]);
}
