//! `GET /api/variables`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::variable::Variable;

/// Variables by name.
#[utoipa::path(get, path = "/api/variables", tag = "variables", security(("bearer" = ["variables:read"])), params(Paged),
    responses(
    (status = 200, description = "A page of variables.", body = Page<Variable>),
))]
pub(crate) async fn list_variables(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Variable>>> {
    let page = app.store.list_variables(app.scope(), &paged.into()).await?;
    Ok(Json(Page::of(page, Variable::from)))
}
