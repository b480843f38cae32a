//! Begins an execution and builds the reply, without reading back what is known already.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::blob;
use engine::execution::RunOptions;
use engine::ports::definitions::Definition;
use engine::ports::executions::ExecutionResult;
use engine::ports::launcher::{Again, Launch, Launched, Recorded};
use serde_json::{Map, Value};
use store::ExecutionRecord;
use tokio::time::Instant;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult};
use crate::schemas::execution::{Execution, ExecutionSummary, PersonRef};
use crate::schemas::time::duration_ms;
use crate::wait;

pub(crate) struct Order {
    pub(crate) definition: Arc<Definition>,
    pub(crate) inputs: Map<String, Value>,
    pub(crate) trigger: &'static str,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) options: RunOptions,
    /// The earlier execution that this one goes on from.
    pub(crate) again: Option<Again>,
    pub(crate) wait: Option<Duration>,
}

/// 200 with the finished execution, or 202 when it goes on.
pub(crate) async fn launch(app: &Scoped, order: Order) -> ApiResult<Response> {
    let wait = order.wait.filter(|wait| !wait.is_zero());
    let given = order
        .idempotency_key
        .is_some()
        .then(|| order.inputs.clone());
    let rerun_of = order.again.as_ref().map(|again| again.earlier.execution);
    let (definition, trigger) = (Arc::clone(&order.definition), order.trigger);
    let launched = app
        .launcher
        .launch(Launch {
            id: Uuid::now_v7(),
            definition: Arc::clone(&order.definition),
            inputs: Value::Object(order.inputs),
            trigger: order.trigger.to_owned(),
            started_by: app.caller.person_id(),
            idempotency_key: order.idempotency_key,
            options: order.options,
            again: order.again,
            wait: wait.is_some(),
        })
        .await?;
    if launched.existing {
        return replay(
            app,
            &order.definition,
            &given.unwrap_or_default(),
            launched.id,
            wait,
        )
        .await;
    }
    answer(app, &definition, trigger, launched, rerun_of, wait).await
}

/// The reply to whoever began an execution.
pub(crate) async fn answer(
    app: &Scoped,
    definition: &Definition,
    trigger: &str,
    launched: Launched,
    rerun_of: Option<Uuid>,
    wait: Option<Duration>,
) -> ApiResult<Response> {
    metrics::counter!("lathe_executions_accepted_total").increment(1);
    let deadline = wait.map(|wait| Instant::now() + wait);
    let (mut recorded, mut finished) = (launched.recorded, launched.finished);
    if let (Some(deadline), Some(end)) = (deadline, launched.end)
        && let Some((last, result)) = wait::told(app, end, deadline).await
    {
        (recorded, finished) = (Some(last), Some(result));
    }
    let execution = match recorded {
        // Shown as it is recorded: with references in place of large values.
        Some(recorded) if !is_large(&recorded, finished.as_ref()) => {
            let mut execution = fresh(definition, launched.id, recorded, finished);
            execution.summary.trigger = trigger.to_owned();
            execution.summary.started_by = starter(app);
            execution.summary.rerun_of = rerun_of;
            execution
        }
        _ => wait::read(app, launched.id).await?.into(),
    };
    let execution = match deadline {
        Some(deadline) if !execution.summary.status.is_terminal() => {
            wait::for_end(app, launched.id, deadline).await?
        }
        _ => execution,
    };
    Ok(reply(execution))
}

fn is_large(recorded: &Recorded, finished: Option<&ExecutionResult>) -> bool {
    let output = finished.and_then(|result| result.output.as_ref());
    blob::is_large(&recorded.inputs) || output.is_some_and(blob::is_large)
}

/// The same key again: the first execution, if it was asked for the same.
async fn replay(
    app: &Scoped,
    definition: &Definition,
    given: &Map<String, Value>,
    id: Uuid,
    wait: Option<Duration>,
) -> ApiResult<Response> {
    let first = wait::read(app, id).await?;
    let inputs = app.store.execution_inputs(app.scope(), id).await?;
    let version = first.summary.workflow_version;
    if !same_inputs(definition, given, inputs.as_ref(), version) {
        let message = format!(
            "this `Idempotency-Key` was used for execution {id}, with other inputs; take a new key"
        );
        return Err(ApiError::conflict(message));
    }
    replayed(app, first, wait).await
}

/// The reply to whoever began an execution before, and asks again: that execution, or the one that it moved to.
pub(crate) async fn replayed(
    app: &Scoped,
    first: ExecutionRecord,
    wait: Option<Duration>,
) -> ApiResult<Response> {
    let last = wait::follow(app, first).await?;
    let execution = match wait {
        Some(wait) if !last.summary.status.is_terminal() => {
            wait::for_end(app, last.summary.id, Instant::now() + wait).await?
        }
        _ => last.into(),
    };
    let mut response = reply(execution);
    response.headers_mut().insert(
        HeaderName::from_static("idempotency-replayed"),
        HeaderValue::from_static("true"),
    );
    Ok(response)
}

/// The first execution's inputs hold the defaults too; those of another version of the workflow are not known
/// here, so that only what was given is compared then.
fn same_inputs(
    definition: &Definition,
    given: &Map<String, Value>,
    first: Option<&Value>,
    version: u32,
) -> bool {
    let empty = Map::new();
    let recorded = first.and_then(Value::as_object).unwrap_or(&empty);
    let same_version = definition.version == version;
    let default = |name: &str| definition.document.get("inputs")?.get(name)?.get("default");
    let kept = given
        .iter()
        .all(|(name, value)| recorded.get(name) == Some(value));
    kept && recorded.iter().all(|(name, value)| {
        given.contains_key(name) || !same_version || default(name) == Some(value)
    })
}

/// The person who asks for an execution, if it is one.
pub(crate) fn starter(app: &Scoped) -> Option<PersonRef> {
    let person = app.caller.person.as_ref()?;
    Some(PersonRef {
        id: person.id,
        name: Some(person.name.clone()),
    })
}

fn fresh(
    definition: &Definition,
    id: Uuid,
    recorded: Recorded,
    finished: Option<ExecutionResult>,
) -> Execution {
    let (output, error) = finished.map_or((None, None), |result| (result.output, result.error));
    let summary = ExecutionSummary {
        id,
        workflow_id: Some(definition.workflow_id),
        workflow_name: definition.name.clone(),
        workflow_version: definition.version,
        status: recorded.status.into(),
        error: error.map(Into::into),
        trigger: String::new(),
        trigger_id: None,
        started_by: None,
        parent: None,
        rerun_of: None,
        created_at: recorded.created_at.into(),
        started_at: recorded.started_at.map(Into::into),
        finished_at: recorded.finished_at.map(Into::into),
        duration_ms: duration_ms(recorded.started_at, recorded.finished_at),
        seq: recorded.seq,
    };
    Execution {
        summary,
        inputs: recorded.inputs,
        output,
    }
}

fn reply(execution: Execution) -> Response {
    let ended = execution.summary.status.is_terminal();
    let status = if ended {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    let location = format!("/api/executions/{}", execution.summary.id);
    (status, [(header::LOCATION, location)], Json(execution)).into_response()
}
