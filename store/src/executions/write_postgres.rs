//! A batch in Postgres: one statement over arrays, one round trip, one transaction.

use std::collections::HashSet;

use engine::Time;
use sea_orm::sqlx::{self, PgConnection};
use uuid::Uuid;

use super::prepare::{Birth, EventRow, ExecutionRow, StepRow, Unit};

/// Everything that a batch records. `owner` is the commit that a row came with: rows of a commit that
/// lost its version check are left out. A child or a step that exists already fails the statement.
const RECORD: &str = "
WITH updated AS (
    UPDATE executions e
    SET version = e.version + 1, status = i.status, seq = i.seq, frontier = i.frontier, wake_at = i.wake_at,
        holders = i.holders, started_at = i.started_at, finished_at = i.finished_at, output = i.output,
        error = i.error
    FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[], $7::text[],
                $8::timestamptz[], $9::timestamptz[], $10::text[], $11::text[])
         AS i (id, expected, status, seq, frontier, wake_at, holders, started_at, finished_at, output, error)
    WHERE e.id = ANY ($1) AND e.id = i.id AND e.version = i.expected AND e.status IN ('queued', 'running')
    RETURNING e.id
), born AS (
    SELECT *
    FROM unnest($12::uuid[], $13::uuid[], $14::text[], $15::bigint[], $16::text[], $17::timestamptz[], $18::text[],
                $19::timestamptz[], $20::timestamptz[], $21::text[], $22::text[], $23::uuid[], $24::text[],
                $25::integer[], $26::text[], $27::text[], $28::uuid[], $29::text[], $30::text[], $31::timestamptz[])
         AS b (owner, id, status, seq, frontier, wake_at, holders, started_at, finished_at, output, error,
               workflow_id, workflow_name, workflow_version, inputs, triggered_by, parent_id, parent_step,
               idempotency_key, created_at)
), accepted AS (
    INSERT INTO executions (id, version, status, seq, frontier, wake_at, holders, started_at, finished_at, output,
                            error, workflow_id, workflow_name, workflow_version, inputs, triggered_by, parent_id,
                            parent_step, idempotency_key, created_at)
    SELECT id, 1, status, seq, frontier, wake_at, holders, started_at, finished_at, output, error, workflow_id,
           workflow_name, workflow_version, inputs, triggered_by, parent_id, parent_step, idempotency_key, created_at
    FROM born WHERE id = owner
    ON CONFLICT DO NOTHING
    RETURNING id
), winners AS (
    SELECT id FROM updated UNION ALL SELECT id FROM accepted
), spawned AS (
    INSERT INTO executions (id, version, status, seq, frontier, wake_at, holders, started_at, finished_at, output,
                            error, workflow_id, workflow_name, workflow_version, inputs, triggered_by, parent_id,
                            parent_step, idempotency_key, created_at)
    SELECT id, 1, status, seq, frontier, wake_at, holders, started_at, finished_at, output, error, workflow_id,
           workflow_name, workflow_version, inputs, triggered_by, parent_id, parent_step, idempotency_key, created_at
    FROM born WHERE id <> owner AND owner IN (SELECT id FROM winners)
), ended AS (
    INSERT INTO steps (execution_id, path, attempt, node, kind, status, input, output, error, reason, runner,
                       started_at, finished_at)
    SELECT execution_id, path, attempt, node, kind, status, input, output, error, reason, runner, started_at,
           finished_at
    FROM unnest($32::uuid[], $33::uuid[], $34::text[], $35::integer[], $36::text[], $37::text[], $38::text[],
                $39::text[], $40::text[], $41::text[], $42::text[], $43::uuid[], $44::timestamptz[], $45::timestamptz[])
         AS s (owner, execution_id, path, attempt, node, kind, status, input, output, error, reason, runner,
               started_at, finished_at)
    WHERE owner IN (SELECT id FROM winners)
), happened AS (
    INSERT INTO execution_events (execution_id, first_seq, last_seq, events)
    SELECT execution_id, first_seq, last_seq, events
    FROM unnest($46::uuid[], $47::uuid[], $48::bigint[], $49::bigint[], $50::text[])
         AS v (owner, execution_id, first_seq, last_seq, events)
    WHERE owner IN (SELECT id FROM winners)
)
SELECT id FROM winners";

