//! The frontier: a run's state as one compact text, without inputs and outputs, which have rows of their own.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::accept::blank;
use super::block::{BlockRun, ForEach, FrameIndex, ROOT, Work};
use super::state::{Execution, Step, StepState};
use super::status::StepStatus;
use crate::Time;
use crate::node::{ErrorValue, Opening};
use crate::plan::{BlockIndex, NodeIndex, Part, Plan, StepIndex};
use crate::ports::executions::Loaded;

/// The versions of this text that are read; a runner refuses what it does not know. The second has blocks, the
/// third is that of a run which must not begin yet.
const FLAT: u32 = 1;
const NESTED: u32 = 2;
const HELD: u32 = 3;

#[derive(Debug, thiserror::Error)]
pub enum BadFrontier {
    #[error("the stored state of the execution can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(
        "the stored state of the execution has format {0}; this version of Lathe reads up to {HELD}"
    )]
    Format(u32),
    #[error("the stored state has {stored} steps, its workflow version {planned}")]
    OtherPlan { stored: usize, planned: usize },
    #[error("what the loop `{0}` goes over is not among the stored outputs")]
    NoOpening(String),
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    overdue_at: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    overdue: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    held: bool,
    /// Those of the document itself.
    steps: Vec<StoredStep>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    frames: Vec<StoredFrame>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<(StepIndex, FrameIndex)>,
}

/// A block under way.
#[derive(Serialize, Deserialize)]
struct StoredFrame {
    index: FrameIndex,
    holder: StepIndex,
    block: BlockIndex,
    #[serde(default, skip_serializing_if = "is_zero")]
    turn: u32,
    /// Its first step, and the node of that.
    first: StepIndex,
    node: NodeIndex,
    steps: Vec<StoredStep>,
}

#[derive(Serialize, Deserialize)]
enum StoredWork {
    #[serde(rename = "for_each")]
    ForEach(ForEach),
    #[serde(rename = "while")]
    While {
        state: Arc<Value>,
        turn: u32,
        most: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorValue>,
    },
    #[serde(rename = "try")]
    Try {
        stage: Part,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Arc<Value>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorValue>,
    },
    #[serde(rename = "race")]
    Race {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<ErrorValue>,
    },
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
    #[serde(rename = "o")]
    Block {
        since: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<i64>,
        begun: bool,
        work: StoredWork,
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
        let steps = |frame: FrameIndex, first: StepIndex| {
            self.steps
                .range(first..)
                .take_while(move |(_, step)| step.frame == frame)
                .map(|(_, step)| StoredStep::from(step))
                .collect::<Vec<_>>()
        };
        let frames = self.frames.iter().filter_map(|(&index, frame)| {
            let first = frame.first;
            Some(StoredFrame {
                index,
                holder: frame.holder?,
                block: frame.block,
                turn: frame.turn,
                first,
                node: self.steps.get(&first)?.node,
                steps: steps(index, first),
            })
        });
        let frames: Vec<StoredFrame> = frames.collect();
        let nested = self.next_frame > ROOT + 1
            || self
                .steps
                .values()
                .any(|step| matches!(step.state, StepState::Block(_)));
        serde_json::to_string(&Frontier {
            v: match (self.held, nested) {
                (true, _) => HELD,
                (false, true) => NESTED,
                (false, false) => FLAT,
            },
            seq: self.seq,
            depth: self.depth,
            created: micros(self.created_at),
            started: self.started_at.map(micros),
            deadline: self.deadline.map(micros),
            overdue_at: self.overdue_at.map(micros),
            overdue: self.overdue,
            held: self.held,
            steps: steps(ROOT, 0),
            frames,
            next: nested.then_some((self.next_step, self.next_frame)),
        })
    }

