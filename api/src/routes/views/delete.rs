//! `DELETE /api/views/{id}`

use axum::http::StatusCode;

use super::{demand_change, find};
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};

/// Removes a view of a list.
#[utoipa::path(delete, path = "/api/views/{id}", tag = "meta", security(("bearer" = [])), params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id, or it is somebody else's.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_view(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    let view = find(&app, id).await?;
    demand_change(&app, &view).await?;
    app.store.delete_view(app.scope(), id, revision).await?;
    Ok(StatusCode::NO_CONTENT)
}
