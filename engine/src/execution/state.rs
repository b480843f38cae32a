//! The state of a run, and the one function that changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::block::{BlockResult, BlockRun, Frame, FrameIndex, ROOT};
use super::event::{Event, EventKind, Unfinished, Waiting};
use super::options::RunOptions;
use super::signal::ResumeLinks;
use super::status::{Status, StepStatus};
use super::undo::Undo;
use crate::Time;
use crate::node::{Await, ErrorValue};
use crate::plan::{NodeIndex, Plan, StepIndex};

/// A run: its frontier, its outputs so far, and what it waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Execution {
    pub id: Uuid,
    pub status: Status,
    /// The number of the last event.
    pub seq: u64,
    /// How many executions called each other to get here.
    pub depth: u32,
    pub inputs: Arc<Value>,
    pub options: Arc<RunOptions>,
    pub created_at: Time,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
    /// It waits to be let in; nothing of it may begin.
    pub held: bool,
    pub deadline: Option<Time>,
    /// When it will be told to be overdue; `None` once it was.
    pub overdue_at: Option<Time>,
    pub overdue: bool,
    pub output: Option<Arc<Value>>,
    pub error: Option<ErrorValue>,
    /// Since when it is paused.
    pub paused: Option<Time>,
    /// How it ends once everything is cleaned up.
    pub ending: Option<Ending>,
    /// What steps outside of any `flow.try` did and can undo, in the order of their ends.
    pub(super) undo: Vec<Undo>,
    /// Makes the addresses at which waiting steps can be answered; no part of the stored state.
    pub links: Option<Arc<ResumeLinks>>,
    pub(super) steps: BTreeMap<StepIndex, Step>,
    /// The blocks that are under way; the document itself is the first.
    pub(super) frames: BTreeMap<FrameIndex, Frame>,
    /// Numbers are never given twice, so that a late result can't be taken for another step's.
    pub(super) next_step: StepIndex,
    pub(super) next_frame: FrameIndex,
    /// The indexes below follow from `steps`; they make every question O(1) or O(log n).
    pub(super) ready: BTreeSet<StepIndex>,
    pub(super) timers: BTreeSet<(Time, StepIndex)>,
    pub(super) running: u32,
    /// Steps that the event in hand made ready; empty between events.
    pub(super) became_ready: Vec<StepIndex>,
}

/// The end that a run will come to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    pub status: Status,
    pub error: ErrorValue,
    /// The first undo that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo_failed: Option<ErrorValue>,
}

/// One step: where it stands, and how its incoming edges stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub node: NodeIndex,
    pub frame: FrameIndex,
    pub state: StepState,
    /// The live attempt, from 1. Results of any other are refused.
    pub attempt: u32,
    /// Attempts that came to no end of their own.
    pub unfinished: u32,
    /// Runners that died while they held it; these attempts are unfinished too.
    pub deaths: u32,
    /// The highest attempt that any step in its blocks came to, where that says more than that there was one.
    pub inside: u32,
    /// Failures that were tried again: of no class, then of each class of the node's `retry`. Empty without classes.
    pub failures: Vec<u32>,
    /// When the first attempt began, where the node's `retry` has a `within`.
    pub first_began_at: Option<Time>,
    /// When a ready step has waited too long for somebody to begin it.
    pub expires_at: Option<Time>,
    /// Incoming edges that are resolved, and how many of these are alive.
    pub resolved: u32,
    pub live: u32,
    pub output: Option<Arc<Value>>,
}

