//! `DELETE /api/secrets/{id}`

use std::collections::BTreeSet;

use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch, Query};
use crate::uses::{self, Named};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// Past the trash, or out of it: it can't be brought back, and nothing is left of what it held.
    #[serde(default)]
    for_good: bool,
    /// For good although workflows use it.
    #[serde(default)]
    force: bool,
}

/// Takes a secret out of use and frees its name: steps that name it fail from now on. It can be brought back (`…/restore`), with
/// what it held, for as long as the operator keeps what was deleted.
#[utoipa::path(delete, path = "/api/secrets/{id}", tag = "secrets", security(("bearer" = ["secrets:write"])),
    params(Id, IfMatch, How), responses(
    (status = 204, description = "It is gone.", headers(
        ("Lathe-Used-By" = String, description = "The workflows that use it, where there are any: the first ten."))),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It was to go for good, and workflows use it.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_secret(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Query(how): Query<How>,
) -> ApiResult<Response> {
    let (store, scope) = (&app.store, app.scope());
    // What is in the trash is in nobody's use.
    let users = match store.workspace_secret(scope, id).await? {
        Some(known) if how.for_good && !how.force => {
            uses::refuse(&app, Named::Secret, &known.name).await?;
            BTreeSet::new()
        }
        Some(known) => uses::by(&app, Named::Secret, &known.name).await?,
        None => BTreeSet::new(),
    };
    match how.for_good {
        true => store.purge_secret(scope, id, revision).await?,
        false => store.delete_secret(scope, id, revision).await?,
    }
    Ok(uses::gone(&users))
}
