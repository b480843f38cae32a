//! Connections that die while a commit is under way: no acknowledged commit is lost, none happens twice.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use engine::ports::executions::{Committed, ExecutionStore};
use futures::future::join_all;
use futures::poll;
use sea_orm::sqlx::{self, Connection, PgConnection};
use store::{BlobPlace, Config, Scope, Store};
use uuid::Uuid;

use crate::audit::numbered;
use crate::commits::{accept, done, progress};
use crate::cut::through_wire;
use crate::stand::{PostgresDatabase, admin, test_keys};

/// Pushes executions on while `harm` strikes again and again; then checks that the database and the
/// answers tell the same story.
async fn withstands(store: &Store, harm: impl AsyncFn()) {
    const EXECUTIONS: usize = 16;
    const STRIKES: u32 = 25;
    let stop = Arc::new(AtomicBool::new(false));
    let commits = Arc::new(AtomicU32::new(0));
    let runs = (0..EXECUTIONS).map(|_| {
        let (store, stop, commits) = (store.clone(), Arc::clone(&stop), Arc::clone(&commits));
        tokio::spawn(async move {
            let commit = accept(Uuid::now_v7());
            let id = commit.id;
            let mut version = done(&store, commit).await;
            while !stop.load(Ordering::Relaxed) {
                // Nobody else works on this execution: a conflict would be with its own lost answer.
                match store.commit(progress(id, version)).await.unwrap() {
                    Committed::Done { version: new } => version = new,
                    other => panic!("version {version}: {other:?}"),
                }
                commits.fetch_add(1, Ordering::Relaxed);
            }
            (id, version)
        })
    });
    let runs: Vec<_> = runs.collect();
    for strike in 1..=STRIKES {
        // Strikes hit commits under way: each waits until some more have gone through.
        while commits.load(Ordering::Relaxed) < strike * 40
            && !runs.iter().any(|run| run.is_finished())
        {
            tokio::task::yield_now().await;
        }
        harm().await;
    }
    stop.store(true, Ordering::Relaxed);
    for run in join_all(runs).await {
        let (id, version) = run.unwrap();
        assert_eq!(store.load(id).await.unwrap().unwrap().version, version);
        let mut seqs = Vec::new();
        loop {
            let events = store
                .execution_events(Scope::System, id, seqs.last().copied().unwrap_or(0))
                .await
                .unwrap();
            if events.is_empty() {
                break;
            }
            seqs.extend(events.iter().map(|event| event.seq));
        }
        assert_eq!(seqs, (1..=version).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_kills_its_backends() {
    let database = PostgresDatabase::create().await;
    let store = Store::open(&Config::postgres(
        &database.url,
        BlobPlace::Memory,
        test_keys(),
    ))
    .await
    .unwrap();
    store.migrate().await.unwrap();
    let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    withstands(&store, async || admin(&database.url, kill).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wire_to_postgres_is_cut() {
    let database = PostgresDatabase::create().await;
    let (wire, url) = through_wire(&database.url).await;
    let store = Store::open(&Config::postgres(&url, BlobPlace::Memory, test_keys()))
        .await
        .unwrap();
    store.migrate().await.unwrap();
    withstands(&store, async || {
        wire.cut();
        tokio::task::yield_now().await;
        wire.mend();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_is_told_and_ends_by_itself() {
    let database = PostgresDatabase::create().await;
    let (wire, url) = through_wire(&database.url).await;
    let store = Store::open(&Config::postgres(&url, BlobPlace::Memory, test_keys()))
        .await
        .unwrap();
    store.migrate().await.unwrap();
    let commit = accept(Uuid::now_v7());
    let id = commit.id;
    done(&store, commit).await;
    wire.cut();
    assert!(store.commit(progress(id, 1)).await.unwrap_err().transient);
    wire.mend();
    assert_eq!(done(&store, progress(id, 1)).await, 2);
}

/// Who asked may go away at any point, as a client that hangs up does: nothing that was begun for them stays open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_stays_open_of_what_nobody_waits_for() {
    let database = PostgresDatabase::migrated().await;
    let config = Config::postgres(&database.url, BlobPlace::Memory, test_keys());
    let store = Store::open(&config).await.unwrap();
    let mut other = PgConnection::connect(&database.url).await.unwrap();
    let open = "SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    for polls in 1..=40 {
        {
            let mut append = pin!(store.append_audit(numbered(polls)));
            for _ in 0..polls {
                if poll!(&mut append).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        let closed = async {
            while sqlx::query_scalar::<_, i64>(open)
                .fetch_one(&mut other)
                .await
                .unwrap()
                > 0
            {}
        };
        let closed = tokio::time::timeout(Duration::from_secs(20), closed).await;
        closed.unwrap_or_else(|_| panic!("one stays open after {polls} looks"));
    }
    store.append_audit(numbered(0)).await.unwrap();
    store.close().await.unwrap();
}
