//! `DELETE /api/secrets/{id}`

use axum::response::Response;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch, Query};
use crate::uses::{self, Named, Removal};

/// Takes a secret out of use and frees its name: steps that name it fail from now on, and applications that are given it can't be
/// shipped. It can be brought back (`…/restore`), with what it held, for as long as the operator keeps what was deleted.
#[utoipa::path(delete, path = "/api/secrets/{id}", tag = "secrets", security(("bearer" = ["secrets:write"])),
    params(Id, IfMatch, Removal), responses(
    (status = 204, description = "It is gone.", headers(
        ("Lathe-Used-By" = String, description = "The workflows that use it and the applications that are given it, by name, where there are any: the first ten."))),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It was to go for good, and workflows use it or applications are given it.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_secret(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Query(removal): Query<Removal>,
) -> ApiResult<Response> {
    let (store, scope) = (&app.store, app.scope());
    let known = store.workspace_secret(scope, id).await?;
    let name = known.as_ref().map(|known| known.name.as_str());
    let users = uses::left_without(&app, Named::Secret, name, &removal).await?;
    match removal.for_good {
        true => store.purge_secret(scope, id, revision).await?,
        false => {
            let by = app.caller.person_id();
            store.delete_secret(scope, id, revision, by).await?;
        }
    }
    Ok(uses::gone(&users))
}
