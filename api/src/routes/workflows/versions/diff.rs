//! `GET /api/workflows/{id}/versions/{version}/diff`

use axum::Json;
use engine::document::compare::compare;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::documents;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Numbered, Query};
use crate::schemas::version::WorkflowDiff;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Against {
    /// The version that it is compared with; the one before unless said.
    #[param(minimum = 1)]
    from: Option<u32>,
}

/// What changed from another version to this one: nodes, edges and fields of the document.
#[utoipa::path(get, path = "/api/workflows/{id}/versions/{version}/diff", tag = "workflows", security(("bearer" = ["workflows:read"])),
    params(Numbered, Against), responses(
    (status = 200, description = "The changes.", body = WorkflowDiff),
    (status = 404, description = "There is no such version.", body = ErrorEnvelope),
))]
pub(crate) async fn diff_versions(
    app: Scoped,
    Numbered { id, version }: Numbered,
    Query(against): Query<Against>,
) -> ApiResult<Json<WorkflowDiff>> {
    let from = against.from.unwrap_or_else(|| version.saturating_sub(1));
    if from == 0 {
        return Err(ApiError::bad_request(
            "there is no version before the first one: say `from`",
        ));
    }
    let (old, new) = tokio::try_join!(
        app.definitions.numbered(app.scope(), id, from),
        app.definitions.numbered(app.scope(), id, version),
    )?;
    let old = documents::stored(&old.document)?;
    let new = documents::stored(&new.document)?;
    Ok(Json(WorkflowDiff::of(from, version, compare(&old, &new))))
}
