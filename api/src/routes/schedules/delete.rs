//! `DELETE /api/schedules/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};

/// Removes a schedule and its ticks. Runs that it began go on, and stay.
#[utoipa::path(delete, path = "/api/schedules/{id}", tag = "schedules", security(("bearer" = ["schedules:write"])),
    params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_schedule(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    let (store, scope) = (&app.store, app.scope());
    store.delete_schedule(scope, id, revision).await?;
    Ok(StatusCode::NO_CONTENT)
}
