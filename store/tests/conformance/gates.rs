//! Limits: however many ask at the same time, no more are let in than there are places.

use engine::document::Strategy;
use engine::duration::Millis;
use engine::execution::Status;
use engine::plan::{Admission, Pace, Places};
use engine::ports::executions::ExecutionStore;
use futures::future::join_all;
use uuid::Uuid;

use crate::commits::{accept, done, finish};
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    no_more_are_let_in_than_there_are_places,
    a_place_is_free_once_its_run_has_ended,
    who_was_refused_is_named_until_it_has_ended,
    starts_are_counted_within_the_span,
);

fn places(key: &str, limit: u32, strategy: Strategy) -> Admission {
    Admission {
        concurrency: Some(Places {
            key: key.to_owned(),
            limit,
            strategy,
        }),
        ..Admission::default()
    }
}

async fn held(stand: &Stand, workflow: Uuid, admission: Admission) -> Uuid {
    let mut commit = accept(workflow);
    if let Some(accepted) = &mut commit.accepted {
        accepted.gate = Some(admission);
    }
    let id = commit.id;
    done(&stand.store, commit).await;
    id
}

async fn let_in(stand: &Stand, workflow: Uuid) -> Vec<Uuid> {
    stand.store.let_in(workflow).await.unwrap().admitted
}

async fn no_more_are_let_in_than_there_are_places(stand: Stand) {
    let workflow = Uuid::now_v7();
    let mut all = Vec::new();
    for number in 0..20 {
        let key = if number % 2 == 0 { "even" } else { "odd" };
        all.push(held(&stand, workflow, places(key, 3, Strategy::Queue)).await);
    }
    assert!(stand.store.gated().await.unwrap().contains(&workflow));
    let asked = join_all((0..50).map(|_| let_in(&stand, workflow))).await;
    let mut admitted: Vec<Uuid> = asked.into_iter().flatten().collect();
    admitted.sort_unstable();
    // The oldest of each key, and each of them once.
    assert_eq!(admitted, all[..6]);
    for id in &all[..6] {
        let loaded = stand.store.load(*id).await.unwrap().unwrap();
        assert!(loaded.admitted);
        let gate = loaded.accepted.gate.unwrap();
        assert_eq!(gate.concurrency.unwrap().limit, 3);
    }
    assert!(!stand.store.load(all[6]).await.unwrap().unwrap().admitted);
    let due = stand
        .store
        .due(100, std::time::Duration::from_secs(60))
        .await;
    let due: Vec<Uuid> = due.unwrap().into_iter().map(|due| due.id).collect();
    assert!(all[..6].iter().all(|id| due.contains(id)));
    assert!(!all[6..].iter().any(|id| due.contains(id)));
}

async fn a_place_is_free_once_its_run_has_ended(stand: Stand) {
    let workflow = Uuid::now_v7();
    let first = held(&stand, workflow, places("k", 1, Strategy::Queue)).await;
    let second = held(&stand, workflow, places("k", 1, Strategy::Queue)).await;
    assert_eq!(let_in(&stand, workflow).await, [first]);
    assert!(let_in(&stand, workflow).await.is_empty());
    done(&stand.store, finish(first, 1, Status::Succeeded)).await;
    assert_eq!(let_in(&stand, workflow).await, [second]);
    // A workflow's own limits are nobody else's.
    let other = Uuid::now_v7();
    let third = held(&stand, other, places("k", 1, Strategy::Queue)).await;
    assert_eq!(let_in(&stand, other).await, [third]);
}

async fn who_was_refused_is_named_until_it_has_ended(stand: Stand) {
    let workflow = Uuid::now_v7();
    let first = held(&stand, workflow, places("k", 1, Strategy::DropNew)).await;
    let second = held(&stand, workflow, places("k", 1, Strategy::DropNew)).await;
    for _ in 0..2 {
        let found = stand.store.let_in(workflow).await.unwrap();
        assert_eq!(found.refused.len(), 1);
        assert_eq!(found.refused[0].0, second);
        assert_eq!(found.refused[0].1.code, "concurrency_limit");
    }
    done(&stand.store, finish(second, 1, Status::Cancelled)).await;
    assert!(
        stand
            .store
            .let_in(workflow)
            .await
            .unwrap()
            .refused
            .is_empty()
    );

    let old = held(&stand, workflow, places("k", 1, Strategy::CancelOld)).await;
    let found = stand.store.let_in(workflow).await.unwrap();
    assert_eq!((found.cancel, found.admitted), (vec![first], vec![]));
    done(&stand.store, finish(first, 1, Status::Cancelled)).await;
    assert_eq!(let_in(&stand, workflow).await, [old]);
}

async fn starts_are_counted_within_the_span(stand: Stand) {
    let workflow = Uuid::now_v7();
    let paced = || Admission {
        rate: Some(Pace {
            key: "r".to_owned(),
            limit: 2,
            per: Millis(3_600_000),
        }),
        ..Admission::default()
    };
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(held(&stand, workflow, paced()).await);
    }
    assert_eq!(let_in(&stand, workflow).await, all[..2]);
    // That they have ended makes no difference: they began within the span.
    for id in &all[..2] {
        done(&stand.store, finish(*id, 1, Status::Succeeded)).await;
    }
    assert!(let_in(&stand, workflow).await.is_empty());
}
