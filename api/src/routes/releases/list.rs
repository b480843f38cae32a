//! `GET /api/releases`

use axum::Json;
use serde::Deserialize;
use store::{Paging, ReleaseFilter};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::schemas::page::Page;
use crate::schemas::release::{Release, ReleaseStatus};

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
    /// Only those of this application.
    application_id: Option<Uuid>,
    /// Only those that stand so.
    #[param(inline)]
    status: Option<ReleaseStatus>,
}

/// Releases of applications, newest first.
///
/// A release begins when `app.deploy` deploys something that is not live already; previews are none. The last 500 of an
/// application are remembered.
#[utoipa::path(get, path = "/api/releases", tag = "releases", security(("bearer" = ["applications:read"])), params(Filter), responses(
    (status = 200, description = "A page of releases.", body = Page<Release>),
))]
pub(crate) async fn list_releases(
    app: Scoped,
    Query(query): Query<Filter>,
) -> ApiResult<Json<Page<Release>>> {
    let paging = Paging {
        limit: query.limit.0,
        cursor: query.cursor,
    };
    let filter = ReleaseFilter {
        application_id: query.application_id,
        status: query.status.map(Into::into),
    };
    let page = app
        .store
        .list_releases(app.scope(), &filter, &paging)
        .await?;
    Ok(Json(Page::of(page, Release::from)))
}
