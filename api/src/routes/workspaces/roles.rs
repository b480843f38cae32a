//! `/api/workspaces/{id}/roles`, and the list of all permissions

use axum::Json;
use axum::http::StatusCode;
use store::StoreError;

use super::grantable;
use crate::access::{self, Permissions, Scoped};
use crate::error::{ApiError, ApiResult, ErrorDetail, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch, MustBeThere, RoleName};
use crate::replies::Tagged;
use crate::schemas::page::Page;
use crate::schemas::workspace::{Role, RoleBody};

/// The roles of a workspace: those that every one has, and its own.
#[utoipa::path(get, path = "/api/workspaces/{id}/roles", tag = "workspaces",
    security(("bearer" = ["members:read"])), params(Id), responses(
    (status = 200, description = "All roles, on one page.", body = Page<Role>),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_roles(app: Scoped, _id: Id) -> ApiResult<Json<Page<Role>>> {
    let built_in = access::Role::ALL.into_iter().map(built_in);
    let own = app.store.list_roles(app.workspace()).await?;
    let own = own.into_iter().map(of_its_own);
    Ok(Json(Page::whole(built_in.chain(own).collect())))
}

/// A role of a workspace.
#[utoipa::path(get, path = "/api/workspaces/{id}/roles/{name}", tag = "workspaces",
    security(("bearer" = ["members:read"])), params(RoleName), responses(
    (status = 200, description = "The role.", body = Role, headers(("ETag" = String, description = "The state of it."))),
    (status = 404, description = "There is no such role.", body = ErrorEnvelope),
))]
pub(crate) async fn get_role(
    app: Scoped,
    RoleName { name, .. }: RoleName,
) -> ApiResult<Tagged<Role>> {
    if let Some(role) = access::Role::named(&name) {
        return Ok(Tagged(0, Json(built_in(role))));
    }
    let role = app.store.role(app.workspace(), &name).await?;
    let role = role.ok_or_else(|| ApiError::not_found("role"))?;
    Ok(Tagged(role.revision, Json(of_its_own(role))))
}

/// Makes a role of the workspace's own, or gives it other permissions.
#[utoipa::path(put, path = "/api/workspaces/{id}/roles/{name}", tag = "workspaces",
    security(("bearer" = ["members:write"])), params(RoleName, IfMatch), request_body = RoleBody, responses(
    (status = 200, description = "The role as it is now.", body = Role, headers(("ETag" = String, description = "The state of it."))),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read, or is not there.", body = ErrorEnvelope),
    (status = 422, description = "Every workspace has a role with this name, or there are no such permissions, or you do not have them.", body = ErrorEnvelope),
))]
pub(crate) async fn put_role(
    app: Scoped,
    RoleName { name, .. }: RoleName,
    IfMatch(revision): IfMatch,
    MustBeThere(must_be_there): MustBeThere,
    Body(body): Body<RoleBody>,
) -> ApiResult<Tagged<Role>> {
    check_name(&name)?;
    if app.store.role(app.workspace(), &name).await?.is_some() {
        // It may hold more than the caller has.
        grantable(&app, &name, "").await?;
    } else if must_be_there {
        return Err(StoreError::Outdated("the role").into());
    }
    app.insist("members:write").await?;
    let permissions = check(&app, &body.permissions)?;
    let names: Vec<String> = permissions.names().map(str::to_owned).collect();
    let role = app
        .store
        .put_role(app.workspace(), &name, &names, revision)
        .await?;
    app.identities.forget();
    Ok(Tagged(role.revision, Json(of_its_own(role))))
}

/// Removes a role that no member has.
#[utoipa::path(delete, path = "/api/workspaces/{id}/roles/{name}", tag = "workspaces",
    security(("bearer" = ["members:write"])), params(RoleName, IfMatch), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is no such role of the workspace's own.", body = ErrorEnvelope),
    (status = 409, description = "Members have it.", body = ErrorEnvelope),
    (status = 422, description = "It may do more than you may.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_role(
    app: Scoped,
    RoleName { name, .. }: RoleName,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    if app.store.role(app.workspace(), &name).await?.is_some() {
        grantable(&app, &name, "").await?;
    }
    let (store, workspace) = (&app.store, app.workspace());
    store.delete_role(workspace, &name, revision).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn built_in(role: access::Role) -> Role {
    Role {
        name: role.as_str().to_owned(),
        built_in: true,
        permissions: role.permissions().names().map(str::to_owned).collect(),
    }
}

fn of_its_own(role: store::Role) -> Role {
    Role {
        name: role.name,
        built_in: false,
        permissions: role.permissions,
    }
}

/// Nobody changes what every workspace has.
pub(crate) fn check_name(name: &str) -> ApiResult<()> {
    match access::Role::named(name) {
        None => Ok(()),
        Some(_) => {
            let message = format!("every workspace has `{name}` as it is: take another name");
            Err(ApiError::invalid("", message))
        }
    }
}

/// All that are wrong are named together.
pub(crate) fn check(app: &Scoped, names: &[String]) -> ApiResult<Permissions> {
    let mut permissions = Permissions::default();
    let mut faults = Vec::new();
    let own = app.caller.permissions();
    for (at, name) in names.iter().enumerate() {
        let known = Permissions::one(name);
        let known = known.filter(|one| Permissions::all_of_a_workspace().contains(*one));
        let message = match known {
            None => "there is no such permission",
            Some(one) if !own.contains(one) => "you do not have this permission yourself",
            Some(one) => {
                permissions = permissions.union(one);
                continue;
            }
        };
        faults.push(ErrorDetail {
            path: Some(format!("/permissions/{at}")),
            message: message.to_owned(),
            ..ErrorDetail::default()
        });
    }
    match faults.is_empty() {
        true => Ok(permissions),
        false => Err(ApiError::listed("the role can't be made", faults)),
    }
}
