//! `GET /api/models`

use axum::Json;
use serde::Deserialize;
use store::{ModelFilter, Paging};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::schemas::model::Model;
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
    /// Only those of this application.
    application_id: Option<Uuid>,
}

/// Models by name.
#[utoipa::path(get, path = "/api/models", tag = "models", security(("bearer" = ["models:read"])), params(Filter), responses(
    (status = 200, description = "A page of models.", body = Page<Model>),
))]
pub(crate) async fn list_models(
    app: Scoped,
    Query(query): Query<Filter>,
) -> ApiResult<Json<Page<Model>>> {
    let paging = Paging {
        limit: query.limit.0,
        cursor: query.cursor,
    };
    let filter = ModelFilter {
        application_id: query.application_id,
    };
    let page = app.store.list_models(app.scope(), &filter, &paging).await?;
    Ok(Json(Page::of(page, Model::from)))
}
