//! A commit as rows: serialised by the caller, so that the committer only moves them.

use engine::Time;
use engine::blob;
use engine::document::Strategy;
use engine::execution::{OpenWait, RunOptions, StepRecord, part_frontier};
use engine::ports::executions::{Accepted, Commit, Rerun};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::blobs::Parcel;

/// One commit: recorded whole or not at all.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) root: ExecutionRow,
    /// The version that the writer saw; 0 for an execution that begins here.
    pub(super) expected: i64,
    /// Executions that begin with it, at any depth.
    pub(super) children: Vec<ExecutionRow>,
    pub(super) steps: Vec<StepRow>,
    pub(super) events: Vec<EventRow>,
    pub(super) waits: Vec<WaitRow>,
    pub(super) waits_over: Vec<Uuid>,
    pub(super) gates: Vec<GateRow>,
    pub(super) signals_over: Vec<Uuid>,
    pub(super) place_passes_to: Option<Uuid>,
}

#[derive(Debug)]
pub(super) struct ExecutionRow {
    pub(super) id: Uuid,
    pub(super) status: &'static str,
    pub(super) seq: i64,
    pub(super) frontier: String,
    pub(super) wake_at: Option<Time>,
    pub(super) holders: Option<String>,
    pub(super) started_at: Option<Time>,
    pub(super) finished_at: Option<Time>,
    pub(super) output: Option<String>,
    pub(super) error: Option<String>,
    pub(super) expires_at: Option<Time>,
    /// Present when the execution begins here.
    pub(super) birth: Option<Birth>,
}

#[derive(Debug)]
pub(super) struct Birth {
    pub(super) workspace_id: Uuid,
    pub(super) workflow_id: Uuid,
    pub(super) workflow_name: String,
    pub(super) workflow_version: i32,
    pub(super) inputs: String,
    pub(super) triggered_by: String,
    pub(super) parent_id: Option<Uuid>,
    pub(super) parent_step: Option<String>,
    pub(super) idempotency_key: Option<String>,
    pub(super) created_at: Time,
    pub(super) options: Option<String>,
    pub(super) rerun_of: Option<Uuid>,
    pub(super) started_by: Option<Uuid>,
}

/// What holds an execution back that begins here.
#[derive(Debug)]
pub(super) struct GateRow {
    pub(super) execution: Uuid,
    pub(super) workflow: Uuid,
    pub(super) admission: String,
    pub(super) concurrency_key: Option<String>,
    pub(super) rate_key: Option<String>,
    pub(super) fair_key: Option<String>,
    /// Something is to be decided about it whether it could begin or not.
    pub(super) immediate: i32,
    pub(super) priority: i32,
    pub(super) created_at: Time,
    pub(super) not_before: Time,
}

/// A step that waits for an answer from outside.
#[derive(Debug)]
pub(super) struct WaitRow {
    pub(super) id: Uuid,
    pub(super) execution: Uuid,
    pub(super) path: String,
    pub(super) signal: Option<String>,
    pub(super) key: Option<String>,
    pub(super) request: String,
    pub(super) since: Time,
    pub(super) until: Option<Time>,
}

#[derive(Debug)]
pub(super) struct StepRow {
    pub(super) execution: Uuid,
    pub(super) path: String,
    pub(super) attempt: i32,
    pub(super) node: String,
    pub(super) kind: &'static str,
    pub(super) status: &'static str,
    pub(super) input: Option<String>,
    pub(super) output: Option<String>,
    pub(super) error: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) runner: Option<Uuid>,
    pub(super) started_at: Time,
    pub(super) finished_at: Time,
    pub(super) port: Option<String>,
}

/// The events of one commit share a row.
#[derive(Debug)]
pub(super) struct EventRow {
    pub(super) execution: Uuid,
    pub(super) first_seq: i64,
    pub(super) last_seq: i64,
    pub(super) events: String,
}

/// What could not be written as JSON.
pub(super) type Unwritable = Box<dyn std::error::Error + Send + Sync>;

