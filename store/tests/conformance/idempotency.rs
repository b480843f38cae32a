//! The same key again gives what was made first, and keys go when nobody can need them any more.

use chrono::{TimeDelta, Utc};
use engine::execution::Status;
use engine::ports::executions::{Commit, Committed, ExecutionStore};
use futures::future::join_all;
use futures::{StreamExt, stream};
use store::{FIRST_WORKSPACE, FileLimits, KeptFile, NewFile, NewVariable, Once, Scope, StoreError};
use uuid::Uuid;

use crate::commits::{accept, done, finish, progress};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    a_key_gives_the_first_execution,
    fifty_at_once_make_one,
    a_key_goes_when_it_is_old_and_its_execution_has_ended,
    a_key_is_for_one_thing,
);

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

async fn a_key_goes_when_it_is_old_and_its_execution_has_ended(stand: Stand) {
    let store = &stand.store;
    let begin = accept(Uuid::now_v7());
    let execution = begin.id;
    done(store, begin).await;
    let save = async |name: &str, execution: Option<Uuid>| {
        let new = NewFile {
            name: name.to_owned(),
            by: None,
            execution,
            replace: true,
        };
        let (bytes, limits) = (
            stream::iter([Ok("x".into())]).boxed(),
            FileLimits::default(),
        );
        let key = execution.map_or("step:of a client".to_owned(), |id| {
            format!("step:{id}:save")
        });
        let scope = Scope::Workspace(FIRST_WORKSPACE);
        let kept = store.keep_file(scope, new, bytes, limits, Some(&key));
        kept.await.unwrap()
    };
    let steps = Some(execution);
    save("of a client", None).await;
    save("of a step", steps).await;
    // As they were kept before it was known whose they are.
    let back = stand.steps_from("m0028_keys_go").await;
    store.migrate_down(back).await.unwrap();
    store.migrate().await.unwrap();
    let (young, old) = (
        Utc::now() - TimeDelta::days(1),
        Utc::now() + TimeDelta::days(1),
    );
    assert_eq!(store.prune_idempotency_keys(young).await.unwrap(), 0);
    assert_eq!(store.prune_idempotency_keys(old).await.unwrap(), 1);
    let again = save("of a step", steps).await;
    assert!(matches!(again, KeptFile::Again(_)), "it goes on: {again:?}");
    let next = save("of a client", None).await;
    assert!(matches!(next, KeptFile::Replaced(_)), "{next:?}");
    done(store, finish(execution, 1, Status::Succeeded)).await;
    assert_eq!(store.prune_idempotency_keys(old).await.unwrap(), 2);
}

/// What was asked for first is what a key is good for; where that is not said, anything is the same.
async fn a_key_is_for_one_thing(stand: Stand) {
    let store = &stand.store;
    let scope = Scope::Workspace(FIRST_WORKSPACE);
    let keep = async |asked: Option<&[u8; 32]>| {
        let new = NewVariable {
            name: "region".to_owned(),
            value: serde_json::json!("eu"),
            description: String::new(),
        };
        let once = Once { key: "k", asked };
        store.create_variable(scope, new, Some(once)).await
    };
    let first = keep(Some(&[1; 32])).await.unwrap();
    for same in [Some(&[1; 32]), None] {
        let again = keep(same).await.unwrap();
        assert_eq!((again.existing, again.value), (true, first.value.clone()));
    }
    let other = keep(Some(&[2; 32])).await;
    assert!(matches!(other, Err(StoreError::KeyReused)), "{other:?}");
}
