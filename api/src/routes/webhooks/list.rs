//! `GET /api/webhooks`

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::Paging;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Limit, Query};
use crate::replies::private;
use crate::schemas::page::Page;
use crate::schemas::webhook::Webhook;
use crate::webhooks;

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
    /// Only those of this workflow.
    workflow_id: Option<Uuid>,
}

/// Webhooks by name.
#[utoipa::path(get, path = "/api/webhooks", tag = "webhooks", security(("bearer" = ["webhooks:read"])), params(Filter),
    responses(
    (status = 200, description = "A page of webhooks.", body = Page<Webhook>),
))]
pub(crate) async fn list_webhooks(app: Scoped, Query(query): Query<Filter>) -> ApiResult<Response> {
    let paging = Paging {
        limit: query.limit.0,
        cursor: query.cursor,
    };
    let page = app
        .store
        .list_webhooks(app.scope(), query.workflow_id, &paging)
        .await?;
    let items = page.items.into_iter();
    let items = items.map(|record| webhooks::view(&app, record));
    let page = Page {
        items: items.collect::<ApiResult<Vec<_>>>()?,
        next_cursor: page.next_cursor,
    };
    Ok(private(Json(page).into_response()))
}
