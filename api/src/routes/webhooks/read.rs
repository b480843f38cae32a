//! `GET /api/webhooks/{id}`

use axum::Json;
use axum::response::{IntoResponse, Response};

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::{Tagged, private};
use crate::schemas::webhook::Webhook;
use crate::webhooks;

/// A webhook, with its address and without its secret.
#[utoipa::path(get, path = "/api/webhooks/{id}", tag = "webhooks", security(("bearer" = ["webhooks:read"])),
    params(Id), responses(
    (status = 200, description = "The webhook.", body = Webhook),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_webhook(app: Scoped, Id(id): Id) -> ApiResult<Response> {
    let record = webhooks::find(&app, id).await?;
    let revision = record.revision;
    let webhook = webhooks::view(&app, record)?;
    Ok(private(Tagged(revision, Json(webhook)).into_response()))
}
