//! W3a: runs of ten pure steps, accepted and finished, as many as can be had.

use anyhow::Result;

use super::Bench;
use crate::{documents, lathe::Lathe, load, report::Report};

const STEPS: usize = 10;

pub(super) async fn measure(bench: &Bench<'_>, lathe: &Lathe, report: &mut Report) -> Result<()> {
    let document = documents::chain("bench_w3a", STEPS, "1 + 1", false);
    let shot = documents::waiting(&documents::create(lathe.port, &document).await?);
    let mut best = (0, 0.0);
    let (before, mut runs) = (lathe.worked()?, 0);
    for connections in [1, 8, 32, 64, 128, 256] {
        let load = load::for_time(lathe.port, connections, bench.effort.window / 2, &shot).await?;
        runs += load.count();
        let name = format!("10 pure steps, {connections} callers");
        report.add(bench.figure("W3a", name, load.per_second(), "runs/s"));
        if load.per_second() > best.1 {
            best = (connections, load.per_second());
        }
    }
    let name = format!("steps at best ({} callers)", best.0);
    let figure = bench.figure("W3a", name, best.1 * STEPS as f64, "steps/s");
    report.add(bench.against_rows(figure, 0.3, 0.4));
    report.add(bench.work_each("W3a", "run of 10 steps", (lathe, before), runs)?);
    Ok(())
}
