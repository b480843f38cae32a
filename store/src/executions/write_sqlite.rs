//! A batch in SQLite: one immediate transaction of a few statements over many rows each.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sea_orm::sqlx::{self, AssertSqlSafe, Connection, Row, Sqlite};
use uuid::Uuid;

use super::prepare::{Birth, EventRow, ExecutionRow, GateRow, StepRow, Unit, WaitRow};
use crate::database::micros;

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

// The plus keeps SQLite from looking through all open executions by their status, for each batch, instead of looking up
// each by its id.
static UPDATE: LazyLock<Texts> = LazyLock::new(|| {
    Texts::of(
        "UPDATE executions
         SET version = version + 1, status = v.column3, seq = v.column4, frontier = v.column5, wake_at = v.column6,
             holders = v.column7, started_at = v.column8, finished_at = v.column9, output = v.column10,
             error = v.column11, expires_at = v.column12
         FROM (",
        12,
        ") AS v
         WHERE executions.id = v.column1 AND executions.version = v.column2
           AND +executions.status IN ('queued', 'running', 'paused', 'cleaning_up')
         RETURNING executions.id",
    )
});

const BIRTH_COLUMNS: &str = "INSERT INTO executions (id, version, status, seq, frontier, wake_at, holders, started_at,
    finished_at, output, error, expires_at, workflow_id, workflow_name, workflow_version, inputs, triggered_by, parent_id,
    parent_step, idempotency_key, created_at, options, rerun_of) ";

/// How many columns that are.
const BIRTH_WIDTH: usize = 23;

static ACCEPT: LazyLock<Texts> = LazyLock::new(|| {
    Texts::of(
        BIRTH_COLUMNS,
        BIRTH_WIDTH,
        " ON CONFLICT DO NOTHING RETURNING id",
    )
});

static SPAWN: LazyLock<Texts> = LazyLock::new(|| Texts::of(BIRTH_COLUMNS, BIRTH_WIDTH, ""));

static STEPS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::of(
        "INSERT INTO steps (execution_id, path, attempt, node, kind, status, input, output, error, reason, runner,
         started_at, finished_at, port) ",
        14,
        "",
    )
});

static EVENTS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::of(
        "INSERT INTO execution_events (execution_id, first_seq, last_seq, events) ",
        4,
        "",
    )
});

static WAITS: LazyLock<Texts> = LazyLock::new(|| {
    Texts::of(
        "INSERT INTO waits (id, execution_id, path, signal, key, request, since, until) ",
        8,
        "",
    )
});

static GATES: LazyLock<Texts> = LazyLock::new(|| {
    Texts::of(
        "INSERT INTO gates (execution_id, workflow_id, state, admission, concurrency_key, rate_key, fair_key, immediate,
         priority, created_at, since, not_before) ",
        12,
        "",
    )
});

const PLACE_PASSES: &str = "UPDATE gates SET execution_id = ?2 WHERE execution_id = ?1";

static WAITS_OVER: LazyLock<Texts> =
    LazyLock::new(|| Texts::of("DELETE FROM waits WHERE id IN (", 1, ")"));

static SIGNALS_OVER: LazyLock<Texts> =
    LazyLock::new(|| Texts::of("DELETE FROM signals WHERE id IN (", 1, ")"));

pub(super) async fn write(
    connection: &mut SqliteConnection,
    units: &[&Unit],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let mut winners = HashSet::with_capacity(units.len());

    let updates: Vec<&Unit> = units
        .iter()
        .copied()
        .filter(|unit| unit.root.birth.is_none())
        .collect();
    returning(
        &mut transaction,
        &UPDATE,
        &updates,
        bind_update,
        &mut winners,
    )
    .await?;
    let births: Vec<(&ExecutionRow, &Birth)> = units
        .iter()
        .filter_map(|unit| with_birth(&unit.root))
        .collect();
    returning(&mut transaction, &ACCEPT, &births, bind_birth, &mut winners).await?;

    let won = || units.iter().filter(|unit| winners.contains(&unit.id()));
    let children: Vec<_> = won()
        .flat_map(|unit| &unit.children)
        .filter_map(with_birth)
        .collect();
    execute(&mut transaction, &SPAWN, &children, bind_birth).await?;
    let steps: Vec<&StepRow> = won().flat_map(|unit| &unit.steps).collect();
    execute(&mut transaction, &STEPS, &steps, bind_step).await?;
    let events: Vec<&EventRow> = won().flat_map(|unit| &unit.events).collect();
    execute(&mut transaction, &EVENTS, &events, bind_events).await?;
    let waits: Vec<&WaitRow> = won().flat_map(|unit| &unit.waits).collect();
    execute(&mut transaction, &WAITS, &waits, bind_wait).await?;
    let gates: Vec<&GateRow> = won().flat_map(|unit| &unit.gates).collect();
    execute(&mut transaction, &GATES, &gates, bind_gate).await?;
    for unit in won() {
        if let Some(to) = unit.place_passes_to {
            sqlx::query(PLACE_PASSES)
                .bind(unit.id())
                .bind(to)
                .execute(&mut *transaction)
                .await?;
        }
    }
    let over: Vec<&Uuid> = won().flat_map(|unit| &unit.waits_over).collect();
    execute(&mut transaction, &WAITS_OVER, &over, |query, id| {
        query.bind(**id)
    })
    .await?;

    let signals: Vec<&Uuid> = won().flat_map(|unit| &unit.signals_over).collect();
    execute(&mut transaction, &SIGNALS_OVER, &signals, |query, id| {
        query.bind(**id)
    })
    .await?;

    transaction.commit().await?;
    Ok(winners)
}

