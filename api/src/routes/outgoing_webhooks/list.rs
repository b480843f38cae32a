//! `GET /api/outgoing-webhooks`

use axum::Json;
use axum::response::{IntoResponse, Response};

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Paged, Query};
use crate::outgoing;
use crate::replies::private;
use crate::schemas::outgoing_webhook::OutgoingWebhook;
use crate::schemas::page::Page;

/// Webhooks out by name.
#[utoipa::path(get, path = "/api/outgoing-webhooks", tag = "outgoing webhooks",
    security(("bearer" = ["outgoing_webhooks:read"])), params(Paged), responses(
    (status = 200, description = "A page of webhooks out.", body = Page<OutgoingWebhook>),
))]
pub(crate) async fn list_outgoing_webhooks(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Response> {
    let paging = paged.into();
    let page = app.store.list_outgoing_webhooks(app.scope(), &paging);
    let page = Page::of(page.await?, outgoing::view);
    Ok(private(Json(page).into_response()))
}
