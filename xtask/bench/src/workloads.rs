//! The measured workloads: W1 a long run, W3 throughput, W4 the time a caller waits, W6 start and memory.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    Effort,
    backends::Backend,
    baselines::{Baselines, CLIENTS},
    client::Client,
    lathe::Lathe,
    load::{self, Shot},
    report::{Aim, Figure, Report},
};

pub(crate) const FIBONACCI: &str =
    "fn fib(n) { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } } fib(10)";

pub(crate) async fn measure(
    program: &Path,
    backend: &Backend,
    effort: Effort,
    baselines: &Baselines,
    report: &mut Report,
) -> Result<()> {
    let bench = Bench {
        backend,
        effort,
        baselines,
    };
    let lathe = bench.start_and_idle(program, report).await?;
    let port = lathe.port;
    bench.long_run(port, report).await?;
    bench.throughput(port, report).await?;
    bench.waiting_callers(port, report).await?;
    let memory = lathe.memory()?;
    report.add(Figure::new(
        backend.name,
        "memory after the load, resident",
        memory.resident,
        "MiB",
    ));
    lathe.stop().await
}

struct Bench<'a> {
    backend: &'a Backend,
    effort: Effort,
    baselines: &'a Baselines,
}

impl Bench<'_> {
    /// W6: the first start creates the database, the second is what a restart costs.
    async fn start_and_idle(&self, program: &Path, report: &mut Report) -> Result<Lathe> {
        let first = Lathe::start(program, self.backend).await?;
        report.add(self.figure(
            "W6 first start, to healthy",
            milliseconds(first.healthy_after),
            "ms",
        ));
        first.stop().await?;
        let lathe = Lathe::start(program, self.backend).await?;
        let restart = self.figure(
            "W6 restart, to healthy",
            milliseconds(lathe.healthy_after),
            "ms",
        );
        report.add(restart.aim(Aim::AtMost(300.0)));
        // What the start itself needed is given back or settles within a moment.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let memory = lathe.memory()?;
        report.add(
            self.figure("W6 idle memory, resident", memory.resident, "MiB")
                .aim(Aim::AtMost(40.0)),
        );
        report.add(self.figure("W6 idle memory, proportional", memory.proportional, "MiB"));
        let size = fs::metadata(program)?.len() as f64 / 1024.0 / 1024.0;
        report.add(self.figure("W6 size of the program", size, "MiB"));
        Ok(lathe)
    }

    /// W1: forty steps one after the other, each a small computation.
    async fn long_run(&self, port: u16, report: &mut Report) -> Result<()> {
        let shot = waiting(&create_workflow(port, "bench_w1", 40, FIBONACCI).await?);
        let load = load::in_sequence(port, self.effort.runs, &shot).await?;
        let median = self.figure("W1 40 steps of fib(10), median", load.percentile(0.5), "ms");
        report.add(
            median
                .aim(Aim::AtMost(10.0))
                .compared(self.baselines.script * 40.0, "40 bare scripts"),
        );
        report.add(self.figure("W1 40 steps of fib(10), p95", load.percentile(0.95), "ms"));
        Ok(())
    }

    /// W3: as many runs of ten steps as can be had.
    async fn throughput(&self, port: u16, report: &mut Report) -> Result<()> {
        const STEPS: f64 = 10.0;
        let workflow = create_workflow(port, "bench_w3", 10, "1 + 1").await?;
        let shot = waiting(&workflow);
        let mut best = (0, 0.0);
        for connections in [1, 8, 32, 64] {
            let load = load::for_time(port, connections, self.effort.window, &shot).await?;
            let name = format!("W3 runs of 10 steps, {connections} waiting");
            report.add(self.figure(name, load.per_second(), "runs/s"));
            if load.per_second() > best.1 {
                best = (connections, load.per_second());
            }
        }
        let name = format!("W3 steps, best ({} waiting)", best.0);
        report.add(self.against_rows(self.figure(name, best.1 * STEPS, "steps/s")));

        let total = self.effort.accepted;
        let start = Instant::now();
        let shot = Shot {
            path: format!("/api/workflows/{workflow}/execute"),
            status: 202,
            ..shot
        };
        let shot = Shot {
            contains: "",
            ..shot
        };
        let accepted = load::in_total(port, CLIENTS, total, &shot).await?;
        drain(port).await?;
        let drained = total as f64 / start.elapsed().as_secs_f64();
        let acceptance = self.figure(
            "W3 runs accepted (202), 32 connections",
            accepted.per_second(),
            "runs/s",
        );
        report.add(match self.commits() {
            Some((commits, of)) => acceptance.compared(commits, of),
            None => acceptance,
        });
        report.add(self.against_rows(self.figure(
            "W3 steps, accepted and drained",
            drained * STEPS,
            "steps/s",
        )));
        Ok(())
    }

    /// W4: a caller who wants the result of three steps in the answer.
    async fn waiting_callers(&self, port: u16, report: &mut Report) -> Result<()> {
        let shot = waiting(&create_workflow(port, "bench_w4", 3, "1 + 1").await?);
        for (connections, echo) in [
            (1, &self.baselines.echo_one),
            (CLIENTS, &self.baselines.echo_many),
        ] {
            let load = load::for_time(port, connections, self.effort.window, &shot).await?;
            let named = |what: &str| format!("W4 3 steps, {connections} waiting, {what}");
            let median = self
                .figure(named("p50"), load.percentile(0.5), "ms")
                .compared(echo.median, "bare axum");
            report.add(if connections == 1 {
                median.aim(Aim::AtMost(3.0))
            } else {
                median
            });
            report.add(self.figure(named("p95"), load.percentile(0.95), "ms"));
            report.add(self.figure(named("p99"), load.percentile(0.99), "ms"));
            let rate = self.figure(named("rate"), load.per_second(), "requests/s");
            report.add(rate.compared(echo.per_second, "bare axum"));
        }
        Ok(())
    }

    fn figure(&self, name: impl Into<String>, value: f64, unit: &'static str) -> Figure {
        Figure::new(self.backend.name, name, value, unit)
    }

    fn is_embedded(&self) -> bool {
        self.backend.name == "embedded"
    }

    /// Every step leaves about one row, so batched inserts are what steps can at most reach.
    fn against_rows(&self, figure: Figure) -> Figure {
        if self.is_embedded() {
            return figure
                .aim(Aim::AtLeast(20_000.0))
                .compared(self.baselines.sqlite_rows, "raw batched rows");
        }
        let figure = figure.aim(Aim::AtLeast(10_000.0));
        match self.baselines.postgres_rows {
            Some(rows) => figure.compared(rows, "raw batched rows"),
            None => figure,
        }
    }

    /// What one commit per accepted run would reach.
    fn commits(&self) -> Option<(f64, &'static str)> {
        if self.is_embedded() {
            return Some((self.baselines.sqlite_commits, "single commits"));
        }
        Some((
            self.baselines.postgres_commits?,
            "single commits, 32 clients",
        ))
    }
}

