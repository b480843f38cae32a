//! One command on its way through: it records events, and each event changes the state at once.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::command::{Effects, Illegal, Ran};
use super::event::{Event, EventKind, StepRef};
use super::record::StepRecord;
use super::state::{Execution, Step, StepState};
use super::status::{Status, StepStatus};
use super::{end, fail};
use crate::Time;
use crate::node::{ErrorValue, Failure};
use crate::plan::{Join, Plan, StepIndex};

/// Why a step is skipped that its own `when` did not skip.
pub const UNREACHED: &str = "no branch that was taken leads here";

pub(super) struct Transition<'a> {
    pub(super) execution: &'a mut Execution,
    pub(super) plan: &'a Plan,
    pub(super) now: Time,
    pub(super) effects: Effects,
    /// Steps that lost their last way to be reached, still to be told.
    unreachable: Vec<StepIndex>,
}

impl<'a> Transition<'a> {
    pub(super) fn new(execution: &'a mut Execution, plan: &'a Plan, now: Time) -> Self {
        Self {
            execution,
            plan,
            now,
            effects: Effects::default(),
            unreachable: Vec::new(),
        }
    }

    /// Tells an event, and lets it change the state.
    pub(super) fn record(&mut self, kind: EventKind) {
        let event = Event {
            seq: self.execution.seq + 1,
            at: self.now,
            kind,
        };
        self.unreachable
            .extend(self.execution.evolve(self.plan, &event));
        self.effects.events.push(event);
    }

    /// Lets what the command led to run its course: dead paths, and the end of the run.
    pub(super) fn finish(mut self) -> Effects {
        while let Some(step) = self.unreachable.pop() {
            if self.execution.status.is_terminal() {
                break;
            }
            self.give_up(step);
        }
        if self.execution.open == 0 && !self.execution.status.is_terminal() {
            end::succeed(&mut self);
        }
        self.effects
    }

    /// The step, if `attempt` is its live one.
    pub(super) fn live_step(&self, step: StepIndex, attempt: u32) -> Result<&Step, Illegal> {
        let entry = self
            .execution
            .steps
            .get(step as usize)
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
            self.plan.nodes[step as usize].implementation,
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
            path: Arc::clone(&self.plan.nodes[step as usize].id),
            attempt: self.execution.steps[step as usize].attempt,
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
        let node = &self.plan.nodes[step as usize];
        self.effects.records.push(StepRecord {
            path: Arc::clone(&node.id),
            attempt: self.execution.steps[step as usize].attempt,
            node: Arc::clone(&node.id),
            kind: node.kind.kind,
            status,
            input: end.input,
            output: end.output,
            error: end.error,
            reason: end.reason,
            runner: Some(ran.runner),
            started_at: ran.started_at,
            finished_at: self.now,
        });
    }

    /// Gives the record of a step's last attempt an output that later steps read; a step that failed
    /// without ever beginning gets a record for it.
    pub(super) fn record_output(&mut self, step: StepIndex, output: Arc<Value>) {
        let attempt = self.execution.steps[step as usize].attempt;
        let id = &self.plan.nodes[step as usize].id;
        if let Some(last) = self.effects.records.last_mut()
            && last.path == *id
            && last.attempt == attempt
        {
            last.output = Some(output);
            return;
        }
        let ran = Ran {
            started_at: self.now,
            runner: Uuid::nil(),
        };
        let end = AttemptEnd {
            output: Some(output),
            ..AttemptEnd::default()
        };
        self.record_attempt(step, StepStatus::Failed, ran, end);
    }

    fn give_up(&mut self, step: StepIndex) {
        let live = self.execution.steps[step as usize].live;
        if let Join::Count(needed) = self.plan.nodes[step as usize].join
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
        self.record(EventKind::StepSkipped {
            step,
            reason: Some(UNREACHED.to_owned()),
        });
    }
}

/// What is known of an attempt when it ends.
#[derive(Default)]
pub(super) struct AttemptEnd {
    pub(super) input: Option<Arc<Value>>,
    pub(super) output: Option<Arc<Value>>,
    pub(super) error: Option<ErrorValue>,
    pub(super) reason: Option<String>,
}
