//! `GET /api/prompts/{id}/versions/{version}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Numbered;
use crate::prompts;
use crate::schemas::prompt::PromptVersion;

/// One version of a prompt.
#[utoipa::path(get, path = "/api/prompts/{id}/versions/{version}", tag = "prompts",
    security(("bearer" = ["prompts:read"])), params(Numbered), responses(
    (status = 200, description = "The version.", body = PromptVersion),
    (status = 404, description = "There is no such version.", body = ErrorEnvelope),
))]
pub(crate) async fn get_prompt_version(
    app: Scoped,
    Numbered { id, version }: Numbered,
) -> ApiResult<Json<PromptVersion>> {
    let prompt = prompts::read(&app, id).await?;
    let version = prompts::version(&app, &prompt, Some(version), None).await?;
    Ok(Json(version.into()))
}
