//! `POST /api/models`

use axum::Json;
use axum::response::Response;

use crate::access::Scoped;
use crate::designs::{Current, design, lone_model, nothing};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::replies::created;
use crate::schemas::application::ApplicationBody;
use crate::schemas::model::{Model, ModelBody, NewModelBody};

/// Makes a model, alone or within an application, which is then checked as a whole.
#[utoipa::path(post, path = "/api/models", tag = "models", security(("bearer" = ["models:write"])), request_body = NewModelBody,
    params(IdempotencyKey),
    responses(
        (status = 201, description = "The new model.", body = Model),
        (status = 404, description = "There is no such application.", body = ErrorEnvelope),
        (status = 409, description = "The name is taken, or the key was used with another body.", body = ErrorEnvelope),
        (status = 422, description = "The model has problems.", body = ErrorEnvelope),
    ))]
pub(crate) async fn create_model(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<NewModelBody>,
) -> ApiResult<Response> {
    let NewModelBody {
        application_id,
        name,
        label,
        fields,
    } = body;
    let body = ModelBody {
        id: None,
        name,
        label,
        fields,
    };
    let _turn = app.designing.lock().await;
    let model = match application_id {
        None => lone_model(body, None)?,
        Some(id) => {
            let current = Current::read(&app, id).await?;
            let mut models = current.model_bodies()?;
            let prefix = format!("/models/{}", models.len());
            models.push(body);
            let whole = ApplicationBody {
                models: Some(models),
                ..nothing()
            };
            let designed =
                design(whole, Some(&current)).map_err(|error| error.without_prefix(&prefix))?;
            let last = designed.models.into_iter().next_back();
            last.ok_or_else(|| ApiError::internal("a design lost its new model"))?
                .model
        }
    };
    let made = app
        .store
        .create_model(
            app.scope(),
            application_id,
            model,
            key.as_ref().map(Keyed::once),
        )
        .await?;
    let model = Model::from(made.value);
    Ok(created(
        &format!("/api/models/{}", model.id),
        made.existing,
        Json(model),
    ))
}
