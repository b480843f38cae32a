//! `GET /api/views/{id}`

use axum::Json;

use super::find;
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::meta::SavedView;

/// A view of a list.
#[utoipa::path(get, path = "/api/views/{id}", tag = "meta", security(("bearer" = [])), params(Id), responses(
    (status = 200, description = "The view.", body = SavedView),
    (status = 404, description = "There is none with this id, or it is somebody else's.", body = ErrorEnvelope),
))]
pub(crate) async fn get_view(app: Scoped, Id(id): Id) -> ApiResult<Tagged<SavedView>> {
    let view = find(&app, id).await?;
    Ok(Tagged(view.revision, Json(SavedView::of(view))))
}
