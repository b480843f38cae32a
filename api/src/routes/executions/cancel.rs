//! `POST /api/executions/{id}/cancel`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::execution::Execution;
use crate::wait;

/// Ends an execution. When this answers, that is recorded, and its running steps are being stopped.
///
/// An execution with `finally` or `undo` to run is `cleaning_up` then, and ends after that; cancelled a second time, it
/// ends at once.
#[utoipa::path(post, path = "/api/executions/{id}/cancel", tag = "executions", security(("bearer" = ["executions:control"])), params(Id), responses(
    (status = 200, description = "The execution, cancelled or cleaning up.", body = Execution),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It had ended already.", body = ErrorEnvelope),
))]
pub(crate) async fn cancel_execution(app: Scoped, Id(id): Id) -> ApiResult<Json<Execution>> {
    wait::read(&app, id).await?;
    app.launcher.cancel(id, "cancelled through the API").await?;
    Ok(Json(wait::read(&app, id).await?.into()))
}
