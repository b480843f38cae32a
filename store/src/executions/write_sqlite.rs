//! A batch in SQLite, and what is due there: one immediate transaction, a prepared statement for each row.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use engine::ports::executions::Due;
use rusqlite::{Connection, Statement, Transaction, TransactionBehavior, params};
use uuid::Uuid;

use super::prepare::{EventRow, ExecutionRow, GateRow, StepRow, Unit, WaitRow};
use crate::database::{SQLITE_NOW, micros};

// The plus keeps SQLite from looking through all open executions by their status instead of looking up one by its id.
const UPDATE: &str = "
    UPDATE executions
    SET version = version + 1, found = 0, status = ?3, seq = ?4, frontier = ?5, wake_at = ?6, holders = ?7, started_at = ?8,
        finished_at = ?9, output = ?10, error = ?11, expires_at = ?12
    WHERE id = ?1 AND version = ?2 AND +status IN ('queued', 'running', 'paused', 'cleaning_up')";

const ACCEPT: &str = "
    INSERT INTO executions (id, version, status, seq, frontier, wake_at, holders, started_at, finished_at, output,
        error, expires_at, workflow_id, workflow_name, workflow_version, inputs, triggered_by, parent_id, parent_step,
        idempotency_key, created_at, options, rerun_of, workspace_id, started_by)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
        ?24, ?25)
    ON CONFLICT DO NOTHING";

const STEP: &str = "
    INSERT INTO steps (execution_id, path, attempt, node, kind, status, input, output, error, reason, runner,
        started_at, finished_at, port)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";

const EVENTS: &str = "
    INSERT INTO execution_events (execution_id, first_seq, last_seq, events) VALUES (?1, ?2, ?3, ?4)";

const WAIT: &str = "
    INSERT INTO waits (id, execution_id, path, signal, key, request, since, until, workspace_id)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, (SELECT workspace_id FROM executions WHERE id = ?2))";

const GATE: &str = "
    INSERT INTO gates (execution_id, workflow_id, state, admission, concurrency_key, rate_key, fair_key, immediate,
        priority, created_at, since, not_before)
    VALUES (?1, ?2, 'held', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10)";

const PLACE_PASSES: &str = "UPDATE gates SET execution_id = ?2 WHERE execution_id = ?1";
const WAIT_OVER: &str = "DELETE FROM waits WHERE id = ?1";
const SIGNAL_OVER: &str = "DELETE FROM signals WHERE id = ?1";

/// In the order of the index and nothing else: after a restart all have the same moment, and would be sorted each time.
pub(super) fn due_sql() -> String {
    format!(
        "SELECT id, found FROM executions WHERE wake_at IS NOT NULL AND wake_at <= {SQLITE_NOW} ORDER BY wake_at LIMIT ?1"
    )
}

fn push_sql() -> String {
    format!("UPDATE executions SET wake_at = {SQLITE_NOW} + ?2, found = found + 1 WHERE id = ?1")
}

/// Everything that a batch may need, prepared once.
pub(super) struct Statements<'c> {
    connection: &'c Connection,
    due: Statement<'c>,
    push: Statement<'c>,
    update: Statement<'c>,
    accept: Statement<'c>,
    step: Statement<'c>,
    events: Statement<'c>,
    wait: Statement<'c>,
    gate: Statement<'c>,
    place_passes: Statement<'c>,
    wait_over: Statement<'c>,
    signal_over: Statement<'c>,
}

