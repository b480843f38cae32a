//! `POST /api/outgoing-webhooks/{id}/rotate`

use axum::Json;
use axum::response::{IntoResponse, Response};
use engine::duration::Millis;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::outgoing;
use crate::replies::{Tagged, private};
use crate::schemas::outgoing_webhook::{OutgoingRotateBody, OutgoingWebhookWithSecret};

const DAY: Millis = Millis(24 * 3_600_000);
const LONGEST: Millis = Millis(30 * 24 * 3_600_000);

/// Gives a webhook out another secret, which is shown this once. Deliveries are signed with the one before as well for a while,
/// so that the other system can be told in peace.
#[utoipa::path(post, path = "/api/outgoing-webhooks/{id}/rotate", tag = "outgoing webhooks",
    security(("bearer" = ["outgoing_webhooks:write"])),
    params(Id), request_body = Option<OutgoingRotateBody>, responses(
    (status = 200, description = "The webhook, with its new secret.", body = OutgoingWebhookWithSecret),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 422, description = "The secret can't be used, or the overlap is too long.", body = ErrorEnvelope),
))]
pub(crate) async fn rotate_outgoing_webhook(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<OutgoingRotateBody>,
) -> ApiResult<Response> {
    let overlap = body.overlap.unwrap_or(DAY);
    if overlap.0 > LONGEST.0 {
        let message = format!("a secret stays good for {LONGEST} at most");
        return Err(ApiError::invalid("/overlap", message));
    }
    let secret = outgoing::secret_for(body.secret)?;
    let record = app
        .store
        .rotate_outgoing_webhook(app.scope(), id, &secret, overlap.to_std())
        .await?;
    let revision = record.revision;
    let shown = OutgoingWebhookWithSecret {
        webhook: outgoing::view(record),
        secret: Some(secret.to_string()),
    };
    Ok(private(Tagged(revision, Json(shown)).into_response()))
}
