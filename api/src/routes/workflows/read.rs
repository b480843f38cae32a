//! `GET /api/workflows/{id}`

use axum::Json;
use axum::extract::State;
use store::Scope;

use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::workflow::Workflow;
use crate::state::App;

/// A workflow at its newest version.
#[utoipa::path(get, path = "/api/workflows/{id}", tag = "workflows", params(Id), responses(
    (status = 200, description = "The workflow.", body = Workflow),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn get_workflow(State(app): State<App>, Id(id): Id) -> ApiResult<Json<Workflow>> {
    let workflow = app.store.workflow(Scope::System, id).await?;
    Ok(Json(
        workflow
            .ok_or_else(|| ApiError::not_found("workflow"))?
            .into(),
    ))
}
