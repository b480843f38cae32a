//! `POST /api/prompts`

use axum::Json;
use axum::response::Response;
use store::NewPrompt;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::prompts;
use crate::replies::created;
use crate::schemas::prompt::{NewPromptBody, Prompt};

/// Makes a prompt at version 1. The values that its text takes are found by themselves.
#[utoipa::path(post, path = "/api/prompts", tag = "prompts", security(("bearer" = ["prompts:write"])),
    params(IdempotencyKey), request_body = NewPromptBody, responses(
    (status = 201, description = "The new prompt.", body = Prompt),
    (status = 409, description = "The name is taken, or the key was used with another body.", body = ErrorEnvelope),
    (status = 422, description = "Name, text or variables can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn create_prompt(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<NewPromptBody>,
) -> ApiResult<Response> {
    prompts::check_name(&body.name)?;
    let first = prompts::check_version(&app, body.content, body.variables, body.note)?;
    let new = NewPrompt {
        name: body.name,
        description: body.description,
        first,
    };
    let made = app
        .store
        .create_prompt(app.scope(), new, key.as_ref().map(Keyed::once));
    let made = made.await?;
    let location = format!("/api/prompts/{}", made.value.id);
    let prompt = prompts::view(&app, made.value, None).await?;
    Ok(created(&location, made.existing, Json(prompt)))
}
