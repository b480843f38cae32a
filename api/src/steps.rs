//! Where each step of an execution stands, from three sources: the document says which steps there are and in
//! which order, the frontier what each is doing, and the records what came of the attempts that ended.

use engine::document::Document;
use engine::execution::{FrontierStep, StepStatus, UNREACHED, frontier_steps};
use engine::plan::nodes_in_order;
use indexmap::IndexMap;
use serde_json::Value;
use store::StoredStep;

use crate::error::{ApiError, ApiResult};
use crate::schemas::step::{Attempt, Step, StepWait};
use crate::schemas::time::duration_ms;

/// Steps of turns and parts that have ended and are shown at most; the newest of more.
const MOST_ENDED: usize = 1_000;

pub(crate) fn steps(
    document: &Value,
    frontier: &str,
    records: Vec<StoredStep>,
) -> ApiResult<Vec<Step>> {
    let document: Document =
        serde_json::from_value(document.clone()).map_err(ApiError::internal)?;
    let nodes = nodes_in_order(&document);
    let ids: Vec<&str> = nodes.iter().map(|node| node.id.as_str()).collect();
    let frontier = frontier_steps(frontier, &ids).map_err(ApiError::internal)?;
    let mut by_path: IndexMap<String, Vec<StoredStep>> = IndexMap::new();
    for record in records {
        by_path.entry(record.path.clone()).or_default().push(record);
    }
    let mut steps = Vec::with_capacity(frontier.len());
    for place in frontier {
        let Some(node) = nodes.get(place.node as usize) else {
            continue;
        };
        let path = place.path.clone();
        let records = by_path.shift_remove(&path).unwrap_or_default();
        let mut shown = step(path, node.id.clone(), node.kind.clone(), place, records);
        // What a block was opened with has a record of its own, and so has the result of each turn.
        if let Some(opening) = by_path
            .get(&format!("{}[]", shown.path))
            .and_then(|all| all.last())
        {
            shown.input = shown.input.or_else(|| opening.input.clone());
        }
        steps.push(shown);
    }
    let mut ended: Vec<Step> = by_path
        .into_iter()
        .filter(|(path, _)| !path.ends_with(']'))
        .rev()
        .take(MOST_ENDED)
        .filter_map(|(path, records)| Some(ended_step(path, records.last()?.clone(), records)))
        .collect();
    ended.reverse();
    steps.extend(ended);
    Ok(steps)
}

/// A step of a turn or part that has ended: its records are all that is left of it.
fn ended_step(path: String, last: StoredStep, records: Vec<StoredStep>) -> Step {
    let place = FrontierStep {
        node: 0,
        path: path.clone(),
        status: last.status,
        attempt: last.attempt,
        runner: None,
        started_at: None,
        until: None,
        child: None,
        input: None,
        wait: None,
        error: None,
    };
    step(path, last.node, last.kind, place, records)
}

fn step(
    path: String,
    id: String,
    kind: String,
    place: FrontierStep,
    mut records: Vec<StoredStep>,
) -> Step {
    records.sort_by_key(|record| record.attempt);
    // The records were read after the frontier: what ended in between is left out, so that all that
    // is shown belongs to one moment.
    let ended = place.status.is_terminal();
    records.retain(|record| {
        record.attempt < place.attempt || (ended && record.attempt == place.attempt)
    });
    let last = records.pop_if(|record| record.attempt == place.attempt);
    let attempts = records.into_iter().map(Attempt::from).collect();
    let blank = Step {
        path,
        node: id,
        kind,
        status: place.status.into(),
        attempt: place.attempt,
        input: place.input.as_deref().cloned(),
        output: None,
        error: place.error.map(Into::into),
        reason: (place.status == StepStatus::Skipped).then(|| UNREACHED.to_owned()),
        started_at: place.started_at.map(Into::into),
        finished_at: None,
        duration_ms: None,
        runner: place.runner,
        until: place.until.map(Into::into),
        child: place.child,
        wait: place.wait.map(|(id, request)| StepWait {
            id,
            request: request.into(),
        }),
        attempts,
    };
    let Some(record) = last else { return blank };
    // A step that its `when` skipped has times, but it did not run.
    let ran = record.status != StepStatus::Skipped;
    Step {
        input: record.input,
        output: record.output,
        error: record.error.map(Into::into),
        reason: record.reason.or_else(|| computed(record.status)),
        started_at: ran.then_some(record.started_at.into()),
        finished_at: ran.then_some(record.finished_at.into()),
        duration_ms: if ran {
            duration_ms(Some(record.started_at), Some(record.finished_at))
        } else {
            None
        },
        runner: record.runner,
        ..blank
    }
}

/// What a run computes in memory is computed anew each time; its records do not repeat that.
fn computed(status: StepStatus) -> Option<String> {
    (status == StepStatus::Succeeded)
        .then(|| "ran: it only computes, so it runs in every run".to_owned())
}

impl From<StoredStep> for Attempt {
    fn from(record: StoredStep) -> Self {
        Self {
            attempt: record.attempt,
            status: record.status.into(),
            error: record.error.map(Into::into),
            started_at: record.started_at.into(),
            finished_at: record.finished_at.into(),
            duration_ms: duration_ms(Some(record.started_at), Some(record.finished_at))
                .unwrap_or_default(),
        }
    }
}
