//! W6: what a start takes, and what a process holds when it has nothing to do.

use std::{fs, time::Duration};

use anyhow::Result;

use super::Bench;
use crate::{
    backends::Backend,
    lathe::{Lathe, Role},
    report::{Report, Target},
};

const MEBIBYTE: f64 = 1024.0 * 1024.0;

pub(super) async fn measure(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    let backend = Backend::create(bench.kind).await?;
    // The first start creates the database, the second is what a restart costs.
    let first = Lathe::serve(bench.program, &backend, &[]).await?;
    let took = milliseconds(first.healthy_after);
    report.add(bench.figure("W6", "first start, to healthy", took, "ms"));
    first.stop().await?;
    if bench.is_embedded() {
        let lathe = Lathe::serve(bench.program, &backend, &[]).await?;
        let restart = milliseconds(lathe.healthy_after);
        let restart = bench.figure("W6", "restart, to healthy", restart, "ms");
        report.add(restart.target(Target::AtMost(150.0)));
        idle(bench, "serve", &lathe, 30.0, report).await?;
        lathe.stop().await?;
        let size = fs::metadata(bench.program)?.len() as f64 / MEBIBYTE;
        let size = bench.figure("W6", "size of the program", size, "MiB");
        report.add(size.target(Target::AtMost(60.0)));
    } else {
        let api = Lathe::start(bench.program, &backend, Role::Api, &[]).await?;
        let runner = Lathe::start(bench.program, &backend, Role::Runner, &[]).await?;
        idle(bench, "api", &api, 40.0, report).await?;
        idle(bench, "runner", &runner, 40.0, report).await?;
        runner.stop().await?;
        api.stop().await?;
    }
    backend.remove().await
}

async fn idle(
    bench: &Bench<'_>,
    role: &str,
    lathe: &Lathe,
    most: f64,
    report: &mut Report,
) -> Result<()> {
    // What the start itself needed is given back or settles within a moment.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let resident = lathe.memory()?.resident;
    let figure = bench.figure(
        "W6",
        format!("idle memory of `lathe {role}`"),
        resident,
        "MiB",
    );
    report.add(figure.target(Target::AtMost(most)));
    Ok(())
}

pub(super) fn after_load(bench: &Bench<'_>, lathe: &Lathe, report: &mut Report) -> Result<()> {
    let resident = lathe.memory()?.resident;
    report.add(bench.figure("W6", "memory after the load", resident, "MiB"));
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
