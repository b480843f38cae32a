//! `PUT` and `DELETE /api/prompts/{id}/labels/{label}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, IfMatch, Labelled};
use crate::prompts;
use crate::replies::Tagged;
use crate::schemas::prompt::{LabelBody, Prompt};

/// Points a label at a version, back at an earlier one too. Who asks for the prompt by this label gets that version from
/// now on.
#[utoipa::path(put, path = "/api/prompts/{id}/labels/{label}", tag = "prompts",
    security(("bearer" = ["prompts:write"])), params(Labelled, IfMatch), request_body = LabelBody, responses(
    (status = 200, description = "The prompt as it is now.", body = Prompt),
    (status = 404, description = "There is no prompt with this id, or no such version.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn put_prompt_label(
    app: Scoped,
    Labelled { id, label }: Labelled,
    IfMatch(revision): IfMatch,
    Body(body): Body<LabelBody>,
) -> ApiResult<Tagged<Prompt>> {
    if body.version == 0 || i32::try_from(body.version).is_err() {
        return Err(ApiError::invalid("/version", "versions are 1, 2, 3 …"));
    }
    let prompt = app
        .store
        .label_prompt(app.scope(), id, &label, Some(body.version), revision)
        .await?;
    let revision = prompt.revision;
    Ok(Tagged(
        revision,
        Json(prompts::view(&app, prompt, None).await?),
    ))
}

/// Takes a label away.
#[utoipa::path(delete, path = "/api/prompts/{id}/labels/{label}", tag = "prompts",
    security(("bearer" = ["prompts:write"])), params(Labelled, IfMatch), responses(
    (status = 200, description = "The prompt as it is now.", body = Prompt),
    (status = 404, description = "There is no prompt with this id, or no such label.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_prompt_label(
    app: Scoped,
    Labelled { id, label }: Labelled,
    IfMatch(revision): IfMatch,
) -> ApiResult<Tagged<Prompt>> {
    let prompt = app
        .store
        .label_prompt(app.scope(), id, &label, None, revision)
        .await?;
    let revision = prompt.revision;
    Ok(Tagged(
        revision,
        Json(prompts::view(&app, prompt, None).await?),
    ))
}
