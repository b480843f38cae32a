//! `POST /api/secrets`

use axum::Json;
use axum::response::Response;
use store::NewSecret;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope, Faults};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::replies::created;
use crate::schemas::secret::{NewSecretBody, Secret};

/// Keeps a secret: sealed, and never shown again. Steps of workflows name it as `${ secrets.<name> }`.
#[utoipa::path(post, path = "/api/secrets", tag = "secrets", security(("bearer" = ["secrets:write"])),
    params(IdempotencyKey), request_body = NewSecretBody, responses(
    (status = 201, description = "The new secret, without what it holds.", body = Secret),
    (status = 409, description = "The name is taken, or the key was used with another body.", body = ErrorEnvelope),
    (status = 422, description = "Name, kind or fields can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn create_secret(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<NewSecretBody>,
) -> ApiResult<Response> {
    let mut faults = Faults::default();
    faults.name(&body.name);
    faults.description(&body.description);
    let fields = faults.secret(&body.kind, body.value, body.fields);
    faults.end("the secret is not valid")?;
    let new = NewSecret {
        name: body.name,
        kind: body.kind,
        description: body.description,
        fields,
    };
    let made = app
        .store
        .create_secret(app.scope(), new, key.as_ref().map(Keyed::once));
    let made = made.await?;
    let location = format!("/api/secrets/{}", made.value.id);
    let secret = Json(Secret::from(made.value));
    Ok(created(&location, made.existing, secret))
}
