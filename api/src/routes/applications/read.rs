//! `GET /api/applications/{id}`

use axum::Json;
use axum::extract::State;
use store::Scope;

use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::application::Application;
use crate::state::App;

/// An application, its models by name, and what is live of it.
#[utoipa::path(get, path = "/api/applications/{id}", tag = "applications", params(Id), responses(
    (status = 200, description = "The application.", body = Application),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn get_application(
    State(app): State<App>,
    Id(id): Id,
) -> ApiResult<Json<Application>> {
    let record = app.store.application(Scope::System, id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    Ok(Json(super::view(&app, record).await?))
}
