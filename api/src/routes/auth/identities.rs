//! `/api/auth/identities`

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::access::Account;
use crate::accounts::cookies;
use crate::accounts::proof::proved;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id};
use crate::oauth::flow::{self, Owner};
use crate::oauth::refusal::Refusal;
use crate::replies::private;
use crate::schemas::identity::{Identity, LinkBegun, LinkBody};
use crate::schemas::page::Page;

/// Who you are at other services, by which you can log in, on one page.
#[utoipa::path(get, path = "/api/auth/identities", tag = "auth", security(("session" = [])), responses(
    (status = 200, description = "Your identities.", body = Page<Identity>),
))]
pub(crate) async fn list_identities(account: Account) -> ApiResult<Json<Page<Identity>>> {
    let identities = account.store.list_identities(account.person.id).await?;
    let items = identities.into_iter().map(Identity::from);
    Ok(Json(Page::whole(items.collect())))
}

/// Begins to link who you are at a service to your account. The browser that asked goes on at the address in the reply.
///
/// From then on whoever is logged in there can log in here, so that this takes your password once more, or a
/// login within the last ten minutes of who has none.
#[utoipa::path(post, path = "/api/auth/identities", tag = "auth", security(("session" = [])), request_body = LinkBody,
    responses(
    (status = 200, description = "Where to go on.", body = LinkBegun),
    (status = 403, description = "You have no password, and logged in too long ago.", body = ErrorEnvelope),
    (status = 422, description = "This server knows no such service, or the password is wrong.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
    (status = 502, description = "The service does not answer as it should.", body = ErrorEnvelope),
))]
pub(crate) async fn begin_link(
    account: Account,
    Body(body): Body<LinkBody>,
) -> ApiResult<Response> {
    let provider = account.providers.get(&body.provider);
    let unknown = || ApiError::invalid("/provider", "this server knows no such login service");
    let provider = provider.ok_or_else(unknown)?;
    let session = account.session().ok_or_else(ApiError::unauthorized)?;
    let user = proved(&account, body.password, "/password").await?.id;
    let owner = Owner { user, session };
    let begun = flow::begin(&account, &provider, None, Some(owner)).await;
    let begun = begun.map_err(|refusal| match refusal {
        Refusal::Provider(fault) => fault.into(),
        Refusal::Unavailable(error) => error,
        other => ApiError::unavailable(other.word()),
    })?;
    let url = begun.url.to_string();
    let mut response = private(Json(LinkBegun { url }).into_response());
    let lasts = flow::GOOD_FOR.num_seconds();
    cookies::OAUTH.give(&account, &mut response, &begun.browser, lasts)?;
    Ok(response)
}

/// Takes a way to log in from your account, unless it is the last one.
#[utoipa::path(delete, path = "/api/auth/identities/{id}", tag = "auth", security(("session" = [])), params(Id), responses(
    (status = 204, description = "It opens nothing here any more."),
    (status = 404, description = "You have no such identity.", body = ErrorEnvelope),
    (status = 409, description = "You could not log in any more.", body = ErrorEnvelope),
))]
pub(crate) async fn unlink_identity(account: Account, Id(id): Id) -> ApiResult<StatusCode> {
    let issuers: Vec<&str> = account
        .providers
        .iter()
        .map(|provider| &*provider.issuer)
        .collect();
    account
        .store
        .unlink_identity(account.person.id, id, &issuers)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
