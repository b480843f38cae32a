//! `GET` and `POST /api/resume/{execution}/{step}/{token}`: the link that answers one step.
//!
//! Looking at a link never answers: mail programs and chats open links by themselves.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use engine::ports::executions::{WaitFilter, Waiting};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::Scoped;
use crate::answers;
use crate::error::{ApiError, ApiResult, Code, ErrorEnvelope};
use crate::extract::Body;
use crate::schemas::wait::{AnswerBody, Request};
use crate::state::App;
use crate::wait;

/// What stands in an address as it is; a link is written by whoever follows it, and need not be one of ours.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct Link {
    execution: Uuid,
    /// The step's address in its execution.
    step: String,
    /// Proves that its bearer was given the link.
    token: String,
}

/// What a link asks of its bearer.
#[derive(Serialize, ToSchema)]
pub(crate) struct Question {
    #[serde(flatten)]
    request: Request,
    workflow_name: String,
}

/// The answer was taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answered {
    /// Always true.
    answered: bool,
}

/// Shows what a link asks. A browser is led to a page with the form.
#[utoipa::path(get, path = "/api/resume/{execution}/{step}/{token}", tag = "waits", security(()), params(Link),
    extensions(("x-open-query" = json!(true))), responses(
    (status = 200, description = "What is asked.", body = Question),
    (status = 303, description = "To the page with the form, for browsers."),
    (status = 404, description = "The link is wrong, or was answered already.", body = ErrorEnvelope),
))]
pub(crate) async fn show_link(
    State(app): State<App>,
    link: Result<Path<Link>, PathRejection>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    let Path(link) = link.map_err(|_| gone())?;
    let wants_page = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.starts_with("text/html"));
    if wants_page {
        let [step, token] =
            [&link.step, &link.token].map(|part| utf8_percent_encode(part, IN_PATH));
        let page = format!("/answer/{}/{step}/{token}", link.execution);
        return Ok(Redirect::to(&page).into_response());
    }
    let app = Scoped::by_link(app);
    let waiting = open(&app, &link).await?;
    let execution = wait::read(&app, link.execution).await?;
    let question = Question {
        request: waiting.request.into(),
        workflow_name: execution.summary.workflow_name,
    };
    Ok(Json(question).into_response())
}

/// Answers the step that a link belongs to; only once.
#[utoipa::path(post, path = "/api/resume/{execution}/{step}/{token}", tag = "waits", security(()), params(Link),
    extensions(("x-open-query" = json!(true))), request_body = AnswerBody, responses(
    (status = 200, description = "The answer was taken.", body = Answered),
    (status = 404, description = "The link is wrong, or was answered already.", body = ErrorEnvelope),
    (status = 409, description = "Somebody else was faster.", body = ErrorEnvelope),
    (status = 422, description = "The answer does not fit what is asked.", body = ErrorEnvelope),
))]
pub(crate) async fn answer_link(
    State(app): State<App>,
    link: Result<Path<Link>, PathRejection>,
    Body(body): Body<AnswerBody>,
) -> ApiResult<Json<Answered>> {
    let Path(link) = link.map_err(|_| gone())?;
    let app = Scoped::by_link(app);
    let waiting = open(&app, &link).await?;
    answers::answer(&app, &waiting, body.into_answer("link")).await?;
    Ok(Json(Answered { answered: true }))
}

fn gone() -> ApiError {
    let message = "nothing is asked at this link: it is wrong, or was answered already";
    ApiError::new(Code::NotFound, message)
}

/// The step of a link, if the link is right. A wrong one and one that is used up look the same.
async fn open(app: &Scoped, link: &Link) -> ApiResult<Waiting> {
    if !app.links.is_valid(link.execution, &link.step, &link.token) {
        return Err(gone());
    }
    let step = |execution| WaitFilter::Step {
        execution,
        path: link.step.clone(),
    };
    if let Some(found) = answers::find(app, &step(link.execution)).await? {
        return Ok(found);
    }
    // Whoever was given the link before the run moved to another version still has it.
    let Some(first) = app.store.execution(app.scope(), link.execution).await? else {
        return Err(gone());
    };
    let last = wait::follow(app, first).await?.summary.id;
    answers::find(app, &step(last)).await?.ok_or_else(gone)
}
