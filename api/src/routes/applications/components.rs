//! `GET /api/applications/{id}/components`

use axum::Json;

use crate::access::Scoped;
use crate::components;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::application::FoundComponent;
use crate::schemas::page::Page;

/// What an application consists of besides its models, all of it, with the ids of what it uses.
#[utoipa::path(get, path = "/api/applications/{id}/components", tag = "applications", security(("bearer" = ["applications:read"])), params(Id), responses(
    (status = 200, description = "Its components, in their order.", body = Page<FoundComponent>),
    (status = 404, description = "There is no application with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_components(
    app: Scoped,
    Id(id): Id,
) -> ApiResult<Json<Page<FoundComponent>>> {
    let record = app.store.application(app.scope(), id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    let items = components::find(&app, components::read(record.components)?).await?;
    Ok(Json(Page::whole(items)))
}
