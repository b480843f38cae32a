//! `POST /api/workflows/evaluate`

use axum::Json;
use chrono::Utc;
use engine::template::{Form, Sample, evaluate};
use tokio::sync::Semaphore;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorDetail, ErrorEnvelope};
use crate::extract::Body;
use crate::schemas::meta::{EvaluateBody, Evaluated, TextForm};

/// A text may take a second of work; runs go on beside those that are only tried.
static TRIED_AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What a text with expressions comes to over the data that is given, as a run would read it. What bounds the expressions of runs
/// bounds it, too, and no secret has a value in it.
#[utoipa::path(post, path = "/api/workflows/evaluate", tag = "workflows", security(("bearer" = ["workflows:read"])),
    request_body = EvaluateBody, responses(
    (status = 200, description = "What it comes to.", body = Evaluated),
    (status = 422, description = "An expression is wrong, or failed; line and column are told.", body = ErrorEnvelope),
))]
pub(crate) async fn evaluate_expression(
    _app: Scoped,
    Body(body): Body<EvaluateBody>,
) -> ApiResult<Json<Evaluated>> {
    let EvaluateBody {
        text,
        form,
        args,
        data,
    } = body;
    let form = match form {
        TextForm::Text => Form::Text,
        TextForm::Expression => Form::Expression,
        TextForm::Script => Form::Script { args },
    };
    let nodes = data.nodes.into_iter().map(|(id, node)| (id, node.output));
    let sample = Sample {
        inputs: data.inputs,
        nodes: nodes.collect(),
        vars: data.vars,
        locals: data.locals,
    };
    let turn = TRIED_AT_ONCE.acquire().await.map_err(ApiError::internal)?;
    let now = Utc::now();
    let tried = tokio::task::spawn_blocking(move || {
        // Whoever asked may be gone: the work goes on, and so does its turn.
        let _turn = turn;
        evaluate(&text, form, sample, now)
    });
    let value = tried.await.map_err(ApiError::internal)?.map_err(told)?;
    Ok(Json(Evaluated { value }))
}

fn told(messages: Vec<String>) -> ApiError {
    let details = messages.into_iter().map(|message| ErrorDetail {
        path: Some("/text".to_owned()),
        message,
        ..ErrorDetail::default()
    });
    ApiError::faulty(details.collect())
}
