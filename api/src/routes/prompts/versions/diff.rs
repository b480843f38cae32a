//! `GET /api/prompts/{id}/versions/{version}/diff`

use std::time::Duration;

use axum::Json;
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Numbered, Query};
use crate::prompts;
use crate::schemas::prompt::{DiffLine, LineChange, PromptDiff};

const PATIENCE: Duration = Duration::from_millis(300);

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Against {
    /// The version that it is compared with; the one before unless said.
    #[param(minimum = 1)]
    from: Option<u32>,
}

/// What changed from another version to this one, line by line.
#[utoipa::path(get, path = "/api/prompts/{id}/versions/{version}/diff", tag = "prompts",
    security(("bearer" = ["prompts:read"])), params(Numbered, Against), responses(
    (status = 200, description = "All lines of both.", body = PromptDiff),
    (status = 404, description = "There is no such version.", body = ErrorEnvelope),
))]
pub(crate) async fn diff_prompt_versions(
    app: Scoped,
    Numbered { id, version }: Numbered,
    Query(against): Query<Against>,
) -> ApiResult<Json<PromptDiff>> {
    let prompt = prompts::read(&app, id).await?;
    let from = against.from.unwrap_or_else(|| version.saturating_sub(1));
    if from == 0 {
        let message = "there is no version before the first one: say `from`";
        return Err(ApiError::bad_request(message));
    }
    let old = prompts::version(&app, &prompt, Some(from), None).await?;
    let new = prompts::version(&app, &prompt, Some(version), None).await?;
    let compared = tokio::task::spawn_blocking(move || lines(&old.content, &new.content));
    Ok(Json(PromptDiff {
        from,
        to: version,
        lines: compared.await.map_err(ApiError::internal)?,
    }))
}

fn lines(old: &str, new: &str) -> Vec<DiffLine> {
    let diff = TextDiff::configure()
        // Past this, what differs is told more coarsely.
        .timeout(PATIENCE)
        .diff_lines(old, new);
    let lines = diff.iter_all_changes().map(|change| DiffLine {
        change: match change.tag() {
            ChangeTag::Equal => LineChange::Same,
            ChangeTag::Delete => LineChange::Removed,
            ChangeTag::Insert => LineChange::Added,
        },
        text: change.value().trim_end_matches(['\r', '\n']).to_owned(),
    });
    lines.collect()
}
