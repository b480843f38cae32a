//! `PUT /api/applications/{id}`

use axum::Json;
use axum::extract::State;
use store::Scope;

use crate::designs::{Current, design};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id};
use crate::schemas::application::{Application, ApplicationBody};
use crate::state::App;

/// Changes an application, and its models if they are given, all or nothing.
///
/// What is live goes by the application's name, so that it has to be stopped before it is renamed.
/// What is left out stays as it is. Models, fields and relationships keep their ids: by the id that is sent, or by name.
#[utoipa::path(put, path = "/api/applications/{id}", tag = "applications", request_body = ApplicationBody, params(Id), responses(
    (status = 200, description = "The application as it is now.", body = Application),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken, or what is live goes by the old one.", body = ErrorEnvelope),
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
    let name = &current.record.name;
    if designed.new.name != *name && app.live.is_live(name).await? {
        return Err(ApiError::conflict(format!(
            "`{name}` is deployed, and would go on under its old name: stop it first \
             (POST /api/applications/{id}/stop), then rename it and ship it again"
        )));
    }
    let record = app
        .store
        .redesign_application(Scope::System, id, designed.new, designed.models)
        .await?;
    Ok(Json(super::view(&app, record).await?))
}
