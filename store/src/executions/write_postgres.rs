//! A batch in Postgres: one statement over arrays, one round trip, one transaction.

use std::collections::HashSet;
use std::sync::LazyLock;

use engine::Time;
use sea_orm::sqlx::{self, PgConnection};
use uuid::Uuid;

use super::prepare::{Birth, EventRow, ExecutionRow, GateRow, StepRow, Unit, WaitRow};

/// What an update changes, in the order in which it is bound after id and expected version.
const STATE: &[(&str, &str)] = &[
    ("status", "text"),
    ("seq", "bigint"),
    ("frontier", "text"),
    ("wake_at", "timestamptz"),
    ("holders", "text"),
    ("started_at", "timestamptz"),
    ("finished_at", "timestamptz"),
    ("output", "text"),
    ("error", "text"),
    ("expires_at", "timestamptz"),
];

/// What an execution begins with besides its state.
const BIRTH: &[(&str, &str)] = &[
    ("workflow_id", "uuid"),
    ("workflow_name", "text"),
    ("workflow_version", "integer"),
    ("inputs", "text"),
    ("triggered_by", "text"),
    ("parent_id", "uuid"),
    ("parent_step", "text"),
    ("idempotency_key", "text"),
    ("created_at", "timestamptz"),
    ("options", "text"),
    ("rerun_of", "uuid"),
];

const STEP: &[(&str, &str)] = &[
    ("execution_id", "uuid"),
    ("path", "text"),
    ("attempt", "integer"),
    ("node", "text"),
    ("kind", "text"),
    ("status", "text"),
    ("input", "text"),
    ("output", "text"),
    ("error", "text"),
    ("reason", "text"),
    ("runner", "uuid"),
    ("started_at", "timestamptz"),
    ("finished_at", "timestamptz"),
    ("port", "text"),
];

const EVENT: &[(&str, &str)] = &[
    ("execution_id", "uuid"),
    ("first_seq", "bigint"),
    ("last_seq", "bigint"),
    ("events", "text"),
];

const WAIT: &[(&str, &str)] = &[
    ("id", "uuid"),
    ("execution_id", "uuid"),
    ("path", "text"),
    ("signal", "text"),
    ("key", "text"),
    ("request", "text"),
    ("since", "timestamptz"),
    ("until", "timestamptz"),
];

const GATE: &[(&str, &str)] = &[
    ("execution_id", "uuid"),
    ("workflow_id", "uuid"),
    ("admission", "text"),
    ("concurrency_key", "text"),
    ("rate_key", "text"),
    ("fair_key", "text"),
    ("immediate", "integer"),
    ("priority", "integer"),
    ("created_at", "timestamptz"),
    ("not_before", "timestamptz"),
];

/// Everything that a batch records. `owner` is the commit that a row came with: rows of a commit that
/// lost its version check are left out. A child or a step that exists already fails the statement.
static RECORD: LazyLock<String> = LazyLock::new(|| statement(false));

/// The same, with waits that begin and end, and with runs that are held: few batches have any.
static RECORD_WITH_REST: LazyLock<String> = LazyLock::new(|| statement(true));

