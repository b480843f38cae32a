//! W3c: runs accepted while nothing else is done. W9: what was accepted, worked off after a restart.
//!
//! Embedded, one run that hangs holds the only place of a runner, so that everything else queues; then the process is
//! killed, and the next one finds the queue in its database. With Postgres and Redis, `lathe api` accepts and a runner
//! comes later.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::Bench;
use crate::{
    backends::Backend,
    baselines::{CLIENTS, slow::SlowServer},
    client::Client,
    documents,
    lathe::{Lathe, Role},
    load::{self, Load},
    report::Report,
};

pub(super) async fn measure(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    let backend = Backend::create(bench.kind).await?;
    let (load, workers) = if bench.is_embedded() {
        let load = fill_one_process(bench, &backend).await?;
        (load, Lathe::serve(bench.program, &backend, &[]))
    } else {
        let api = Lathe::start(bench.program, &backend, Role::Api, &[]).await?;
        let load = fill(bench, api.port).await?;
        api.kill().await?;
        (load, Lathe::serve(bench.program, &backend, &[]))
    };
    let figure = bench.figure("W3c", "accepted, 32 callers", load.per_second(), "runs/s");
    report.add(bench.against_commits(figure, 3.0, 0.8));
    report.add(bench.figure(
        "W3c",
        "accepted, 32 callers, p99",
        load.percentile(0.99),
        "ms",
    ));
    let lathe = workers.await?;
    let took = drained(&lathe, bench.effort.accepted).await?;
    let rate = bench.effort.accepted as f64 / took.as_secs_f64();
    let name = format!("{} no-op runs worked off", bench.effort.accepted);
    let figure = bench.figure("W9", name, rate, "runs/s");
    report.add(bench.against_rows(figure, 0.1, 0.1));
    report.add(bench.work_each("W9", "run", (&lathe, Duration::ZERO), bench.effort.accepted)?);
    lathe.stop().await?;
    backend.remove().await
}

async fn fill(bench: &Bench<'_>, port: u16) -> Result<Load> {
    let document = documents::chain("bench_w9", 1, "1", false);
    let shot = documents::accepted(&documents::create(port, &document).await?);
    load::in_total(port, CLIENTS, bench.effort.accepted, &shot).await
}

async fn fill_one_process(bench: &Bench<'_>, backend: &Backend) -> Result<Load> {
    let slow = SlowServer::start().await?;
    let lathe = Lathe::serve(bench.program, backend, &["--max-executions", "1"]).await?;
    let hanging = documents::requests("bench_hanging", 1, &slow.address("hang"));
    let hanging = documents::create(lathe.port, &hanging).await?;
    let mut client = Client::connect(lathe.port).await?;
    let path = format!("/api/workflows/{hanging}/execute");
    client.post(&path, &serde_json::json!({})).await?;
    slow.reached().await?;
    let load = fill(bench, lathe.port).await?;
    lathe.kill().await?;
    Ok(load)
}

/// How long it takes from now until so many runs have succeeded.
async fn drained(lathe: &Lathe, runs: usize) -> Result<Duration> {
    let start = Instant::now();
    let mut client = Client::connect(lathe.port).await?;
    loop {
        let left = client.get("/api/executions?limit=1&status=queued").await?;
        let left = left["items"]
            .as_array()
            .context("a list has no items")?
            .len();
        if left == 0 {
            break;
        }
        ensure!(
            start.elapsed() < Duration::from_secs(180),
            "of {runs} runs some are queued after three minutes"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(start.elapsed())
}
