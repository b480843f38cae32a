//! `GET /api/webhooks/{id}/deliveries`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::webhook::WebhookDelivery;
use crate::webhooks;

/// What was sent to a webhook and taken, newest first, with the runs that it began. The last ten thousand are remembered.
#[utoipa::path(get, path = "/api/webhooks/{id}/deliveries", tag = "webhooks", security(("bearer" = ["webhooks:read"])),
    params(Id, Paged), responses(
    (status = 200, description = "A page of deliveries.", body = Page<WebhookDelivery>),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_deliveries(
    app: Scoped,
    Id(id): Id,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<WebhookDelivery>>> {
    webhooks::find(&app, id).await?;
    let paging = paged.into();
    let page = app.store.list_deliveries(app.scope(), id, &paging).await?;
    let sees_runs = app.besides("executions:read").is_ok();
    Ok(Json(Page::of(page, |delivery| {
        let delivery = WebhookDelivery::from(delivery);
        WebhookDelivery {
            status: delivery.status.filter(|_| sees_runs),
            ..delivery
        }
    })))
}
