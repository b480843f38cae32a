//! A stored frontier read without a plan, for whoever displays a run.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::block::{ROOT, undo_prefix};
use super::frontier::{BadFrontier, StoredFrame, StoredState, StoredStep, moment, parse};
use super::state::Ending;
use super::status::StepStatus;
use super::stored_work::StoredWork;
use crate::Time;
use crate::node::{Await, ErrorValue};
use crate::plan::{NodeIndex, StepIndex};

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
    /// The answer that it waits for.
    pub wait: Option<(Uuid, Await)>,
    /// Why it is held.
    pub error: Option<ErrorValue>,
}

/// Reads the steps of a stored frontier without a plan: those of the document, then those of blocks that are
/// under way. `ids` are the ids of the document's nodes in their order.
pub fn frontier_steps(text: &str, ids: &[&str]) -> Result<Vec<FrontierStep>, BadFrontier> {
    let frontier = parse(text)?.with_references()?;
    let id = |node: NodeIndex| ids.get(node as usize).copied().unwrap_or_default();
    let mut shown = Vec::new();
    // By step, its path, and whether its blocks are turns of a loop.
    let mut holders: HashMap<StepIndex, (String, bool)> = HashMap::new();
    let root = StoredFrame {
        index: ROOT,
        holder: None,
        block: 0,
        turn: 0,
        first: 0,
        node: 0,
        steps: frontier.steps,
        undoes: None,
        ends_as: None,
    };
    for frame in std::iter::once(root).chain(frontier.frames) {
        let holder = frame.holder.and_then(|holder| holders.get(&holder));
        let prefix = match holder {
            _ if frame.index == ROOT => String::new(),
            _ if frame.undoes.is_some() => {
                undo_prefix(frame.undoes.as_deref().unwrap_or_default()).to_string()
            }
            Some((path, true)) => format!("{path}[{}].", frame.turn),
            Some((path, false)) => format!("{path}."),
            None => String::new(),
        };
        let places = (frame.first..).zip(frame.node..);
        for (stored, (index, node)) in frame.steps.into_iter().zip(places) {
            let path = format!("{prefix}{}", id(node));
            if let StoredState::Block { work, .. } = &stored.s {
                let loops = matches!(**work, StoredWork::ForEach(_) | StoredWork::While { .. });
                holders.insert(index, (path.clone(), loops));
            }
            shown.push(face(stored, node, path));
        }
    }
    Ok(shown)
}

/// What a stored frontier says of the run as a whole, besides its status.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks {
    /// How it will end, when it is cleaning up.
    pub ending: Option<Ending>,
    /// It waits to be let in.
    pub held: bool,
    /// It takes longer than its workflow's `warn_after`.
    pub overdue: bool,
}

pub fn frontier_marks(text: &str) -> Result<Marks, BadFrontier> {
    let frontier = parse(text)?;
    Ok(Marks {
        ending: frontier.ending,
        held: frontier.held,
        overdue: frontier.overdue,
    })
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
        wait: None,
        error: None,
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
        StoredState::Signal {
            wait,
            since,
            until,
            request,
            input,
        } => {
            (step.started_at, step.until, step.input) =
                (Some(moment(since)), until.map(moment), input);
            step.wait = Some((wait, *request));
        }
        StoredState::Held { error } => step.error = Some(error),
        StoredState::Block { since, until, .. } => {
            step.started_at = Some(moment(since));
            step.until = until.map(moment);
        }
        _ => {}
    }
    step
}
