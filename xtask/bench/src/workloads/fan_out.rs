//! W5: a loop over ten thousand items, a row for each. W10: whether a step costs more the later it comes.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Bench;
use crate::{
    backends::Backend,
    client::Client,
    documents,
    lathe::Lathe,
    load::{self, Shot},
    report::{Report, Target},
};

const ITEMS: usize = 10_000;
const CHAIN: usize = 2_000;

pub(super) async fn measure(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    let backend = Backend::create(bench.kind).await?;
    let lathe = Lathe::serve(bench.program, &backend, &[]).await?;
    let port = lathe.port;
    let each = documents::create(port, &documents::fan_out("bench_w5")).await?;
    let items: Vec<usize> = (0..ITEMS).collect();
    let body = json!({ "inputs": { "items": items } }).to_string();
    let shot = Shot {
        body: Bytes::from(body),
        ..documents::waiting(&each)
    };
    if bench.wants(&["W5"]) {
        let load = load::in_sequence(port, bench.effort.runs.div_ceil(4), &shot).await?;
        let took = load.percentile(0.5) / 1000.0;
        let figure = bench.figure("W5", "loop over 10,000 items, median", took, "s");
        report.add(
            figure
                .beside(ITEMS as f64 / bench.rows(), "rows")
                .target(Target::AtMost(5.0)),
        );
    }
    if bench.wants(&["W10"]) {
        let runs = bench.effort.runs.div_ceil(4);
        let chain = documents::chain("bench_w10", CHAIN, "1 + 1", false);
        let chain = documents::waiting(&documents::create(port, &chain).await?);
        for (name, shot) in [("10,000-item loop", &shot), ("2,000-step chain", &chain)] {
            let growth = growth(port, shot, runs).await?;
            let name = format!("{name}, last quarter over first");
            let figure = bench.figure("W10", name, growth, "");
            report.add(figure.target(Target::AtMost(1.05)));
        }
        let growth = growth_of_chain(port, bench.effort.runs).await?;
        report.add(bench.figure("W10", "a step of 2,000 over one of 500", growth, ""));
    }
    lathe.stop().await?;
    backend.remove().await
}

/// What a step of a chain takes, over what one takes in a chain of a quarter of its length: beside the moments of single
/// steps, which are computed in some milliseconds, in parts, before they are recorded.
async fn growth_of_chain(port: u16, runs: usize) -> Result<f64> {
    let mut times = [0.0; 3];
    for (steps, time) in [1, CHAIN / 4, CHAIN].into_iter().zip(&mut times) {
        let chain = documents::chain(&format!("bench_w10_{steps}"), steps, "1 + 1", false);
        let shot = documents::waiting(&documents::create(port, &chain).await?);
        *time = load::in_sequence(port, runs, &shot).await?.percentile(0.5);
    }
    let [one, quarter, all] = times;
    ensure!(quarter > one, "500 steps take no longer than one");
    Ok((all - one) / (quarter - one) / 4.0)
}

/// The time that the last quarter of the steps took over that of the first, the median of some runs.
async fn growth(port: u16, shot: &Shot, runs: usize) -> Result<f64> {
    let mut client = Client::connect(port).await?;
    let mut found = Vec::new();
    for _ in 0..runs {
        let body = serde_json::from_slice(&shot.body)?;
        let ended = client.post(&shot.path, &body).await?;
        let id = ended["id"].as_str().context("a run has no id")?;
        let execution = client.get(&format!("/api/executions/{id}")).await?;
        found.push(quarters(&execution)?);
    }
    found.sort_by(f64::total_cmp);
    Ok(found[found.len() / 2])
}

fn quarters(execution: &Value) -> Result<f64> {
    let steps = execution["steps"]
        .as_array()
        .context("a run has no steps")?;
    let ended =
        |step: &Value| -> Option<DateTime<Utc>> { step["finished_at"].as_str()?.parse().ok() };
    let mut ended: Vec<DateTime<Utc>> = steps.iter().filter_map(ended).collect();
    ensure!(ended.len() >= 1_000, "there are only {} steps", ended.len());
    ended.sort();
    let at = |share: usize| ended[(ended.len() - 1) * share / 4];
    let span = |from: usize, to: usize| (at(to) - at(from)).num_microseconds().unwrap_or(0) as f64;
    Ok(span(3, 4) / span(0, 1))
}
