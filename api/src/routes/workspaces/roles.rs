//! `/api/workspaces/{id}/roles`, and the list of all permissions

use axum::Json;
use axum::http::StatusCode;

use super::grantable;
use crate::access::{self, Permissions, Scoped};
use crate::error::{ApiError, ApiResult, ErrorDetail, ErrorEnvelope};
use crate::extract::{Body, Id, RoleName};
use crate::schemas::page::Page;
use crate::schemas::workspace::{Role, RoleBody};

/// The roles of a workspace: those that every one has, and its own.
#[utoipa::path(get, path = "/api/workspaces/{id}/roles", tag = "workspaces",
    security(("bearer" = ["members:read"])), params(Id), responses(
    (status = 200, description = "All roles, on one page.", body = Page<Role>),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_roles(app: Scoped, _id: Id) -> ApiResult<Json<Page<Role>>> {
    let built_in = access::Role::ALL.into_iter().map(|role| Role {
        name: role.as_str().to_owned(),
        built_in: true,
        permissions: role.permissions().names().map(str::to_owned).collect(),
    });
    let own = app.store.list_roles(app.workspace()).await?;
    let own = own.into_iter().map(|role| Role {
        name: role.name,
        built_in: false,
        permissions: role.permissions,
    });
    Ok(Json(Page::whole(built_in.chain(own).collect())))
}

/// Makes a role of the workspace's own, or gives it other permissions.
#[utoipa::path(put, path = "/api/workspaces/{id}/roles/{name}", tag = "workspaces",
    security(("bearer" = ["members:write"])), params(RoleName), request_body = RoleBody, responses(
    (status = 200, description = "The role as it is now.", body = Role),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
    (status = 422, description = "Every workspace has a role with this name, or there are no such permissions, or you do not have them.", body = ErrorEnvelope),
))]
pub(crate) async fn put_role(
    app: Scoped,
    RoleName { name, .. }: RoleName,
    Body(body): Body<RoleBody>,
) -> ApiResult<Json<Role>> {
    if access::Role::named(&name).is_some() {
        let message = format!("every workspace has `{name}` as it is: take another name");
        return Err(ApiError::invalid("", message));
    }
    if app.store.role(app.workspace(), &name).await?.is_some() {
        // It may hold more than the caller has.
        grantable(&app, &name, "").await?;
    }
    app.insist("members:write").await?;
    let permissions = check(&app, &body.permissions)?;
    let names: Vec<String> = permissions.names().map(str::to_owned).collect();
    let role = app.store.put_role(app.workspace(), &name, &names).await?;
    app.identities.forget();
    Ok(Json(Role {
        name: role.name,
        built_in: false,
        permissions: role.permissions,
    }))
}

/// Removes a role that no member has.
#[utoipa::path(delete, path = "/api/workspaces/{id}/roles/{name}", tag = "workspaces",
    security(("bearer" = ["members:write"])), params(RoleName), responses(
    (status = 204, description = "It is gone."),
    (status = 404, description = "There is no such role of the workspace's own.", body = ErrorEnvelope),
    (status = 409, description = "Members have it.", body = ErrorEnvelope),
))]
pub(crate) async fn delete_role(
    app: Scoped,
    RoleName { name, .. }: RoleName,
) -> ApiResult<StatusCode> {
    app.store.delete_role(app.workspace(), &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All that are wrong are named together.
fn check(app: &Scoped, names: &[String]) -> ApiResult<Permissions> {
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
