//! `GET /api/variables/{id}`

use axum::Json;
use store::StoreError;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::variable::Variable;

/// A variable.
#[utoipa::path(get, path = "/api/variables/{id}", tag = "variables", security(("bearer" = ["variables:read"])),
    params(Id), responses(
    (status = 200, description = "The variable.", body = Variable),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_variable(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Variable>> {
    let variable = app.store.variable(app.scope(), id).await?;
    let variable = variable.ok_or(StoreError::NotFound("variable"))?;
    Ok(Tagged(variable.revision, Json(Variable::from(variable))))
}
