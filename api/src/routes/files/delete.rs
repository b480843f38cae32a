//! `DELETE /api/files/{id}`

use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// Past the trash, or out of it: it can't be brought back, and its bytes count no more.
    #[serde(default)]
    for_good: bool,
}

/// Removes a file and frees its name. It can be brought back (`…/restore`) for as long as the operator keeps what was deleted.
#[utoipa::path(delete, path = "/api/files/{id}", tag = "files", security(("bearer" = ["files:delete"])), params(Id, IfMatch, How),
    responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_file(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Query(how): Query<How>,
) -> ApiResult<StatusCode> {
    let (store, scope) = (&app.store, app.scope());
    match how.for_good {
        true => store.purge_file(scope, id, revision).await?,
        false => {
            let by = app.caller.person_id();
            store.delete_file(scope, id, revision, by).await?;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
