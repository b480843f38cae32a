//! `POST /api/prompts/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::prompts;
use crate::replies::Tagged;
use crate::schemas::prompt::Prompt;

/// Brings a deleted prompt back, with all its versions and labels.
#[utoipa::path(post, path = "/api/prompts/{id}/restore", tag = "prompts", security(("bearer" = ["prompts:write"])),
    params(Id), responses(
    (status = 200, description = "The prompt.", body = Prompt),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another one has taken its name meanwhile.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_prompt(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Prompt>> {
    let prompt = app.store.restore_prompt(app.scope(), id).await?;
    let revision = prompt.revision;
    Ok(Tagged(
        revision,
        Json(prompts::view(&app, prompt, None).await?),
    ))
}
