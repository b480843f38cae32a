//! `POST /api/secrets/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope, Faults};
use crate::extract::{Id, OptionalBody};
use crate::replies::Tagged;
use crate::schemas::secret::Secret;
use crate::schemas::trash::RestoreBody;

/// Brings a deleted secret back, with what it held; workflows may use it again.
#[utoipa::path(post, path = "/api/secrets/{id}/restore", tag = "secrets", security(("bearer" = ["secrets:write"])),
    params(Id), request_body = Option<RestoreBody>, responses(
    (status = 200, description = "The secret.", body = Secret),
    (status = 404, description = "None with this id was deleted, or it was kept for long enough.", body = ErrorEnvelope),
    (status = 409, description = "Another one has the name: `name` gives another one.", body = ErrorEnvelope),
    (status = 422, description = "It can't be called so.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_secret(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<RestoreBody>,
) -> ApiResult<Tagged<Secret>> {
    let name = body.name.as_deref();
    if let Some(name) = name {
        let mut faults = Faults::default();
        faults.name(name);
        faults.end("the secret can't be called so")?;
    }
    let secret = app.store.restore_secret(app.scope(), id, name).await?;
    Ok(Tagged(secret.revision, Json(Secret::from(secret))))
}
