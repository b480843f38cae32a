//! `POST /api/auth/logout`

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Account;
use crate::accounts::cookies;
use crate::error::ApiResult;
use crate::extract::{OptionalBody, Query};
use crate::schemas::account::LogoutBody;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// Everywhere, not only here.
    #[serde(default)]
    #[param(value_type = Option<bool>, default = false)]
    everywhere: bool,
}

/// Ends this session, or all of them: `everywhere` is said in the address or in the body. Its tokens are worth nothing any
/// more, and its sockets close.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth", security(("session" = [])), params(How),
    request_body = Option<LogoutBody>, responses(
    (status = 204, description = "It has ended."),
))]
pub(crate) async fn logout(
    account: Account,
    Query(how): Query<How>,
    OptionalBody(body): OptionalBody<LogoutBody>,
) -> ApiResult<Response> {
    let user = account.person.id;
    if how.everywhere || body.everywhere == Some(true) {
        account.store.end_sessions(user, None).await?;
    } else if let Some(session) = account.session() {
        account.store.end_session(user, session).await?;
    }
    account.identities.forget();
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookies::REFRESH.forget(&account, &mut response);
    Ok(response)
}
