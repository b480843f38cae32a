//! What may be asked of a run without changing it.

use std::sync::Arc;

use uuid::Uuid;

use super::state::{Execution, Step, StepState};
use super::status::Status;
use crate::Time;
use crate::plan::{Plan, PlanNode, StepIndex};
use crate::template::RunInfo;

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
        let room = match self.status {
            _ if self.held => 0,
            Status::Paused => 0,
            _ => plan.parallelism.saturating_sub(self.running) as usize,
        };
        self.ready
            .iter()
            .take(room)
            .filter_map(|&step| Some((step, self.steps.get(&step)?.attempt)))
    }

    pub fn has_ready_steps(&self) -> bool {
        self.status != Status::Paused && !self.held && !self.ready.is_empty()
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

    /// Steps that failed and wait for somebody to decide.
    pub(super) fn held_back(&self) -> Vec<StepIndex> {
        let held = |step: &Step| matches!(step.state, StepState::Held { .. });
        let steps = self.steps.iter().filter(|(_, step)| held(step));
        steps.map(|(index, _)| *index).collect()
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
            vars: Arc::clone(&self.options.vars),
        }
    }

    /// The next moment at which [`super::Command::Tick`] would do something.
    pub fn next_tick(&self) -> Option<Time> {
        if self.status.is_terminal() || self.status == Status::Paused {
            return None;
        }
        let timer = self.timers.first().map(|(at, _)| *at);
        [timer, self.deadline(), self.overdue_at]
            .into_iter()
            .flatten()
            .min()
    }

    /// When the run's time is up, as long as that still means something.
    pub(super) fn deadline(&self) -> Option<Time> {
        self.deadline.filter(|_| self.ending.is_none())
    }
}
