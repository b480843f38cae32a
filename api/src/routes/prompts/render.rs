//! `POST /api/prompts/{id}/render`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody};
use crate::prompt_text::{self, PromptError};
use crate::prompts;
use crate::schemas::prompt::{PromptVersion, RenderBody, Rendered};

/// Puts values into a prompt. What is put in is never read as a template, and work and length are bounded.
#[utoipa::path(post, path = "/api/prompts/{id}/render", tag = "prompts", security(("bearer" = ["prompts:read"])),
    params(Id), request_body = Option<RenderBody>, responses(
    (status = 200, description = "The text.", body = Rendered),
    (status = 404, description = "There is none with this id, or no such version or label.", body = ErrorEnvelope),
    (status = 422, description = "A value is missing, or the text can't be made of them.", body = ErrorEnvelope),
))]
pub(crate) async fn render_prompt(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<RenderBody>,
) -> ApiResult<Json<Rendered>> {
    let summary = prompts::read(&app, id).await?;
    let version = prompts::version(&app, &summary, body.version, body.label.as_deref()).await?;
    let version = PromptVersion::from(version);
    let mut values = body.values;
    for variable in version.variables {
        if let Some(default) = variable.default {
            values.entry(variable.name).or_insert(default);
        }
    }
    let content = version.content;
    // A long text with loops takes its time.
    let rendered = tokio::task::spawn_blocking(move || prompt_text::render(&content, &values));
    let text = rendered.await.map_err(ApiError::internal)?;
    let text = text.map_err(|error| match &error {
        PromptError::Missing(name) => {
            ApiError::invalid(format!("/values/{name}"), error.to_string())
        }
        _ => ApiError::invalid("/values", error.to_string()),
    })?;
    Ok(Json(Rendered {
        version: version.version,
        text,
    }))
}
