//! Measures group commit beside the bare insert rate of the same database.
//!
//! `cargo run --release -p store --example commit_rate -- sqlite <folder> [seconds]`
//! `cargo run --release -p store --example commit_rate -- postgres <url> [seconds]`

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use chrono::Utc;
use engine::execution::{Event, EventKind, Status, StepRecord, StepRef, StepStatus};
use engine::ports::executions::{Accepted, Commit, Committed, ExecutionStore};
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::json;
use store::{Config, Store};
use uuid::Uuid;

const STEPS: usize = 10;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [backend, place, rest @ ..] = arguments.as_slice() else {
        bail!("say `sqlite <folder>` or `postgres <url>`");
    };
    let span = Duration::from_secs(rest.first().map_or(Ok(5), |text| text.parse())?);
    let (config, bare) = match backend.as_str() {
        "sqlite" => {
            let path = Path::new(place).join(format!("{}.db", Uuid::now_v7()));
            (
                Config::sqlite(path),
                format!("sqlite://{place}/{}.db?mode=rwc", Uuid::now_v7()),
            )
        }
        "postgres" => (
            Config::postgres(
                place,
                store::BlobPlace::Memory,
                store::KeySource::File(std::env::temp_dir().join("commit_rate.key")),
            ),
            place.clone(),
        ),
        other => bail!("{other} is no backend"),
    };
    let store = Store::open(&config).await?;
    store.migrate().await?;
    for callers in [1, 32, 256] {
        let rate = rate(&store, callers, span, advance).await?;
        say(&format!(
            "single updates, {callers:>3} callers: {rate:>8.0} commits/s"
        ));
    }
    for callers in [32, 256, 1_024] {
        let rate = rate(&store, callers, span, whole_run).await?;
        let rows = rate * (STEPS + 3) as f64;
        say(&format!(
            "runs of {STEPS} steps in two commits, {callers:>4} callers: {rate:>7.0} runs/s, {rows:>7.0} rows/s"
        ));
    }
    for rows in [1, 100, 1_000] {
        let rate = bare_inserts(&bare, rows, span).await?;
        say(&format!(
            "bare inserts, {rows:>4} rows a transaction, one connection: {rate:>7.0} rows/s"
        ));
    }
    Ok(())
}

/// Calls `work` from many tasks until time is up; returns how often per second it was done.
async fn rate<F>(
    store: &Store,
    callers: usize,
    span: Duration,
    work: impl Fn(Store, Arc<Tally>) -> F,
) -> Result<f64>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let tally = Arc::new(Tally::default());
    let tasks: Vec<_> = (0..callers)
        .map(|_| tokio::spawn(work(store.clone(), Arc::clone(&tally))))
        .collect();
    let begun = Instant::now();
    tokio::time::sleep(span).await;
    let (done, took) = (tally.done.load(Ordering::Relaxed), begun.elapsed());
    tally.stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await??;
    }
    Ok(done as f64 / took.as_secs_f64())
}

#[derive(Default)]
struct Tally {
    stop: AtomicBool,
    done: AtomicU64,
}

