//! `POST /api/outgoing-webhooks`

use axum::Json;
use axum::response::Response;
use store::NewOutgoingWebhook;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope, Faults};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::outgoing;
use crate::replies::{created, private};
use crate::schedules;
use crate::schemas::outgoing_webhook::{NewOutgoingWebhookBody, OutgoingWebhookWithSecret};

/// Tells another system of what happens from now on, signed as [Standard Webhooks](https://www.standardwebhooks.com) says. The
/// secret is shown this once.
#[utoipa::path(post, path = "/api/outgoing-webhooks", tag = "outgoing webhooks",
    security(("bearer" = ["outgoing_webhooks:write"])),
    params(IdempotencyKey), request_body = NewOutgoingWebhookBody, responses(
    (status = 201, description = "The new webhook, with its secret.", body = OutgoingWebhookWithSecret),
    (status = 409, description = "The name is taken, the workspace has twenty already, or the key was used with another body.", body = ErrorEnvelope),
    (status = 422, description = "The address, a header or the secret can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn create_outgoing_webhook(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<NewOutgoingWebhookBody>,
) -> ApiResult<Response> {
    let mut faults = Faults::default();
    faults.note(schedules::check_name(&body.name))?;
    faults.note(outgoing::check_url(&app, &body.url))?;
    let headers = faults.note(outgoing::check_headers(body.headers))?;
    let secret = outgoing::secret_for(body.secret)?;
    faults.end("the webhook can't be made")?;
    let new = NewOutgoingWebhook {
        name: body.name,
        url: body.url,
        events: outgoing::kinds(body.events),
        headers: headers.unwrap_or_default(),
        secret: secret.clone(),
        enabled: body.enabled,
    };
    let made = app
        .store
        .create_outgoing_webhook(app.scope(), new, key.as_ref().map(Keyed::once));
    let made = made.await?;
    let location = format!("/api/outgoing-webhooks/{}", made.value.id);
    let shown = OutgoingWebhookWithSecret {
        webhook: outgoing::view(made.value),
        secret: (!made.existing).then(|| secret.to_string()),
    };
    Ok(private(created(&location, made.existing, Json(shown))))
}
