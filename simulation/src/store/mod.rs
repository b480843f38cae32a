//! The store of the simulated world: what the port promises, in memory, with every commit looked at as it comes in.

pub(crate) mod commit;
mod gates;
mod port;
mod waits;
mod wake;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use engine::Time;
use engine::execution::{Event, OpenWait, Status, StepRecord, StepStatus};
use engine::node::ErrorValue;
use engine::ports::executions::{
    Accepted, ExecutionResult, Glimpse, KeptSignal, Loaded, StoredOutput,
};
use serde_json::Value;
use uuid::Uuid;

use crate::plant::Plant;
use gates::Gate;

#[derive(Debug, Default)]
pub(crate) struct VirtualStore {
    plant: Option<Plant>,
    pub(crate) rows: BTreeMap<Uuid, Row>,
    gates: BTreeMap<Uuid, Gate>,
    waits: BTreeMap<Uuid, (Uuid, OpenWait)>,
    signals: BTreeMap<Uuid, Kept>,
    /// For bugs that are planted in every so many commits.
    spawned: u64,
}

/// An execution, its history, and what the checks keep of it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) accepted: Accepted,
    pub(crate) version: u64,
    pub(crate) frontier: String,
    pub(crate) status: Status,
    pub(crate) seq: u64,
    pub(crate) wake_at: Option<Time>,
    /// It was handed out as due since its last commit.
    pub(crate) found: bool,
    pub(crate) holders: Vec<Uuid>,
    pub(crate) finished_at: Option<Time>,
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<ErrorValue>,
    pub(crate) steps: BTreeMap<(Arc<str>, u32), StepRecord>,
    pub(crate) events: Vec<Event>,
    /// Attempts of which the beginning is recorded.
    pub(crate) taken: BTreeSet<(Arc<str>, u32)>,
    /// How steps ended.
    pub(crate) ended: BTreeMap<Arc<str>, StepStatus>,
    /// Runners that died of a step.
    pub(crate) deaths: BTreeMap<Arc<str>, u32>,
    /// Attempts up to these were made before the block around the step began again.
    pub(crate) before: BTreeMap<Arc<str>, u32>,
}

#[derive(Debug)]
struct Kept {
    signal: KeptSignal,
    /// The step that it was brought together with.
    wait: Option<Uuid>,
    refused: bool,
}

impl VirtualStore {
    pub(crate) fn new(plant: Option<Plant>) -> Self {
        Self {
            plant,
            ..Self::default()
        }
    }

    pub(crate) fn load(&self, id: Uuid) -> Option<Loaded> {
        let mut loaded = self.load_bare(id)?;
        let row = self.rows.get(&id)?;
        let outputs = row.steps.iter().filter_map(|((path, attempt), step)| {
            Some(StoredOutput {
                path: path.to_string(),
                attempt: *attempt,
                value: Value::clone(step.output.as_deref()?),
            })
        });
        loaded.outputs = outputs.collect();
        if self.plant == Some(Plant::UncountedDeaths) {
            loaded.frontier = without_deaths(&loaded.frontier);
        }
        Some(loaded)
    }

    pub(crate) fn load_bare(&self, id: Uuid) -> Option<Loaded> {
        let row = self.rows.get(&id)?;
        let gate = self.gates.get(&id);
        let mut accepted = row.accepted.clone();
        accepted.gate = gate.map(|gate| gate.admission.clone());
        Some(Loaded {
            accepted,
            version: row.version,
            frontier: row.frontier.clone(),
            status: row.status,
            admitted: gate.is_some_and(Gate::is_admitted),
            seq: row.seq,
            outputs: Vec::new(),
        })
    }

    pub(crate) fn glimpse(&self, ids: &[Uuid]) -> Vec<Glimpse> {
        let found = ids.iter().filter_map(|id| Some((*id, self.rows.get(id)?)));
        found
            .map(|(id, row)| Glimpse {
                id,
                version: row.version,
                status: row.status,
            })
            .collect()
    }

    pub(crate) fn result(&self, id: Uuid) -> Option<ExecutionResult> {
        let row = self.rows.get(&id).filter(|row| row.status.is_terminal())?;
        Some(ExecutionResult {
            status: row.status,
            output: row.output.clone(),
            error: row.error.clone(),
        })
    }

    pub(crate) fn release_key(&mut self, id: Uuid, before: Time) -> bool {
        let row = self.rows.get_mut(&id);
        match row.filter(|row| row.accepted.created_at < before) {
            Some(row) => {
                row.accepted.idempotency_key = None;
                true
            }
            None => false,
        }
    }

    /// How many steps and executions have come to their end, and how many executions were accepted.
    pub(crate) fn ends(&self) -> usize {
        let ends = |row: &Row| row.ended.len() + usize::from(row.status.is_terminal()) + 1;
        self.rows.values().map(ends).sum()
    }

    fn is_open(&self, id: Uuid) -> bool {
        let row = self.rows.get(&id);
        row.is_some_and(|row| !row.status.is_terminal())
    }
}

/// For a planted bug: the state with all deaths forgotten.
fn without_deaths(frontier: &str) -> String {
    fn forget(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                fields.remove("d");
                fields.values_mut().for_each(forget);
            }
            Value::Array(items) => items.iter_mut().for_each(forget),
            _ => {}
        }
    }
    let Ok(mut state) = serde_json::from_str::<Value>(frontier) else {
        return frontier.to_owned();
    };
    forget(&mut state);
    state.to_string()
}
