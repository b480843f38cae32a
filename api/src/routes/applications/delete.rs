//! `DELETE /api/applications/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;

/// Removes an application and its models; they can be brought back (`…/restore`). What is live of it is stopped first; if that fails, nothing is removed.
///
/// The data of what was deployed stays in Lathe's data folder, below `apps`, or in its Docker volume.
#[utoipa::path(delete, path = "/api/applications/{id}", tag = "applications", security(("bearer" = ["applications:write"])), params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is being deployed at this moment, or runs where this server can't stop it.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_application(app: Scoped, Id(id): Id) -> ApiResult<StatusCode> {
    let _turn = app.designing.lock().await;
    let record = app.store.application(app.scope(), id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    app.live.stop(app.workspace(), &record.name).await?;
    app.store.delete_application(app.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
