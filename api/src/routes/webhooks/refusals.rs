//! `GET /api/webhooks/{id}/refusals`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::webhook::WebhookRefusal;
use crate::webhooks;

/// What was sent to a webhook and refused, newest first: without a good signature, by a method it does not take, too often, or while it
/// was switched off. Nothing of what was sent is kept. The last hundred are remembered; of a flood, some are noted.
#[utoipa::path(get, path = "/api/webhooks/{id}/refusals", tag = "webhooks", security(("bearer" = ["webhooks:read"])),
    params(Id, Paged), responses(
    (status = 200, description = "A page of refusals.", body = Page<WebhookRefusal>),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_refusals(
    app: Scoped,
    Id(id): Id,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<WebhookRefusal>>> {
    webhooks::find(&app, id).await?;
    let paging = paged.into();
    let page = app.store.list_refusals(app.scope(), id, &paging).await?;
    Ok(Json(Page::of(page, WebhookRefusal::from)))
}
