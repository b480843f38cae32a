//! What an earlier run came to, as far as one that goes on from it has to know.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use super::status::StepStatus;
use crate::Time;
use crate::node::ErrorValue;
use crate::plan::Plan;

/// What becomes of what failed or was stopped in an earlier run, and was passed there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failures {
    /// It runs again; and where no steps are named, the new run goes on from there.
    RunAgain,
    /// It stays as it is, like all else that ended.
    Stay,
}

/// What an earlier run of the same workflow came to.
#[derive(Debug, Clone)]
pub struct Earlier {
    pub execution: Uuid,
    pub failures: Failures,
    /// The last attempt of each step, by address; with the records that blocks keep for themselves.
    pub steps: BTreeMap<String, EarlierStep>,
}

#[derive(Debug, Clone)]
pub struct EarlierStep {
    pub attempt: u32,
    pub kind: String,
    pub status: StepStatus,
    pub input: Option<Value>,
    pub output: Option<Value>,
    pub error: Option<ErrorValue>,
    pub port: Option<String>,
    pub started_at: Time,
    pub finished_at: Time,
}

impl Earlier {
    /// The steps that failed or were stopped, without those that failed only because of them.
    pub fn unfinished(&self) -> Vec<String> {
        let ended_badly = |step: &EarlierStep| {
            matches!(step.status, StepStatus::Failed | StepStatus::Cancelled)
                && step.output.is_none()
        };
        let bad: Vec<&String> = self
            .steps
            .iter()
            .filter(|(path, step)| ended_badly(step) && !path.ends_with(']') && !is_undo(path))
            .map(|(path, _)| path)
            .collect();
        let holds = |path: &str, other: &str| {
            other
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        bad.iter()
            .filter(|path| !bad.iter().any(|other| holds(path, other)))
            .map(|path| (*path).clone())
            .collect()
    }

    /// What was undone can't be taken over.
    pub(super) fn was_undone(&self, path: &str) -> bool {
        let prefix = format!("{path}.undo.");
        self.steps
            .range(prefix.clone()..)
            .next()
            .is_some_and(|(path, _)| path.starts_with(&prefix))
    }

    /// Whether a `flow.try` undid what was done in it. What another one in there undid by itself does not count.
    pub(super) fn undid(&self, plan: &Plan, path: &str) -> bool {
        let prefix = format!("{path}.");
        let below = self.steps.range(prefix.clone()..);
        let below = below.map(|(path, _)| &**path);
        below
            .take_while(|below| below.starts_with(&prefix))
            .filter_map(|below| below.split_once(".undo."))
            .any(|(undone, _)| !self.undid_itself(plan, &undone[prefix.len()..], path))
    }

    /// Whether what was undone at `rest` below a `flow.try` was so by one further in, since its own body came to no good end.
    fn undid_itself(&self, plan: &Plan, rest: &str, path: &str) -> bool {
        let mut inner = path.to_owned();
        rest.rsplit_once('.').is_some_and(|(around, _)| {
            around.split('.').any(|part| {
                inner.push_str(&format!(".{part}"));
                let tries = plan
                    .index_of(last_id(&inner))
                    .is_some_and(|node| plan.is_try(node));
                let body = self.steps.get(&format!("{inner}[body]"));
                tries && body.is_none_or(|body| body.status != StepStatus::Succeeded)
            })
        })
    }
}

pub(super) fn is_undo(path: &str) -> bool {
    path.contains(".undo.")
}

/// The id of the node at the end of an address.
pub(super) fn last_id(path: &str) -> &str {
    let end = path.rsplit('.').next().unwrap_or(path);
    end.split('[').next().unwrap_or(end)
}