impl Step {
    /// Its attempts so far count for nothing: it has all that its policy gives.
    fn begin_anew(&mut self) {
        self.unfinished = self.attempt - 1;
        self.failures.clear();
        self.first_began_at = None;
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum StepState {
    Pending,
    Ready,
    Running {
        runner: Uuid,
        since: Time,
    },
    /// Waits for its next attempt.
    Backoff {
        until: Time,
    },
    /// Waits for a time, and then succeeds with this output.
    Timer {
        until: Time,
        since: Time,
        output: Value,
        input: Option<Arc<Value>>,
    },
    /// Waits for a called execution.
    Child {
        id: Uuid,
        since: Time,
        /// When the step's time-out is over.
        until: Option<Time>,
        input: Option<Arc<Value>>,
    },
    /// Waits for an answer from outside.
    Signal {
        wait: Uuid,
        since: Time,
        until: Option<Time>,
        request: Box<Await>,
        input: Option<Arc<Value>>,
    },
    /// Its blocks are under way.
    Block(Box<BlockRun>),
    /// Failed, and waits for somebody to decide.
    Held {
        error: ErrorValue,
    },
    Succeeded,
    Failed,
    Skipped,
    Cancelled,
}

impl StepState {
    pub fn status(&self) -> StepStatus {
        match self {
            Self::Pending => StepStatus::Pending,
            Self::Ready => StepStatus::Ready,
            Self::Running { .. } | Self::Block(_) => StepStatus::Running,
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

    pub(super) fn wakes_at(&self) -> Option<Time> {
        match self {
            Self::Backoff { until } | Self::Timer { until, .. } => Some(*until),
            Self::Child { until, .. } | Self::Signal { until, .. } => *until,
            Self::Block(run) => run.until.filter(|_| run.ends.is_none()),
            _ => None,
        }
    }
}

/// What an event left to be done by events of its own.
#[derive(Debug, Default)]
pub struct Moved {
    /// Steps that lost their last way to be reached.
    pub unreachable: Vec<StepIndex>,
    /// A block all of whose steps have ended.
    pub settled: Option<FrameIndex>,
}

impl Execution {
    /// Changes the state as the event says. What the event leaves to be done, the caller tells as events of
    /// their own.
    pub fn evolve(&mut self, plan: &Plan, event: &Event) -> Moved {
        self.seq = event.seq;
        let moved = self.change(plan, event);
        self.limit_queueing(plan, event.at);
        moved
    }

    fn change(&mut self, plan: &Plan, event: &Event) -> Moved {
        let at = event.at;
        match &event.kind {
            EventKind::Queued => self.enter(plan, 0, None, 0),
            EventKind::Held => {
                self.held = true;
                (self.deadline, self.overdue_at) = (None, None);
            }
            EventKind::Released => {
                // Waiting for its turn is no part of the time that a run may take.
                self.held = false;
                self.deadline = plan.timeout.map(|timeout| at + timeout.to_delta());
                self.overdue_at = plan.warn_after.map(|after| at + after.to_delta());
            }
            EventKind::Overdue => {
                self.overdue = true;
                self.overdue_at = None;
            }
            EventKind::Running => {
                self.status = Status::Running;
                self.started_at = Some(at);
            }
            EventKind::StepReady { step } => self.set(step.index, StepState::Ready),
            EventKind::StepRunning { step, runner } => {
                let runner = *runner;
                self.note_beginning(plan, step.index, at);
                self.set(step.index, StepState::Running { runner, since: at });
            }
            EventKind::StepWaiting {
                step,
                waiting,
                input,
            } => {
                let since = self.since(step.index, at);
                self.note_beginning(plan, step.index, at);
                let input = input.clone();
                let state = match waiting {
                    Waiting::Timer { until, output } => StepState::Timer {
                        until: *until,
                        since,
                        output: output.clone(),
                        input,
                    },
                    Waiting::Signal {
                        wait,
                        until,
                        request,
                    } => StepState::Signal {
                        wait: *wait,
                        since,
                        until: *until,
                        request: request.clone(),
                        input,
                    },
                    Waiting::Child { child, until } => StepState::Child {
                        id: *child,
                        since,
                        until: *until,
                        input,
                    },
                };
                self.set(step.index, state);
            }
            EventKind::StepOpened {
                step,
                until,
                opening,
            } => {
                let since = self.since(step.index, at);
                let base = self.steps.get(&step.index).map_or(0, |step| step.inside);
                let run = BlockRun::new(opening, since, *until, base);
                self.set(step.index, StepState::Block(Box::new(run)));
            }
            EventKind::BlockStarted { step, turn, part } => {
                let node = self.steps[&step.index].node as usize;
                if let Some(block) = plan.nodes[node].part(*part) {
                    self.enter(plan, block, Some(step.index), *turn);
                }
                if let Some(run) = self.block_run(step.index) {
                    run.started(*turn, *part);
                }
            }
            EventKind::BlockEnded {
                step,
                turn,
                part,
                result,
            } => {
                let frame = self.frame_of(step.index, *turn);
                self.leave(frame);
                if let Some(run) = self.block_run(step.index) {
                    run.ended(*turn, *part, result);
                }
            }
            EventKind::BlockKept {
                step,
                turn,
                part,
                result,
            } => {
                if let Some(run) = self.block_run(step.index) {
                    run.kept(*turn, *part, result);
                }
            }
            EventKind::BlockUnwinding { frame, result } => self.unwind(*frame, result),
            EventKind::StepUnwinding { step, ends } => {
                // Its time-out is over with that.
                if let Some(at) = self
                    .steps
                    .get(&step.index)
                    .and_then(|step| step.state.wakes_at())
                {
                    self.timers.remove(&(at, step.index));
                }
                if let Some(run) = self.block_run(step.index) {
                    run.ends = Some(ends.clone());
                }
            }
            EventKind::UndoKept {
                by,
                node,
                of,
                given,
            } => {
                let undo = Undo {
                    node: *node,
                    path: Arc::clone(of),
                    given: Arc::clone(given),
                    life: 0,
                    base: 0,
                };
                self.remember_undo(plan, *by, [undo]);
            }
            EventKind::UndoStarted { holder, .. } => self.enter_undo(plan, *holder),
            EventKind::UndoEnded { holder, error, .. } => self.leave_undo(*holder, error.as_ref()),
            EventKind::StepRetrying {
                step,
                until,
                unfinished,
                class,
                ..
            } => {
                if let Some(entry) = self.steps.get_mut(&step.index) {
                    entry.attempt += 1;
                    let classes = plan.nodes[entry.node as usize].retry.classes.len();
                    if unfinished.is_none() && classes > 0 {
                        entry.failures.resize(classes + 1, 0);
                        let counted = class.map_or(0, |class| class as usize + 1);
                        if let Some(failures) = entry.failures.get_mut(counted) {
                            *failures += 1;
                        }
                    }
                    entry.unfinished += u32::from(unfinished.is_some());
                    entry.deaths += u32::from(*unfinished == Some(Unfinished::Lost));
                    if *unfinished == Some(Unfinished::ByHand) {
                        entry.begin_anew();
                    }
                }
                let state = if unfinished.is_some() {
                    StepState::Ready
                } else {
                    StepState::Backoff { until: *until }
                };
                self.set(step.index, state);
            }
            EventKind::StepSucceeded {
                step,
                port,
                output,
                given,
                ..
            } => {
                let undone_with = self.undos_mut(Some(step.index)).map(std::mem::take);
                self.remember_undo(plan, step.index, undone_with.into_iter().flatten());
                if let Some(given) = given {
                    let base = self.base_around(step.index);
                    let undo = Undo {
                        node: self.steps[&step.index].node,
                        path: Arc::clone(&step.path),
                        given: Arc::clone(given),
                        life: base,
                        base,
                    };
                    self.remember_undo(plan, step.index, [undo]);
                }
                self.leave_blocks_of(step.index);
                self.set(step.index, StepState::Succeeded);
                self.give(step.index, Arc::clone(output));
                return self.resolve_edges(plan, step.index, Some(port));
            }
            EventKind::StepHeld { step, error } => {
                self.leave_blocks_of(step.index);
                // Whatever comes next is another attempt, and begins with all that the policy gives.
                if let Some(entry) = self.steps.get_mut(&step.index) {
                    if matches!(entry.state, StepState::Block(_)) {
                        entry.inside = entry.inside.max(1);
                    }
                    entry.attempt += 1;
                    entry.begin_anew();
                }
                let error = error.clone();
                self.set(step.index, StepState::Held { error });
            }
            EventKind::StepFailed { step, error, port } => {
                self.leave_blocks_of(step.index);
                self.set(step.index, StepState::Failed);
                self.note_failure(step.index, error);
                if let Some(port) = port {
                    self.give(step.index, Arc::new(error_output(error)));
                    return self.resolve_edges(plan, step.index, Some(port));
                }
            }
            EventKind::StepSkipped { step, .. } => {
                self.set(step.index, StepState::Skipped);
                return self.resolve_edges(plan, step.index, None);
            }
            EventKind::StepCancelled { step } => {
                self.leave_blocks_of(step.index);
                self.set(step.index, StepState::Cancelled);
                return self.unwound(step.index);
            }
            EventKind::Paused { .. } => {
                self.status = Status::Paused;
                self.paused = Some(at);
            }
            EventKind::Resumed { .. } => {
                self.status = match self.started_at {
                    Some(_) => Status::Running,
                    None => Status::Queued,
                };
                // The time that it rested does not count.
                let rested = self.paused.take().map(|since| at - since);
                let rested = rested.unwrap_or_default();
                self.deadline = self.deadline.map(|deadline| deadline + rested);
                self.overdue_at = self.overdue_at.map(|at| at + rested);
                for step in self.steps.values_mut() {
                    step.first_began_at = step.first_began_at.map(|at| at + rested);
                }
                let waiting: Vec<_> = self.ready.iter().copied().collect();
                for step in waiting {
                    if let Some(expires_at) = self.steps[&step].expires_at {
                        self.expire_at(step, expires_at + rested);
                    }
                }
            }
            EventKind::CleaningUp { status, error } => {
                let (status, error) = (*status, error.clone());
                self.unwind(ROOT, &Err(error.clone()));
                self.status = Status::CleaningUp;
                self.paused = None;
                self.ending = Some(Ending {
                    status,
                    error,
                    undo_failed: None,
                });
            }
            EventKind::Succeeded { output } => {
                self.output = Some(Arc::clone(output));
                self.end(Status::Succeeded, at, None);
            }
            EventKind::Failed { error } => self.end(Status::Failed, at, Some(error)),
            EventKind::Cancelled { error } => self.end(Status::Cancelled, at, Some(error)),
            EventKind::TimedOut { error } => self.end(Status::TimedOut, at, Some(error)),
        }
        Moved::default()
    }

    /// When the running attempt of a step began.
    pub(super) fn since(&self, step: StepIndex, otherwise: Time) -> Time {
        match self.steps.get(&step).map(|step| &step.state) {
            Some(
                StepState::Running { since, .. }
                | StepState::Timer { since, .. }
                | StepState::Signal { since, .. }
                | StepState::Child { since, .. },
            ) => *since,
            Some(StepState::Block(run)) => run.since,
            _ => otherwise,
        }
    }

    fn give(&mut self, step: StepIndex, output: Arc<Value>) {
        if let Some(step) = self.steps.get_mut(&step) {
            step.output = Some(output);
        }
    }

    /// A frame is being stopped: what has not begun never will, and what is left decides when it ends.
    fn unwind(&mut self, frame: FrameIndex, result: &BlockResult) {
        for step in self.steps_in(frame) {
            let waits = matches!(
                self.steps[&step].state,
                StepState::Pending
                    | StepState::Ready
                    | StepState::Backoff { .. }
                    | StepState::Held { .. }
            );
            if waits {
                self.set(step, StepState::Cancelled);
            }
        }
        if let Some(frame) = self.frames.get_mut(&frame) {
            frame.ends_as = Some(result.clone());
        }
    }

    /// A frame that is being stopped is settled with its last step.
    fn unwound(&self, step: StepIndex) -> Moved {
        let frame = self.steps.get(&step).map_or(ROOT, |step| step.frame);
        let settled = self
            .frames
            .get(&frame)
            .is_some_and(|known| known.open == 0 && known.ends_as.is_some());
        Moved {
            unreachable: Vec::new(),
            settled: settled.then_some(frame),
        }
    }

    fn end(&mut self, status: Status, at: Time, error: Option<&ErrorValue>) {
        self.status = status;
        self.finished_at = Some(at);
        self.error = error.cloned();
        (self.paused, self.ending) = (None, None);
        self.undo.clear();
        let inner: Vec<FrameIndex> = self
            .frames
            .keys()
            .copied()
            .filter(|frame| *frame != ROOT)
            .collect();
        for frame in inner {
            self.leave(frame);
        }
        let open: Vec<StepIndex> = self
            .steps
            .iter()
            .filter(|(_, step)| !step.state.status().is_terminal())
            .map(|(index, _)| *index)
            .collect();
        for step in open {
            self.set(step, StepState::Cancelled);
        }
    }
}

/// What a handled failure looks like to the steps after it.
pub(super) fn error_output(error: &ErrorValue) -> Value {
    serde_json::json!({ "error": error })
}
