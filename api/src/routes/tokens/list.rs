//! `GET /api/tokens`

use axum::Json;

use super::whose;
use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::workspace::ApiToken;

/// Your tokens for this workspace; everybody's, for who manages tokens.
#[utoipa::path(get, path = "/api/tokens", tag = "tokens", security(("bearer" = ["tokens:write"])), params(Paged),
    responses(
    (status = 200, description = "A page of tokens, without the tokens themselves.", body = Page<ApiToken>),
))]
pub(crate) async fn list_tokens(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<ApiToken>>> {
    let page = app
        .store
        .list_api_tokens(app.workspace(), whose(&app), &paged.into())
        .await?;
    Ok(Json(Page::of(page, ApiToken::from)))
}