impl<'c> Statements<'c> {
    pub(super) fn prepare(connection: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            connection,
            due: connection.prepare(&due_sql())?,
            push: connection.prepare(&push_sql())?,
            update: connection.prepare(UPDATE)?,
            accept: connection.prepare(ACCEPT)?,
            step: connection.prepare(STEP)?,
            events: connection.prepare(EVENTS)?,
            wait: connection.prepare(WAIT)?,
            gate: connection.prepare(GATE)?,
            place_passes: connection.prepare(PLACE_PASSES)?,
            wait_over: connection.prepare(WAIT_OVER)?,
            signal_over: connection.prepare(SIGNAL_OVER)?,
        })
    }

    /// Records all units in one transaction; returns those that won their version check. Rows go table by table, so
    /// that the pages of each stay at hand.
    pub(super) fn write(&mut self, units: &[Arc<Unit>]) -> rusqlite::Result<HashSet<Uuid>> {
        let transaction = self.begin()?;
        let mut winners = HashSet::with_capacity(units.len());
        for unit in units {
            let changed = match unit.root.birth {
                None => self.update(unit)?,
                Some(_) => self.accept(&unit.root)?,
            };
            if changed > 0 {
                winners.insert(unit.id());
            }
        }
        let won = || units.iter().filter(|unit| winners.contains(&unit.id()));
        for child in won().flat_map(|unit| &unit.children) {
            if self.accept(child)? == 0 {
                // A child is as new as the commit that begins it; if it is there, so is that.
                return Err(already_there());
            }
        }
        for row in won().flat_map(|unit| &unit.steps) {
            self.step(row)?;
        }
        for row in won().flat_map(|unit| &unit.events) {
            self.events(row)?;
        }
        for row in won().flat_map(|unit| &unit.waits) {
            self.wait(row)?;
        }
        for row in won().flat_map(|unit| &unit.gates) {
            self.gate(row)?;
        }
        for unit in won() {
            if let Some(to) = unit.place_passes_to {
                self.place_passes.execute(params![unit.id(), to])?;
            }
        }
        for id in won().flat_map(|unit| &unit.waits_over) {
            self.wait_over.execute(params![id])?;
        }
        for id in won().flat_map(|unit| &unit.signals_over) {
            self.signal_over.execute(params![id])?;
        }
        transaction.commit()?;
        Ok(winners)
    }

    /// Hands out what is due, oldest first, and pushes its `wake_at` on.
    pub(super) fn hand_out(&mut self, limit: i64, lease: Duration) -> rusqlite::Result<Vec<Due>> {
        let transaction = self.begin()?;
        let found = self.due.query_map(params![limit], |row| {
            let (id, found): (Uuid, i64) = row.try_into()?;
            Ok(Due {
                id,
                again: found > 0,
            })
        })?;
        let found: Vec<Due> = found.collect::<rusqlite::Result<_>>()?;
        let lease = i64::try_from(lease.as_micros()).unwrap_or(i64::MAX);
        for due in &found {
            self.push.execute(params![due.id, lease])?;
        }
        transaction.commit()?;
        Ok(found)
    }

    fn begin(&self) -> rusqlite::Result<Transaction<'c>> {
        Transaction::new_unchecked(self.connection, TransactionBehavior::Immediate)
    }

    fn update(&mut self, unit: &Unit) -> rusqlite::Result<usize> {
        let row = &unit.root;
        self.update.execute(params![
            row.id,
            unit.expected,
            row.status,
            row.seq,
            row.frontier,
            row.wake_at.map(micros),
            row.holders,
            row.started_at.map(micros),
            row.finished_at.map(micros),
            row.output,
            row.error,
            row.expires_at.map(micros),
        ])
    }

    /// Writes an execution that begins here, if there is none of its id or key.
    fn accept(&mut self, row: &ExecutionRow) -> rusqlite::Result<usize> {
        let Some(birth) = &row.birth else {
            return Ok(0);
        };
        self.accept.execute(params![
            row.id,
            1,
            row.status,
            row.seq,
            row.frontier,
            row.wake_at.map(micros),
            row.holders,
            row.started_at.map(micros),
            row.finished_at.map(micros),
            row.output,
            row.error,
            row.expires_at.map(micros),
            birth.workflow_id,
            birth.workflow_name,
            birth.workflow_version,
            birth.inputs,
            birth.triggered_by,
            birth.parent_id,
            birth.parent_step,
            birth.idempotency_key,
            micros(birth.created_at),
            birth.options,
            birth.rerun_of,
            birth.workspace_id,
            birth.started_by,
        ])
    }

    fn step(&mut self, row: &StepRow) -> rusqlite::Result<usize> {
        self.step.execute(params![
            row.execution,
            row.path,
            row.attempt,
            row.node,
            row.kind,
            row.status,
            row.input,
            row.output,
            row.error,
            row.reason,
            row.runner,
            micros(row.started_at),
            micros(row.finished_at),
            row.port,
        ])
    }

    fn events(&mut self, row: &EventRow) -> rusqlite::Result<usize> {
        self.events.execute(params![
            row.execution,
            row.first_seq,
            row.last_seq,
            row.events
        ])
    }

    fn wait(&mut self, row: &WaitRow) -> rusqlite::Result<usize> {
        self.wait.execute(params![
            row.id,
            row.execution,
            row.path,
            row.signal,
            row.key,
            row.request,
            micros(row.since),
            row.until.map(micros),
        ])
    }

    fn gate(&mut self, row: &GateRow) -> rusqlite::Result<usize> {
        self.gate.execute(params![
            row.execution,
            row.workflow,
            row.admission,
            row.concurrency_key,
            row.rate_key,
            row.fair_key,
            row.immediate,
            row.priority,
            micros(row.created_at),
            micros(row.not_before),
        ])
    }
}

/// What a plain insertion of such a row would have been refused with.
fn already_there() -> rusqlite::Error {
    let failure = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY);
    let message = "an execution that begins with another one is there already".to_owned();
    rusqlite::Error::SqliteFailure(failure, Some(message))
}

#[cfg(test)]
mod tests {
    use migrations::Migrator;
    use migrations::sea_orm_migration::MigratorTrait;
    use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};

    use super::*;

    #[tokio::test]
    async fn executions_are_updated_by_their_ids_alone() {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        let sql = format!("EXPLAIN QUERY PLAN {UPDATE}");
        let rows = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, sql));
        let plan: Vec<String> = rows
            .await
            .unwrap()
            .iter()
            .map(|row| row.try_get("", "detail").unwrap())
            .filter(|line: &String| line.contains("executions"))
            .collect();
        assert_eq!(
            plan,
            ["SEARCH executions USING INDEX sqlite_autoindex_executions_1 (id=?)"]
        );
    }
}