fn statement(with_rest: bool) -> String {
    let mut next = 1;
    // Arrays side by side, as a table of these columns.
    let mut rows = |columns: &[(&str, &str)]| {
        let arrays = columns.iter().map(|(_, kind)| {
            let array = format!("${next}::{kind}[]");
            next += 1;
            array
        });
        format!("unnest({})", arrays.collect::<Vec<_>>().join(", "))
    };
    let with = |first: &[(&'static str, &'static str)], rest: &[(&'static str, &'static str)]| {
        [first, rest].concat()
    };
    let updates = with(&[("id", "uuid"), ("expected", "bigint")], STATE);
    let born = with(&with(&[("owner", "uuid"), ("id", "uuid")], STATE), BIRTH);
    let steps = with(&[("owner", "uuid")], STEP);
    let events = with(&[("owner", "uuid")], EVENT);
    let set: Vec<String> = STATE
        .iter()
        .map(|(name, _)| format!("{name} = i.{name}"))
        .collect();
    let birth_names = names(&with(STATE, BIRTH));
    let mut sql = format!(
        "WITH updated AS (
            UPDATE executions e SET version = e.version + 1, found = 0, {set}
            FROM {update_rows} AS i ({update_names})
            WHERE e.id = ANY ($1) AND e.id = i.id AND e.version = i.expected
              AND e.status IN ('queued', 'running', 'paused', 'cleaning_up')
            RETURNING e.id
        ), born AS (
            SELECT * FROM {born_rows} AS b ({born_names})
        ), accepted AS (
            INSERT INTO executions (id, version, {birth_names})
            SELECT id, 1, {birth_names} FROM born WHERE id = owner
            ON CONFLICT DO NOTHING
            RETURNING id
        ), winners AS (
            SELECT id FROM updated UNION ALL SELECT id FROM accepted
        ), spawned AS (
            INSERT INTO executions (id, version, {birth_names})
            SELECT id, 1, {birth_names} FROM born WHERE id <> owner AND owner IN (SELECT id FROM winners)
        ), ended AS (
            INSERT INTO steps ({step_names})
            SELECT {step_names} FROM {step_rows} AS s ({step_columns})
            WHERE owner IN (SELECT id FROM winners)
        ), happened AS (
            INSERT INTO execution_events ({event_names})
            SELECT {event_names} FROM {event_rows} AS v ({event_columns})
            WHERE owner IN (SELECT id FROM winners)
        )",
        set = set.join(", "),
        update_rows = rows(&updates),
        update_names = names(&updates),
        born_rows = rows(&born),
        born_names = names(&born),
        step_names = names(STEP),
        step_rows = rows(&steps),
        step_columns = names(&steps),
        event_names = names(EVENT),
        event_rows = rows(&events),
        event_columns = names(&events),
    );
    if with_rest {
        let waits = with(&[("owner", "uuid")], WAIT);
        let over = [("owner", "uuid"), ("id", "uuid")];
        let gates = with(&[("owner", "uuid")], GATE);
        let places = [("owner", "uuid"), ("heir", "uuid")];
        let taken = [("owner", "uuid"), ("id", "uuid")];
        sql.push_str(&format!(
            ", asked AS (
                INSERT INTO waits ({wait_names})
                SELECT {wait_names} FROM {wait_rows} AS w ({wait_columns})
                WHERE owner IN (SELECT id FROM winners)
            ), answered AS (
                DELETE FROM waits USING {over_rows} AS o (owner, over)
                WHERE waits.id = o.over AND o.owner IN (SELECT id FROM winners)
            ), gated AS (
                INSERT INTO gates ({gate_names}, state, since)
                SELECT {gate_names}, 'held', created_at FROM {gate_rows} AS g ({gate_columns})
                WHERE owner IN (SELECT id FROM winners)
            ), passed AS (
                UPDATE gates SET execution_id = p.heir FROM {place_rows} AS p (owner, heir)
                WHERE gates.execution_id = p.owner AND p.owner IN (SELECT id FROM winners)
            ), taken AS (
                DELETE FROM signals USING {taken_rows} AS t (owner, signal)
                WHERE signals.id = t.signal AND t.owner IN (SELECT id FROM winners)
            )",
            wait_names = names(WAIT),
            wait_rows = rows(&waits),
            wait_columns = names(&waits),
            over_rows = rows(&over),
            gate_names = names(GATE),
            gate_rows = rows(&gates),
            gate_columns = names(&gates),
            place_rows = rows(&places),
            taken_rows = rows(&taken),
        ));
    }
    sql.push_str(" SELECT id FROM winners");
    sql
}

