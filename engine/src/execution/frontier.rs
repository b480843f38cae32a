//! The frontier: a run's state as one compact text, without inputs and outputs, which have rows of their own.

use std::sync::Arc;

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::accept::blank;
use super::apart::Away;
use super::block::{BlockResult, BlockRun, Ends, FrameIndex, ROOT, Work, undo_prefix};
use super::state::{Ending, Execution, Step, StepState};
use super::status::StepStatus;
use super::stored_outputs::StoredOutputs;
use super::stored_work::{StoredResult, StoredUndo, StoredWork, restored_undo, stored_undo};
use crate::Time;
use crate::node::{Await, ErrorValue};
use crate::plan::{BlockIndex, NodeIndex, Plan, StepIndex};
use crate::ports::executions::Loaded;

/// The versions of this text that are read; a runner refuses what it does not know. The second has blocks, the
/// third is that of a run which must not begin yet.
const FLAT: u32 = 1;
const NESTED: u32 = 2;
/// With what pauses, cleans up, or waits for an answer.
const PARTED: u32 = 3;
/// With values that are kept elsewhere.
pub(super) const APART: u32 = 4;

#[derive(Debug, thiserror::Error)]
pub enum BadFrontier {
    #[error("the stored state of the execution can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error(
        "the stored state of the execution has format {0}; this version of Lathe reads up to {APART}"
    )]
    Format(u32),
    #[error("the stored state has {stored} steps, its workflow version {planned}")]
    OtherPlan { stored: usize, planned: usize },
    #[error("what undoing `{0}` needs is not among the stored outputs")]
    NoUndo(String),
    #[error("values of the stored state are kept elsewhere and were not put back")]
    Apart,
    #[error("what the loop `{0}` goes over is not among the stored outputs")]
    NoOpening(String),
}

#[derive(Serialize, Deserialize)]
pub(super) struct Frontier {
    pub(super) v: u32,
    pub(super) seq: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) depth: u32,
    pub(super) created: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) started: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deadline: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) overdue_at: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) overdue: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) held: bool,
    /// Those of the document itself.
    pub(super) steps: Vec<StoredStep>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) frames: Vec<StoredFrame>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<(StepIndex, FrameIndex)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) paused: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ending: Option<Ending>,
    /// What the run itself would undo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) undo: Vec<StoredUndo>,
    /// Values that are kept elsewhere, and the version that the text would have with them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) away: Vec<Away>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<u32>,
}

/// A block under way.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredFrame {
    pub(super) index: FrameIndex,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) holder: Option<StepIndex>,
    pub(super) block: BlockIndex,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) turn: u32,
    /// Its first step, and the node of that.
    pub(super) first: StepIndex,
    pub(super) node: NodeIndex,
    pub(super) steps: Vec<StoredStep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) undoes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ends_as: Option<StoredResult>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StoredStep {
    pub(super) s: StoredState,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub(super) a: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) x: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) d: u32,
    /// How far attempts in its blocks have come.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) i: u32,
    /// Failures by class, when the first attempt began, and when it has waited too long.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) f: Vec<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) b: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) e: Option<i64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) r: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) l: u32,
}

#[derive(Serialize, Deserialize)]
pub(super) enum StoredState {
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
    #[serde(rename = "w")]
    Signal {
        wait: Uuid,
        since: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<i64>,
        request: Box<Await>,
        input: Option<Arc<Value>>,
    },
    #[serde(rename = "h")]
    Held { error: ErrorValue },
    #[serde(rename = "o")]
    Block {
        since: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<i64>,
        #[serde(default, skip_serializing_if = "is_zero")]
        base: u32,
        begun: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends: Option<Ends>,
        work: Box<StoredWork>,
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
        let inner = self.frames.iter().filter(|(index, _)| **index != ROOT);
        let frames = inner.filter_map(|(&index, frame)| {
            let first = frame.first;
            Some(StoredFrame {
                index,
                holder: frame.holder,
                block: frame.block,
                turn: frame.turn,
                first,
                node: self.steps.get(&first)?.node,
                steps: steps(index, first),
                undoes: frame.undoes.as_deref().map(str::to_owned),
                ends_as: frame.ends_as.clone().map(|result| match result {
                    Ok(output) => StoredResult::Succeeded(output),
                    Err(error) => StoredResult::Failed(error),
                }),
            })
        });
        let frames: Vec<StoredFrame> = frames.collect();
        let nested = self.next_frame > ROOT + 1
            || self
                .steps
                .values()
                .any(|step| matches!(step.state, StepState::Block(_)));
        let v = match (self.is_parted(), nested) {
            (true, _) => PARTED,
            (false, true) => NESTED,
            (false, false) => FLAT,
        };
        serde_json::to_string(&Frontier {
            v,
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
            paused: self.paused.map(micros),
            ending: self.ending.clone(),
            undo: stored_undo(&self.undo),
            away: Vec::new(),
            before: None,
        })
    }

