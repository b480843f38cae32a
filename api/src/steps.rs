//! Where each step of an execution stands, from three sources: the document says which steps there are and in
//! which order, the frontier what each is doing, and the records what came of the attempts that ended.

use std::collections::HashMap;

use engine::execution::{FrontierStep, StepStatus, UNREACHED, frontier_steps};
use serde_json::Value;
use store::StoredStep;

use crate::error::{ApiError, ApiResult};
use crate::schemas::step::{Attempt, Step};
use crate::schemas::time::duration_ms;

pub(crate) fn steps(
    document: &Value,
    frontier: &str,
    records: Vec<StoredStep>,
) -> ApiResult<Vec<Step>> {
    let frontier = frontier_steps(frontier).map_err(ApiError::internal)?;
    let mut by_path: HashMap<String, Vec<StoredStep>> = HashMap::new();
    for record in records {
        by_path.entry(record.path.clone()).or_default().push(record);
    }
    let nodes = document
        .get("nodes")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let text = |node: &Value, field: &str| {
        node.get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let steps = nodes.iter().zip(frontier).map(|(node, place)| {
        let (id, kind) = (text(node, "id"), text(node, "kind"));
        let records = by_path.remove(&id).unwrap_or_default();
        step(id, kind, place, records)
    });
    Ok(steps.collect())
}

fn step(id: String, kind: String, place: FrontierStep, mut records: Vec<StoredStep>) -> Step {
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
        path: id.clone(),
        node: id,
        kind,
        status: place.status.into(),
        attempt: place.attempt,
        input: place.input.as_deref().cloned(),
        output: None,
        error: None,
        reason: (place.status == StepStatus::Skipped).then(|| UNREACHED.to_owned()),
        started_at: place.started_at.map(Into::into),
        finished_at: None,
        duration_ms: None,
        runner: place.runner,
        until: place.until.map(Into::into),
        child: place.child,
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
