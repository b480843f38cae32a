//! `DELETE /api/tokens/{id}`

use axum::http::StatusCode;

use super::whose;
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;

/// Ends a token of yours; anybody's, for who manages tokens.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "tokens", security(("bearer" = ["tokens:write"])), params(Id),
    responses(
    (status = 204, description = "It is worth nothing any more."),
    (status = 404, description = "You have none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_token(app: Scoped, Id(id): Id) -> ApiResult<StatusCode> {
    app.store
        .delete_api_token(app.workspace(), whose(&app), id)
        .await?;
    app.identities.forget();
    Ok(StatusCode::NO_CONTENT)
}
