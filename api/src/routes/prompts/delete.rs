//! `DELETE /api/prompts/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;

/// Removes a prompt and frees its name. It can be brought back (`…/restore`).
#[utoipa::path(delete, path = "/api/prompts/{id}", tag = "prompts", security(("bearer" = ["prompts:write"])), params(Id),
    responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_prompt(app: Scoped, Id(id): Id) -> ApiResult<StatusCode> {
    app.store.delete_prompt(app.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
