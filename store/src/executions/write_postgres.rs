//! A batch in Postgres: one statement over arrays, one round trip, one transaction.

use std::collections::HashSet;
use std::sync::OnceLock;

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
    ("workspace_id", "uuid"),
    ("started_by", "uuid"),
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

/// What a batch has. Postgres prepares for every table and index that a statement names, whether rows come or not, so
/// that a statement names no more than there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    /// Executions that go on.
    updates: bool,
    /// Executions that begin by themselves.
    roots: bool,
    /// Executions that begin with another one.
    children: bool,
    steps: bool,
    /// Waits that begin and end, and runs that are held: few batches have any.
    rest: bool,
}

/// The statements by the number of their parts, each made when it is first needed.
static RECORD: [OnceLock<String>; 32] = [const { OnceLock::new() }; 32];

impl Parts {
    fn number(self) -> usize {
        let Self {
            updates,
            roots,
            children,
            steps,
            rest,
        } = self;
        let bits = [updates, roots, children, steps, rest];
        bits.iter()
            .fold(0, |number, bit| number * 2 + usize::from(*bit))
    }

    fn births(self) -> bool {
        self.roots || self.children
    }

    fn sql(self) -> &'static str {
        RECORD[self.number()].get_or_init(|| statement(self))
    }
}

/// Everything that a batch records. `owner` is the commit that a row came with: rows of a commit that
/// lost its version check are left out. A child or a step that exists already fails the statement.
fn statement(parts: Parts) -> String {
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
    let mut tables = Vec::new();
    let mut winners = Vec::new();
    if parts.updates {
        let updates = with(&[("id", "uuid"), ("expected", "bigint")], STATE);
        let set = STATE.iter().map(|(name, _)| format!("{name} = i.{name}"));
        tables.push(format!(
            "updated AS (
                UPDATE executions e SET version = e.version + 1, found = 0, {set}
                FROM {update_rows} AS i ({update_names})
                WHERE e.id = ANY ($1) AND e.id = i.id AND e.version = i.expected
                  AND e.status IN ('queued', 'running', 'paused', 'cleaning_up')
                RETURNING e.id, e.workspace_id
            )",
            set = set.collect::<Vec<_>>().join(", "),
            update_rows = rows(&updates),
            update_names = names(&updates),
        ));
        winners.push("SELECT id, workspace_id FROM updated");
    }
    let birth_names = names(&with(STATE, BIRTH));
    if parts.births() {
        let born = with(&with(&[("owner", "uuid"), ("id", "uuid")], STATE), BIRTH);
        tables.push(format!(
            "born AS (SELECT * FROM {born_rows} AS b ({born_names}))",
            born_rows = rows(&born),
            born_names = names(&born),
        ));
    }
    if parts.roots {
        tables.push(format!(
            "accepted AS (
                INSERT INTO executions (id, version, {birth_names})
                SELECT id, 1, {birth_names} FROM born WHERE id = owner
                ON CONFLICT DO NOTHING
                RETURNING id, workspace_id
            )"
        ));
        winners.push("SELECT id, workspace_id FROM accepted");
    }
    tables.push(format!("winners AS ({})", winners.join(" UNION ALL ")));
    if parts.children {
        tables.push(format!(
            "spawned AS (
                INSERT INTO executions (id, version, {birth_names})
                SELECT id, 1, {birth_names} FROM born WHERE id <> owner AND owner IN (SELECT id FROM winners)
            )"
        ));
    }
    let mut insert = |name: &str, table: &str, columns: &[(&'static str, &'static str)]| {
        let all = owned(columns);
        format!(
            "{name} AS (
                INSERT INTO {table} ({into}) SELECT {into} FROM {rows} AS r ({columns})
                WHERE owner IN (SELECT id FROM winners)
            )",
            into = names(columns),
            rows = rows(&all),
            columns = names(&all),
        )
    };
    if parts.steps {
        tables.push(insert("ended", "steps", STEP));
    }
    tables.push(insert("happened", "execution_events", EVENT));
    if parts.rest {
        let waits = owned(WAIT);
        tables.push(format!(
            "asked AS (
                INSERT INTO waits ({into}, workspace_id)
                SELECT {asked}, winners.workspace_id FROM {wait_rows} AS r ({waits})
                JOIN winners ON winners.id = r.owner
            )",
            into = names(WAIT),
            asked = WAIT
                .iter()
                .map(|(name, _)| format!("r.{name}"))
                .collect::<Vec<_>>()
                .join(", "),
            wait_rows = rows(&waits),
            waits = names(&waits),
        ));
        tables.push(format!(
            "answered AS (
                DELETE FROM waits USING {over_rows} AS o (owner, over)
                WHERE waits.id = o.over AND o.owner IN (SELECT id FROM winners)
            )",
            over_rows = rows(&[("owner", "uuid"), ("id", "uuid")]),
        ));
        let gates = owned(GATE);
        tables.push(format!(
            "gated AS (
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
            gate_names = names(GATE),
            gate_rows = rows(&gates),
            gate_columns = names(&gates),
            place_rows = rows(&[("owner", "uuid"), ("heir", "uuid")]),
            taken_rows = rows(&[("owner", "uuid"), ("id", "uuid")]),
        ));
    }
    format!("WITH {} SELECT id FROM winners", tables.join(", "))
}

/// Columns behind that of the commit that a row came with.
fn owned(columns: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    [&[("owner", "uuid")], columns].concat()
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
    let parts = Parts {
        updates: !updates.is_empty(),
        roots: births.iter().any(|(owner, row, _)| *owner == row.id),
        children: births.iter().any(|(owner, row, _)| *owner != row.id),
        steps: !steps.is_empty(),
        rest: !(plain && gates.is_empty() && places.is_empty()),
    };
    let mut query = sqlx::query_scalar(parts.sql());
    if parts.updates {
        query = query
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
            .bind(column(&updates, |unit| unit.root.expires_at));
    }
    if parts.births() {
        query = query
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
            .bind(column(&births, |(_, _, birth)| birth.workspace_id))
            .bind(column(&births, |(_, _, birth)| birth.started_by));
    }
    if parts.steps {
        query = query
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
            .bind(column(&steps, |(_, row)| row.port.as_deref()));
    }
    query = query
        .bind(column(&events, |(owner, _)| *owner))
        .bind(column(&events, |(_, row)| row.execution))
        .bind(column(&events, |(_, row)| row.first_seq))
        .bind(column(&events, |(_, row)| row.last_seq))
        .bind(column(&events, |(_, row)| row.events.as_str()));
    if parts.rest {
        query = query
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
            .bind(column(&taken, |(_, signal)| *signal));
    }
    let winners: Vec<Uuid> = query.fetch_all(connection).await?;
    Ok(winners.into_iter().collect())
}

fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
