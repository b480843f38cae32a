//! W3b: steps that each have to be durable before the next one begins, 256 runs at once.

use anyhow::Result;

use super::Bench;
use crate::{documents, load, report::Report};

const STEPS: usize = 10;
const AT_ONCE: usize = 256;

pub(super) async fn measure(bench: &Bench<'_>, port: u16, report: &mut Report) -> Result<()> {
    let document = documents::chain("bench_w3b", STEPS, "1 + 1", true);
    let shot = documents::waiting(&documents::create(port, &document).await?);
    let load = load::for_time(port, AT_ONCE, bench.effort.window, &shot).await?;
    let steps = load.per_second() * STEPS as f64;
    let figure = bench.figure("W3b", "steps, a commit before each", steps, "steps/s");
    report.add(bench.against_commits(figure, 8.0, 1.5));
    Ok(())
}