    /// Whether the state holds what an older Lathe would not understand.
    fn is_parted(&self) -> bool {
        let waits = |step: &Step| match &step.state {
            StepState::Signal { .. } | StepState::Held { .. } => true,
            StepState::Block(run) => {
                run.ends.is_some()
                    || run.base > 0
                    || match &run.work {
                        Work::Try {
                            undo, undo_failed, ..
                        } => !undo.is_empty() || undo_failed.is_some(),
                        Work::ForEach { loop_state, .. } => !loop_state.ahead.is_empty(),
                        _ => false,
                    }
            }
            _ => false,
        };
        self.paused.is_some()
            || self.held
            || self.ending.is_some()
            || !self.undo.is_empty()
            || self
                .frames
                .values()
                .any(|frame| frame.ends_as.is_some() || frame.undoes.is_some())
            || self.steps.values().any(waits)
    }

    /// The state as the database has it.
    pub fn from_loaded(plan: &Plan, loaded: Loaded) -> Result<Self, BadFrontier> {
        let frontier = parse(&loaded.frontier)?;
        if !frontier.away.is_empty() {
            return Err(BadFrontier::Apart);
        }
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
            Arc::new(accepted.options),
            moment(frontier.created),
        );
        execution.status = loaded.status;
        execution.seq = frontier.seq;
        execution.started_at = frontier.started.map(moment);
        execution.deadline = frontier.deadline.map(moment);
        execution.overdue_at = frontier.overdue_at.map(moment);
        execution.overdue = frontier.overdue;
        execution.held = frontier.held;
        let mut outputs = StoredOutputs::from(loaded.outputs);
        execution.enter(plan, 0, None, 0);
        execution.restore(plan, 0, frontier.steps, &mut outputs)?;
        execution.paused = frontier.paused.map(moment);
        if let Some(ending) = &frontier.ending {
            execution.note_end_of(ROOT, Some(Err(ending.error.clone())));
        }
        execution.ending = frontier.ending;
        execution.undo = restored_undo(frontier.undo, &mut outputs)?;
        for frame in frontier.frames {
            execution.next_frame = frame.index;
            execution.next_step = frame.first;
            match (frame.undoes, frame.holder) {
                (Some(path), holder) => {
                    let prefix = undo_prefix(&path);
                    let path = Some(path.into());
                    execution.add_frame(plan, frame.block, holder, frame.turn, prefix, path);
                    if let Some(run) = holder.and_then(|holder| execution.block_run(holder)) {
                        run.live += 1;
                    }
                }
                (None, holder) => {
                    execution.enter(plan, frame.block, holder, frame.turn);
                    if let Some(run) = holder.and_then(|holder| execution.block_run(holder)) {
                        run.live += 1;
                        run.forget(frame.turn);
                    }
                }
            }
            let ends_as = frame.ends_as.map(|result| match result {
                StoredResult::Succeeded(output) => Ok(output),
                StoredResult::Failed(error) => Err(error),
            });
            execution.note_end_of(frame.index, ends_as);
            execution.restore(plan, frame.first, frame.steps, &mut outputs)?;
        }
        if let Some((step, frame)) = frontier.next {
            (execution.next_step, execution.next_frame) = (step, frame);
        }
        Ok(execution)
    }

    fn note_end_of(&mut self, frame: FrameIndex, ends_as: Option<BlockResult>) {
        if let Some(frame) = self.frames.get_mut(&frame) {
            frame.ends_as = ends_as;
        }
    }

    /// Gives the steps of a frame that was just entered the states that they had.
    fn restore(
        &mut self,
        plan: &Plan,
        first: StepIndex,
        stored: Vec<StoredStep>,
        outputs: &mut StoredOutputs,
    ) -> Result<(), BadFrontier> {
        for (stored, index) in stored.into_iter().zip(first..) {
            let path = self.path(plan, index);
            // An earlier attempt's is that of another step, from a time that its block was open before.
            let output = outputs.take(path.to_string(), stored.a);
            let state = stored.s.restored(&path, stored.a, outputs)?;
            if let Some(step) = self.steps.get_mut(&index) {
                step.attempt = stored.a;
                step.unfinished = stored.x;
                step.deaths = stored.d;
                step.inside = stored.i;
                step.failures = stored.f;
                step.first_began_at = stored.b.map(moment);
                step.resolved = stored.r;
                step.live = stored.l;
                step.output = output.map(Arc::new);
            }
            self.set(index, state);
            if let Some(expires_at) = stored.e {
                self.expire_at(index, moment(expires_at));
            }
        }
        self.became_ready.clear();
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
            i: step.inside,
            f: step.failures.clone(),
            b: step.first_began_at.map(micros),
            e: step.expires_at.map(micros),
            r: step.resolved,
            l: step.live,
        }
    }
}