pub(super) async fn write(
    connection: &mut PgConnection,
    units: &[&Unit],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    // In the order of their ids, so that two processes lock the same rows in the same order.
    let mut ordered: Vec<&Unit> = units.to_vec();
    ordered.sort_unstable_by_key(|unit| unit.id());

    let updates: Vec<&Unit> = ordered
        .iter()
        .copied()
        .filter(|unit| unit.root.birth.is_none())
        .collect();
    let births: Vec<(Uuid, &ExecutionRow, &Birth)> = ordered
        .iter()
        .flat_map(|unit| {
            std::iter::once(&unit.root)
                .chain(&unit.children)
                .map(|row| (unit.id(), row))
        })
        .filter_map(|(owner, row)| row.birth.as_ref().map(|birth| (owner, row, birth)))
        .collect();
    let steps: Vec<(Uuid, &StepRow)> = ordered
        .iter()
        .flat_map(|unit| unit.steps.iter().map(|row| (unit.id(), row)))
        .collect();
    let events: Vec<(Uuid, &EventRow)> = ordered
        .iter()
        .flat_map(|unit| unit.events.iter().map(|row| (unit.id(), row)))
        .collect();

    let query = sqlx::query_scalar(RECORD)
        .bind(column(&updates, |unit| unit.id()))
        .bind(column(&updates, |unit| unit.expected))
        .bind(column(&updates, |unit| unit.root.status))
        .bind(column(&updates, |unit| unit.root.seq))
        .bind(column(&updates, |unit| unit.root.frontier.as_str()))
        .bind(column(&updates, |unit| unit.root.wake_at))
        .bind(column(&updates, |unit| unit.root.holders.as_deref()))
        .bind(column(&updates, |unit| unit.root.started_at))
        .bind(column(&updates, |unit| unit.root.finished_at))
        .bind(column(&updates, |unit| unit.root.output.as_deref()))
        .bind(column(&updates, |unit| unit.root.error.as_deref()))
        .bind(column(&births, |(owner, _, _)| *owner))
        .bind(column(&births, |(_, row, _)| row.id))
        .bind(column(&births, |(_, row, _)| row.status))
        .bind(column(&births, |(_, row, _)| row.seq))
        .bind(column(&births, |(_, row, _)| row.frontier.as_str()))
        .bind(column(&births, |(_, row, _)| row.wake_at))
        .bind(column(&births, |(_, row, _)| row.holders.as_deref()))
        .bind(column(&births, |(_, row, _)| row.started_at))
        .bind(column(&births, |(_, row, _)| row.finished_at))
        .bind(column(&births, |(_, row, _)| row.output.as_deref()))
        .bind(column(&births, |(_, row, _)| row.error.as_deref()))
        .bind(column(&births, |(_, _, birth)| birth.workflow_id))
        .bind(column(&births, |(_, _, birth)| {
            birth.workflow_name.as_str()
        }))
        .bind(column(&births, |(_, _, birth)| birth.workflow_version))
        .bind(column(&births, |(_, _, birth)| birth.inputs.as_str()))
        .bind(column(&births, |(_, _, birth)| birth.triggered_by.as_str()))
        .bind(column(&births, |(_, _, birth)| birth.parent_id))
        .bind(column(&births, |(_, _, birth)| {
            birth.parent_step.as_deref()
        }))
        .bind(column(&births, |(_, _, birth)| {
            birth.idempotency_key.as_deref()
        }))
        .bind(column(&births, |(_, _, birth)| birth.created_at))
        .bind(column(&steps, |(owner, _)| *owner))
        .bind(column(&steps, |(_, row)| row.execution))
        .bind(column(&steps, |(_, row)| row.path.as_str()))
        .bind(column(&steps, |(_, row)| row.attempt))
        .bind(column(&steps, |(_, row)| row.node.as_str()))
        .bind(column(&steps, |(_, row)| row.kind))
        .bind(column(&steps, |(_, row)| row.status))
        .bind(column(&steps, |(_, row)| row.input.as_deref()))
        .bind(column(&steps, |(_, row)| row.output.as_deref()))
        .bind(column(&steps, |(_, row)| row.error.as_deref()))
        .bind(column(&steps, |(_, row)| row.reason.as_deref()))
        .bind(column(&steps, |(_, row)| row.runner))
        .bind(column::<_, Time>(&steps, |(_, row)| row.started_at))
        .bind(column::<_, Time>(&steps, |(_, row)| row.finished_at))
        .bind(column(&events, |(owner, _)| *owner))
        .bind(column(&events, |(_, row)| row.execution))
        .bind(column(&events, |(_, row)| row.first_seq))
        .bind(column(&events, |(_, row)| row.last_seq))
        .bind(column(&events, |(_, row)| row.events.as_str()));
    let winners: Vec<Uuid> = query.fetch_all(connection).await?;
    Ok(winners.into_iter().collect())
}

fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
