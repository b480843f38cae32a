//! Workspaces, and who belongs to them. The workspace in the path is the one whose permissions count.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod invitations;
pub(crate) mod leave;
pub(crate) mod list;
pub(crate) mod members;
pub(crate) mod read;
pub(crate) mod restore;
pub(crate) mod roles;
pub(crate) mod update;

use crate::access::{Permissions, Role, Scoped};
use crate::error::{ApiError, ApiResult};

/// Nobody gives away more than they have.
async fn grantable(app: &Scoped, role: &str, path: &str) -> ApiResult<()> {
    let permissions = match Role::named(role) {
        Some(role) => role.permissions(),
        None => {
            let role = app.store.role(app.workspace(), role).await?;
            let role = role.ok_or_else(|| {
                ApiError::invalid(path, "there is no such role in this workspace")
            })?;
            match Permissions::named(role.permissions.iter().map(String::as_str)) {
                Ok(permissions) => permissions,
                // A newer version keeps it, and nobody here can say that they have it.
                Err(unknown) => {
                    let message = format!(
                        "this role has the permission `{unknown}`, which this server does not know"
                    );
                    return Err(ApiError::invalid(path, message));
                }
            }
        }
    };
    match app.caller.permissions().contains(permissions) {
        true => Ok(()),
        false => {
            let message = "this role may do more than you may: somebody who has it can give it";
            Err(ApiError::invalid(path, message))
        }
    }
}

/// What a name of a workspace in addresses looks like.
fn check_slug(slug: &str) -> ApiResult<()> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = (2..=48).contains(&slug.len())
        && slug.chars().all(allowed)
        && !slug.starts_with('-')
        // It must not be taken for an id.
        && uuid::Uuid::try_parse(slug).is_err();
    match fits {
        true => Ok(()),
        false => Err(ApiError::invalid(
            "/slug",
            "a slug has 2 to 48 lower case letters, digits and hyphens, and does not begin with a hyphen",
        )),
    }
}
