//! W4: a caller who wants the result of three steps in the answer.

use anyhow::Result;

use super::Bench;
use crate::{
    baselines::CLIENTS,
    documents,
    lathe::Lathe,
    load,
    report::{Report, Target},
};

pub(super) async fn measure(bench: &Bench<'_>, lathe: &Lathe, report: &mut Report) -> Result<()> {
    let document = documents::chain("bench_w4", 3, "1 + 1", false);
    let shot = documents::waiting(&documents::create(lathe.port, &document).await?);
    let one = load::for_time(lathe.port, 1, bench.effort.window, &shot).await?;
    let median = bench.figure("W4", "3 steps, 1 caller, p50", one.percentile(0.5), "ms");
    report.add(median.target(Target::AtMost(bench.either(1.0, 2.0))));
    let tail = bench.figure("W4", "3 steps, 1 caller, p99", one.percentile(0.99), "ms");
    report.add(tail.target(Target::AtMost(bench.either(3.0, 6.0))));
    let before = lathe.worked()?;
    let many = load::for_time(lathe.port, CLIENTS, bench.effort.window, &shot).await?;
    for (share, name) in [(0.5, "p50"), (0.99, "p99")] {
        let name = format!("3 steps, 32 callers, {name}");
        report.add(bench.figure("W4", name, many.percentile(share), "ms"));
    }
    let rate = bench.figure("W4", "3 steps, 32 callers", many.per_second(), "requests/s");
    report.add(
        rate.beside(bench.baselines.http, "http")
            .target(Target::AtLeast(bench.either(0.1, 0.06))),
    );
    report.add(bench.work_each("W4", "request", (lathe, before), many.count())?);
    Ok(())
}
