//! `POST /api/variables/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schemas::variable::Variable;

/// Brings a deleted variable back, with its value; workflows may read it again.
#[utoipa::path(post, path = "/api/variables/{id}/restore", tag = "variables", security(("bearer" = ["variables:write"])),
    params(Id), responses(
    (status = 200, description = "The variable.", body = Variable),
    (status = 404, description = "None with this id was deleted, or it was kept for long enough.", body = ErrorEnvelope),
    (status = 409, description = "Another one has taken its name meanwhile.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_variable(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Variable>> {
    let variable = app.store.restore_variable(app.scope(), id).await?;
    Ok(Tagged(variable.revision, Json(Variable::from(variable))))
}
