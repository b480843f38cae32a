//! `GET /api/files`

use axum::Json;
use serde::Deserialize;
use store::Paging;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::schemas::file::File;
use crate::schemas::page::Page;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// The most items on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 50)]
    limit: Limit,
    /// Where the page before ended: its `next_cursor`.
    cursor: Option<String>,
    /// How the name begins.
    q: Option<String>,
}

/// Files by name.
#[utoipa::path(get, path = "/api/files", tag = "files", security(("bearer" = ["files:read"])), params(Filter),
    responses(
    (status = 200, description = "A page of files, without their contents.", body = Page<File>),
))]
pub(crate) async fn list_files(
    app: Scoped,
    Query(filter): Query<Filter>,
) -> ApiResult<Json<Page<File>>> {
    let paging = Paging {
        limit: filter.limit.0,
        cursor: filter.cursor,
    };
    let page = app
        .store
        .list_files(app.scope(), filter.q.as_deref(), &paging);
    Ok(Json(Page::of(page.await?, File::from)))
}
