//! `POST` and `DELETE /api/applications/{id}/preview`

use axum::http::StatusCode;
use axum::response::Response;
use engine::execution::RunOptions;
use serde_json::Map;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, IdempotencyKey, Trigger};
use crate::launch::{Order, launch};
use crate::provided;
use crate::schemas::execution::Execution;

/// Serves an application straight from its models, as they are saved now, without compiling it.
///
/// This runs the workflow `preview_application` with the application's name as its input `application`; a workspace that has no
/// such workflow is given one, and may change it. When the run has succeeded, `preview` of the application says where it
/// is. Models that were changed take the place of those that were previewed before: rows are kept as far as the models have a place for them.
#[utoipa::path(post, path = "/api/applications/{id}/preview", tag = "applications", security(("bearer" = ["applications:deploy"])), params(Id, IdempotencyKey), responses(
    (status = 202, description = "It is recorded and goes on.", body = Execution),
    (status = 404, description = "There is no such application.", body = ErrorEnvelope),
    (status = 409, description = "The key was used for another application.", body = ErrorEnvelope),
    (status = 422, description = "The workflow of this name takes other inputs.", body = ErrorEnvelope),
))]
pub(crate) async fn preview_application(
    app: Scoped,
    Id(id): Id,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Trigger(trigger): Trigger,
) -> ApiResult<Response> {
    let application = app.store.application(app.scope(), id).await?;
    let application = application.ok_or_else(|| ApiError::not_found("application"))?;
    let workflow = provided::PREVIEW.workflow(&app).await?;
    let definition = app
        .definitions
        .chosen(app.scope(), workflow.summary.id, None)
        .await?;
    let inputs = Map::from_iter([("application".to_owned(), application.name.into())]);
    let order = Order {
        definition,
        inputs,
        trigger,
        idempotency_key,
        options: RunOptions::default(),
        again: None,
        wait: None,
    };
    launch(&app, order).await
}

/// Stops the preview of an application and throws away the records that were entered in it.
///
/// What is deployed of the application stays as it is. Without a preview there is nothing to do.
#[utoipa::path(delete, path = "/api/applications/{id}/preview", tag = "applications", security(("bearer" = ["applications:deploy"])), params(Id), responses(
    (status = 204, description = "There is no preview of it any more."),
    (status = 404, description = "There is no such application.", body = ErrorEnvelope),
    (status = 409, description = "It is being started at this moment, or runs where this server can't stop it.", body = ErrorEnvelope),
))]
pub(crate) async fn remove_preview(app: Scoped, Id(id): Id) -> ApiResult<StatusCode> {
    let application = app.store.application(app.scope(), id).await?;
    let application = application.ok_or_else(|| ApiError::not_found("application"))?;
    app.live
        .remove_preview(app.workspace(), &application.name)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
