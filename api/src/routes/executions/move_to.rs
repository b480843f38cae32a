//! `POST /api/executions/{id}/move` and `POST /api/executions/{id}/move/preview`

use axum::Json;
use axum::response::Response;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, OptionalBody, Query, Trigger};
use crate::moves;
use crate::routes::workflows::execute::How;
use crate::schemas::execution::Execution;
use crate::schemas::movement::{MoveBody, MovePreview};

/// Moves a paused execution to another version of its workflow: a new execution goes on in its place, and takes over
/// all that has ended and is the same in both. The old one ends as `cancelled`, without clean-up; both happen or
/// neither does. Asked again, the answer is the same new execution.
///
/// Steps that were changed run again where that does no harm. When an effect would happen twice or be left behind, the
/// move is refused until it is accepted: its details name the steps.
#[utoipa::path(post, path = "/api/executions/{id}/move", tag = "executions", security(("bearer" = ["executions:control"])), params(Id, How),
    request_body = Option<MoveBody>, responses(
    (status = 200, description = "The new execution, which ended while the caller waited.", body = Execution,
        headers(("Location" = String, description = "Where to read it."))),
    (status = 202, description = "The new execution is recorded and goes on.", body = Execution,
        headers(("Location" = String, description = "Where to read it."))),
    (status = 404, description = "There is no execution with this id, or no such version.", body = ErrorEnvelope),
    (status = 409, description = "It is not paused, was called by another one, or a step needs a decision.",
        body = ErrorEnvelope),
    (status = 422, description = "There is no such step, or the inputs do not fit.", body = ErrorEnvelope),
))]
pub(crate) async fn move_execution(
    app: Scoped,
    Id(id): Id,
    Query(how): Query<How>,
    Trigger(trigger): Trigger,
    OptionalBody(body): OptionalBody<MoveBody>,
) -> ApiResult<Response> {
    let wait = how.wait.map(|wait| wait.0);
    moves::carry_out(&app, id, &body, trigger, wait).await
}

/// Says what a move would do, and does nothing.
#[utoipa::path(post, path = "/api/executions/{id}/move/preview", tag = "executions", security(("bearer" = ["executions:control"])), params(Id),
    request_body = Option<MoveBody>, responses(
    (status = 200, description = "What the move would do.", body = MovePreview),
    (status = 404, description = "There is no execution with this id, or no such version.", body = ErrorEnvelope),
    (status = 409, description = "It is not paused, or was called by another one.", body = ErrorEnvelope),
    (status = 422, description = "There is no such step, or the inputs do not fit.", body = ErrorEnvelope),
))]
pub(crate) async fn preview_move(
    app: Scoped,
    Id(id): Id,
    OptionalBody(body): OptionalBody<MoveBody>,
) -> ApiResult<Json<MovePreview>> {
    Ok(Json(moves::preview(&app, id, &body).await?))
}
