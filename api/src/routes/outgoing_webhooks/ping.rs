//! `POST /api/outgoing-webhooks/{id}/test`

use axum::Json;
use serde_json::json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::limits::Limit;
use crate::outgoing;
use crate::schemas::outgoing_webhook::OutgoingDelivery;

/// Sends a `ping` now, as everything else is sent, and says what came of it. It is not tried again.
#[utoipa::path(post, path = "/api/outgoing-webhooks/{id}/test", tag = "outgoing webhooks",
    security(("bearer" = ["outgoing_webhooks:write"])), params(Id), responses(
    (status = 200, description = "What came of it: `delivered`, or `failed` with the reason.", body = OutgoingDelivery),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is disabled.", body = ErrorEnvelope),
    (status = 429, description = "Too many were sent by hand in this workspace.", body = ErrorEnvelope),
))]
pub(crate) async fn test_outgoing_webhook(
    app: Scoped,
    Id(id): Id,
) -> ApiResult<Json<OutgoingDelivery>> {
    let record = outgoing::find_enabled(&app, id).await?;
    let workspace = record.workspace_id.to_string();
    app.limits.take(Limit::Deliver, &workspace).await?;
    let data = json!({"subject": record.id, "name": record.name});
    let ping = (outgoing::PING, &data);
    let begun = app
        .store
        .begin_outgoing(app.scope(), id, ping, outgoing::LEASE)
        .await?;
    outgoing::deliver(&app, &begun).await?;
    let ended = app.store.outgoing_delivery(app.scope(), id, begun.id);
    let ended = ended.await?;
    let ended = ended.ok_or_else(|| ApiError::not_found("outgoing webhook"))?;
    Ok(Json(ended.into()))
}
