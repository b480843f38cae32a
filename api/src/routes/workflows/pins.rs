//! `GET` and `PUT /api/workflows/{id}/pins`

use axum::Json;
use axum::response::{IntoResponse, Response};

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::{Tagged, private};
use crate::schemas::pins::{Pins, PinsBody};

/// The data that is pinned to nodes of a workflow.
///
/// Pinned data is for trying a workflow out: a run uses it only if it is given with the run, as the designer does. It is no part of
/// the document, and runs that schedules and webhooks begin know nothing of it.
#[utoipa::path(get, path = "/api/workflows/{id}/pins", tag = "workflows", security(("bearer" = ["workflows:read"])), params(Id), responses(
    (status = 200, description = "What is pinned, by node; nothing where nothing is.", body = Pins,
        headers(("ETag" = String, description = "The state of it."))),
    (status = 404, description = "There is no workflow with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_pins(app: Scoped, Id(id): Id) -> ApiResult<Response> {
    let pins = app.store.workflow_pins(app.scope(), id).await?;
    let pins = pins.ok_or_else(|| ApiError::not_found("workflow"))?;
    Ok(tagged(pins))
}

/// Pins data to nodes of a workflow, and to no other nodes.
///
/// It makes no new version. Up to 1 MiB is kept for a workflow. The audit log tells who pinned when, and not what: it may be of a run.
#[utoipa::path(put, path = "/api/workflows/{id}/pins", tag = "workflows", security(("bearer" = ["workflows:write"])), params(Id, IfMatch),
    request_body = PinsBody, responses(
    (status = 200, description = "What is pinned now.", body = Pins,
        headers(("ETag" = String, description = "The state of it."))),
    (status = 404, description = "There is no workflow with this id.", body = ErrorEnvelope),
    (status = 412, description = "Somebody else has changed what is pinned since it was read.", body = ErrorEnvelope),
    (status = 422, description = "It is too much, or no node can be called so.", body = ErrorEnvelope),
))]
pub(crate) async fn put_pins(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<PinsBody>,
) -> ApiResult<Response> {
    let pins = body.checked()?;
    let kept = app
        .store
        .put_workflow_pins(app.scope(), id, &pins, revision);
    Ok(tagged(kept.await?))
}

/// Marked as private, so that no data of runs gets into the audit log, of which nothing can be taken out again.
fn tagged(kept: store::WorkflowPins) -> Response {
    let revision = kept.revision;
    private(Tagged(revision, Json(Pins::from(kept))).into_response())
}
