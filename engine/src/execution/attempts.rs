//! Attempts in blocks that are begun again are counted on, so that no two have one number.

use super::state::{Execution, StepState};
use crate::plan::StepIndex;

impl Execution {
    /// Where the attempts in the blocks of a step are counted on from.
    pub(super) fn base_of(&self, step: StepIndex) -> u32 {
        match self.steps.get(&step).map(|step| &step.state) {
            Some(StepState::Block(run)) => run.base,
            _ => 0,
        }
    }

    /// The same for the steps beside this one.
    pub(super) fn base_around(&self, step: StepIndex) -> u32 {
        let frame = self
            .steps
            .get(&step)
            .and_then(|step| self.frames.get(&step.frame));
        let holder = frame.and_then(|frame| frame.holder);
        holder.map_or(0, |holder| self.base_of(holder))
    }
}
