//! `GET /api/auth/oauth/{provider}`

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{LOGIN, ProviderId, go_to, refused};
use crate::accounts::cookies;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Query, Visitor};
use crate::limits::Limit;
use crate::oauth::flow;
use crate::state::App;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// The page to go on with; only a path of this server counts.
    next: Option<String>,
}

/// Leads a browser to another service, to log in there. It comes back by the callback.
#[utoipa::path(get, path = "/api/auth/oauth/{provider}", tag = "auth", security(()), params(ProviderId, How), responses(
    (status = 302, description = "To the service."),
    (status = 303, description = "To the login page, with an `error`."),
    (status = 404, description = "This server knows no such service.", body = ErrorEnvelope),
    (status = 429, description = "Too many logins from this address; mostly told on the page of the login.", body = ErrorEnvelope),
))]
pub(crate) async fn begin_oauth(
    State(app): State<App>,
    visitor: Visitor,
    ProviderId(id): ProviderId,
    Query(how): Query<How>,
) -> ApiResult<Response> {
    let provider = app.providers.get(&id);
    let provider = provider.ok_or_else(|| ApiError::not_found("login service"))?;
    let begun = async {
        app.limits.take(Limit::Oauth, &visitor.address).await?;
        flow::begin(&app, &provider, how.next.as_deref(), None).await
    };
    match begun.await {
        Ok(begun) => {
            let mut response = go_to(StatusCode::FOUND, begun.url.as_str());
            let lasts = flow::GOOD_FOR.num_seconds();
            cookies::OAUTH.give(&app, &mut response, &begun.browser, lasts)?;
            Ok(response)
        }
        Err(refusal) => Ok(refused(&app, &id, LOGIN, refusal)),
    }
}
