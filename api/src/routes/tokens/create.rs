//! `POST /api/tokens`

use axum::Json;
use axum::response::Response;
use chrono::{TimeDelta, Utc};
use uuid::Uuid;

use crate::access::{Account, Permissions, SERVER_ADMIN, Scoped};
use crate::accounts::secret;
use crate::error::{ApiError, ApiResult, ErrorDetail, ErrorEnvelope};
use crate::extract::{Body, Visitor};
use crate::notices::{self, Change};
use crate::replies::{created, private};
use crate::schemas::workspace::{ApiToken, ApiTokenBody, NewApiToken};

/// Makes a token for a program, which acts in your name, in this workspace, with the permissions that it is given.
#[utoipa::path(post, path = "/api/tokens", tag = "tokens", security(("session" = [])), request_body = ApiTokenBody,
    responses(
    (status = 201, description = "The token, shown this once.", body = NewApiToken),
    (status = 422, description = "There are no such permissions, or you do not have them.", body = ErrorEnvelope),
))]
pub(crate) async fn create_token(
    app: Scoped,
    account: Account,
    visitor: Visitor,
    Body(body): Body<ApiTokenBody>,
) -> ApiResult<Response> {
    check(&body, account.caller.permissions())?;
    app.insist("tokens:write").await?;
    let made = make(&app, account.person.id, body, &visitor).await?;
    let location = format!("/api/tokens/{}", made.about.id);
    Ok(private(created(&location, false, Json(made))))
}

/// All faults together. Nobody gives a token more than these.
pub(crate) fn check(body: &ApiTokenBody, own: Permissions) -> ApiResult<()> {
    let mut faults = Vec::new();
    let mut fault = |path: String, message: &str| {
        faults.push(ErrorDetail {
            path: Some(path),
            message: message.to_owned(),
            ..ErrorDetail::default()
        });
    };
    let name = body.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        fault("/name".to_owned(), "a name has 1 to 100 letters");
    }
    if body.scopes.is_empty() {
        fault(
            "/scopes".to_owned(),
            "a token without permissions is good for nothing",
        );
    }
    for (at, scope) in body.scopes.iter().enumerate() {
        let known = Permissions::one(scope);
        let known = known.filter(|one| Permissions::all_of_a_workspace().contains(*one));
        match known {
            None if scope == SERVER_ADMIN => fault(
                format!("/scopes/{at}"),
                "no token operates the installation: that takes somebody who has logged in, or `lathe` on its machine",
            ),
            None => fault(format!("/scopes/{at}"), "there is no such permission"),
            Some(one) if !own.contains(one) => {
                fault(
                    format!("/scopes/{at}"),
                    "you do not have this permission yourself",
                );
            }
            Some(_) => {}
        }
    }
    if body
        .expires_in_days
        .is_some_and(|days| !(1..=3_650).contains(&days))
    {
        fault(
            "/expires_in_days".to_owned(),
            "a token lasts from 1 to 3650 days, or for ever",
        );
    }
    if !faults.is_empty() {
        return Err(ApiError::listed("the token can't be made", faults));
    }
    Ok(())
}

/// Tells its owner, since it is a way in that lasts.
pub(crate) async fn make(
    app: &Scoped,
    user: Uuid,
    body: ApiTokenBody,
    visitor: &Visitor,
) -> ApiResult<NewApiToken> {
    let token = secret::api_token()?;
    let lasts = body
        .expires_in_days
        .map(|days| TimeDelta::days(days.into()));
    let new = store::NewApiToken {
        user_id: user,
        name: body.name.trim().to_owned(),
        hash: secret::hash(&token),
        scopes: body.scopes,
        expires_at: lasts.map(|lasts| Utc::now() + lasts),
    };
    let made = app.store.create_api_token(app.workspace(), new).await?;
    notices::warn(app, user, Change::TokenMade, &made.name, visitor).await;
    Ok(NewApiToken {
        about: ApiToken::from(made),
        token,
    })
}
