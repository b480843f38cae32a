//! `GET /api/applications`

use axum::Json;
use axum::extract::State;
use futures::future::try_join_all;
use serde::Deserialize;
use store::{Paging, Scope};
use utoipa::IntoParams;

use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Limit, Query};
use crate::schemas::application::Application;
use crate::schemas::page::Page;
use crate::state::App;

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
}

/// Applications by name.
#[utoipa::path(get, path = "/api/applications", tag = "applications", params(Filter), responses(
    (status = 200, description = "A page of applications.", body = Page<Application>),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn list_applications(
    State(app): State<App>,
    Query(query): Query<Filter>,
) -> ApiResult<Json<Page<Application>>> {
    let paging = Paging {
        limit: query.limit.0,
        cursor: query.cursor,
    };
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
