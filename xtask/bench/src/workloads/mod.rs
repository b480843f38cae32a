//! The measured workloads, one file for those that share a load.

mod acceptance;
mod access;
mod answer;
mod effects;
mod fan_out;
mod footprint;
mod history;
mod lists;
mod scale_out;
mod sequence;
mod throughput;

use std::{path::Path, time::Duration};

use anyhow::Result;

use crate::{
    Effort,
    backends::{Backend, BackendKind},
    baselines::Baselines,
    lathe::Lathe,
    report::{Figure, Report, Target},
};

/// What a workload needs to know.
pub(crate) struct Bench<'a> {
    pub(crate) program: &'a Path,
    pub(crate) kind: BackendKind<'a>,
    pub(crate) effort: Effort,
    pub(crate) baselines: &'a Baselines,
    /// Names of workloads; all of them when it is empty.
    pub(crate) wanted: &'a [String],
}

/// Measures all that is wanted on one backend. Each group begins with an empty database, so that none pays for another.
pub(crate) async fn measure(bench: &Bench<'_>, report: &mut Report) -> Result<()> {
    if bench.wants(&["W6"]) {
        footprint::measure(bench, report).await?;
    }
    if bench.wants(&["W1", "W3a", "W3b", "W4"]) {
        let backend = Backend::create(bench.kind).await?;
        let lathe = Lathe::serve(bench.program, &backend, &[]).await?;
        measure_load(bench, &lathe, report).await?;
        footprint::after_load(bench, &lathe, report)?;
        lathe.stop().await?;
        backend.remove().await?;
    }
    if bench.wants(&["W5", "W10"]) {
        fan_out::measure(bench, report).await?;
    }
    if bench.wants(&["W3c", "W9"]) {
        acceptance::measure(bench, report).await?;
    }
    if bench.wants(&["W11"]) {
        history::measure(bench, report).await?;
    }
    if bench.wants(&["W13"]) {
        access::measure(bench, report).await?;
    }
    if bench.wants(&["W14"]) {
        lists::measure(bench, report).await?;
    }
    if bench.wants(&["W12"]) && !bench.is_embedded() {
        scale_out::measure(bench, report).await?;
    }
    Ok(())
}

async fn measure_load(bench: &Bench<'_>, lathe: &Lathe, report: &mut Report) -> Result<()> {
    if bench.wants(&["W1"]) {
        sequence::measure(bench, lathe, report).await?;
    }
    if bench.wants(&["W3a"]) {
        throughput::measure(bench, lathe, report).await?;
    }
    if bench.wants(&["W3b"]) {
        effects::measure(bench, lathe, report).await?;
    }
    if bench.wants(&["W4"]) {
        answer::measure(bench, lathe, report).await?;
    }
    Ok(())
}

impl Bench<'_> {
    pub(crate) fn wants(&self, names: &[&str]) -> bool {
        let wanted = |name: &&str| {
            self.wanted
                .iter()
                .any(|wanted| wanted.eq_ignore_ascii_case(name))
        };
        self.wanted.is_empty() || names.iter().any(wanted)
    }

    pub(crate) fn is_embedded(&self) -> bool {
        matches!(self.kind, BackendKind::Embedded)
    }

    /// One of two values: what holds for the embedded backend, or for Postgres and Redis.
    pub(crate) fn either<T>(&self, embedded: T, apart: T) -> T {
        if self.is_embedded() { embedded } else { apart }
    }

    pub(crate) fn figure(
        &self,
        workload: &'static str,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Figure {
        Figure::new(self.kind.name(), workload, name, value, unit)
    }

    /// Batched rows per second of a bare client.
    pub(crate) fn rows(&self) -> f64 {
        self.either(self.baselines.sqlite_rows, self.baselines.postgres_rows)
    }

    /// Single-row commits per second of bare clients.
    pub(crate) fn commits(&self) -> f64 {
        self.either(
            self.baselines.sqlite_commits,
            self.baselines.postgres_commits,
        )
    }

    /// Processor time of the server since `before`, for each of so many.
    pub(crate) fn work_each(
        &self,
        workload: &'static str,
        what: &str,
        (lathe, before): (&Lathe, Duration),
        count: usize,
    ) -> Result<Figure> {
        let worked = lathe.worked()?.saturating_sub(before).as_secs_f64() * 1e6;
        let name = format!("processor time of a {what}");
        Ok(self.figure(workload, name, worked / count.max(1) as f64, "us"))
    }

    pub(crate) fn against_rows(&self, figure: Figure, embedded: f64, apart: f64) -> Figure {
        figure
            .beside(self.rows(), "row")
            .target(Target::AtLeast(self.either(embedded, apart)))
    }

    pub(crate) fn against_commits(&self, figure: Figure, embedded: f64, apart: f64) -> Figure {
        figure
            .beside(self.commits(), "commit")
            .target(Target::AtLeast(self.either(embedded, apart)))
    }
}
