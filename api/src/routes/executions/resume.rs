//! `POST /api/executions/{id}/resume`

use axum::Json;
use engine::ports::launcher::Change;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::schemas::change::ReasonBody;
use crate::schemas::execution::Execution;
use crate::wait;

/// Lets a paused execution go on. Steps that are held are tried again, with all their attempts.
#[utoipa::path(post, path = "/api/executions/{id}/resume", tag = "executions", security(("bearer" = ["executions:control"])), params(Id),
    request_body = Option<ReasonBody>, responses(
    (status = 200, description = "The execution, which goes on.", body = Execution),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is not paused.", body = ErrorEnvelope),
))]
pub(crate) async fn resume_execution(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<ReasonBody>,
) -> ApiResult<Json<Execution>> {
    let reason = body
        .reason
        .unwrap_or_else(|| "resumed through the API".to_owned());
    wait::read(&app, id).await?;
    app.launcher.change(id, Change::Resume { reason }).await?;
    Ok(Json(wait::read(&app, id).await?.into()))
}
