//! The frontier: a run's state as one compact text, without inputs and outputs, which have rows of their own.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::accept::blank;
use super::state::{Execution, StepState};
use super::status::StepStatus;
use crate::Time;
use crate::plan::{Plan, StepIndex};
use crate::ports::executions::Loaded;

/// The version of this text; a runner refuses what it does not know.
const FORMAT: u32 = 1;

#[derive(Debug, thiserror::Error)]
pub enum BadFrontier {
    #[error("the stored state of the execution can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(
        "the stored state of the execution has format {0}; this version of Lathe reads {FORMAT}"
    )]
    Format(u32),
    #[error("the stored state has {stored} steps, its workflow version {planned}")]
    OtherPlan { stored: usize, planned: usize },
}

#[derive(Serialize, Deserialize)]
struct Frontier {
    v: u32,
    seq: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    depth: u32,
    created: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    started: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deadline: Option<i64>,
    steps: Vec<StoredStep>,
}

#[derive(Serialize, Deserialize)]
struct StoredStep {
    s: StoredState,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    a: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    x: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    d: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    r: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    l: u32,
}

#[derive(Serialize, Deserialize)]
enum StoredState {
    #[serde(rename = "p")]
    Pending,
    #[serde(rename = "r")]
    Ready,
    #[serde(rename = "u")]
    Running { runner: Uuid, since: i64 },
    #[serde(rename = "b")]
    Backoff { until: i64 },
    #[serde(rename = "t")]
    Timer {
        until: i64,
        since: i64,
        output: Value,
        input: Option<Arc<Value>>,
    },
    #[serde(rename = "c")]
    Child {
        id: Uuid,
        since: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<i64>,
        input: Option<Arc<Value>>,
    },
    #[serde(rename = "s")]
    Succeeded,
    #[serde(rename = "f")]
    Failed,
    #[serde(rename = "k")]
    Skipped,
    #[serde(rename = "x")]
    Cancelled,
}

impl Execution {
    /// The state as text, for the database.
    pub fn to_frontier(&self) -> Result<String, serde_json::Error> {
        let steps = self.steps.iter().map(|step| StoredStep {
            s: StoredState::from(&step.state),
            a: step.attempt,
            x: step.unfinished,
            d: step.deaths,
            r: step.resolved,
            l: step.live,
        });
        serde_json::to_string(&Frontier {
            v: FORMAT,
            seq: self.seq,
            depth: self.depth,
            created: micros(self.created_at),
            started: self.started_at.map(micros),
            deadline: self.deadline.map(micros),
            steps: steps.collect(),
        })
    }

    /// The state as the database has it.
    pub fn from_loaded(plan: &Plan, loaded: Loaded) -> Result<Self, BadFrontier> {
        let frontier = read(&loaded.frontier)?;
        if frontier.steps.len() != plan.nodes.len() {
            return Err(BadFrontier::OtherPlan {
                stored: frontier.steps.len(),
                planned: plan.nodes.len(),
            });
        }
        let accepted = loaded.accepted;
        let mut execution = blank(
            accepted.id,
            plan,
            Arc::new(accepted.inputs),
            frontier.depth,
            moment(frontier.created),
        );
        execution.status = loaded.status;
        execution.seq = frontier.seq;
        execution.started_at = frontier.started.map(moment);
        execution.deadline = frontier.deadline.map(moment);
        for (stored, index) in frontier.steps.into_iter().zip(0..) {
            let step = &mut execution.steps[index as usize];
            step.attempt = stored.a;
            step.unfinished = stored.x;
            step.deaths = stored.d;
            step.resolved = stored.r;
            step.live = stored.l;
            execution.set(index, StepState::from(stored.s));
        }
        let places: HashMap<&str, usize> = plan
            .nodes
            .iter()
            .zip(0..)
            .map(|(node, place)| (&*node.id, place))
            .collect();
        for (path, output) in loaded.outputs {
            if let Some(&place) = places.get(path.as_str()) {
                execution.outputs[place] = Some(Arc::new(output));
            }
        }
        Ok(execution)
    }
}

