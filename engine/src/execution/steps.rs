//! How the states of steps change, and with them the indexes that follow from these.

use super::state::{Execution, Moved, StepState};
use crate::Time;
use crate::duration::Millis;
use crate::plan::{Join, Plan, StepIndex};

impl Execution {
    /// Resolves the edges that leave a step: those of `port` are alive, the others are dead.
    pub(super) fn resolve_edges(
        &mut self,
        plan: &Plan,
        from: StepIndex,
        port: Option<&str>,
    ) -> Moved {
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
                if let Some(at) = step.expires_at.take() {
                    self.timers.remove(&(at, index));
                }
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
                self.became_ready.push(index);
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

    pub(super) fn note_beginning(&mut self, plan: &Plan, step: StepIndex, at: Time) {
        if let Some(entry) = self.steps.get_mut(&step)
            && plan.nodes[entry.node as usize].retry.within.is_some()
        {
            entry.first_began_at.get_or_insert(at);
        }
    }

    /// Steps that just became ready may wait for a runner only so long.
    pub(super) fn limit_queueing(&mut self, plan: &Plan, at: Time) {
        for index in std::mem::take(&mut self.became_ready) {
            let Some(step) = self.steps.get(&index) else {
                continue;
            };
            let node = &plan.nodes[step.node as usize];
            let queue = node.queue_timeout.map(|span| at + span.to_delta());
            let window = node.retry.within.map(Millis::to_delta);
            let window = window.and_then(|window| Some(step.first_began_at? + window));
            if step.state == StepState::Ready
                && let Some(expires_at) = [queue, window].into_iter().flatten().min()
            {
                self.expire_at(index, expires_at);
            }
        }
    }

    pub(super) fn expire_at(&mut self, index: StepIndex, at: Time) {
        if let Some(step) = self.steps.get_mut(&index) {
            if let Some(before) = step.expires_at.replace(at) {
                self.timers.remove(&(before, index));
            }
            self.timers.insert((at, index));
        }
    }
}
