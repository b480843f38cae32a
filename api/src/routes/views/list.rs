//! `GET /api/views`

use axum::Json;
use serde::Deserialize;
use store::Paging;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::schemas::meta::SavedView;
use crate::schemas::page::Page;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// Only those of this model.
    #[param(max_length = 64)]
    model: Option<String>,
    /// The most items on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 50)]
    limit: Limit,
    /// Where the page before ended: its `next_cursor`.
    cursor: Option<String>,
}

/// Your views of lists, and those that others share.
#[utoipa::path(get, path = "/api/views", tag = "meta", security(("bearer" = [])), params(Filter), responses(
    (status = 200, description = "A page of views, by model and name.", body = Page<SavedView>),
))]
pub(crate) async fn list_views(
    app: Scoped,
    Query(filter): Query<Filter>,
) -> ApiResult<Json<Page<SavedView>>> {
    let paging = Paging {
        limit: filter.limit.0,
        cursor: filter.cursor,
    };
    let model = filter.model.as_deref();
    let person = app.caller.person_id();
    let page = app.store.list_views(app.scope(), person, model, &paging);
    Ok(Json(Page::of(page.await?, SavedView::of)))
}
