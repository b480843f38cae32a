//! `DELETE /api/outgoing-webhooks/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};

/// Removes a webhook out, and what is known of its deliveries. What it was yet to be told, it is told no more.
#[utoipa::path(delete, path = "/api/outgoing-webhooks/{id}", tag = "outgoing webhooks",
    security(("bearer" = ["outgoing_webhooks:write"])), params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_outgoing_webhook(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    let (store, scope) = (&app.store, app.scope());
    store.delete_outgoing_webhook(scope, id, revision).await?;
    Ok(StatusCode::NO_CONTENT)
}
