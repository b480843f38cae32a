//! `DELETE /api/models/{id}`

use axum::http::StatusCode;

use crate::access::Scoped;
use crate::designs::{Current, design, nothing};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, IfMatch};
use crate::schemas::application::ApplicationBody;

/// Removes a model, unless relationships of its application name it. It can be brought back (`…/restore`).
#[utoipa::path(delete, path = "/api/models/{id}", tag = "models", security(("bearer" = ["models:write"])), params(Id, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "Relationships name it.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_model(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    let _turn = app.designing.lock().await;
    let model = app
        .store
        .model(app.scope(), id)
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
    let (store, scope) = (&app.store, app.scope());
    let by = app.caller.person_id();
    store.delete_model(scope, id, revision, by).await?;
    Ok(StatusCode::NO_CONTENT)
}
