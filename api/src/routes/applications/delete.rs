//! `DELETE /api/applications/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use store::Scope;

use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::state::App;

/// Removes an application and its models. What is deployed of it goes on.
#[utoipa::path(delete, path = "/api/applications/{id}", tag = "applications", params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_application(
    State(app): State<App>,
    Id(id): Id,
) -> ApiResult<StatusCode> {
    app.store.delete_application(Scope::System, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
