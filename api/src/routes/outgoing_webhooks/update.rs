//! `PUT /api/outgoing-webhooks/{id}`

use axum::Json;
use axum::response::{IntoResponse, Response};
use store::OutgoingWebhookChange;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope, Faults};
use crate::extract::{Body, Id, IfMatch};
use crate::outgoing;
use crate::replies::{Tagged, private};
use crate::schedules;
use crate::schemas::outgoing_webhook::{OutgoingWebhook, OutgoingWebhookBody};

/// Changes a webhook out, or enables or disables it. Disabled, it is sent nothing: what it was yet to be told is given up.
/// Enabled, it has five days again in which something has to arrive.
#[utoipa::path(put, path = "/api/outgoing-webhooks/{id}", tag = "outgoing webhooks",
    security(("bearer" = ["outgoing_webhooks:write"])),
    params(Id, IfMatch), request_body = OutgoingWebhookBody, responses(
    (status = 200, description = "The webhook as it is now.", body = OutgoingWebhook),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "The address or a header can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn update_outgoing_webhook(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<OutgoingWebhookBody>,
) -> ApiResult<Response> {
    let before = outgoing::find(&app, id).await?;
    let mut faults = Faults::default();
    if let Some(name) = &body.name {
        faults.note(schedules::check_name(name))?;
    }
    if let Some(url) = &body.url {
        faults.note(outgoing::check_url(&app, url))?;
    }
    let headers = body.headers.map(outgoing::check_headers);
    let headers = headers.map(|checked| faults.note(checked)).transpose()?;
    faults.end("the webhook can't be changed")?;
    let change = OutgoingWebhookChange {
        name: body.name.unwrap_or(before.name),
        url: body.url.unwrap_or(before.url),
        events: body.events.map_or(before.events, outgoing::kinds),
        headers: headers.flatten(),
        enabled: body.enabled.unwrap_or(before.enabled),
    };
    // What was read here is what is changed, whether the caller says so or not.
    let revision = revision.or(Some(before.revision));
    let changed = app
        .store
        .update_outgoing_webhook(app.scope(), id, &change, revision);
    let record = changed.await?;
    let revision = record.revision;
    let webhook = outgoing::view(record);
    Ok(private(Tagged(revision, Json(webhook)).into_response()))
}
