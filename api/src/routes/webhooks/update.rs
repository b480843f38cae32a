//! `PUT /api/webhooks/{id}`

use axum::Json;
use axum::response::{IntoResponse, Response};
use store::WebhookChange;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::{Tagged, private};
use crate::schemas::webhook::{Webhook, WebhookBody, WebhookSettings};
use crate::{schedules, webhooks};

/// Changes a webhook, or enables or disables it. Disabled, it answers as if it were not there. Whatever is more
/// than another name, or disabling it, takes `workflows:run` besides.
#[utoipa::path(put, path = "/api/webhooks/{id}", tag = "webhooks", security(("bearer" = ["webhooks:write"])),
    params(Id, IfMatch), request_body = WebhookBody, responses(
    (status = 200, description = "The webhook as it is now.", body = Webhook),
    (status = 403, description = "This takes the permission `webhooks:write`, and `workflows:run` besides for more than another name or disabling it.", body = ErrorEnvelope),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "The settings can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn update_webhook(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<WebhookBody>,
) -> ApiResult<Response> {
    let before = webhooks::find(&app, id).await?;
    let settings = webhooks::settings(&before)?;
    let kept = settings.clone();
    let settings = webhooks::check(WebhookSettings {
        verification: settings.verification,
        methods: body.methods.unwrap_or(settings.methods),
        headers: body.headers.unwrap_or(settings.headers),
        inputs: body.inputs.unwrap_or(settings.inputs),
        reply: body.reply.unwrap_or(settings.reply),
        wait: body.wait.unwrap_or(settings.wait),
    })?;
    let enabled = body.enabled.unwrap_or(before.enabled);
    if settings != kept || enabled && !before.enabled {
        app.begins_runs()?;
    }
    let change = WebhookChange {
        name: body.name.unwrap_or(before.name),
        settings: serde_json::to_value(&settings).map_err(ApiError::internal)?,
        enabled,
    };
    schedules::check_name(&change.name)?;
    // What was read here is what is changed, whether the caller says so or not.
    let revision = revision.or(Some(before.revision));
    let changed = app.store.update_webhook(app.scope(), id, &change, revision);
    let record = changed.await?;
    let revision = record.revision;
    let webhook = webhooks::view(&app, record)?;
    Ok(private(Tagged(revision, Json(webhook)).into_response()))
}
