//! `POST /api/prompts/{id}/restore`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::prompts;
use crate::replies::Tagged;
use crate::schemas::prompt::Prompt;
use crate::schemas::trash::RestoreBody;

/// Brings a deleted prompt back, with all its versions and labels.
#[utoipa::path(post, path = "/api/prompts/{id}/restore", tag = "prompts", security(("bearer" = ["prompts:write"])),
    params(Id), request_body = Option<RestoreBody>, responses(
    (status = 200, description = "The prompt.", body = Prompt),
    (status = 404, description = "None with this id was deleted.", body = ErrorEnvelope),
    (status = 409, description = "Another one has the name: `name` gives another one.", body = ErrorEnvelope),
    (status = 422, description = "It can't be called so.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_prompt(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<RestoreBody>,
) -> ApiResult<Tagged<Prompt>> {
    let name = body.name.as_deref();
    if let Some(name) = name {
        prompts::check_name(name)?;
    }
    let prompt = app.store.restore_prompt(app.scope(), id, name).await?;
    let revision = prompt.revision;
    Ok(Tagged(
        revision,
        Json(prompts::view(&app, prompt, None).await?),
    ))
}
