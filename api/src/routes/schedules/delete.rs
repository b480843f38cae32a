//! `DELETE /api/schedules/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;

/// Removes a schedule and its ticks. Runs that it began go on, and stay.
#[utoipa::path(delete, path = "/api/schedules/{id}", tag = "schedules", security(("bearer" = ["schedules:write"])),
    params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_schedule(app: Scoped, Id(id): Id) -> ApiResult<StatusCode> {
    app.store.delete_schedule(app.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
