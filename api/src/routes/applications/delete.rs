//! `DELETE /api/applications/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use store::Scope;

use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::state::App;

/// Removes an application and its models. What is live of it is stopped first; if that fails, nothing is removed.
///
/// The data of what was deployed stays in Lathe's data folder, below `apps`, or in its Docker volume.
#[utoipa::path(delete, path = "/api/applications/{id}", tag = "applications", params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "It is being deployed at this moment, or runs where this server can't stop it.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_application(
    State(app): State<App>,
    Id(id): Id,
) -> ApiResult<StatusCode> {
    let _turn = app.designing.lock().await;
    let record = app.store.application(Scope::System, id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    app.live.stop(&record.name).await?;
    app.store.delete_application(Scope::System, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
