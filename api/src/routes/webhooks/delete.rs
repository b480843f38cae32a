//! `DELETE /api/webhooks/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;

/// Removes a webhook: its address is worth nothing any more. Runs that it began go on, and stay.
#[utoipa::path(delete, path = "/api/webhooks/{id}", tag = "webhooks", security(("bearer" = ["webhooks:write"])),
    params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_webhook(app: Scoped, Id(id): Id) -> ApiResult<StatusCode> {
    app.store.delete_webhook(app.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