fn names(columns: &[(&str, &str)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    names.join(", ")
}

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

    let waits: Vec<(Uuid, &WaitRow)> = ordered
        .iter()
        .flat_map(|unit| unit.waits.iter().map(|row| (unit.id(), row)))
        .collect();
    let over: Vec<(Uuid, Uuid)> = ordered
        .iter()
        .flat_map(|unit| unit.waits_over.iter().map(|wait| (unit.id(), *wait)))
        .collect();
    let gates: Vec<(Uuid, &GateRow)> = ordered
        .iter()
        .flat_map(|unit| unit.gates.iter().map(|row| (unit.id(), row)))
        .collect();
    let places: Vec<(Uuid, Uuid)> = ordered
        .iter()
        .filter_map(|unit| Some((unit.id(), unit.place_passes_to?)))
        .collect();
    let taken: Vec<(Uuid, Uuid)> = ordered
        .iter()
        .flat_map(|unit| unit.signals_over.iter().map(|signal| (unit.id(), *signal)))
        .collect();
    let plain = waits.is_empty() && over.is_empty() && taken.is_empty();
    let with_rest = !(plain && gates.is_empty() && places.is_empty());
    let sql: &'static str = match with_rest {
        true => &RECORD_WITH_REST,
        false => &RECORD,
    };

    let query = sqlx::query_scalar(sql)
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
        .bind(column(&updates, |unit| unit.root.expires_at))
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
        .bind(column(&births, |(_, row, _)| row.expires_at))
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
        .bind(column(&births, |(_, _, birth)| birth.options.as_deref()))
        .bind(column(&births, |(_, _, birth)| birth.rerun_of))
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
        .bind(column(&steps, |(_, row)| row.port.as_deref()))
        .bind(column(&events, |(owner, _)| *owner))
        .bind(column(&events, |(_, row)| row.execution))
        .bind(column(&events, |(_, row)| row.first_seq))
        .bind(column(&events, |(_, row)| row.last_seq))
        .bind(column(&events, |(_, row)| row.events.as_str()));
    let query = match with_rest {
        false => query,
        true => query
            .bind(column(&waits, |(owner, _)| *owner))
            .bind(column(&waits, |(_, row)| row.id))
            .bind(column(&waits, |(_, row)| row.execution))
            .bind(column(&waits, |(_, row)| row.path.as_str()))
            .bind(column(&waits, |(_, row)| row.signal.as_deref()))
            .bind(column(&waits, |(_, row)| row.key.as_deref()))
            .bind(column(&waits, |(_, row)| row.request.as_str()))
            .bind(column(&waits, |(_, row)| row.since))
            .bind(column(&waits, |(_, row)| row.until))
            .bind(column(&over, |(owner, _)| *owner))
            .bind(column(&over, |(_, wait)| *wait))
            .bind(column(&gates, |(owner, _)| *owner))
            .bind(column(&gates, |(_, row)| row.execution))
            .bind(column(&gates, |(_, row)| row.workflow))
            .bind(column(&gates, |(_, row)| row.admission.as_str()))
            .bind(column(&gates, |(_, row)| row.concurrency_key.as_deref()))
            .bind(column(&gates, |(_, row)| row.rate_key.as_deref()))
            .bind(column(&gates, |(_, row)| row.fair_key.as_deref()))
            .bind(column(&gates, |(_, row)| row.immediate))
            .bind(column(&gates, |(_, row)| row.priority))
            .bind(column(&gates, |(_, row)| row.created_at))
            .bind(column(&gates, |(_, row)| row.not_before))
            .bind(column(&places, |(owner, _)| *owner))
            .bind(column(&places, |(_, heir)| *heir))
            .bind(column(&taken, |(owner, _)| *owner))
            .bind(column(&taken, |(_, signal)| *signal)),
    };
    let winners: Vec<Uuid> = query.fetch_all(connection).await?;
    Ok(winners.into_iter().collect())
}

fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
