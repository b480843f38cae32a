//! W1: one run of forty steps, one after the other, each a small computation.

use anyhow::Result;

use super::Bench;
use crate::{
    documents::{self, FIBONACCI},
    lathe::Lathe,
    load,
    report::{Report, Target},
};

const STEPS: usize = 40;

pub(super) async fn measure(bench: &Bench<'_>, lathe: &Lathe, report: &mut Report) -> Result<()> {
    let document = documents::chain("bench_w1", STEPS, FIBONACCI, false);
    let shot = documents::waiting(&documents::create(lathe.port, &document).await?);
    let before = lathe.worked()?;
    let load = load::in_sequence(lathe.port, bench.effort.runs, &shot).await?;
    let median = bench.figure(
        "W1",
        "40 steps of fib(10), median",
        load.percentile(0.5),
        "ms",
    );
    report.add(
        median
            .beside(bench.baselines.script * STEPS as f64, "eval")
            .target(Target::AtMost(bench.either(1.5, 2.0))),
    );
    report.add(bench.figure(
        "W1",
        "40 steps of fib(10), p95",
        load.percentile(0.95),
        "ms",
    ));
    let steps = load.count() * STEPS;
    report.add(bench.work_each("W1", "step", (lathe, before), steps)?);
    Ok(())
}
