//! `PUT /api/variables/{id}`

use axum::Json;
use store::{NewVariable, StoreError};

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope, Faults};
use crate::extract::{Body, Id, IfMatch, Query};
use crate::replies::Tagged;
use crate::schemas::variable::{Variable, VariableBody};
use crate::uses::{self, Force, Named};

/// Changes a variable. Runs that were accepted before keep what they have read.
#[utoipa::path(put, path = "/api/variables/{id}", tag = "variables", security(("bearer" = ["variables:write"])),
    params(Id, IfMatch, Force), request_body = VariableBody, responses(
    (status = 200, description = "The variable as it is now.", body = Variable),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken, or workflows use it by the one that it has.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "Name or value can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn update_variable(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Query(Force { force }): Query<Force>,
    Body(body): Body<VariableBody>,
) -> ApiResult<Tagged<Variable>> {
    let known = app.store.variable(app.scope(), id).await?;
    let known = known.ok_or(StoreError::NotFound("variable"))?;
    // What is left out must be what it was when this was read.
    let revision = revision.or(Some(known.revision));
    let new = NewVariable {
        name: body.name.unwrap_or_else(|| known.name.clone()),
        value: body.value.unwrap_or(known.value),
        description: body.description.unwrap_or(known.description),
    };
    let mut faults = Faults::default();
    faults.name(&new.name);
    faults.description(&new.description);
    faults.variable(&new.value);
    faults.end("the variable is not valid")?;
    if new.name != known.name && !force {
        uses::refuse(&app, Named::Variable, &known.name).await?;
    }
    let changed = app.store.update_variable(app.scope(), id, new, revision);
    let changed = changed.await?;
    Ok(Tagged(changed.revision, Json(Variable::from(changed))))
}
