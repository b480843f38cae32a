//! A cached step keeps its newest result.

use std::collections::BTreeMap;

use engine::ports::step_cache::{CacheSlot, CachedStep, StepCache};
use serde_json::json;
use uuid::Uuid;

use crate::commits::moment;
use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(the_newest_result_is_kept);

async fn the_newest_result_is_kept(stand: Stand) {
    let store = &stand.store;
    let slot = CacheSlot {
        workflow: "ship".into(),
        node: "build".into(),
    };
    assert_eq!(store.get(&slot).await.unwrap(), None);
    let result = |key: &str, at| CachedStep {
        key: key.into(),
        parameters: BTreeMap::from([("source".to_owned(), key.to_owned())]),
        output: json!({ "binary": key }),
        execution: Uuid::now_v7(),
        at: moment(at),
    };
    let (first, second) = (result("one", 1), result("two", 2));
    store.put(&slot, first.clone()).await.unwrap();
    assert_eq!(store.get(&slot).await.unwrap(), Some(first.clone()));
    store.put(&slot, second.clone()).await.unwrap();
    // A slow runner that was overtaken brings its older result late.
    store.put(&slot, first).await.unwrap();
    assert_eq!(store.get(&slot).await.unwrap(), Some(second));
    let other = CacheSlot {
        workflow: "ship".into(),
        node: "test".into(),
    };
    assert_eq!(store.get(&other).await.unwrap(), None);
}
