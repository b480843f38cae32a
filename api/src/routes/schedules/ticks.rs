//! `GET /api/schedules/{id}/ticks`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, Paged, Query};
use crate::schedules;
use crate::schemas::page::Page;
use crate::schemas::schedule::Tick;

/// The moments at which a schedule was due, newest first, and what became of each. The last thousand are remembered.
#[utoipa::path(get, path = "/api/schedules/{id}/ticks", tag = "schedules", security(("bearer" = ["schedules:read"])),
    params(Id, Paged), responses(
    (status = 200, description = "A page of ticks.", body = Page<Tick>),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_ticks(
    app: Scoped,
    Id(id): Id,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Tick>>> {
    schedules::find(&app, id).await?;
    let page = app.store.list_ticks(app.scope(), id, &paged.into()).await?;
    Ok(Json(Page::of(page, Tick::from)))
}