    /// The state as the database has it.
    pub fn from_loaded(plan: &Plan, loaded: Loaded) -> Result<Self, BadFrontier> {
        let frontier = read(&loaded.frontier)?;
        let planned = plan.blocks.first().map_or(0, |block| block.count as usize);
        if frontier.steps.len() != planned {
            return Err(BadFrontier::OtherPlan {
                stored: frontier.steps.len(),
                planned,
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
        execution.overdue_at = frontier.overdue_at.map(moment);
        execution.overdue = frontier.overdue;
        execution.held = frontier.held;
        let mut outputs: HashMap<String, Value> = loaded.outputs.into_iter().collect();
        execution.enter(plan, 0, None, 0);
        execution.restore(plan, 0, frontier.steps, &mut outputs)?;
        for frame in frontier.frames {
            execution.next_frame = frame.index;
            execution.next_step = frame.first;
            execution.enter(plan, frame.block, Some(frame.holder), frame.turn);
            if let Some(run) = execution.block_run(frame.holder) {
                run.live += 1;
                run.forget(frame.turn);
            }
            execution.restore(plan, frame.first, frame.steps, &mut outputs)?;
        }
        if let Some((step, frame)) = frontier.next {
            (execution.next_step, execution.next_frame) = (step, frame);
        }
        Ok(execution)
    }

    /// Gives the steps of a frame that was just entered the states that they had.
    fn restore(
        &mut self,
        plan: &Plan,
        first: StepIndex,
        stored: Vec<StoredStep>,
        outputs: &mut HashMap<String, Value>,
    ) -> Result<(), BadFrontier> {
        for (stored, index) in stored.into_iter().zip(first..) {
            let path = self.path(plan, index);
            let output = outputs.remove(&*path);
            let state = stored.s.restored(&path, outputs)?;
            if let Some(step) = self.steps.get_mut(&index) {
                step.attempt = stored.a;
                step.unfinished = stored.x;
                step.deaths = stored.d;
                step.resolved = stored.r;
                step.live = stored.l;
                step.output = output.map(Arc::new);
            }
            self.set(index, state);
        }
        Ok(())
    }
}

impl From<&Step> for StoredStep {
    fn from(step: &Step) -> Self {
        Self {
            s: StoredState::from(&step.state),
            a: step.attempt,
            x: step.unfinished,
            d: step.deaths,
            r: step.resolved,
            l: step.live,
        }
    }
}

/// One step as its stored state shows it, for whoever displays a run; in the order of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontierStep {
    /// The place of its node among all of the document.
    pub node: NodeIndex,
    /// Its address in the run.
    pub path: String,
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

/// Reads the steps of a stored frontier without a plan: those of the document, then those of blocks that are
/// under way. `ids` are the ids of the document's nodes in their order.
pub fn frontier_steps(text: &str, ids: &[&str]) -> Result<Vec<FrontierStep>, BadFrontier> {
    let frontier = read(text)?;
    let id = |node: NodeIndex| ids.get(node as usize).copied().unwrap_or_default();
    let mut shown = Vec::new();
    // By step, its path, and whether its blocks are turns of a loop.
    let mut holders: HashMap<StepIndex, (String, bool)> = HashMap::new();
    let root = StoredFrame {
        index: ROOT,
        holder: 0,
        block: 0,
        turn: 0,
        first: 0,
        node: 0,
        steps: frontier.steps,
    };
    for frame in std::iter::once(root).chain(frontier.frames) {
        let prefix = match holders.get(&frame.holder) {
            _ if frame.index == ROOT => String::new(),
            Some((path, true)) => format!("{path}[{}].", frame.turn),
            Some((path, false)) => format!("{path}."),
            None => String::new(),
        };
        let places = (frame.first..).zip(frame.node..);
        for (stored, (index, node)) in frame.steps.into_iter().zip(places) {
            let path = format!("{prefix}{}", id(node));
            if let StoredState::Block { work, .. } = &stored.s {
                let loops = matches!(work, StoredWork::ForEach(_) | StoredWork::While { .. });
                holders.insert(index, (path.clone(), loops));
            }
            shown.push(face(stored, node, path));
        }
    }
    Ok(shown)
}

fn face(stored: StoredStep, node: NodeIndex, path: String) -> FrontierStep {
    let mut step = FrontierStep {
        node,
        path,
        status: stored.s.status(),
        attempt: stored.a,
        runner: None,
        started_at: None,
        until: None,
        child: None,
        input: None,
    };
    match stored.s {
        StoredState::Running { runner, since } => {
            step.runner = Some(runner);
            step.started_at = Some(moment(since));
        }
        StoredState::Backoff { until } => step.until = Some(moment(until)),
        StoredState::Timer {
            until,
            since,
            input,
            ..
        } => {
            (step.until, step.started_at) = (Some(moment(until)), Some(moment(since)));
            step.input = input;
        }
        StoredState::Child {
            id,
            since,
            until,
            input,
        } => {
            (step.child, step.started_at, step.input) = (Some(id), Some(moment(since)), input);
            step.until = until.map(moment);
        }
        StoredState::Block { since, until, .. } => {
            step.started_at = Some(moment(since));
            step.until = until.map(moment);
        }
        _ => {}
    }
    step
}

fn read(text: &str) -> Result<Frontier, BadFrontier> {
    let frontier: Frontier = serde_json::from_str(text)?;
    if [FLAT, NESTED].contains(&frontier.v) {
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
            StepState::Block(run) => Self::Block {
                since: micros(run.since),
                until: run.until.map(micros),
                begun: run.has_begun,
                work: StoredWork::from(&run.work),
            },
            StepState::Succeeded => Self::Succeeded,
            StepState::Failed => Self::Failed,
            StepState::Skipped => Self::Skipped,
            StepState::Cancelled => Self::Cancelled,
        }
    }
}

impl StoredState {
    fn status(&self) -> StepStatus {
        match self {
            Self::Pending => StepStatus::Pending,
            Self::Ready => StepStatus::Ready,
            Self::Running { .. } | Self::Block { .. } => StepStatus::Running,
            Self::Backoff { .. } | Self::Timer { .. } | Self::Child { .. } => StepStatus::Waiting,
            Self::Succeeded => StepStatus::Succeeded,
            Self::Failed => StepStatus::Failed,
            Self::Skipped => StepStatus::Skipped,
            Self::Cancelled => StepStatus::Cancelled,
        }
    }

    /// The state of the step at a path; what its blocks go over is among the outputs.
    fn restored(
        self,
        path: &str,
        outputs: &mut HashMap<String, Value>,
    ) -> Result<StepState, BadFrontier> {
        Ok(match self {
            Self::Block {
                since,
                until,
                begun,
                work,
            } => StepState::Block(Box::new(BlockRun {
                since: moment(since),
                until: until.map(moment),
                live: 0,
                has_begun: begun,
                winner: None,
                work: work.restored(path, outputs)?,
            })),
            Self::Pending => StepState::Pending,
            Self::Ready => StepState::Ready,
            Self::Running { runner, since } => StepState::Running {
                runner,
                since: moment(since),
            },
            Self::Backoff { until } => StepState::Backoff {
                until: moment(until),
            },
            Self::Timer {
                until,
                since,
                output,
                input,
            } => StepState::Timer {
                until: moment(until),
                since: moment(since),
                output,
                input,
            },
            Self::Child {
                id,
                since,
                until,
                input,
            } => StepState::Child {
                id,
                since: moment(since),
                until: until.map(moment),
                input,
            },
            Self::Succeeded => StepState::Succeeded,
            Self::Failed => StepState::Failed,
            Self::Skipped => StepState::Skipped,
            Self::Cancelled => StepState::Cancelled,
        })
    }
}

impl From<&Work> for StoredWork {
    fn from(work: &Work) -> Self {
        match work {
            Work::ForEach { loop_state, .. } => Self::ForEach(loop_state.clone()),
            Work::While {
                state,
                turn,
                most,
                error,
            } => Self::While {
                state: Arc::clone(state),
                turn: *turn,
                most: *most,
                error: error.clone(),
            },
            Work::Try { stage, outcome } => Self::Try {
                stage: *stage,
                output: outcome.as_ref().ok().cloned(),
                error: outcome.as_ref().err().cloned(),
            },
            Work::Race { error } => Self::Race {
                error: error.clone(),
            },
        }
    }
}

impl StoredWork {
    fn restored(
        self,
        path: &str,
        outputs: &mut HashMap<String, Value>,
    ) -> Result<Work, BadFrontier> {
        Ok(match self {
            Self::ForEach(loop_state) => {
                let opening = outputs.remove(&format!("{path}[]"));
                let Some(Ok(Opening::ForEach { items, .. })) = opening.map(serde_json::from_value)
                else {
                    return Err(BadFrontier::NoOpening(path.to_owned()));
                };
                let result = |turn| outputs.remove(&format!("{path}[{turn}]")).map(Arc::new);
                let results = (0..items.len()).map(result).collect();
                Work::ForEach {
                    items,
                    results,
                    loop_state,
                }
            }
            Self::While {
                state,
                turn,
                most,
                error,
            } => Work::While {
                state,
                turn,
                most,
                error,
            },
            Self::Try {
                stage,
                output,
                error,
            } => Work::Try {
                stage,
                outcome: error.map_or_else(|| Ok(output.unwrap_or_default()), Err),
            },
            Self::Race { error } => Work::Race { error },
        })
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
