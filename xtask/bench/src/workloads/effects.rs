//! W3b: steps that each have to be durable before the next one begins, 256 runs at once.

use anyhow::Result;

use super::Bench;
use crate::{documents, lathe::Lathe, load, report::Report};

const STEPS: usize = 10;
const AT_ONCE: usize = 256;

pub(super) async fn measure(bench: &Bench<'_>, lathe: &Lathe, report: &mut Report) -> Result<()> {
    let document = documents::chain("bench_w3b", STEPS, "1 + 1", true);
    let shot = documents::waiting(&documents::create(lathe.port, &document).await?);
    let before = lathe.worked()?;
    let load = load::for_time(lathe.port, AT_ONCE, bench.effort.window, &shot).await?;
    let steps = load.per_second() * STEPS as f64;
    let figure = bench.figure("W3b", "steps, a commit before each", steps, "steps/s");
    report.add(bench.against_commits(figure, 8.0, 1.5));
    let steps = load.count() * STEPS;
    report.add(bench.work_each("W3b", "step", (lathe, before), steps)?);
    Ok(())
}
