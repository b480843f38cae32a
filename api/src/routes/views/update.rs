//! `PUT /api/views/{id}`

use axum::Json;

use super::{check, demand_change, find};
use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::meta::sight::Sight;
use crate::replies::Tagged;
use crate::schemas::meta::{SavedView, SavedViewBody};

/// Replaces a view of a list. It stays a view of the same model.
#[utoipa::path(put, path = "/api/views/{id}", tag = "meta", security(("bearer" = [])), params(Id, IfMatch),
    request_body = SavedViewBody, responses(
    (status = 200, description = "The view as it is now.", body = SavedView),
    (status = 404, description = "There is none with this id, or it is somebody else's.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "The list does not understand it.", body = ErrorEnvelope),
))]
pub(crate) async fn update_view(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<SavedViewBody>,
) -> ApiResult<Tagged<SavedView>> {
    let before = find(&app, id).await?;
    demand_change(&app, &before).await?;
    if body.model != before.model {
        let message = "a view stays with its model: make another one for that";
        return Err(ApiError::invalid("/model", message));
    }
    let sight = Sight::of(&app, &body.model).await?;
    let new = check(&app, &sight, body)?;
    // Somebody else's that is no longer shared is out of sight afterwards.
    let person = if new.shared {
        app.caller.person_id()
    } else {
        before.user_id
    };
    let changed = app
        .store
        .update_view(app.scope(), person, id, new, revision);
    let changed = changed.await?;
    Ok(Tagged(changed.revision, Json(SavedView::of(changed))))
}
