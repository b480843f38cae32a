//! `GET /api/workspaces`

use axum::Json;

use crate::access::Account;
use crate::error::ApiResult;
use crate::schemas::account::Membership;
use crate::schemas::page::Page;

/// The workspaces that you belong to, by name, on one page.
#[utoipa::path(get, path = "/api/workspaces", tag = "workspaces", security(("bearer" = [])), responses(
    (status = 200, description = "Your workspaces, and your role in each.", body = Page<Membership>),
))]
pub(crate) async fn list_workspaces(account: Account) -> ApiResult<Json<Page<Membership>>> {
    let memberships = account.store.memberships(account.person.id).await?;
    let items = memberships.into_iter().map(Membership::from);
    Ok(Json(Page::whole(items.collect())))
}
