//! `POST /api/executions/{id}/pause`

use axum::Json;
use engine::ports::launcher::Change;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::schemas::change::ReasonBody;
use crate::schemas::execution::Execution;
use crate::wait;

/// Lets nothing new begin until the execution is resumed. What runs comes to its end, and the time-out of the run
/// does not go on.
#[utoipa::path(post, path = "/api/executions/{id}/pause", tag = "executions", security(("bearer" = ["executions:control"])), params(Id),
    request_body = Option<ReasonBody>, responses(
    (status = 200, description = "The paused execution.", body = Execution),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is paused already, cleans up, or has ended.", body = ErrorEnvelope),
))]
pub(crate) async fn pause_execution(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<ReasonBody>,
) -> ApiResult<Json<Execution>> {
    let reason = body
        .reason
        .unwrap_or_else(|| "paused through the API".to_owned());
    wait::read(&app, id).await?;
    app.launcher.change(id, Change::Pause { reason }).await?;
    Ok(Json(wait::read(&app, id).await?.into()))
}
