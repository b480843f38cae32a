//! Runs of which one step only is wanted: what it does not need is skipped, and with it the run ends.

use std::collections::HashSet;

use super::block::{FrameIndex, ROOT};
use super::end;
use super::event::EventKind;
use super::transition::Transition;
use crate::node::ErrorValue;
use crate::plan::{NodeIndex, Plan, StepIndex};

/// A block begins: those of its steps that the wanted one does not need are skipped.
pub(super) fn trim(t: &mut Transition<'_>, frame: FrameIndex) {
    let Some(only) = t.execution.options.only.clone() else {
        return;
    };
    let Some(known) = t.execution.frames.get(&frame) else {
        return;
    };
    let (first, block, undoes) = (known.first, known.block, known.undoes.is_some());
    let Some(rest) = only.strip_prefix(&*known.prefix) else {
        return;
    };
    let id = rest.split(['.', '[']).next().unwrap_or_default();
    let Some(wanted) = t.plan.index_of(id).filter(|_| !undoes) else {
        return;
    };
    let block = &t.plan.blocks[block as usize];
    let needed = needed_by(t.plan, block.range(), wanted);
    for (step, node) in (first..).zip(block.first..block.first + block.count) {
        if needed.contains(&node) {
            continue;
        }
        let step = t.reference(step);
        let reason = format!("only `{only}` is wanted of this run, and it does not need this step");
        t.record(EventKind::StepSkipped {
            step,
            reason: Some(reason),
        });
    }
}

/// A node and all that leads to it.
fn needed_by(plan: &Plan, block: std::ops::Range<usize>, wanted: NodeIndex) -> HashSet<NodeIndex> {
    let mut needed = HashSet::from([wanted]);
    loop {
        let before = needed.len();
        for node in block.clone() {
            let leads = plan.nodes[node].outgoing.iter();
            if leads.map(|edge| edge.to).any(|to| needed.contains(&to)) {
                needed.insert(node as NodeIndex);
            }
        }
        if needed.len() == before {
            return needed;
        }
    }
}

/// A step has ended: when it is the wanted one, so has the run.
pub(super) fn reached(t: &mut Transition<'_>, step: StepIndex) {
    let Some(only) = &t.execution.options.only else {
        return;
    };
    if t.execution.status.is_terminal() || &*t.execution.path(t.plan, step) != only.as_str() {
        return;
    }
    let output = t
        .execution
        .step(step)
        .and_then(|entry| entry.output.clone())
        .unwrap_or_default();
    end::cancel_frame(t, ROOT);
    t.record(EventKind::Succeeded { output });
}

/// The turn of a loop in which the wanted step lies.
pub(super) fn turn(t: &Transition<'_>, step: StepIndex) -> Option<u32> {
    let only = t.execution.options.only.as_deref()?;
    let rest = only.strip_prefix(&*t.execution.path(t.plan, step))?;
    rest.strip_prefix('[')?.split(']').next()?.parse().ok()
}

/// The run came to its end another way.
pub(super) fn missed(only: &str) -> ErrorValue {
    let message = format!("the run came to its end without the step `{only}` that it was for");
    ErrorValue::new("step_not_reached", message)
}
