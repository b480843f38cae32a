//! `PUT /api/models/{id}`

use axum::Json;
use axum::extract::State;
use store::Scope;
use uuid::Uuid;

use crate::designs::{Current, design, lone_model, nothing};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id};
use crate::schemas::application::ApplicationBody;
use crate::schemas::model::{Model, ModelBody};
use crate::state::App;

/// Replaces a model. Fields keep their ids, and with them their values; relationships follow a new name.
#[utoipa::path(put, path = "/api/models/{id}", tag = "models", request_body = ModelBody, params(Id), responses(
    (status = 200, description = "The model as it is now.", body = Model),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken.", body = ErrorEnvelope),
    (status = 422, description = "The model has problems.", body = ErrorEnvelope),
    (status = "default", description = "Refused.", body = ErrorEnvelope),
))]
pub(crate) async fn update_model(
    State(app): State<App>,
    Id(id): Id,
    Body(mut body): Body<ModelBody>,
) -> ApiResult<Json<Model>> {
    if body.id.is_some_and(|stated| stated != id) {
        return Err(ApiError::invalid(
            "/id",
            "the id of a model can't be changed",
        ));
    }
    body.id = Some(id);
    let _turn = app.designing.lock().await;
    let before = app
        .store
        .model(Scope::System, id)
        .await?
        .ok_or_else(|| ApiError::not_found("model"))?;
    let after = match before.application_id {
        None => {
            app.store
                .update_model(Scope::System, id, lone_model(body, Some(&before))?)
                .await?
        }
        Some(application) => {
            replace(&app, application, id, body).await?;
            app.store
                .model(Scope::System, id)
                .await?
                .ok_or_else(|| ApiError::not_found("model"))?
        }
    };
    Ok(Json(after.into()))
}

async fn replace(app: &App, application: Uuid, id: Uuid, body: ModelBody) -> ApiResult<()> {
    let current = Current::read(app, application).await?;
    let mut models = current.model_bodies()?;
    let place = models
        .iter()
        .position(|model| model.id == Some(id))
        .ok_or_else(|| ApiError::not_found("model"))?;
    models[place] = body;
    let whole = ApplicationBody {
        models: Some(models),
        ..nothing()
    };
    let designed = design(whole, Some(&current))
        .map_err(|error| error.without_prefix(&format!("/models/{place}")))?;
    app.store
        .redesign_application(Scope::System, application, designed.new, designed.models)
        .await?;
    Ok(())
}