impl Unit {
    /// The rows of a commit, and what they refer to, which has to be put before they are written.
    pub(super) fn of(commit: Commit) -> Result<(Self, Parcel), Unwritable> {
        let mut parcel = Parcel::default();
        let mut children = Vec::new();
        let mut steps = Vec::with_capacity(commit.steps.len());
        let mut events = Vec::with_capacity(1 + commit.spawned.len());
        let expected = commit.expected_version.cast_signed();
        let waits = commit.waits.iter().map(|wait| wait_row(commit.id, wait));
        let waits = waits.collect::<Result<_, serde_json::Error>>()?;
        let waits_over = commit.waits_over.clone();
        let signals_over = commit.signals_over.clone();
        let place_passes_to = commit.place_passes_to;
        let mut gates = Vec::new();
        gate_rows(&commit, &mut gates)?;
        let root = flatten(commit, &mut children, &mut steps, &mut events, &mut parcel)?;
        let unit = Self {
            root,
            expected,
            children,
            steps,
            events,
            waits,
            waits_over,
            gates,
            signals_over,
            place_passes_to,
        };
        Ok((unit, parcel))
    }

    pub(super) fn id(&self) -> Uuid {
        self.root.id
    }

    /// What must not be there twice in a batch besides the id.
    pub(super) fn idempotency(&self) -> Option<(Uuid, &str)> {
        let birth = self.root.birth.as_ref()?;
        Some((birth.workflow_id, birth.idempotency_key.as_deref()?))
    }

    pub(super) fn rows(&self) -> usize {
        1 + self.children.len() + self.steps.len() + self.events.len() + self.waits.len()
    }

    /// About how many bytes it sends to the database.
    pub(super) fn bytes(&self) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let execution = |row: &ExecutionRow| {
            row.frontier.len()
                + length(&row.output)
                + row.birth.as_ref().map_or(0, |birth| birth.inputs.len())
        };
        let step = |row: &StepRow| length(&row.input) + length(&row.output) + length(&row.error);
        execution(&self.root)
            + self.children.iter().map(execution).sum::<usize>()
            + self.steps.iter().map(step).sum::<usize>()
            + self
                .events
                .iter()
                .map(|row| row.events.len())
                .sum::<usize>()
    }

    /// The row of events by which this commit can be told from any other of the same execution.
    pub(super) fn own_events(&self) -> Option<&EventRow> {
        self.events.iter().find(|row| row.execution == self.root.id)
    }
}

/// Appends the rows of a commit and of all that it spawned; returns its own row.
fn flatten(
    commit: Commit,
    children: &mut Vec<ExecutionRow>,
    steps: &mut Vec<StepRow>,
    events: &mut Vec<EventRow>,
    parcel: &mut Parcel,
) -> Result<ExecutionRow, Unwritable> {
    let Commit {
        id,
        accepted,
        mut frontier,
        status,
        seq,
        wake_at,
        holders,
        started_at,
        finished_at,
        ..
    } = commit;
    for record in &commit.steps {
        steps.push(step_row(id, record, parcel)?);
    }
    if frontier.len() > blob::INLINE {
        let keep = &mut |json| parcel.add(id, json);
        frontier = part_frontier(&frontier, keep)?.unwrap_or(frontier);
    }
    if let (Some(first), Some(last)) = (commit.events.first(), commit.events.last()) {
        events.push(EventRow {
            execution: id,
            first_seq: first.seq.cast_signed(),
            last_seq: last.seq.cast_signed(),
            events: serde_json::to_string(&commit.events)?,
        });
    }
    for child in commit.spawned {
        let row = flatten(child, children, steps, events, parcel)?;
        children.push(row);
    }
    Ok(ExecutionRow {
        id,
        status: status.as_str(),
        seq: seq.cast_signed(),
        frontier,
        // Nobody has to look at what has ended.
        wake_at: wake_at.filter(|_| !status.is_terminal()),
        holders: holders_text(&holders).filter(|_| !status.is_terminal()),
        started_at,
        finished_at,
        output: value(id, commit.output.as_ref(), parcel)?,
        error: text(commit.error.as_ref())?,
        expires_at: commit.expires_at,
        birth: accepted
            .map(|accepted| birth(accepted, parcel))
            .transpose()?,
    })
}

fn birth(accepted: Accepted, parcel: &mut Parcel) -> Result<Birth, serde_json::Error> {
    let (parent_id, parent_step) = accepted
        .parent
        .map(|parent| (parent.execution, parent.step))
        .unzip();
    Ok(Birth {
        workspace_id: accepted.owner,
        workflow_id: accepted.workflow_id,
        workflow_name: accepted.workflow_name,
        workflow_version: accepted.workflow_version.cast_signed(),
        inputs: parcel.text(accepted.id, serde_json::to_string(&accepted.inputs)?),
        triggered_by: accepted.trigger,
        started_by: accepted.started_by,
        parent_id,
        parent_step,
        idempotency_key: accepted.idempotency_key,
        created_at: accepted.created_at,
        rerun_of: accepted.rerun.as_ref().map(|rerun| rerun.of),
        options: StoredOptions::text(accepted.options, accepted.rerun)?,
    })
}

