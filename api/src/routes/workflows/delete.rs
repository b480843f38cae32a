//! `DELETE /api/workflows/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use store::Scope;

use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::state::App;

/// Removes a workflow. Its executions stay, and those under way go on.
#[utoipa::path(delete, path = "/api/workflows/{id}", tag = "workflows", params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_workflow(State(app): State<App>, Id(id): Id) -> ApiResult<StatusCode> {
    app.store.delete_workflow(Scope::System, id).await?;
    app.definitions.forget(id);
    Ok(StatusCode::NO_CONTENT)
}
