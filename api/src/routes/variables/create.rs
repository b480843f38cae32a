//! `POST /api/variables`

use axum::Json;
use axum::response::Response;
use store::NewVariable;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope, Faults};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::replies::created;
use crate::schemas::variable::{NewVariableBody, Variable};

/// Keeps a variable. Workflows read it as `vars.<name>`; a run keeps the value that there was when it was accepted.
#[utoipa::path(post, path = "/api/variables", tag = "variables", security(("bearer" = ["variables:write"])),
    params(IdempotencyKey), request_body = NewVariableBody, responses(
    (status = 201, description = "The new variable.", body = Variable),
    (status = 409, description = "The name is taken, or the key was used with another body.", body = ErrorEnvelope),
    (status = 422, description = "Name or value can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn create_variable(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<NewVariableBody>,
) -> ApiResult<Response> {
    let mut faults = Faults::default();
    faults.name(&body.name);
    faults.description(&body.description);
    faults.variable(&body.value);
    faults.end("the variable is not valid")?;
    let new = NewVariable {
        name: body.name,
        value: body.value,
        description: body.description,
    };
    let made = app
        .store
        .create_variable(app.scope(), new, key.as_ref().map(Keyed::once));
    let made = made.await?;
    let location = format!("/api/variables/{}", made.value.id);
    let variable = Json(Variable::from(made.value));
    Ok(created(&location, made.existing, variable))
}
