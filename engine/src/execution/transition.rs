//! One command on its way through: it records events, and each event changes the state at once.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::block::{FrameIndex, ROOT};
use super::command::{Effects, Illegal, Ran};
use super::event::{Event, EventKind, StepRef};
use super::record::StepRecord;
use super::state::{Execution, Step, StepState};
use super::status::{Status, StepStatus};
use super::{advance, fail, goal};
use crate::Time;
use crate::node::{ErrorValue, Failure};
use crate::plan::{Join, Plan, PlanNode, StepIndex};

/// Why a step is skipped that its own `when` did not skip.
pub const UNREACHED: &str = "no branch that was taken leads here";

pub(super) struct Transition<'a> {
    pub(super) execution: &'a mut Execution,
    pub(super) plan: &'a Plan,
    pub(super) now: Time,
    pub(super) effects: Effects,
    /// Steps that lost their last way to be reached, still to be told.
    unreachable: Vec<StepIndex>,
    /// Blocks all of whose steps have ended, still to be closed.
    settled: VecDeque<FrameIndex>,
}

impl<'a> Transition<'a> {
    pub(super) fn new(execution: &'a mut Execution, plan: &'a Plan, now: Time) -> Self {
        Self {
            execution,
            plan,
            now,
            effects: Effects::default(),
            unreachable: Vec::new(),
            settled: VecDeque::new(),
        }
    }

    /// Tells an event, and lets it change the state.
    pub(super) fn record(&mut self, kind: EventKind) {
        let event = Event {
            seq: self.execution.seq + 1,
            at: self.now,
            kind,
        };
        let waited = self.wait_of(&event.kind);
        let moved = self.execution.evolve(self.plan, &event);
        self.unreachable.extend(moved.unreachable);
        self.settled.extend(moved.settled);
        // A wait that the event ended can't be answered any more.
        if let Some((step, wait)) = waited
            && self.execution.waits_for(step) != Some(wait)
        {
            self.effects.waits_over.push(wait);
        }
        let begun = match &event.kind {
            EventKind::Queued => Some(ROOT),
            EventKind::BlockStarted { step, turn, .. } => {
                Some(self.execution.frame_of(step.index, *turn))
            }
            _ => None,
        };
        self.effects.events.push(event);
        if let Some(frame) = begun {
            goal::trim(self, frame);
        }
    }

    /// The answer that the step of an event waits for.
    fn wait_of(&self, event: &EventKind) -> Option<(StepIndex, Uuid)> {
        let step = match event {
            EventKind::StepSucceeded { step, .. }
            | EventKind::StepFailed { step, .. }
            | EventKind::StepSkipped { step, .. }
            | EventKind::StepRetrying { step, .. }
            | EventKind::StepCancelled { step } => step.index,
            _ => return None,
        };
        Some((step, self.execution.waits_for(step)?))
    }

    /// Lets what the command led to run its course: dead paths, and the end of the run.
    pub(super) fn finish(mut self) -> Effects {
        while !self.execution.status.is_terminal() {
            if let Some(step) = self.unreachable.pop() {
                self.give_up(step);
            } else if let Some(frame) = self.settled.pop_front() {
                advance::settle(&mut self, frame);
            } else {
                break;
            }
        }
        self.effects
    }

    /// Lets dead paths die, without ending the run.
    pub(super) fn give_up_unreachable(&mut self) {
        while let Some(step) = self.unreachable.pop() {
            self.give_up(step);
        }
    }

