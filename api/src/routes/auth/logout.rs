//! `POST /api/auth/logout`

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Account;
use crate::accounts::cookies;
use crate::error::ApiResult;
use crate::extract::Query;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct How {
    /// Everywhere, not only here.
    #[serde(default)]
    #[param(value_type = Option<bool>, default = false)]
    everywhere: bool,
}

/// Ends this session, or all of them. Its tokens are worth nothing any more, and its sockets close.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth", security(("session" = [])), params(How), responses(
    (status = 204, description = "It has ended."),
))]
pub(crate) async fn logout(account: Account, Query(how): Query<How>) -> ApiResult<Response> {
    let user = account.person.id;
    if how.everywhere {
        account.store.end_sessions(user, None).await?;
    } else if let Some(session) = account.session() {
        account.store.end_session(user, session).await?;
    }
    account.identities.forget();
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookies::REFRESH.forget(&account, &mut response);
    Ok(response)
}
