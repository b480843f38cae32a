//! `POST /api/prompts/{id}/versions`

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::prompts;
use crate::replies::Tagged;
use crate::schemas::prompt::{Prompt, PromptVersionBody};

/// Makes the next version of a prompt. A text that is the same as the newest one makes none.
#[utoipa::path(post, path = "/api/prompts/{id}/versions", tag = "prompts", security(("bearer" = ["prompts:write"])),
    params(Id, IfMatch), request_body = PromptVersionBody, responses(
    (status = 201, description = "The prompt at its newest version.", body = Prompt),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "Text or variables can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn create_prompt_version(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<PromptVersionBody>,
) -> ApiResult<Response> {
    prompts::read(&app, id).await?;
    let next = prompts::check_version(&app, body.content, body.variables, body.note)?;
    let prompt = app
        .store
        .add_prompt_version(app.scope(), id, next, revision);
    let prompt = prompt.await?;
    let location = format!("/api/prompts/{id}/versions/{}", prompt.version);
    let revision = prompt.revision;
    let reply = Tagged(revision, Json(prompts::view(&app, prompt, None).await?));
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], reply).into_response())
}
