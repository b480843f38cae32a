//! `GET /api/applications`

use axum::Json;
use axum::extract::State;
use futures::future::try_join_all;
use store::Scope;

use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Paged, Query};
use crate::schemas::application::Application;
use crate::schemas::page::Page;
use crate::state::App;

/// Applications by name.
#[utoipa::path(get, path = "/api/applications", tag = "applications", params(Paged), responses(
    (status = 200, description = "A page of applications.", body = Page<Application>),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn list_applications(
    State(app): State<App>,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Application>>> {
    let paging = paged.into();
    let page = app.store.list_applications(Scope::System, &paging).await?;
    let items = try_join_all(
        page.items
            .into_iter()
            .map(|record| super::view(&app, record)),
    )
    .await?;
    Ok(Json(Page {
        items,
        next_cursor: page.next_cursor,
    }))
}
