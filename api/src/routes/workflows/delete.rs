//! `DELETE /api/workflows/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};

/// Removes a workflow, with its schedules and webhooks. Its executions stay, and those under way go on. It can be brought back
/// (`…/restore`).
#[utoipa::path(delete, path = "/api/workflows/{id}", tag = "workflows", security(("bearer" = ["workflows:write"])), params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_workflow(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    let (store, scope) = (&app.store, app.scope());
    let by = app.caller.person_id();
    store.delete_workflow(scope, id, revision, by).await?;
    app.definitions.forget(id);
    Ok(StatusCode::NO_CONTENT)
}
