//! `GET /api/prompts/{id}`

use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, Query};
use crate::prompts;
use crate::replies::Tagged;
use crate::schemas::prompt::Prompt;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Shows the version that this label points at; the newest one without.
    label: Option<String>,
}

/// A prompt with its text.
#[utoipa::path(get, path = "/api/prompts/{id}", tag = "prompts", security(("bearer" = ["prompts:read"])),
    params(Id, Which), responses(
    (status = 200, description = "The prompt.", body = Prompt),
    (status = 404, description = "There is none with this id, or no such label.", body = ErrorEnvelope),
))]
pub(crate) async fn get_prompt(
    app: Scoped,
    Id(id): Id,
    Query(which): Query<Which>,
) -> ApiResult<Tagged<Prompt>> {
    let prompt = prompts::read(&app, id).await?;
    let revision = prompt.revision;
    let prompt = prompts::view(&app, prompt, which.label.as_deref()).await?;
    Ok(Tagged(revision, Json(prompt)))
}