/// Saves a chain of scripts and gives back its id.
async fn create_workflow(port: u16, name: &str, steps: usize, script: &str) -> Result<String> {
    let node = |step: usize| json!({ "id": format!("s{step}"), "kind": "script.run", "with": { "script": script } });
    let edge = |step: usize| json!({ "from": format!("s{}", step - 1), "to": format!("s{step}") });
    let nodes: Vec<Value> = (0..steps).map(node).collect();
    let edges: Vec<Value> = (1..steps).map(edge).collect();
    let document = json!({ "lathe": 1, "name": name, "nodes": nodes, "edges": edges });
    let mut client = Client::connect(port).await?;
    let created = client
        .post("/api/workflows", &json!({ "document": document }))
        .await?;
    Ok(created["id"]
        .as_str()
        .context("a created workflow has no id")?
        .to_owned())
}

fn waiting(workflow: &str) -> Shot {
    let path = format!("/api/workflows/{workflow}/execute?wait=30s");
    Shot {
        path,
        body: Bytes::from_static(br#"{"inputs":{}}"#),
        status: 200,
        contains: r#""status":"succeeded""#,
    }
}

/// Waits until nothing is queued or running any more.
async fn drain(port: u16) -> Result<()> {
    let mut client = Client::connect(port).await?;
    let start = Instant::now();
    for status in ["queued", "running"] {
        loop {
            let page = client
                .get(&format!("/api/executions?limit=1&status={status}"))
                .await?;
            if page["items"]
                .as_array()
                .context("the list of executions has no items")?
                .is_empty()
            {
                break;
            }
            ensure!(
                start.elapsed() < Duration::from_secs(120),
                "runs are still {status} after two minutes"
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
