//! What the database says about the executions of a workflow: their states, their steps, their events.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::Value;
use sqlx::{PgPool, SqlitePool};

pub(crate) struct Execution {
    pub(crate) key: Option<String>,
    pub(crate) status: String,
    pub(crate) seq: i64,
    /// Every attempt that came to an end.
    pub(crate) attempts: Vec<Attempt>,
    /// Commit by commit: the numbers that the row claims, and the events in it.
    pub(crate) events: Vec<(i64, i64, Vec<Value>)>,
}

pub(crate) struct Attempt {
    pub(crate) step: String,
    pub(crate) kind: String,
    pub(crate) attempt: u32,
    pub(crate) status: String,
    pub(crate) output: Option<Value>,
}

/// Executions by their id.
pub(crate) type Facts = BTreeMap<String, Execution>;

/// Id, key, status, number of its last event.
type ExecutionRow = (String, Option<String>, String, i64);

/// Execution, step, kind, attempt, status, output.
type StepRow = (String, String, String, i64, String, Option<String>);

/// Execution, the first and the last number, the events as JSON.
type EventRow = (String, i64, i64, String);

pub(crate) async fn of_postgres(pool: &PgPool) -> Result<Facts> {
    let executions = "SELECT id::text, idempotency_key, status, seq FROM executions ORDER BY id";
    let steps = "SELECT execution_id::text, path, kind, attempt::bigint, status, output FROM steps ORDER BY execution_id, path, attempt";
    let events = "SELECT execution_id::text, first_seq, last_seq, events FROM execution_events ORDER BY execution_id, first_seq";
    gather(
        sqlx::query_as(executions).fetch_all(pool).await?,
        sqlx::query_as(steps).fetch_all(pool).await?,
        sqlx::query_as(events).fetch_all(pool).await?,
    )
}

pub(crate) async fn of_sqlite(pool: &SqlitePool) -> Result<Facts> {
    let executions =
        "SELECT lower(hex(id)) AS id, idempotency_key, status, seq FROM executions ORDER BY id";
    let steps = "SELECT lower(hex(execution_id)) AS execution_id, path, kind, attempt, status, output FROM steps ORDER BY execution_id, path, attempt";
    let events = "SELECT lower(hex(execution_id)) AS execution_id, first_seq, last_seq, events FROM execution_events ORDER BY execution_id, first_seq";
    gather(
        sqlx::query_as(executions).fetch_all(pool).await?,
        sqlx::query_as(steps).fetch_all(pool).await?,
        sqlx::query_as(events).fetch_all(pool).await?,
    )
}

fn gather(
    executions: Vec<ExecutionRow>,
    steps: Vec<StepRow>,
    events: Vec<EventRow>,
) -> Result<Facts> {
    let mut facts: Facts = executions
        .into_iter()
        .map(|(id, key, status, seq)| {
            let execution = Execution {
                key,
                status,
                seq,
                attempts: Vec::new(),
                events: Vec::new(),
            };
            (plain(&id), execution)
        })
        .collect();
    for (id, step, kind, attempt, status, output) in steps {
        let attempt = Attempt {
            step,
            kind,
            attempt: u32::try_from(attempt)?,
            status,
            output: output.and_then(|text| serde_json::from_str(&text).ok()),
        };
        let execution = facts
            .get_mut(&plain(&id))
            .context("a step of no execution")?;
        execution.attempts.push(attempt);
    }
    for (id, first, last, events) in events {
        let list = serde_json::from_str(&events).context("events that can't be read")?;
        let execution = facts
            .get_mut(&plain(&id))
            .context("events of no execution")?;
        execution.events.push((first, last, list));
    }
    Ok(facts)
}

/// An id as every side writes it: without dashes.
pub(crate) fn plain(id: &str) -> String {
    id.replace('-', "")
}

impl Execution {
    pub(crate) fn is_terminal(&self) -> bool {
        ["succeeded", "failed", "cancelled", "timed_out"].contains(&&*self.status)
    }
}
