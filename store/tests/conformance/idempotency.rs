//! The same key again gives what was made first.

use engine::ports::executions::{Commit, Committed, ExecutionStore};
use futures::future::join_all;
use uuid::Uuid;

use crate::commits::{accept, done, progress};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(a_key_gives_the_first_execution, fifty_at_once_make_one);

fn keyed(workflow: Uuid, key: &str) -> Commit {
    let mut commit = accept(workflow);
    commit.accepted.as_mut().unwrap().idempotency_key = Some(key.into());
    commit
}

async fn a_key_gives_the_first_execution(stand: Stand) {
    let store = &stand.store;
    let workflow = Uuid::now_v7();
    let first = keyed(workflow, "k1");
    done(store, first.clone()).await;
    // It may have moved on meanwhile.
    done(store, progress(first.id, 1)).await;
    let again = keyed(workflow, "k1");
    assert_eq!(
        store.commit(again.clone()).await.unwrap(),
        Committed::Duplicate { existing: first.id }
    );
    assert_eq!(
        store.commit(first.clone()).await.unwrap(),
        Committed::Duplicate { existing: first.id }
    );
    assert_eq!(store.load(again.id).await.unwrap(), None);

    done(store, keyed(workflow, "k2")).await;
    done(store, keyed(Uuid::now_v7(), "k1")).await;
}

async fn fifty_at_once_make_one(stand: Stand) {
    let store = &stand.store;
    let workflow = Uuid::now_v7();
    let bystanders: Vec<Commit> = (0..50).map(|_| accept(workflow)).collect();
    let same: Vec<Commit> = (0..50).map(|_| keyed(workflow, "same")).collect();
    let ids: Vec<Uuid> = same.iter().map(|commit| commit.id).collect();
    let all = same
        .into_iter()
        .chain(bystanders)
        .map(|commit| store.commit(commit));
    let answers: Vec<Committed> = join_all(all)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let (same, bystanders) = answers.split_at(50);
    let winners: Vec<usize> = (0..50)
        .filter(|i| same[*i] == Committed::Done { version: 1 })
        .collect();
    assert_eq!(winners.len(), 1);
    let existing = ids[winners[0]];
    let told = same
        .iter()
        .filter(|answer| **answer == Committed::Duplicate { existing })
        .count();
    assert_eq!(told, 49);
    assert!(
        bystanders
            .iter()
            .all(|answer| *answer == Committed::Done { version: 1 })
    );
}
