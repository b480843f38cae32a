//! `POST /api/workflows/{id}/execute`

use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IdempotencyKey, OptionalBody, Query, Trigger, Wait};
use crate::launch::{Order, launch};
use crate::schemas::execution::Execution;
use crate::schemas::workflow::ExecuteRequest;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// Wait for the end this long at most, up to 60s: `30s`, `500ms`, or a number of seconds.
    #[param(value_type = Option<String>, pattern = r"^([0-9]+(\.[0-9]+)?\s*(ms|s|m|h|d)|[0-9]+)$", example = "30s")]
    pub(crate) wait: Option<Wait>,
}

/// Runs a workflow: its published version, the newest one if none was published, or the one that is asked for.
///
/// When this answers, the execution is recorded and will run to its end, whatever happens to this server.
#[utoipa::path(post, path = "/api/workflows/{id}/execute", tag = "workflows", security(("bearer" = ["workflows:run"])), request_body = Option<ExecuteRequest>,
    params(Id, How,
        IdempotencyKey),
    responses(
        (status = 200, description = "It ended while the caller waited.", body = Execution,
            headers(("Location" = String, description = "Where to read it."))),
        (status = 202, description = "It is recorded and goes on.", body = Execution,
            headers(("Location" = String, description = "Where to read it."))),
        (status = 404, description = "There is no workflow with this id, or no such version.", body = ErrorEnvelope),
        (status = 409, description = "The key was used with other inputs.", body = ErrorEnvelope),
        (status = 422, description = "The inputs do not fit.", body = ErrorEnvelope),
    ))]
pub(crate) async fn execute_workflow(
    app: Scoped,
    Id(id): Id,
    Query(how): Query<How>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Trigger(trigger): Trigger,
    OptionalBody(body): OptionalBody<ExecuteRequest>,
) -> ApiResult<Response> {
    app.throttle.execution(&app.caller, app.workspace())?;
    let choice = body.version.map(Into::into);
    let definition = app.definitions.chosen(app.scope(), id, choice).await?;
    let wait = how.wait.map(|wait| wait.0);
    launch(
        &app,
        Order {
            definition,
            inputs: body.inputs,
            trigger,
            idempotency_key,
            options: ExecuteRequest::options(body.pins, body.only),
            again: None,
            wait,
        },
    )
    .await
}
