//! `POST /api/waits/{id}/answer`

use axum::Json;
use engine::ports::executions::WaitFilter;

use crate::access::Scoped;
use crate::answers;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id};
use crate::schemas::execution::Execution;
use crate::schemas::wait::AnswerBody;
use crate::wait;

/// Answers a step that waits. The first answer counts.
#[utoipa::path(post, path = "/api/waits/{id}/answer", tag = "waits", security(("bearer" = ["waits:answer"])), params(Id), request_body = AnswerBody, responses(
    (status = 200, description = "The execution, which goes on.", body = Execution),
    (status = 404, description = "Nothing waits under this id (any more).", body = ErrorEnvelope),
    (status = 409, description = "Somebody else was faster.", body = ErrorEnvelope),
    (status = 422, description = "The answer does not fit what is asked.", body = ErrorEnvelope),
))]
pub(crate) async fn answer_wait(
    app: Scoped,
    Id(id): Id,
    Body(body): Body<AnswerBody>,
) -> ApiResult<Json<Execution>> {
    let waiting = answers::find(&app, &WaitFilter::Id(id)).await?;
    let waiting = waiting.filter(|waiting| waiting.owner == app.workspace());
    let waiting = waiting.ok_or_else(|| ApiError::not_found("wait"))?;
    let mut answer = body.into_answer("api");
    answer.by = app.caller.named(answer.by);
    answers::answer(&app, &waiting, answer).await?;
    Ok(Json(wait::read(&app, waiting.execution).await?.into()))
}