/// One execution, pushed on commit by commit.
async fn advance(store: Store, tally: Arc<Tally>) -> Result<()> {
    let first = accept();
    let id = first.id;
    let mut version = commit(&store, first).await?;
    while !tally.stop.load(Ordering::Relaxed) {
        version = commit(&store, update(id, version, Status::Running, Vec::new(), 2)).await?;
        tally.done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Executions that are accepted with one commit, and end with all their steps in another.
async fn whole_run(store: Store, tally: Arc<Tally>) -> Result<()> {
    while !tally.stop.load(Ordering::Relaxed) {
        let first = accept();
        let id = first.id;
        commit(&store, first).await?;
        let steps = (0..STEPS).map(step).collect();
        commit(
            &store,
            update(id, 1, Status::Succeeded, steps, 2 * STEPS as u64),
        )
        .await?;
        tally.done.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

async fn commit(store: &Store, commit: Commit) -> Result<u64> {
    match store.commit(commit).await? {
        Committed::Done { version } => Ok(version),
        other => bail!("{other:?}"),
    }
}

fn accept() -> Commit {
    let id = Uuid::now_v7();
    let accepted = Accepted {
        id,
        owner: store::FIRST_WORKSPACE,
        workflow_id: Uuid::nil(),
        workflow_name: "bench".into(),
        workflow_version: 1,
        inputs: json!({ "rows": [1, 2, 3], "name": "a typical small input" }),
        trigger: "api".into(),
        started_by: None,
        parent: None,
        idempotency_key: None,
        options: Default::default(),
        gate: None,
        rerun: None,
        created_at: Utc::now(),
    };
    Commit {
        accepted: Some(accepted),
        wake_at: Some(Utc::now() + Duration::from_secs(30)),
        ..update(id, 0, Status::Queued, Vec::new(), 1)
    }
}

fn update(id: Uuid, version: u64, status: Status, steps: Vec<StepRecord>, events: u64) -> Commit {
    let ended = status.is_terminal();
    Commit {
        id,
        expected_version: version,
        accepted: None,
        frontier: format!(
            r#"{{"v":1,"seq":{version},"steps":[{}]}}"#,
            [r#"{"s":"s","r":1,"l":1}"#; STEPS].join(",")
        ),
        status,
        seq: version * events + events,
        wake_at: None,
        holders: if ended { Vec::new() } else { vec![Uuid::nil()] },
        started_at: Some(Utc::now()),
        finished_at: ended.then(Utc::now),
        output: ended.then(|| json!({ "total": 42 })),
        error: None,
        steps,
        events: (1..=events).map(|n| event(version * events + n)).collect(),
        expires_at: None,
        waits: Vec::new(),
        waits_over: Vec::new(),
        signals_over: Vec::new(),
        place_passes_to: None,
        spawned: Vec::new(),
    }
}

fn event(seq: u64) -> Event {
    let step = StepRef {
        index: 0,
        path: "shape_rows".into(),
        attempt: 1,
    };
    Event {
        seq,
        at: Utc::now(),
        kind: EventKind::StepRunning {
            step,
            runner: Uuid::nil(),
        },
    }
}

fn step(n: usize) -> StepRecord {
    StepRecord {
        path: format!("shape_rows_{n}").into(),
        attempt: 1,
        node: "shape_rows".into(),
        kind: "script.run",
        status: StepStatus::Succeeded,
        input: Some(Arc::new(
            json!({ "script": "rows.map(|r| r * 2)", "rows": [1, 2, 3] }),
        )),
        output: Some(Arc::new(json!({ "rows": [2, 4, 6] }))),
        error: None,
        port: None,
        reason: None,
        runner: Some(Uuid::nil()),
        started_at: Utc::now(),
        finished_at: Utc::now(),
    }
}

/// What the database does on its own: rows like those of steps, many to a statement, one transaction each.
async fn bare_inserts(url: &str, rows: usize, span: Duration) -> Result<f64> {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    let backend = db.get_database_backend();
    if backend == sea_orm::DbBackend::Sqlite {
        db.execute_unprepared("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            .await?;
    }
    db.execute_unprepared("DROP TABLE IF EXISTS bare").await?;
    let table =
        "CREATE TABLE bare (execution_id text, path text, attempt integer, input text, output text,
                 PRIMARY KEY (execution_id, path, attempt))";
    db.execute_unprepared(table).await?;
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < span {
        let statement = match backend {
            sea_orm::DbBackend::Sqlite => {
                let items: Vec<String> = (0..rows).map(|_| Uuid::now_v7().to_string()).collect();
                let sql = "INSERT INTO bare SELECT value, 'shape_rows_1', 1,
                           '{\"script\":\"rows.map(|r| r * 2)\",\"rows\":[1,2,3]}', '{\"rows\":[2,4,6]}'
                           FROM json_each($1)";
                Statement::from_sql_and_values(backend, sql, [json!(items).to_string().into()])
            }
            _ => {
                let items: Vec<String> = (0..rows).map(|_| Uuid::now_v7().to_string()).collect();
                let sql = "INSERT INTO bare SELECT id, 'shape_rows_1', 1,
                           '{\"script\":\"rows.map(|r| r * 2)\",\"rows\":[1,2,3]}', '{\"rows\":[2,4,6]}'
                           FROM unnest($1::text[]) AS t (id)";
                Statement::from_sql_and_values(backend, sql, [items.into()])
            }
        };
        db.execute_raw(statement).await.context("insert")?;
        count += rows;
    }
    let took = begun.elapsed();
    db.execute_unprepared("DROP TABLE bare").await?;
    Ok(count as f64 / took.as_secs_f64())
}

#[expect(clippy::print_stdout, reason = "what this program is for")]
fn say(line: &str) {
    println!("{line}");
}
