//! `GET /api/workspaces`

use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Account;
use crate::error::ApiResult;
use crate::extract::Query;
use crate::schemas::account::Membership;
use crate::schemas::page::Page;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// In place of those that are there: the ones that you owned, and that can be brought back (`…/restore`), the last one first.
    #[serde(default)]
    #[param(value_type = Option<bool>, default = false)]
    deleted: bool,
}

/// The workspaces that you belong to, by name, on one page.
#[utoipa::path(get, path = "/api/workspaces", tag = "workspaces", security(("bearer" = [])), params(Which), responses(
    (status = 200, description = "Your workspaces, and your role in each.", body = Page<Membership>),
))]
pub(crate) async fn list_workspaces(
    account: Account,
    Query(which): Query<Which>,
) -> ApiResult<Json<Page<Membership>>> {
    let (store, person) = (&account.store, account.person.id);
    let items: Vec<Membership> = if which.deleted {
        let deleted = store.deleted_workspaces(person).await?;
        deleted.into_iter().map(Membership::from).collect()
    } else {
        let there = store.memberships(person).await?;
        there.into_iter().map(Membership::from).collect()
    };
    Ok(Json(Page::whole(items)))
}
