//! `PUT /api/prompts/{id}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::prompts;
use crate::replies::Tagged;
use crate::schemas::prompt::{Prompt, PromptBody, PromptVersion};

/// Changes a prompt; a changed text or changed variables are the next version. What is left out stays as it is.
#[utoipa::path(put, path = "/api/prompts/{id}", tag = "prompts", security(("bearer" = ["prompts:write"])),
    params(Id, IfMatch), request_body = PromptBody, responses(
    (status = 200, description = "The prompt as it is now.", body = Prompt),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "Name, text or variables can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn update_prompt(
    app: Scoped,
    Id(id): Id,
    IfMatch(mut revision): IfMatch,
    Body(body): Body<PromptBody>,
) -> ApiResult<Tagged<Prompt>> {
    let mut prompt = prompts::read(&app, id).await?;
    let next = match (body.content, body.variables) {
        (None, None) => None,
        (content, variables) => {
            let newest = prompts::version(&app, &prompt, None, None).await?;
            let newest = PromptVersion::from(newest);
            let content = content.unwrap_or(newest.content);
            let variables = variables.unwrap_or(newest.variables);
            Some(prompts::check_version(&app, content, variables, body.note)?)
        }
    };
    if body.name.is_some() || body.description.is_some() {
        let name = body.name.unwrap_or_else(|| prompt.name.clone());
        prompts::check_name(&name)?;
        let description = body
            .description
            .unwrap_or_else(|| prompt.description.clone());
        let changed = app
            .store
            .update_prompt(app.scope(), id, &name, &description, revision);
        prompt = changed.await?;
        // The rest is made to this.
        revision = revision.map(|_| prompt.revision);
    }
    if let Some(next) = next {
        let changed = app
            .store
            .add_prompt_version(app.scope(), id, next, revision);
        prompt = changed.await?;
    }
    let revision = prompt.revision;
    Ok(Tagged(
        revision,
        Json(prompts::view(&app, prompt, None).await?),
    ))
}
