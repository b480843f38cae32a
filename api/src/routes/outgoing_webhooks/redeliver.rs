//! `POST /api/outgoing-webhooks/{id}/deliveries/{delivery}/redeliver`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::DeliveryId;
use crate::limits::Limit;
use crate::outgoing;
use crate::schemas::outgoing_webhook::OutgoingDelivery;

/// Has something delivered once more, with the same `webhook-id`: at once, and then as often as the first time. What is on its
/// way stays as it is.
#[utoipa::path(post, path = "/api/outgoing-webhooks/{id}/deliveries/{delivery}/redeliver", tag = "outgoing webhooks",
    security(("bearer" = ["outgoing_webhooks:write"])), params(DeliveryId), responses(
    (status = 200, description = "The delivery, which is to be sent.", body = OutgoingDelivery),
    (status = 404, description = "There is no such webhook, or no such delivery of it.", body = ErrorEnvelope),
    (status = 409, description = "The webhook is disabled.", body = ErrorEnvelope),
    (status = 429, description = "Too many were sent by hand in this workspace.", body = ErrorEnvelope),
))]
pub(crate) async fn redeliver_outgoing(
    app: Scoped,
    DeliveryId { id, delivery }: DeliveryId,
) -> ApiResult<Json<OutgoingDelivery>> {
    let record = outgoing::find_enabled(&app, id).await?;
    let workspace = record.workspace_id.to_string();
    app.limits.take(Limit::Deliver, &workspace).await?;
    let again = app.store.redeliver_outgoing(app.scope(), id, delivery);
    let again = again.await?;
    app.deliveries_due.notify_one();
    Ok(Json(again.into()))
}
