//! Runners live by their leases.

use std::time::Duration;

use engine::ports::runners::RunnerRegistry;
use uuid::Uuid;

use crate::on_every_database;
use crate::stand::Stand;

on_every_database!(a_runner_lives_until_it_is_buried);

const HOUR: Duration = Duration::from_secs(3_600);

async fn a_runner_lives_until_it_is_buried(stand: Stand) {
    let store = &stand.store;
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    assert!(!store.beat(one).await.unwrap(), "unknown");
    store.register(one, "bench").await.unwrap();
    store.register(two, "lathe").await.unwrap();
    assert!(store.beat(one).await.unwrap());
    let alive = store.alive().await.unwrap();
    assert_eq!(
        alive
            .iter()
            .map(|runner| (runner.id, runner.name.as_str()))
            .collect::<Vec<_>>(),
        [(one, "bench"), (two, "lathe")]
    );
    assert!(alive[0].last_seen >= alive[0].started_at);
    assert_eq!(store.bury(HOUR, two).await.unwrap(), [] as [Uuid; 0]);

    // Without a lease everybody is overdue as soon as the database's clock has moved on, but nobody buries himself.
    while store.bury(Duration::ZERO, two).await.unwrap() != [one] {}
    assert!(!store.beat(one).await.unwrap(), "the dead stay dead");
    assert!(!store.register(one, "bench").await.unwrap_err().transient);
    let living = store.alive().await.unwrap();
    assert_eq!(
        living.iter().map(|runner| runner.id).collect::<Vec<_>>(),
        [two]
    );
    assert_eq!(
        store.bury(Duration::ZERO, two).await.unwrap(),
        [] as [Uuid; 0],
        "once"
    );
    store.forget(two).await.unwrap();
    assert_eq!(store.alive().await.unwrap(), []);
}
