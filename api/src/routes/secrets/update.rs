//! `PUT /api/secrets/{id}`

use axum::Json;
use store::{SecretChange, StoreError};

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope, Faults};
use crate::extract::{Body, Id, IfMatch, Query};
use crate::replies::Tagged;
use crate::schemas::secret::{Secret, SecretBody};
use crate::uses::{self, Force, Named};

/// Changes a secret. What it holds is replaced as a whole, and counts for every step that begins after that.
#[utoipa::path(put, path = "/api/secrets/{id}", tag = "secrets", security(("bearer" = ["secrets:write"])),
    params(Id, IfMatch, Force), request_body = SecretBody, responses(
    (status = 200, description = "The secret, without what it holds.", body = Secret),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken, or workflows use it, or applications are given it, by the one that it has.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "Name, kind or fields can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn update_secret(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Query(Force { force }): Query<Force>,
    Body(body): Body<SecretBody>,
) -> ApiResult<Tagged<Secret>> {
    let known = app.store.workspace_secret(app.scope(), id).await?;
    let known = known.ok_or(StoreError::NotFound("secret"))?;
    let mut faults = Faults::default();
    body.name.iter().for_each(|name| faults.name(name));
    let description = body.description.iter();
    description.for_each(|description| faults.description(description));
    let holds = body.kind.is_some() || body.value.is_some() || body.fields.is_some();
    let fields = holds.then(|| {
        let kind = body.kind.unwrap_or(known.kind);
        let fields = faults.secret(&kind, body.value, body.fields);
        (kind, fields)
    });
    faults.end("the secret is not valid")?;
    let is_renamed = body.name.as_ref().is_some_and(|name| *name != known.name);
    if is_renamed && !force {
        uses::refuse(&app, Named::Secret, &known.name).await?;
    }
    let change = SecretChange {
        name: body.name,
        description: body.description,
        fields,
    };
    let changed = app.store.update_secret(app.scope(), id, change, revision);
    let changed = changed.await?;
    Ok(Tagged(changed.revision, Json(Secret::from(changed))))
}