    pub(super) fn plan_node(&self, step: StepIndex) -> &'a PlanNode {
        // A step that is gone has been refused before anybody asks for its node.
        let node = self.execution.steps.get(&step).map_or(0, |step| step.node);
        &self.plan.nodes[node as usize]
    }

    pub(super) fn attempt(&self, step: StepIndex) -> u32 {
        self.execution
            .steps
            .get(&step)
            .map_or(1, |step| step.attempt)
    }

    /// The step, if `attempt` is its live one.
    pub(super) fn live_step(&self, step: StepIndex, attempt: u32) -> Result<&Step, Illegal> {
        let entry = self
            .execution
            .steps
            .get(&step)
            .ok_or(Illegal::NoSuchStep(step))?;
        if entry.attempt != attempt {
            return Err(Illegal::Fenced {
                step,
                given: attempt,
                live: entry.attempt,
            });
        }
        Ok(entry)
    }

    /// The step, if this attempt of it is running, or if it is pure and may run without having been taken.
    pub(super) fn check_result(
        &self,
        step: StepIndex,
        attempt: u32,
        ran: Ran,
    ) -> Result<(), Illegal> {
        let entry = self.live_step(step, attempt)?;
        let pure = matches!(
            self.plan_node(step).implementation,
            crate::catalog::Implementation::Pure(_)
        );
        match entry.state {
            StepState::Running { runner, .. } if runner == ran.runner => Ok(()),
            StepState::Running { .. } => Err(Illegal::Fenced {
                step,
                given: attempt,
                live: attempt,
            }),
            StepState::Ready if pure => Ok(()),
            _ => Err(Illegal::WrongState {
                step,
                status: entry.state.status(),
            }),
        }
    }

    /// The first step to begin makes the run a running one.
    pub(super) fn begin(&mut self) {
        if self.execution.status == Status::Queued {
            self.record(EventKind::Running);
        }
    }

    pub(super) fn reference(&self, step: StepIndex) -> StepRef {
        StepRef {
            index: step,
            path: self.execution.path(self.plan, step),
            attempt: self.attempt(step),
        }
    }

    /// Records an attempt that ended now.
    pub(super) fn record_attempt(
        &mut self,
        step: StepIndex,
        status: StepStatus,
        ran: Ran,
        end: AttemptEnd,
    ) {
        let path = self.execution.path(self.plan, step);
        self.record_at(path, step, self.attempt(step), status, ran, end);
    }

    /// Records something under a path of its own.
    pub(super) fn record_at(
        &mut self,
        path: Arc<str>,
        step: StepIndex,
        attempt: u32,
        status: StepStatus,
        ran: Ran,
        end: AttemptEnd,
    ) {
        let node = self.plan_node(step);
        self.effects.records.push(StepRecord {
            path,
            attempt,
            node: Arc::clone(&node.id),
            kind: node.kind.kind,
            status,
            input: end.input,
            output: end.output,
            error: end.error,
            port: end.port,
            reason: end.reason,
            runner: Some(ran.runner).filter(|runner| !runner.is_nil()),
            started_at: ran.started_at,
            finished_at: self.now,
        });
    }

    /// Gives the record of a step's last attempt an output that later steps read; a step that failed
    /// without ever beginning gets a record for it.
    pub(super) fn record_output(&mut self, step: StepIndex, output: Arc<Value>, port: &Arc<str>) {
        let attempt = self.attempt(step);
        let path = self.execution.path(self.plan, step);
        if let Some(last) = self.effects.records.last_mut()
            && last.path == path
            && last.attempt == attempt
        {
            last.output = Some(output);
            last.port = other_than_out(port);
            return;
        }
        let ran = Ran {
            started_at: self.now,
            runner: Uuid::nil(),
        };
        let end = AttemptEnd {
            output: Some(output),
            port: other_than_out(port),
            ..AttemptEnd::default()
        };
        self.record_attempt(step, StepStatus::Failed, ran, end);
    }

    fn give_up(&mut self, step: StepIndex) {
        let Some(entry) = self.execution.steps.get(&step) else {
            // Its block was closed meanwhile.
            return;
        };
        if entry.state != StepState::Pending {
            return;
        }
        let live = entry.live;
        if let Join::Count(needed) = self.plan_node(step).join
            && live > 0
        {
            let message = format!(
                "{live} of the {needed} branches that this join needs arrived, and no more can"
            );
            let failure = Failure::permanent("join_unsatisfied", message);
            fail::fail_for_good(self, step, failure.error);
            return;
        }
        let step = self.reference(step);
        let index = step.index;
        self.record(EventKind::StepSkipped {
            step,
            reason: Some(UNREACHED.to_owned()),
        });
        goal::reached(self, index);
    }
}

/// What is known of an attempt when it ends.
#[derive(Default)]
pub(super) struct AttemptEnd {
    pub(super) input: Option<Arc<Value>>,
    pub(super) output: Option<Arc<Value>>,
    pub(super) error: Option<ErrorValue>,
    pub(super) port: Option<Arc<str>>,
    pub(super) reason: Option<String>,
}

/// A port as records keep it: most steps leave by `out`, and say nothing.
pub(super) fn other_than_out(port: &Arc<str>) -> Option<Arc<str>> {
    (&**port != "out").then(|| Arc::clone(port))
}
