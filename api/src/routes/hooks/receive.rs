//! `GET`, `POST` and `PUT /api/hooks/{token}`: what other programs send.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::{ApiError, ApiResult, Code, ErrorEnvelope};
use crate::extract::Visitor;
use crate::schemas::webhook::HookAccepted;
use crate::state::App;
use crate::webhooks::receive;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct Token {
    /// The end of the webhook's address.
    token: String,
}

/// Begins a webhook's workflow. What is sent twice begins it once: senders repeat what they had no answer to.
#[utoipa::path(post, path = "/api/hooks/{token}", tag = "webhooks", security(()), params(Token),
    extensions(("x-open-query" = json!(true))),
    request_body(content = String, description = "Whatever the sender sends.", content_type = "*/*"), responses(
    (status = 200, description = "The output of the run, where the webhook replies with it.", body = Value),
    (status = 202, description = "The run is recorded.", body = HookAccepted),
    (status = 401, description = "The sender did not prove itself.", body = ErrorEnvelope),
    (status = 404, description = "There is nothing at this address.", body = ErrorEnvelope),
    (status = 422, description = "The workflow does not take what was sent.", body = ErrorEnvelope),
    (status = 502, description = "The run did not succeed, where the webhook replies with its output.", body = ErrorEnvelope),
    (status = 405, description = "The webhook does not take this method.", body = ErrorEnvelope),
))]
pub(crate) async fn post_hook(
    State(app): State<App>,
    token: Result<Path<Token>, PathRejection>,
    visitor: Visitor,
    request: Request,
) -> ApiResult<Response> {
    take(&app, token, &visitor, request).await
}

/// The same by `PUT`, where the webhook takes that.
#[utoipa::path(put, path = "/api/hooks/{token}", tag = "webhooks", security(()), params(Token),
    extensions(("x-open-query" = json!(true))),
    request_body(content = String, description = "Whatever the sender sends.", content_type = "*/*"), responses(
    (status = 200, description = "The output of the run, where the webhook replies with it.", body = Value),
    (status = 202, description = "The run is recorded.", body = HookAccepted),
    (status = 401, description = "The sender did not prove itself.", body = ErrorEnvelope),
    (status = 404, description = "There is nothing at this address.", body = ErrorEnvelope),
    (status = 405, description = "The webhook does not take this method.", body = ErrorEnvelope),
))]
pub(crate) async fn put_hook(
    State(app): State<App>,
    token: Result<Path<Token>, PathRejection>,
    visitor: Visitor,
    request: Request,
) -> ApiResult<Response> {
    take(&app, token, &visitor, request).await
}

/// The same by `GET`, where the webhook takes that. Mail programs and chats open addresses by themselves.
#[utoipa::path(get, path = "/api/hooks/{token}", tag = "webhooks", security(()), params(Token),
    extensions(("x-open-query" = json!(true))), responses(
    (status = 200, description = "The output of the run, where the webhook replies with it.", body = Value),
    (status = 202, description = "The run is recorded.", body = HookAccepted),
    (status = 401, description = "The sender did not prove itself.", body = ErrorEnvelope),
    (status = 404, description = "There is nothing at this address.", body = ErrorEnvelope),
    (status = 405, description = "The webhook does not take this method.", body = ErrorEnvelope),
))]
pub(crate) async fn get_hook(
    State(app): State<App>,
    token: Result<Path<Token>, PathRejection>,
    visitor: Visitor,
    request: Request,
) -> ApiResult<Response> {
    take(&app, token, &visitor, request).await
}

async fn take(
    app: &App,
    token: Result<Path<Token>, PathRejection>,
    visitor: &Visitor,
    request: Request,
) -> ApiResult<Response> {
    let nothing = |_| ApiError::new(Code::NotFound, "there is nothing at this address");
    let Path(token) = token.map_err(nothing)?;
    receive::receive(app, &token.token, &visitor.address, request).await
}
