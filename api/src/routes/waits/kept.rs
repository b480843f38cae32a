//! `GET /api/signals` and `DELETE /api/signals/{id}`

use axum::Json;
use axum::http::StatusCode;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::wait::Signal;

/// Signals that nobody waited for when they were sent, and that are kept; the newest first.
#[utoipa::path(get, path = "/api/signals", tag = "waits", security(("bearer" = ["waits:read"])), params(Paged), responses(
    (status = 200, description = "A page of signals.", body = Page<Signal>),
))]
pub(crate) async fn list_signals(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Signal>>> {
    let paging = paged.into();
    let page = app.store.list_signals(app.scope(), &paging).await?;
    Ok(Json(Page::of(page, Signal::from)))
}

/// Forgets a signal that is kept.
#[utoipa::path(delete, path = "/api/signals/{id}", tag = "waits", security(("bearer" = ["waits:answer"])), params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id: it was taken, or its time is over.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_signal(app: Scoped, Id(id): Id) -> ApiResult<StatusCode> {
    app.store.delete_signal(app.scope(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
