//! `POST /api/webhooks/{id}/rotate`

use axum::Json;
use axum::response::{IntoResponse, Response};
use engine::duration::Millis;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::replies::{Tagged, private};
use crate::schemas::webhook::{RotateBody, Verification, WebhookWithSecret};
use crate::webhooks;

const DAY: Millis = Millis(24 * 3_600_000);
const LONGEST: Millis = Millis(30 * 24 * 3_600_000);

/// Gives a webhook another secret, which is shown this once. The one before stays good for a while, so that the sender can be
/// told in peace; the one before that is worth nothing from now on. Whoever has a secret begins runs with it,
/// so that this takes `workflows:run` besides.
#[utoipa::path(post, path = "/api/webhooks/{id}/rotate", tag = "webhooks", security(("bearer" = ["webhooks:write"])),
    params(Id), request_body = Option<RotateBody>, responses(
    (status = 200, description = "The webhook, with its new secret.", body = WebhookWithSecret),
    (status = 403, description = "This takes the permission `webhooks:write`, and `workflows:run` besides.", body = ErrorEnvelope),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It has no secret.", body = ErrorEnvelope),
    (status = 422, description = "The secret can't be used, or the overlap is too long.", body = ErrorEnvelope),
))]
pub(crate) async fn rotate_webhook(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<RotateBody>,
) -> ApiResult<Response> {
    app.begins_runs()?;
    let overlap = body.overlap.unwrap_or(DAY);
    if overlap.0 > LONGEST.0 {
        let message = format!("a secret stays good for {LONGEST} at most");
        return Err(ApiError::invalid("/overlap", message));
    }
    let record = webhooks::find(&app, id).await?;
    let verification = webhooks::settings(&record)?.verification;
    if verification == Verification::None {
        let message = "this webhook has no secret; for another address, make another webhook";
        return Err(ApiError::conflict(message));
    }
    let secret = webhooks::secret_for(verification, body.secret)?;
    let secret = secret.ok_or_else(|| ApiError::internal("a secret was not made"))?;
    let record = app
        .store
        .rotate_webhook(app.scope(), id, &secret, overlap.to_std())
        .await?;
    let revision = record.revision;
    let shown = WebhookWithSecret {
        webhook: webhooks::view(&app, record)?,
        secret: Some(secret.to_string()),
    };
    Ok(private(Tagged(revision, Json(shown)).into_response()))
}
