//! `POST /api/variables/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope, Faults};
use crate::extract::{Id, OptionalBody};
use crate::replies::Tagged;
use crate::schemas::trash::RestoreBody;
use crate::schemas::variable::Variable;

/// Brings a deleted variable back, with its value; workflows may read it again.
#[utoipa::path(post, path = "/api/variables/{id}/restore", tag = "variables", security(("bearer" = ["variables:write"])),
    params(Id), request_body = Option<RestoreBody>, responses(
    (status = 200, description = "The variable.", body = Variable),
    (status = 404, description = "None with this id was deleted, or it was kept for long enough.", body = ErrorEnvelope),
    (status = 409, description = "Another one has the name: `name` gives another one.", body = ErrorEnvelope),
    (status = 422, description = "It can't be called so.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_variable(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<RestoreBody>,
) -> ApiResult<Tagged<Variable>> {
    let name = body.name.as_deref();
    if let Some(name) = name {
        let mut faults = Faults::default();
        faults.name(name);
        faults.end("the variable can't be called so")?;
    }
    let variable = app.store.restore_variable(app.scope(), id, name).await?;
    Ok(Tagged(variable.revision, Json(Variable::from(variable))))
}
