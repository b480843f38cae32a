//! `DELETE /api/prompts/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};

/// Removes a prompt and frees its name. It can be brought back (`…/restore`).
#[utoipa::path(delete, path = "/api/prompts/{id}", tag = "prompts", security(("bearer" = ["prompts:write"])), params(Id, IfMatch),
    responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_prompt(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    let (store, scope) = (&app.store, app.scope());
    let by = app.caller.person_id();
    store.delete_prompt(scope, id, revision, by).await?;
    Ok(StatusCode::NO_CONTENT)
}
