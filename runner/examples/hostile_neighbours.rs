//! What normal runs notice of hostile scripts in the same runner: their latencies alone, and beside twenty scripts
//! at a time of the corpus.
//!
//! `cargo run --release -p runner --example hostile_neighbours`

#![allow(clippy::print_stdout, reason = "the figures are for whoever runs it")]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use engine::catalog::{Catalog, Effect, NodeKind, Ports};
use engine::document::{Retry, parse};
use engine::node::{Failure, Outcome, PureNode};
use engine::ports::definitions::{Definition, VersionChoice};
use engine::ports::launcher::{Launch, Launcher};
use futures::future::join_all;
use runner::{Collaborators, Options, Runner};
use serde_json::{Value, json};
use store::bus::MemoryBus;
use store::queue::MemoryQueue;
use store::{Config, FIRST_WORKSPACE, FileLimits, NewWorkflow, Scope, Store, WorkspaceFiles};
use tempfile::TempDir;
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: allocation::Counting<mimalloc::MiMalloc> =
    allocation::Counting::over(mimalloc::MiMalloc);

const CORPUS: &str = "engine/tests/documents/hostile";
const AT_A_TIME: usize = 20;
const CALLERS: usize = 4;
const SPAN: Duration = Duration::from_secs(15);
/// Between two runs of one caller: a server at its limit has no latency worth the name.
const PAUSE: Duration = Duration::from_millis(2);

#[tokio::main(flavor = "multi_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = TempDir::new()?;
    let store = Store::open(&Config::sqlite(folder.path().join("lathe.db"))).await?;
    store.migrate().await?;
    let ports = ports(&store);
    let runner = Runner::start(ports.clone(), Options::new(folder.path().to_owned())).await?;
    let launcher = runner.launcher();
    let normal = define(&store, &ports, "normal", NORMAL).await?;
    let mut hostile = Vec::new();
    for file in std::fs::read_dir(CORPUS)? {
        let path = file?.path();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .replace('_', "-");
        hostile.push(define(&store, &ports, &name, &std::fs::read_to_string(&path)?).await?);
    }
    let hostile = Arc::new(hostile);

    let before = measure(&launcher, &normal).await;
    let (stop, ended) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicUsize::new(0)),
    );
    let crowd: Vec<_> = (0..AT_A_TIME)
        .map(|first| {
            let (launcher, hostile) = (Arc::clone(&launcher), Arc::clone(&hostile));
            let (stop, ended) = (Arc::clone(&stop), Arc::clone(&ended));
            tokio::spawn(async move {
                let mut next = first;
                while !stop.load(Ordering::Relaxed) {
                    let _ = launcher
                        .launch(launch(&hostile[next % hostile.len()]))
                        .await;
                    ended.fetch_add(1, Ordering::Relaxed);
                    next += AT_A_TIME;
                }
            })
        })
        .collect();
    let beside = measure(&launcher, &normal).await;
    stop.store(true, Ordering::Relaxed);
    join_all(crowd).await;
    println!(
        "alone                 p50 {:>7.2} ms   p95 {:>7.2} ms   p99 {:>7.2} ms   {} runs",
        before.0, before.1, before.2, before.3
    );
    println!(
        "beside {AT_A_TIME} hostile     p50 {:>7.2} ms   p95 {:>7.2} ms   p99 {:>7.2} ms   {} runs",
        beside.0, beside.1, beside.2, beside.3
    );
    println!(
        "ratio                 p50 {:>7.2}      p95 {:>7.2}      p99 {:>7.2}      {} hostile runs ended",
        beside.0 / before.0,
        beside.1 / before.1,
        beside.2 / before.2,
        ended.load(Ordering::Relaxed)
    );
    runner.stop().await;
    Ok(())
}

const NORMAL: &str = "let sum = 0; for n in [3, 1, 2].map(|n| n * 7) { sum += n } sum";

fn ports(store: &Store) -> Collaborators {
    let mut catalog = Catalog::new();
    catalog.add_pure(kind(), Give);
    let shared = Arc::new(store.clone());
    Collaborators {
        executions: shared.clone(),
        queue: Arc::new(MemoryQueue::new()),
        runners: shared.clone(),
        bus: Arc::new(MemoryBus::new()),
        logs: shared.clone(),
        definitions: shared.clone(),
        schedules: shared.clone(),
        cache: shared.clone(),
        secrets: shared.clone(),
        happenings: shared.clone(),
        history: shared.clone(),
        tally: runner::Tally::default(),
        variables: shared,
        blobs: Arc::new(store.blobs().clone()),
        files: Arc::new(WorkspaceFiles::new(store.clone(), FileLimits::default())),
        catalog: Arc::new(catalog),
        clock: Arc::new(runner::SystemClock),
    }
}

async fn define(
    store: &Store,
    ports: &Collaborators,
    name: &str,
    script: &str,
) -> Result<Arc<Definition>, Box<dyn Error>> {
    let document = parse::from_value(json!({
        "lathe": 1, "name": name, "inputs": { "who": {}, "rows": {} },
        "nodes": [{ "id": "a", "kind": "script.run", "with": { "script": script } }]
    }))?;
    let new = NewWorkflow {
        name: name.to_owned(),
        label: None,
        description: None,
        node_count: 1,
        document: serde_json::to_value(document)?,
        layout: None,
        author: None,
    };
    store.create_workflow(Scope::System, new, None).await?;
    let found = ports
        .definitions
        .named(FIRST_WORKSPACE, name, Some(VersionChoice::NEWEST))
        .await?;
    Ok(Arc::new(found.ok_or("it was just made")?))
}

fn launch(definition: &Arc<Definition>) -> Launch {
    Launch {
        id: Uuid::now_v7(),
        definition: Arc::clone(definition),
        inputs: json!({ "who": "Eve", "rows": [{ "n": 1 }, { "n": 2 }] }),
        trigger: "bench".to_owned(),
        started_by: None,
        idempotency_key: None,
        options: Default::default(),
        again: None,
        wait: true,
    }
}

/// Median, 95th and 99th percentile in milliseconds, and how many runs there were.
async fn measure(launcher: &Arc<dyn Launcher>, normal: &Arc<Definition>) -> (f64, f64, f64, usize) {
    let end = Instant::now() + SPAN;
    let callers = (0..CALLERS).map(|_| async {
        let mut times = Vec::new();
        while Instant::now() < end {
            let start = Instant::now();
            let launched = launcher.launch(launch(normal)).await;
            let finished = launched.ok().and_then(|launched| launched.finished);
            assert!(
                finished.is_some_and(|end| end.error.is_none()),
                "a normal run failed"
            );
            times.push(start.elapsed().as_secs_f64() * 1e3);
            tokio::time::sleep(PAUSE).await;
        }
        times
    });
    let mut times = join_all(callers).await.concat();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    (at(0.5), at(0.95), at(0.99), times.len())
}

struct Give;

impl PureNode for Give {
    fn run(&self, _now: engine::Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::done(with))
    }
}

fn kind() -> NodeKind {
    NodeKind {
        kind: "script.run",
        version: 1,
        title: "Script",
        summary: "",
        description: "",
        category: "test",
        effect: Effect::Pure,
        ports: Ports::Fixed(&["out"]),
        config_schema: json!({}),
        output_schema: json!({}),
        scripts: &["script"],
        default_retry: Retry::NEVER,
        default_timeout_ms: None,
        reports_progress: true,
        takes_secrets: true,
        disabled_reason: None,
    }
}
