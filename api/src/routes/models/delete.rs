//! `DELETE /api/models/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use store::Scope;

use crate::designs::{Current, design, nothing};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::application::ApplicationBody;
use crate::state::App;

/// Removes a model, unless relationships of its application name it.
#[utoipa::path(delete, path = "/api/models/{id}", tag = "models", params(Id), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "Relationships name it.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_model(State(app): State<App>, Id(id): Id) -> ApiResult<StatusCode> {
    let _turn = app.designing.lock().await;
    let model = app
        .store
        .model(Scope::System, id)
        .await?
        .ok_or_else(|| ApiError::not_found("model"))?;
    if let Some(application) = model.application_id {
        let current = Current::read(&app, application).await?;
        let mut models = current.model_bodies()?;
        models.retain(|other| other.id != Some(id));
        let whole = ApplicationBody {
            models: Some(models),
            ..nothing()
        };
        if design(whole, Some(&current)).is_err() {
            let message = format!(
                "relationships of the application name `{}`; remove them first",
                model.name
            );
            return Err(ApiError::conflict(message));
        }
    }
    app.store.delete_model(Scope::System, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
