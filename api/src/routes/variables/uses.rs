//! `GET /api/variables/{id}/uses`

use axum::Json;
use store::StoreError;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::uses::Uses;
use crate::uses::{self, Named};

/// What uses a variable, by name: workflows whose published version or newest one names it. Takes `workflows:read` besides.
#[utoipa::path(get, path = "/api/variables/{id}/uses", tag = "variables", security(("bearer" = ["variables:read"])), params(Id),
    responses(
    (status = 200, description = "All that uses it.", body = Uses),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_variable_uses(app: Scoped, Id(id): Id) -> ApiResult<Json<Uses>> {
    let known = app.store.variable(app.scope(), id).await?;
    let known = known.ok_or(StoreError::NotFound("variable"))?;
    let told = uses::told(&app, Named::Variable, &known.name).await?;
    Ok(Json(told))
}