fn with_birth(row: &ExecutionRow) -> Option<(&ExecutionRow, &Birth)> {
    row.birth.as_ref().map(|birth| (row, birth))
}

fn bind_update<'q>(query: Bound<'q>, unit: &&Unit) -> Bound<'q> {
    bind_state(query.bind(unit.id()).bind(unit.expected), &unit.root)
}

fn bind_birth<'q>(query: Bound<'q>, (row, birth): &(&ExecutionRow, &Birth)) -> Bound<'q> {
    bind_state(query.bind(row.id).bind(1_i64), row)
        .bind(birth.workflow_id)
        .bind(birth.workflow_name.clone())
        .bind(birth.workflow_version)
        .bind(birth.inputs.clone())
        .bind(birth.triggered_by.clone())
        .bind(birth.parent_id)
        .bind(birth.parent_step.clone())
        .bind(birth.idempotency_key.clone())
        .bind(micros(birth.created_at))
        .bind(birth.options.clone())
        .bind(birth.rerun_of)
}

fn bind_state<'q>(query: Bound<'q>, row: &ExecutionRow) -> Bound<'q> {
    query
        .bind(row.status)
        .bind(row.seq)
        .bind(row.frontier.clone())
        .bind(row.wake_at.map(micros))
        .bind(row.holders.clone())
        .bind(row.started_at.map(micros))
        .bind(row.finished_at.map(micros))
        .bind(row.output.clone())
        .bind(row.error.clone())
        .bind(row.expires_at.map(micros))
}

fn bind_step<'q>(query: Bound<'q>, row: &&StepRow) -> Bound<'q> {
    query
        .bind(row.execution)
        .bind(row.path.clone())
        .bind(row.attempt)
        .bind(row.node.clone())
        .bind(row.kind)
        .bind(row.status)
        .bind(row.input.clone())
        .bind(row.output.clone())
        .bind(row.error.clone())
        .bind(row.reason.clone())
        .bind(row.runner)
        .bind(micros(row.started_at))
        .bind(micros(row.finished_at))
        .bind(row.port.clone())
}

fn bind_gate<'q>(query: Bound<'q>, row: &&GateRow) -> Bound<'q> {
    query
        .bind(row.execution)
        .bind(row.workflow)
        .bind("held")
        .bind(row.admission.clone())
        .bind(row.concurrency_key.clone())
        .bind(row.rate_key.clone())
        .bind(row.fair_key.clone())
        .bind(row.immediate)
        .bind(row.priority)
        .bind(micros(row.created_at))
        .bind(micros(row.created_at))
        .bind(micros(row.not_before))
}

fn bind_wait<'q>(query: Bound<'q>, row: &&WaitRow) -> Bound<'q> {
    query
        .bind(row.id)
        .bind(row.execution)
        .bind(row.path.clone())
        .bind(row.signal.clone())
        .bind(row.key.clone())
        .bind(row.request.clone())
        .bind(micros(row.since))
        .bind(row.until.map(micros))
}

fn bind_events<'q>(query: Bound<'q>, row: &&EventRow) -> Bound<'q> {
    query
        .bind(row.execution)
        .bind(row.first_seq)
        .bind(row.last_seq)
        .bind(row.events.clone())
}

async fn execute<R>(
    connection: &mut SqliteConnection,
    texts: &Texts,
    rows: &[R],
    bind: impl for<'q> Fn(Bound<'q>, &R) -> Bound<'q>,
) -> Result<(), sqlx::Error> {
    for (text, slice) in texts.slices(rows) {
        let query = slice.iter().fold(sqlx::query(AssertSqlSafe(text)), &bind);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

async fn returning<R>(
    connection: &mut SqliteConnection,
    texts: &Texts,
    rows: &[R],
    bind: impl for<'q> Fn(Bound<'q>, &R) -> Bound<'q>,
    ids: &mut HashSet<Uuid>,
) -> Result<(), sqlx::Error> {
    for (text, slice) in texts.slices(rows) {
        let query = slice.iter().fold(sqlx::query(AssertSqlSafe(text)), &bind);
        for row in query.fetch_all(&mut *connection).await? {
            ids.insert(row.try_get(0)?);
        }
    }
    Ok(())
}

/// One statement for 1, 2, 4 … 64 rows: few texts, so that all stay prepared, and few calls.
struct Texts([Arc<str>; 7]);

impl Texts {
    fn of(before: &str, columns: usize, after: &str) -> Self {
        let row = format!("({})", vec!["?"; columns].join(", "));
        Self(std::array::from_fn(|power| {
            let rows = vec![row.as_str(); 1 << power].join(", ");
            format!("{before}VALUES {rows}{after}").into()
        }))
    }

    /// Cuts the rows into slices, the largest first, each with the statement of its size.
    fn slices<'r, R>(&self, mut rows: &'r [R]) -> impl Iterator<Item = (Arc<str>, &'r [R])> {
        std::iter::from_fn(move || {
            let power = (rows.len().checked_ilog2()? as usize).min(self.0.len() - 1);
            let (slice, rest) = rows.split_at(1 << power);
            rows = rest;
            Some((Arc::clone(&self.0[power]), slice))
        })
    }
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
        for text in &UPDATE.0 {
            let sql = format!("EXPLAIN QUERY PLAN {text}");
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
}
