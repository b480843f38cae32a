//! `POST /api/views`

use axum::Json;
use axum::response::Response;

use super::check;
use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::meta::sight::Sight;
use crate::replies::created;
use crate::schemas::meta::{SavedView, SavedViewBody};

/// Keeps a view of a list: its columns, filters and order. To share it takes the permission to change what is listed, or
/// `workspace:write` where nobody changes that.
#[utoipa::path(post, path = "/api/views", tag = "meta", security(("bearer" = [])), params(IdempotencyKey),
    request_body = SavedViewBody, responses(
    (status = 201, description = "The new view.", body = SavedView),
    (status = 404, description = "There is no such model.", body = ErrorEnvelope),
    (status = 409, description = "The key was used with another body.", body = ErrorEnvelope),
    (status = 422, description = "The list does not understand it.", body = ErrorEnvelope),
))]
pub(crate) async fn create_view(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<SavedViewBody>,
) -> ApiResult<Response> {
    let sight = Sight::of(&app, &body.model).await?;
    let new = check(&app, &sight, body)?;
    let made = app.store.create_view(
        app.scope(),
        app.caller.person_id(),
        new,
        key.as_ref().map(Keyed::once),
    );
    let made = made.await?;
    let location = format!("/api/views/{}", made.value.id);
    let view = SavedView::of(made.value);
    Ok(created(&location, made.existing, Json(view)))
}
