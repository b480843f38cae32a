//! `GET /api/signals` and `DELETE /api/signals/{id}`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use store::Scope;

use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::wait::Signal;
use crate::state::App;

/// Signals that nobody waited for when they were sent, and that are kept; the newest first.
#[utoipa::path(get, path = "/api/signals", tag = "waits", params(Paged), responses(
    (status = 200, description = "A page of signals.", body = Page<Signal>),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn list_signals(
    State(app): State<App>,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Signal>>> {
    let paging = paged.into();
    let page = app.store.list_signals(Scope::System, &paging).await?;
    Ok(Json(Page::of(page, Signal::from)))
}

/// Forgets a signal that is kept.
#[utoipa::path(delete, path = "/api/signals/{id}", tag = "waits", params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id: it was taken, or its time is over.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_signal(State(app): State<App>, Id(id): Id) -> ApiResult<StatusCode> {
    app.store.delete_signal(Scope::System, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
