//! `GET /api/applications`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Paged, Query};
use crate::schemas::application::Application;
use crate::schemas::page::Page;

/// Applications by name.
#[utoipa::path(get, path = "/api/applications", tag = "applications", security(("bearer" = ["applications:read"])), params(Paged), responses(
    (status = 200, description = "A page of applications.", body = Page<Application>),
))]
pub(crate) async fn list_applications(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Application>>> {
    let paging = paged.into();
    let page = app.store.list_applications(app.scope(), &paging).await?;
    Ok(Json(Page {
        items: super::views(&app, page.items).await?,
        next_cursor: page.next_cursor,
    }))
}
