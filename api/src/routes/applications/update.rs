//! `PUT /api/applications/{id}`

use axum::Json;
use axum::extract::State;
use store::Scope;

use crate::designs::{Current, design};
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id};
use crate::schemas::application::{Application, ApplicationBody};
use crate::state::App;

/// Changes an application, and its models if they are given, all or nothing.
///
/// What is left out stays as it is. Models, fields and relationships keep their ids: by the id that is sent, or by name.
#[utoipa::path(put, path = "/api/applications/{id}", tag = "applications", request_body = ApplicationBody, params(Id), responses(
    (status = 200, description = "The application as it is now.", body = Application),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken.", body = ErrorEnvelope),
    (status = 422, description = "The document has problems.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn update_application(
    State(app): State<App>,
    Id(id): Id,
    Body(body): Body<ApplicationBody>,
) -> ApiResult<Json<Application>> {
    let _turn = app.designing.lock().await;
    let current = Current::read(&app, id).await?;
    let designed = design(body, Some(&current))?;
    let record = app
        .store
        .redesign_application(Scope::System, id, designed.new, designed.models)
        .await?;
    Ok(Json(super::view(&app, record).await?))
}
