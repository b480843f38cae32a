//! W12: two runners against one, on steps that wait for the world.

use anyhow::Result;

use super::Bench;
use crate::{
    backends::Backend,
    baselines::slow::SlowServer,
    documents,
    lathe::{Lathe, Role},
    load,
    report::{Report, Target},
};

const STEPS: usize = 10;
/// So few at once per runner that waiting is what takes the time, and not these two processors.
const AT_ONCE: &str = "4";
const CALLERS: usize = 32;

pub(super) async fn measure(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    let slow = SlowServer::start().await?;
    let backend = Backend::create(bench.kind).await?;
    let api = Lathe::start(bench.program, &backend, Role::Api, &[]).await?;
    let document = documents::requests("bench_w12", STEPS, &slow.address("wait"));
    let shot = documents::waiting(&documents::create(api.port, &document).await?);
    let limits = ["--max-steps", AT_ONCE];
    let mut rates = Vec::new();
    let mut runners = Vec::new();
    for name in ["one runner", "two runners"] {
        runners.push(Lathe::start(bench.program, &backend, Role::Runner, &limits).await?);
        let load = load::for_time(api.port, CALLERS, bench.effort.window, &shot).await?;
        let rate = load.per_second() * STEPS as f64;
        report.add(bench.figure("W12", format!("steps of 5 ms, {name}"), rate, "steps/s"));
        rates.push(rate);
    }
    let figure = bench.figure("W12", "two runners over one", rates[1] / rates[0], "");
    report.add(figure.target(Target::AtLeast(1.9)));
    for runner in runners {
        runner.stop().await?;
    }
    api.stop().await?;
    backend.remove().await
}