/// What the caller asked for besides the inputs, as one text.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredOptions {
    #[serde(flatten)]
    pub(super) run: RunOptions,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rerun_from: Option<Vec<String>>,
}

impl StoredOptions {
    fn text(run: RunOptions, rerun: Option<Rerun>) -> Result<Option<String>, serde_json::Error> {
        if run.is_empty() && rerun.is_none() {
            return Ok(None);
        }
        let rerun_from = rerun.map(|rerun| rerun.from);
        let stored = Self { run, rerun_from };
        serde_json::to_string(&stored).map(Some)
    }
}

/// The gates of all executions that begin with a commit.
fn gate_rows(commit: &Commit, rows: &mut Vec<GateRow>) -> Result<(), serde_json::Error> {
    if let Some(accepted) = &commit.accepted
        && let Some(admission) = &accepted.gate
    {
        let lull = admission.debounce.as_ref();
        let strategy = admission.concurrency.as_ref().map(|places| places.strategy);
        let waits = strategy.is_none_or(|strategy| strategy == Strategy::Queue);
        let key = |key: &String| without_nul(key);
        rows.push(GateRow {
            execution: accepted.id,
            workflow: accepted.workflow_id,
            admission: serde_json::to_string(admission)?,
            concurrency_key: admission
                .concurrency
                .as_ref()
                .map(|places| key(&places.key)),
            rate_key: admission.rate.as_ref().map(|pace| key(&pace.key)),
            fair_key: admission.fair_key.as_ref().map(key),
            immediate: i32::from(lull.is_some() || !waits),
            priority: i32::from(admission.priority),
            created_at: accepted.created_at,
            not_before: lull.map_or(accepted.created_at, |lull| {
                accepted.created_at + lull.delay.to_delta()
            }),
        });
    }
    for child in &commit.spawned {
        gate_rows(child, rows)?;
    }
    Ok(())
}

fn wait_row(execution: Uuid, wait: &OpenWait) -> Result<WaitRow, serde_json::Error> {
    let request = &wait.request;
    Ok(WaitRow {
        id: wait.id,
        execution,
        path: wait.path.to_string(),
        signal: request.signal.as_deref().map(without_nul),
        key: request.key.as_deref().map(without_nul),
        request: serde_json::to_string(request)?,
        since: wait.since,
        until: wait.until,
    })
}

fn step_row(
    execution: Uuid,
    record: &StepRecord,
    parcel: &mut Parcel,
) -> Result<StepRow, serde_json::Error> {
    Ok(StepRow {
        execution,
        path: record.path.to_string(),
        attempt: record.attempt.cast_signed(),
        node: record.node.to_string(),
        kind: record.kind,
        status: record.status.as_str(),
        input: value(execution, record.input.as_deref(), parcel)?,
        output: value(execution, record.output.as_deref(), parcel)?,
        error: text(record.error.as_ref())?,
        reason: record.reason.as_deref().map(without_nul),
        runner: record.runner,
        started_at: record.started_at,
        finished_at: record.finished_at,
        port: record.port.as_deref().map(without_nul),
    })
}

/// A value of a workflow, which may be large.
fn value(
    execution: Uuid,
    value: Option<&Value>,
    parcel: &mut Parcel,
) -> Result<Option<String>, serde_json::Error> {
    let json = text(value)?;
    Ok(json.map(|json| parcel.text(execution, json)))
}

fn text<T: Serialize + ?Sized>(value: Option<&T>) -> Result<Option<String>, serde_json::Error> {
    value.map(serde_json::to_string).transpose()
}

/// Runners as one text, so that both databases find one of them in it the same way.
pub(super) fn holders_text(holders: &[Uuid]) -> Option<String> {
    if holders.is_empty() {
        return None;
    }
    let ids: Vec<String> = holders.iter().map(|id| id.simple().to_string()).collect();
    Some(ids.join(" "))
}

/// Postgres takes every character in a text but this one.
pub(crate) fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
