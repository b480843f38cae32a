//! A cached step keeps its newest result; results of a run and of the whole installation lie side by side, and go.

use std::collections::BTreeMap;

use engine::ports::step_cache::{CacheSlot, CachedStep, StepCache};
use serde_json::json;
use store::FIRST_WORKSPACE;
use uuid::Uuid;

use crate::commits::moment;
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(
    the_newest_result_is_kept,
    results_of_a_run_go_with_it,
    what_has_expired_is_removed
);

fn node(name: &str) -> CacheSlot {
    CacheSlot::Node {
        owner: FIRST_WORKSPACE,
        workflow: "ship".into(),
        node: name.into(),
    }
}

fn result(key: &str, at: i64) -> CachedStep {
    CachedStep {
        key: key.into(),
        parameters: BTreeMap::from([("source".to_owned(), key.to_owned())]),
        output: json!({ "binary": key }),
        execution: Uuid::now_v7(),
        at: moment(at),
    }
}

async fn the_newest_result_is_kept(stand: Stand) {
    let store = &stand.store;
    let slot = node("build");
    assert_eq!(store.get(&slot).await.unwrap(), None);
    let (first, second) = (result("one", 1), result("two", 2));
    store.put(&slot, first.clone(), None).await.unwrap();
    assert_eq!(store.get(&slot).await.unwrap(), Some(first.clone()));
    store.put(&slot, second.clone(), None).await.unwrap();
    // A slow runner that was overtaken brings its older result late.
    store.put(&slot, first, None).await.unwrap();
    assert_eq!(store.get(&slot).await.unwrap(), Some(second));
    assert_eq!(store.get(&node("test")).await.unwrap(), None);
}

async fn results_of_a_run_go_with_it(stand: Stand) {
    let store = &stand.store;
    let key = String::from;
    let (ours, theirs) = (Uuid::now_v7(), Uuid::now_v7());
    let in_run = |execution, name| CacheSlot::Run {
        execution,
        key: key(name),
    };
    let slots = [
        in_run(ours, "a"),
        in_run(ours, "b"),
        in_run(theirs, "a"),
        CacheSlot::Global {
            owner: FIRST_WORKSPACE,
            key: key("a"),
        },
        node("a"),
    ];
    for (at, slot) in (1..).zip(&slots) {
        store.put(slot, result("one", at), None).await.unwrap();
    }
    store.forget_run(ours).await.unwrap();
    let mut kept = Vec::new();
    for slot in &slots {
        kept.push(store.get(slot).await.unwrap().map(|cached| cached.at));
    }
    let others = [3, 4, 5].map(|at| Some(moment(at)));
    assert_eq!(kept, [&[None, None][..], &others].concat());
}

async fn what_has_expired_is_removed(stand: Stand) {
    let store = &stand.store;
    let key = |name: &str| CacheSlot::Global {
        owner: FIRST_WORKSPACE,
        key: name.into(),
    };
    let far = moment(400_000_000_000_000);
    for (name, expires_at) in [
        ("old", Some(moment(5))),
        ("young", Some(far)),
        ("kept", None),
    ] {
        store
            .put(&key(name), result(name, 1), expires_at)
            .await
            .unwrap();
    }
    assert_eq!(store.prune().await.unwrap(), 1);
    assert_eq!(store.get(&key("old")).await.unwrap(), None);
    for name in ["young", "kept"] {
        assert!(store.get(&key(name)).await.unwrap().is_some(), "{name}");
    }
    // A newer result lasts as long as it says, not as the one before it did.
    store
        .put(&key("kept"), result("kept", 2), Some(moment(6)))
        .await
        .unwrap();
    assert_eq!(store.prune().await.unwrap(), 1);
}
