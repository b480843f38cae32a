//! `GET /api/outgoing-webhooks/{id}`

use axum::Json;
use axum::response::{IntoResponse, Response};

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::outgoing;
use crate::replies::{Tagged, private};
use crate::schemas::outgoing_webhook::OutgoingWebhook;

/// A webhook out, without its secret and without what its headers hold.
#[utoipa::path(get, path = "/api/outgoing-webhooks/{id}", tag = "outgoing webhooks",
    security(("bearer" = ["outgoing_webhooks:read"])), params(Id), responses(
    (status = 200, description = "The webhook.", body = OutgoingWebhook),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_outgoing_webhook(app: Scoped, Id(id): Id) -> ApiResult<Response> {
    let record = outgoing::find(&app, id).await?;
    let revision = record.revision;
    let webhook = outgoing::view(record);
    Ok(private(Tagged(revision, Json(webhook)).into_response()))
}
