//! Who must be looked at: due executions once per lease, held ones by their runners.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use engine::execution::Status;
use engine::ports::executions::{Commit, Due, ExecutionStore, Parent, Stray};
use engine::ports::runners::RunnerRegistry;
use futures::future::join_all;
use uuid::Uuid;

use crate::commits::{accept, done, due_at, finish, long_ago, progress};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    due_comes_oldest_first_and_once_per_lease,
    what_is_due_is_shared_out,
    waking_all_makes_the_unheld_due,
    finds_what_no_living_runner_holds,
    finds_those_whose_caller_has_ended,
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

    let handed = |id, again| Due { id, again };
    let due = |limit, lease| async move { store.due(limit, lease).await.unwrap() };
    assert_eq!(due(1, HOUR).await, [handed(older, false)]);
    assert_eq!(due(10, Duration::ZERO).await, [handed(old, false)]);
    // The lease of the second one was nothing, so it is due again, and now for an hour.
    assert_eq!(due(10, HOUR).await, [handed(old, true)]);
    assert_eq!(due(10, HOUR).await, []);
    assert_eq!(
        done(store, progress(old, 1)).await,
        2,
        "being handed out is no progress"
    );
    let commit = Commit {
        wake_at: Some(long_ago()),
        ..progress(old, 2)
    };
    done(store, commit).await;
    assert_eq!(
        due(10, HOUR).await,
        [handed(old, false)],
        "progress was recorded"
    );
}

async fn what_is_due_is_shared_out(stand: Stand) {
    let store = &stand.store;
    let commits = (0..100).map(|_| due_at(store, long_ago()));
    let all: HashSet<Uuid> = join_all(commits).await.into_iter().collect();
    let shares = join_all((0..8).map(|_| store.due(100, HOUR))).await;
    let mut handed: Vec<Due> = shares.into_iter().flat_map(Result::unwrap).collect();
    handed.extend(store.due(100, HOUR).await.unwrap());
    let handed: Vec<Uuid> = handed.into_iter().map(|due| due.id).collect();
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
    let due = store.due(10, HOUR).await.unwrap();
    let due: HashSet<Uuid> = due.into_iter().map(|due| due.id).collect();
    assert_eq!(due, HashSet::from([idle.id, later]));
}

async fn finds_what_no_living_runner_holds(stand: Stand) {
    let store = &stand.store;
    let (living, dead, unknown) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let hold = async |runners: &[Uuid]| {
        let commit = accept(Uuid::now_v7());
        let id = commit.id;
        done(store, commit).await;
        let holders = runners.to_vec();
        done(
            store,
            Commit {
                holders,
                ..progress(id, 1)
            },
        )
        .await;
        id
    };
    for runner in [living, dead] {
        store.register(runner, "bench").await.unwrap();
    }
    hold(&[living]).await;
    let both = hold(&[living, dead]).await;
    hold(&[living]).await;
    let one = hold(&[dead]).await;
    let other = hold(&[unknown]).await;
    let ended = hold(&[unknown]).await;
    done(store, finish(ended, 2, Status::Failed)).await;

    let stray = |id, dead| Stray {
        id,
        dead: vec![dead],
    };
    assert_eq!(
        store.strays(None, 10).await.unwrap(),
        [stray(other, unknown)]
    );
    while store.bury(Duration::ZERO, living).await.unwrap() != [dead] {}
    let all = [stray(both, dead), stray(one, dead), stray(other, unknown)];
    assert_eq!(store.strays(None, 10).await.unwrap(), all);
    assert_eq!(store.strays(None, 2).await.unwrap(), all[..2]);
    assert_eq!(store.strays(Some(one), 2).await.unwrap(), all[2..]);
}

async fn finds_those_whose_caller_has_ended(stand: Stand) {
    let store = &stand.store;
    let called_by = async |caller: Uuid| {
        let mut commit = accept(Uuid::now_v7());
        if let Some(accepted) = &mut commit.accepted {
            let step = "call".to_owned();
            accepted.parent = Some(Parent {
                execution: caller,
                step,
            });
        }
        let id = commit.id;
        done(store, commit).await;
        id
    };
    let (lasting, ended) = (accept(Uuid::now_v7()), accept(Uuid::now_v7()));
    let (lasting_id, ended_id) = (lasting.id, ended.id);
    for caller in [lasting, ended] {
        done(store, caller).await;
    }
    called_by(lasting_id).await;
    let orphan = called_by(ended_id).await;
    assert_eq!(store.orphans(None, 10).await.unwrap(), [] as [Uuid; 0]);
    done(store, finish(ended_id, 1, Status::Failed)).await;
    assert_eq!(store.orphans(None, 10).await.unwrap(), [orphan]);
    done(store, finish(orphan, 1, Status::Cancelled)).await;
    assert_eq!(store.orphans(None, 10).await.unwrap(), [] as [Uuid; 0]);
}
