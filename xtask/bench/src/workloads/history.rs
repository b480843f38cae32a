//! W11: lists of runs with a million kept, beside the same lists with a thousand.

use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Bench;
use crate::{
    backends::Backend,
    client::Client,
    copies, documents,
    lathe::Lathe,
    load,
    report::{Report, Target},
};

const FEW: usize = 1_000;

pub(super) async fn measure(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    let backend = Backend::create(bench.kind).await?;
    let lathe = Lathe::serve(bench.program, &backend, &[]).await?;
    let document = documents::chain("bench_w11", 1, "1", false);
    let workflow = documents::create(lathe.port, &document).await?;
    load::in_total(lathe.port, 8, FEW, &documents::waiting(&workflow)).await?;
    let few = lists(bench, lathe.port, &workflow).await?;
    lathe.stop().await?;
    backend
        .multiply(&copies::EXECUTIONS, bench.effort.kept)
        .await?;
    let lathe = Lathe::serve(bench.program, &backend, &[]).await?;
    let many = lists(bench, lathe.port, &workflow).await?;
    let kept = bench.effort.kept;
    for ((name, few), (_, many)) in few.into_iter().zip(many) {
        let name = format!("{name}, {kept} runs, p95");
        let figure = bench.figure("W11", name, many, "ms");
        report.add(figure.beside(few, "few").target(Target::AtMost(1.5)));
    }
    lathe.stop().await?;
    backend.remove().await
}

/// The 95th percentile of each list, in milliseconds.
async fn lists(bench: &Bench<'_>, port: u16, workflow: &str) -> Result<Vec<(&'static str, f64)>> {
    let mut client = Client::connect(port).await?;
    let first = client.get("/api/executions?limit=50").await?;
    let cursor = cursor(&first)?;
    let pages = [
        ("newest", "/api/executions?limit=50".to_owned()),
        (
            "next page",
            format!("/api/executions?limit=50&cursor={cursor}"),
        ),
        (
            "by status",
            "/api/executions?limit=50&status=succeeded".to_owned(),
        ),
        (
            "by rare status",
            "/api/executions?limit=50&status=failed".to_owned(),
        ),
        (
            "by workflow",
            format!("/api/executions?limit=50&workflow_id={workflow}"),
        ),
        (
            "by workflow and status",
            format!("/api/executions?limit=50&workflow_id={workflow}&status=succeeded"),
        ),
        (
            "by workflow and rare status",
            format!("/api/executions?limit=50&workflow_id={workflow}&status=failed"),
        ),
    ];
    let mut found = Vec::new();
    for (name, path) in pages {
        let mut times = Vec::new();
        for _ in 0..bench.effort.runs * 10 {
            let sent = Instant::now();
            client.get(&path).await?;
            times.push(sent.elapsed().as_secs_f64() * 1000.0);
        }
        times.sort_by(f64::total_cmp);
        found.push((name, times[times.len() * 95 / 100]));
    }
    Ok(found)
}

fn cursor(page: &Value) -> Result<&str> {
    page["next_cursor"]
        .as_str()
        .context("a list has no next page")
}
