//! What the bare libraries reach on this machine, today.

pub(crate) mod echo;
mod postgres;
mod script;
pub(crate) mod slow;
mod sqlite;

use anyhow::Result;

use crate::{
    Effort,
    report::{Figure, Report},
};

pub(crate) struct Baselines {
    pub(crate) sqlite_rows: f64,
    /// Nothing when there is no Postgres to measure.
    pub(crate) postgres_rows: f64,
    pub(crate) postgres_commits: f64,
    pub(crate) sqlite_commits: f64,
    /// Requests per second of 32 callers.
    pub(crate) http: f64,
    /// Milliseconds for one evaluation of fib(10).
    pub(crate) script: f64,
}

/// The row that every database baseline writes: about as much as a small step leaves behind.
const BODY: &str =
    r#"{"output":55,"attempt":1,"started_at":"2026-01-01T00:00:00.000Z","note":"a small step"}"#;
const BATCH: usize = 100;
pub(crate) const CLIENTS: usize = 32;

impl Baselines {
    pub(crate) async fn measure(
        effort: Effort,
        database: Option<&str>,
        report: &mut Report,
    ) -> Result<Self> {
        let mut add = |name: &str, value: f64, unit: &'static str| {
            report.add(Figure::new("limit", "", name, value, unit));
            value
        };
        let script = add("eval: bare rhai, fib(10)", script::measure(effort)?, "ms");
        let (rows, commits) = sqlite::measure(effort).await?;
        let sqlite_rows = add("row: SQLite, FULL, batches of 100", rows, "rows/s");
        let sqlite_commits = add("commit: SQLite, FULL, single rows", commits, "commits/s");
        let (mut postgres_rows, mut postgres_commits) = (f64::NAN, f64::NAN);
        if let Some(database) = database {
            let (rows, commits) = postgres::measure(effort, database).await?;
            postgres_rows = add("row: Postgres, batches of 100", rows, "rows/s");
            postgres_commits = add("commit: Postgres, 32 clients", commits, "commits/s");
        }
        let (echo_one, echo_many) = echo::measure(effort).await?;
        add("bare axum, 1 connection, p50", echo_one.median, "ms");
        let http = add(
            "http: bare axum, 32 connections",
            echo_many.per_second,
            "requests/s",
        );
        Ok(Self {
            sqlite_rows,
            postgres_rows,
            postgres_commits,
            sqlite_commits,
            http,
            script,
        })
    }
}
