//! `GET /api/outgoing-webhooks/{id}/deliveries`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, Paged, Query};
use crate::outgoing;
use crate::schemas::outgoing_webhook::OutgoingDelivery;
use crate::schemas::page::Page;

/// What another system was told or is yet to be told, newest first. Deliveries are remembered for seven days, a thousand of a
/// webhook.
#[utoipa::path(get, path = "/api/outgoing-webhooks/{id}/deliveries", tag = "outgoing webhooks",
    security(("bearer" = ["outgoing_webhooks:read"])), params(Id, Paged), responses(
    (status = 200, description = "A page of deliveries.", body = Page<OutgoingDelivery>),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_outgoing_deliveries(
    app: Scoped,
    Id(id): Id,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<OutgoingDelivery>>> {
    outgoing::find(&app, id).await?;
    let paging = paged.into();
    let page = app
        .store
        .list_outgoing_deliveries(app.scope(), id, &paging)
        .await?;
    Ok(Json(Page::of(page, OutgoingDelivery::from)))
}