pub(super) fn parse(text: &str) -> Result<Frontier, BadFrontier> {
    let frontier: Frontier = serde_json::from_str(text)?;
    if [FLAT, NESTED, PARTED, APART].contains(&frontier.v) {
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
            StepState::Signal {
                wait,
                since,
                until,
                request,
                input,
            } => Self::Signal {
                wait: *wait,
                since: micros(*since),
                until: until.map(micros),
                request: request.clone(),
                input: input.clone(),
            },
            StepState::Held { error } => Self::Held {
                error: error.clone(),
            },
            StepState::Block(run) => Self::Block {
                since: micros(run.since),
                until: run.until.map(micros),
                base: run.base,
                begun: run.has_begun,
                ends: run.ends.clone(),
                work: Box::new(StoredWork::from(&run.work)),
            },
            StepState::Succeeded => Self::Succeeded,
            StepState::Failed => Self::Failed,
            StepState::Skipped => Self::Skipped,
            StepState::Cancelled => Self::Cancelled,
        }
    }
}

impl StoredState {
    pub(super) fn status(&self) -> StepStatus {
        match self {
            Self::Pending => StepStatus::Pending,
            Self::Ready => StepStatus::Ready,
            Self::Running { .. } | Self::Block { .. } => StepStatus::Running,
            Self::Backoff { .. }
            | Self::Timer { .. }
            | Self::Child { .. }
            | Self::Signal { .. } => StepStatus::Waiting,
            Self::Held { .. } => StepStatus::Held,
            Self::Succeeded => StepStatus::Succeeded,
            Self::Failed => StepStatus::Failed,
            Self::Skipped => StepStatus::Skipped,
            Self::Cancelled => StepStatus::Cancelled,
        }
    }

    /// The state of an attempt of the step at a path; what its blocks go over is among the outputs.
    fn restored(
        self,
        path: &str,
        attempt: u32,
        outputs: &mut StoredOutputs,
    ) -> Result<StepState, BadFrontier> {
        Ok(match self {
            Self::Block {
                since,
                until,
                base,
                begun,
                ends,
                work,
            } => StepState::Block(Box::new(BlockRun {
                since: moment(since),
                until: until.map(moment),
                base,
                live: 0,
                has_begun: begun,
                winner: None,
                ends,
                work: work.restored(path, (attempt, base), outputs)?,
            })),
            Self::Signal {
                wait,
                since,
                until,
                request,
                input,
            } => StepState::Signal {
                wait,
                since: moment(since),
                until: until.map(moment),
                request,
                input,
            },
            Self::Held { error } => StepState::Held { error },
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

fn micros(time: Time) -> i64 {
    time.timestamp_micros()
}

pub(super) fn moment(micros: i64) -> Time {
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
