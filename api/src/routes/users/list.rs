//! `GET /api/users`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::workspace::User;

/// All accounts, in the order in which they were made.
#[utoipa::path(get, path = "/api/users", tag = "users", security(("bearer" = ["server:admin"])), params(Paged), responses(
    (status = 200, description = "A page of accounts.", body = Page<User>),
))]
pub(crate) async fn list_users(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<User>>> {
    let page = app.store.list_users(&paged.into()).await?;
    Ok(Json(Page::of(page, User::from)))
}
