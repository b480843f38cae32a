//! `POST /api/executions/{id}/decide`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id};
use crate::schemas::change::DecideBody;
use crate::schemas::execution::Execution;
use crate::wait;

/// Says how a step of a paused execution goes on: it is tried again, skipped, or given its output.
#[utoipa::path(post, path = "/api/executions/{id}/decide", tag = "executions", security(("bearer" = ["executions:control"])), params(Id),
    request_body = DecideBody, responses(
    (status = 200, description = "The execution, still paused.", body = Execution),
    (status = 404, description = "There is no such execution, or no such step that has begun and not ended.", body = ErrorEnvelope),
    (status = 409, description = "The execution is not paused, or the step runs or has ended.", body = ErrorEnvelope),
))]
pub(crate) async fn decide_step(
    app: Scoped,
    Id(id): Id,
    Body(body): Body<DecideBody>,
) -> ApiResult<Json<Execution>> {
    wait::read(&app, id).await?;
    app.launcher.change(id, body.into_change()?).await?;
    Ok(Json(wait::read(&app, id).await?.into()))
}
