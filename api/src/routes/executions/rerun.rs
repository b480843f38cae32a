//! `POST /api/executions/{id}/rerun`

use axum::response::Response;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IdempotencyKey, OptionalBody, Query, Trigger};
use crate::rerun;
use crate::routes::workflows::execute::How;
use crate::schemas::change::RerunBody;
use crate::schemas::execution::Execution;

/// Begins a new execution that goes on from steps of this one, ended or not: what succeeded before them is taken
/// over, and they and all that follows from them run again.
///
/// A step inside a loop is named with its turn: `import[3].fetch`. Without `from` it goes on from what failed. The new
/// execution runs the same version of the workflow or a newer one, with the same inputs or others.
#[utoipa::path(post, path = "/api/executions/{id}/rerun", tag = "executions", security(("bearer" = ["workflows:run"])), params(Id, How, IdempotencyKey),
    request_body = Option<RerunBody>, responses(
    (status = 200, description = "The new execution, which ended while the caller waited.", body = Execution,
        headers(("Location" = String, description = "Where to read it."))),
    (status = 202, description = "The new execution is recorded and goes on.", body = Execution,
        headers(("Location" = String, description = "Where to read it."))),
    (status = 404, description = "There is no execution with this id, or its workflow is gone.", body = ErrorEnvelope),
    (status = 409, description = "The key was used with other inputs.", body = ErrorEnvelope),
    (status = 422, description = "There is no such step, or the inputs do not fit.", body = ErrorEnvelope),
))]
pub(crate) async fn rerun_execution(
    app: Scoped,
    Id(id): Id,
    Query(how): Query<How>,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Trigger(trigger): Trigger,
    OptionalBody(body): OptionalBody<RerunBody>,
) -> ApiResult<Response> {
    app.throttle.execution(&app.caller, app.workspace())?;
    let wait = how.wait.map(|wait| wait.0);
    rerun::rerun(&app, id, body, trigger, idempotency_key, wait).await
}
