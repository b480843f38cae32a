//! `DELETE /api/variables/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};

/// Removes a variable for good. Workflows that read it are not begun from now on.
#[utoipa::path(delete, path = "/api/variables/{id}", tag = "variables", security(("bearer" = ["variables:write"])),
    params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_variable(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    app.store.delete_variable(app.scope(), id, revision).await?;
    Ok(StatusCode::NO_CONTENT)
}
