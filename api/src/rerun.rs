//! Begins an execution that goes on from steps of an earlier one.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use engine::execution::{Earlier, EarlierStep, Failures};
use engine::ports::definitions::VersionChoice;
use engine::ports::launcher::Again;
use serde_json::Value;
use store::StoredStep;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::launch::{Order, launch};
use crate::schemas::change::{RerunBody, RerunVersion, Which};
use crate::schemas::workflow::ExecuteRequest;
use crate::wait;

pub(crate) async fn rerun(
    app: &Scoped,
    id: Uuid,
    body: RerunBody,
    trigger: &'static str,
    idempotency_key: Option<String>,
    wait: Option<Duration>,
) -> ApiResult<Response> {
    let before = wait::read(app, id).await?;
    let (workflow, same) = (before.summary.workflow_id, before.summary.workflow_version);
    let definition = match body.version.unwrap_or(RerunVersion::Which(Which::Same)) {
        RerunVersion::Which(Which::Same) => {
            app.definitions
                .numbered(app.scope(), workflow, same)
                .await?
        }
        RerunVersion::Number(number) => {
            app.definitions
                .numbered(app.scope(), workflow, number)
                .await?
        }
        RerunVersion::Which(Which::Newest) => {
            let newest = Some(VersionChoice::NEWEST);
            app.definitions
                .chosen(app.scope(), workflow, newest)
                .await?
        }
        RerunVersion::Which(Which::Published) => {
            let published = Some(VersionChoice::PUBLISHED);
            app.definitions
                .chosen(app.scope(), workflow, published)
                .await?
        }
    };
    let steps = app.store.whole_execution_steps(app.scope(), id).await?;
    let inputs = match body.inputs {
        Some(inputs) => inputs,
        None => match app.store.execution_inputs(app.scope(), id).await? {
            Some(Value::Object(inputs)) => inputs,
            _ => serde_json::Map::new(),
        },
    };
    let options = ExecuteRequest::options(body.pins, body.only);
    let again = Again {
        earlier: Arc::new(Earlier {
            execution: id,
            failures: Failures::RunAgain,
            steps: steps.into_iter().map(earlier).collect(),
        }),
        from: body.from,
    };
    let order = Order {
        definition,
        inputs,
        trigger,
        idempotency_key,
        options,
        again: Some(again),
        wait,
    };
    launch(app, order).await
}

/// Records come in the order of their attempts, so that the last one stays.
pub(crate) fn earlier(step: StoredStep) -> (String, EarlierStep) {
    let earlier = EarlierStep {
        attempt: step.attempt,
        kind: step.kind,
        status: step.status,
        input: step.input,
        output: step.output,
        error: step.error,
        port: step.port,
        started_at: step.started_at,
        finished_at: step.finished_at,
    };
    (step.path, earlier)
}
