//! `POST /api/applications`

use axum::Json;
use axum::response::Response;

use crate::access::Scoped;
use crate::components;
use crate::designs::design;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::replies::created;
use crate::schemas::application::{Application, ApplicationBody};

/// Makes an application together with its models, all or nothing.
#[utoipa::path(post, path = "/api/applications", tag = "applications", security(("bearer" = ["applications:write"])), request_body = ApplicationBody,
    params(IdempotencyKey),
    responses(
        (status = 201, description = "The new application.", body = Application),
        (status = 409, description = "The name is taken, or the key was used with another body.", body = ErrorEnvelope),
        (status = 422, description = "The document has problems, or a component uses what there is not.", body = ErrorEnvelope),
    ))]
pub(crate) async fn create_application(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<ApplicationBody>,
) -> ApiResult<Response> {
    components::check(&app, body.components.as_deref()).await?;
    let designed = design(body, None)?;
    let models = designed
        .models
        .into_iter()
        .map(|change| change.model)
        .collect();
    let made = app
        .store
        .create_application(
            app.scope(),
            designed.new,
            models,
            key.as_ref().map(Keyed::once),
        )
        .await?;
    let application = super::view(&app, made.value).await?;
    Ok(created(
        &format!("/api/applications/{}", application.id),
        made.existing,
        Json(application),
    ))
}