/// One step as its stored state shows it, for whoever displays a run; in the order of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontierStep {
    pub index: StepIndex,
    pub status: StepStatus,
    pub attempt: u32,
    pub runner: Option<Uuid>,
    pub started_at: Option<Time>,
    /// When it goes on by itself.
    pub until: Option<Time>,
    /// The execution that it waits for.
    pub child: Option<Uuid>,
    pub input: Option<Arc<Value>>,
}

/// Reads the steps of a stored frontier without a plan. `status` is the run's: when that is terminal,
/// so is every step.
pub fn frontier_steps(text: &str) -> Result<Vec<FrontierStep>, BadFrontier> {
    let frontier = read(text)?;
    let steps = frontier.steps.into_iter().zip(0..).map(|(stored, index)| {
        let state = StepState::from(stored.s);
        let mut step = FrontierStep {
            index,
            status: state.status(),
            attempt: stored.a,
            runner: None,
            started_at: None,
            until: None,
            child: None,
            input: None,
        };
        match state {
            StepState::Running { runner, since } => {
                step.runner = Some(runner);
                step.started_at = Some(since);
            }
            StepState::Backoff { until } => step.until = Some(until),
            StepState::Timer {
                until,
                since,
                input,
                ..
            } => {
                (step.until, step.started_at, step.input) = (Some(until), Some(since), input);
            }
            StepState::Child {
                id,
                since,
                until,
                input,
            } => {
                (step.child, step.started_at, step.input) = (Some(id), Some(since), input);
                step.until = until;
            }
            _ => {}
        }
        step
    });
    Ok(steps.collect())
}

fn read(text: &str) -> Result<Frontier, BadFrontier> {
    let frontier: Frontier = serde_json::from_str(text)?;
    if frontier.v == FORMAT {
        Ok(frontier)
    } else {
        Err(BadFrontier::Format(frontier.v))
    }
}

impl From<&StepState> for StoredState {
    fn from(state: &StepState) -> Self {
        match state {
            StepState::Pending => Self::Pending,
            StepState::Ready => Self::Ready,
            StepState::Running { runner, since } => Self::Running {
                runner: *runner,
                since: micros(*since),
            },
            StepState::Backoff { until } => Self::Backoff {
                until: micros(*until),
            },
            StepState::Timer {
                until,
                since,
                output,
                input,
            } => Self::Timer {
                until: micros(*until),
                since: micros(*since),
                output: output.clone(),
                input: input.clone(),
            },
            StepState::Child {
                id,
                since,
                until,
                input,
            } => Self::Child {
                id: *id,
                since: micros(*since),
                until: until.map(micros),
                input: input.clone(),
            },
            StepState::Succeeded => Self::Succeeded,
            StepState::Failed => Self::Failed,
            StepState::Skipped => Self::Skipped,
            StepState::Cancelled => Self::Cancelled,
        }
    }
}

impl From<StoredState> for StepState {
    fn from(stored: StoredState) -> Self {
        match stored {
            StoredState::Pending => Self::Pending,
            StoredState::Ready => Self::Ready,
            StoredState::Running { runner, since } => Self::Running {
                runner,
                since: moment(since),
            },
            StoredState::Backoff { until } => Self::Backoff {
                until: moment(until),
            },
            StoredState::Timer {
                until,
                since,
                output,
                input,
            } => Self::Timer {
                until: moment(until),
                since: moment(since),
                output,
                input,
            },
            StoredState::Child {
                id,
                since,
                until,
                input,
            } => Self::Child {
                id,
                since: moment(since),
                until: until.map(moment),
                input,
            },
            StoredState::Succeeded => Self::Succeeded,
            StoredState::Failed => Self::Failed,
            StoredState::Skipped => Self::Skipped,
            StoredState::Cancelled => Self::Cancelled,
        }
    }
}

fn micros(time: Time) -> i64 {
    time.timestamp_micros()
}

fn moment(micros: i64) -> Time {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

fn one() -> u32 {
    1
}

fn is_one(value: &u32) -> bool {
    *value == 1
}

fn is_zero(value: &u32) -> bool {
    *value == 0
}
