//! `POST /api/webhooks`

use axum::Json;
use axum::response::Response;
use store::NewWebhook;
use zeroize::Zeroizing;

use crate::access::Scoped;
use crate::accounts::secret;
use crate::error::{ApiError, ApiResult, ErrorEnvelope, Faults};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::replies::{created, private};
use crate::schemas::webhook::{NewWebhookBody, WebhookWithSecret};
use crate::{schedules, webhooks};

/// Makes an address at which other programs begin a workflow. The secret is shown this once. This takes
/// `workflows:run` besides.
#[utoipa::path(post, path = "/api/webhooks", tag = "webhooks", security(("bearer" = ["webhooks:write"])),
    params(IdempotencyKey), request_body = NewWebhookBody, responses(
    (status = 201, description = "The new webhook, with its secret.", body = WebhookWithSecret),
    (status = 403, description = "This takes the permission `webhooks:write`, and `workflows:run` besides.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken, or the key was used with another body.", body = ErrorEnvelope),
    (status = 422, description = "The workflow is unknown, or the settings can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn create_webhook(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<NewWebhookBody>,
) -> ApiResult<Response> {
    app.begins_runs()?;
    let mut faults = Faults::default();
    faults.note(schedules::check_name(&body.name))?;
    let definition = app.definitions.usual(app.scope(), body.workflow_id).await?;
    if definition.is_none() {
        faults.add("/workflow_id", "there is no such workflow");
    }
    let settings = faults.note(webhooks::check(body.settings()))?;
    let given = faults.note(webhooks::secret_for(body.verification, body.secret))?;
    faults.end("the webhook is not valid")?;
    let given = given.flatten();
    let token = Zeroizing::new(secret::random()?);
    let new = NewWebhook {
        name: body.name,
        workflow_id: body.workflow_id,
        token_hash: secret::hash(&token),
        token,
        settings: serde_json::to_value(&settings).map_err(ApiError::internal)?,
        secret: given.clone(),
        enabled: body.enabled,
    };
    let made = app
        .store
        .create_webhook(app.scope(), new, key.as_ref().map(Keyed::once));
    let made = made.await?;
    let location = format!("/api/webhooks/{}", made.value.id);
    let shown = WebhookWithSecret {
        webhook: webhooks::view(&app, made.value)?,
        secret: given
            .filter(|_| !made.existing)
            .map(|secret| secret.to_string()),
    };
    Ok(private(created(&location, made.existing, Json(shown))))
}
