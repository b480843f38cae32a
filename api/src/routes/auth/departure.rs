//! `DELETE /api/auth/profile`

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use store::FIRST_WORKSPACE;
use uuid::Uuid;

use crate::access::Account;
use crate::accounts::cookies;
use crate::accounts::proof::proved;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::OptionalBody;
use crate::letters;
use crate::routes::workspaces::delete::wind_up;
use crate::schemas::account::AccountDeletionBody;
use crate::state::App;

/// Deletes your account for good, with the workspaces that are yours alone: they go as deleted workspaces do, and nobody brings
/// them back. You belong to no other workspace any more; what you did there stays, and the audit log keeps your id.
///
/// Who has no password has to have logged in within the last ten minutes. The last administrator stays, and so does whoever is
/// the only owner of a workspace with other members.
#[utoipa::path(delete, path = "/api/auth/profile", tag = "auth", security(("session" = [])),
    request_body = Option<AccountDeletionBody>, responses(
    (status = 204, description = "It is gone."),
    (status = 403, description = "You have no password, and logged in too long ago.", body = ErrorEnvelope),
    (status = 409, description = "You are the last administrator, or a workspace of yours has other members and no other owner, or an application of it is live.",
        body = ErrorEnvelope),
    (status = 422, description = "The password is wrong.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_profile(
    account: Account,
    OptionalBody(body): OptionalBody<AccountDeletionBody>,
) -> ApiResult<Response> {
    let user = proved(&account, body.password, "/password").await?;
    let own = its_own(&account, user.id).await?;
    account.store.delete_user(user.id, &own).await?;
    account.identities.forget();
    for workspace in own {
        wind_up(&account, workspace).await;
    }
    letters::account_deleted(&account, &user).await;
    let mut response = StatusCode::NO_CONTENT.into_response();
    cookies::REFRESH.forget(&account, &mut response);
    Ok(response)
}

/// The workspaces that nobody but this account has: they go with it, if they can.
async fn its_own(app: &App, user: Uuid) -> ApiResult<Vec<Uuid>> {
    let mut own = Vec::new();
    for workspace in app.store.owned_workspaces(user).await? {
        let (id, name) = (workspace.id, workspace.name);
        if workspace.has_other_owners {
            continue;
        }
        if workspace.is_shared {
            let message = format!(
                "the workspace `{name}` has other members and no other owner: make one of them its owner, or let them go first"
            );
            return Err(ApiError::conflict(message));
        }
        if id == FIRST_WORKSPACE {
            let message = format!(
                "the workspace `{name}` is this server's first one, and stays: let in another owner of it first"
            );
            return Err(ApiError::conflict(message));
        }
        if let Some(application) = app.live.any_of(id).await? {
            let message = format!(
                "the application `{application}` of the workspace `{name}` is live: stop it first"
            );
            return Err(ApiError::conflict(message));
        }
        own.push(id);
    }
    Ok(own)
}
