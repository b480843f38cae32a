//! `PUT /api/models/{id}`

use axum::Json;
use store::StoreError;
use uuid::Uuid;

use crate::access::Scoped;
use crate::designs::{Current, design, lone_model, nothing};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::Tagged;
use crate::schemas::application::ApplicationBody;
use crate::schemas::model::{Model, ModelBody};

/// Replaces a model. Fields keep their ids, and with them their values; relationships follow a new name.
#[utoipa::path(put, path = "/api/models/{id}", tag = "models", security(("bearer" = ["models:write"])), request_body = ModelBody, params(Id, IfMatch),
    responses(
    (status = 200, description = "The model as it is now.", body = Model),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "The model has problems.", body = ErrorEnvelope),
))]
pub(crate) async fn update_model(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(mut body): Body<ModelBody>,
) -> ApiResult<Tagged<Model>> {
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
        .model(app.scope(), id)
        .await?
        .ok_or_else(|| ApiError::not_found("model"))?;
    let after = match before.application_id {
        None => {
            app.store
                .update_model(app.scope(), id, lone_model(body, Some(&before))?, revision)
                .await?
        }
        Some(application) => {
            if revision.is_some_and(|revision| revision != before.revision) {
                return Err(StoreError::Outdated("the model").into());
            }
            replace(&app, application, id, body).await?;
            app.store
                .model(app.scope(), id)
                .await?
                .ok_or_else(|| ApiError::not_found("model"))?
        }
    };
    Ok(Tagged(after.revision, Json(after.into())))
}

async fn replace(app: &Scoped, application: Uuid, id: Uuid, body: ModelBody) -> ApiResult<()> {
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
        .redesign_application(
            app.scope(),
            application,
            designed.new,
            designed.models,
            None,
            app.caller.person_id(),
        )
        .await?;
    Ok(())
}
