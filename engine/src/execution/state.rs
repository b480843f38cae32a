//! The state of a run, and the one function that changes it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::block::{BlockRun, Frame, FrameIndex, ROOT};
use super::event::{Event, EventKind, Unfinished, Waiting};
use super::status::{Status, StepStatus};
use crate::Time;
use crate::node::ErrorValue;
use crate::plan::{Join, NodeIndex, Plan, PlanNode, StepIndex};
use crate::template::RunInfo;

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
    /// Incoming edges that are resolved, and how many of these are alive.
    pub resolved: u32,
    pub live: u32,
    pub output: Option<Arc<Value>>,
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
    /// Its blocks are under way.
    Block(Box<BlockRun>),
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
            Self::Backoff { .. } | Self::Timer { .. } | Self::Child { .. } => StepStatus::Waiting,
            Self::Succeeded => StepStatus::Succeeded,
            Self::Failed => StepStatus::Failed,
            Self::Skipped => StepStatus::Skipped,
            Self::Cancelled => StepStatus::Cancelled,
        }
    }

    fn wakes_at(&self) -> Option<Time> {
        match self {
            Self::Backoff { until } | Self::Timer { until, .. } => Some(*until),
            Self::Child { until, .. } => *until,
            Self::Block(run) => run.until,
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
    pub fn step(&self, step: StepIndex) -> Option<&Step> {
        self.steps.get(&step)
    }

    /// The node that a step is a run of.
    pub fn node<'p>(&self, plan: &'p Plan, step: StepIndex) -> Option<&'p PlanNode> {
        let step = self.steps.get(&step)?;
        plan.nodes.get(step.node as usize)
    }

    /// A step's address in its run: `fetch`, `import[3].fetch`.
    pub fn path(&self, plan: &Plan, step: StepIndex) -> Arc<str> {
        let Some(entry) = self.steps.get(&step) else {
            return Arc::from("");
        };
        let id = &plan.nodes[entry.node as usize].id;
        match self.frames.get(&entry.frame) {
            Some(frame) if !frame.prefix.is_empty() => format!("{}{id}", frame.prefix).into(),
            _ => Arc::clone(id),
        }
    }

    /// The step at an address, if its block is under way.
    pub fn step_at(&self, plan: &Plan, path: &str) -> Option<StepIndex> {
        let mut steps = self.steps.keys().copied();
        steps.find(|step| &*self.path(plan, *step) == path)
    }

    /// Steps that a runner may take, with their live attempts; fewer when the run's parallelism is used up.
    pub fn takeable(&self, plan: &Plan) -> impl Iterator<Item = (StepIndex, u32)> + '_ {
        let room = match self.held {
            true => 0,
            false => plan.parallelism.saturating_sub(self.running) as usize,
        };
        self.ready
            .iter()
            .take(room)
            .filter_map(|&step| Some((step, self.steps.get(&step)?.attempt)))
    }

    pub fn has_ready_steps(&self) -> bool {
        !self.held && !self.ready.is_empty()
    }

    /// Steps in the hands of runners: `(step, attempt, runner)`.
    pub fn held(&self) -> impl Iterator<Item = (StepIndex, u32, Uuid)> + '_ {
        self.steps
            .iter()
            .filter_map(|(&index, step)| match step.state {
                StepState::Running { runner, .. } => Some((index, step.attempt, runner)),
                _ => None,
            })
    }

    /// Steps that wait for a called execution: `(step, child)`.
    pub fn children(&self) -> impl Iterator<Item = (StepIndex, Uuid)> + '_ {
        self.steps
            .iter()
            .filter_map(|(&index, step)| match step.state {
                StepState::Child { id, .. } => Some((index, id)),
                _ => None,
            })
    }

    /// What expressions may know of the run itself.
    pub fn run_info(&self, plan: &Plan) -> RunInfo {
        RunInfo {
            id: self.id,
            workflow: plan.document.name.clone(),
            started_at: self.started_at.unwrap_or(self.created_at),
        }
    }

    /// The next moment at which [`super::Command::Tick`] would do something.
    pub fn next_tick(&self) -> Option<Time> {
        if self.status.is_terminal() {
            return None;
        }
        let timer = self.timers.first().map(|(at, _)| *at);
        [timer, self.deadline, self.overdue_at]
            .into_iter()
            .flatten()
            .min()
    }

    /// Changes the state as the event says. What the event leaves to be done, the caller tells as events of
    /// their own.
    pub fn evolve(&mut self, plan: &Plan, event: &Event) -> Moved {
        self.seq = event.seq;
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
            EventKind::FailureHandled { .. } => {}
            EventKind::Running => {
                self.status = Status::Running;
                self.started_at = Some(at);
            }
            EventKind::StepReady { step } => self.set(step.index, StepState::Ready),
            EventKind::StepRunning { step, runner } => {
                let runner = *runner;
                self.set(step.index, StepState::Running { runner, since: at });
            }
            EventKind::StepWaiting {
                step,
                waiting,
                input,
            } => {
                let since = self.since(step.index, at);
                let input = input.clone();
                let state = match waiting {
                    Waiting::Timer { until, output } => StepState::Timer {
                        until: *until,
                        since,
                        output: output.clone(),
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
                let run = BlockRun::new(opening, since, *until);
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
            EventKind::StepRetrying {
                step,
                until,
                unfinished,
                ..
            } => {
                if let Some(entry) = self.steps.get_mut(&step.index) {
                    entry.attempt += 1;
                    entry.unfinished += u32::from(unfinished.is_some());
                    entry.deaths += u32::from(*unfinished == Some(Unfinished::Lost));
                }
                let state = if unfinished.is_some() {
                    StepState::Ready
                } else {
                    StepState::Backoff { until: *until }
                };
                self.set(step.index, state);
            }
            EventKind::StepSucceeded {
                step, port, output, ..
            } => {
                self.leave_blocks_of(step.index);
                self.set(step.index, StepState::Succeeded);
                self.give(step.index, Arc::clone(output));
                return self.resolve_edges(plan, step.index, Some(port));
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

    fn end(&mut self, status: Status, at: Time, error: Option<&ErrorValue>) {
        self.status = status;
        self.finished_at = Some(at);
        self.error = error.cloned();
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

    /// Resolves the edges that leave a step: those of `port` are alive, the others are dead.
    fn resolve_edges(&mut self, plan: &Plan, from: StepIndex, port: Option<&str>) -> Moved {
        let mut moved = Moved::default();
        let Some((node, frame)) = self.steps.get(&from).map(|step| (step.node, step.frame)) else {
            return moved;
        };
        for edge in &plan.nodes[node as usize].outgoing {
            let target = &plan.nodes[edge.to as usize];
            // Steps of one frame are numbered as the nodes of its block are.
            let to = from + edge.to - node;
            let Some(step) = self.steps.get_mut(&to) else {
                continue;
            };
            step.resolved += 1;
            step.live += u32::from(port == Some(&*edge.port));
            if step.state != StepState::Pending {
                continue;
            }
            let all_resolved = step.resolved == target.incoming;
            let enough = match target.join {
                Join::AllLive => all_resolved && step.live > 0,
                Join::Any => step.live > 0,
                Join::Count(count) => step.live >= count,
            };
            if enough {
                self.set(to, StepState::Ready);
            } else if all_resolved {
                moved.unreachable.push(to);
            }
        }
        moved.settled = self
            .frames
            .get(&frame)
            .and_then(|known| (known.open == 0).then_some(frame));
        moved
    }

    /// The only place that changes a step's state, so that the indexes stay true.
    pub(super) fn set(&mut self, index: StepIndex, state: StepState) {
        let Some(step) = self.steps.get_mut(&index) else {
            return;
        };
        match &step.state {
            StepState::Ready => {
                self.ready.remove(&index);
            }
            StepState::Running { .. } => self.running -= 1,
            other => {
                if let Some(at) = other.wakes_at() {
                    self.timers.remove(&(at, index));
                }
            }
        }
        let was_open = !step.state.status().is_terminal();
        step.state = state;
        match &step.state {
            StepState::Ready => {
                self.ready.insert(index);
            }
            StepState::Running { .. } => self.running += 1,
            other => {
                if let Some(at) = other.wakes_at() {
                    self.timers.insert((at, index));
                }
            }
        }
        if was_open
            && step.state.status().is_terminal()
            && let Some(frame) = self.frames.get_mut(&step.frame)
        {
            frame.open -= 1;
        }
    }
}

/// What a handled failure looks like to the steps after it.
pub(super) fn error_output(error: &ErrorValue) -> Value {
    serde_json::json!({ "error": error })
}
