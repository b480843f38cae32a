//! `POST /api/workspaces`

use axum::Json;
use axum::response::Response;

use super::check_slug;
use crate::access::Account;
use crate::accounts::name;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Body;
use crate::replies::created;
use crate::schemas::workspace::{NewWorkspaceBody, Workspace};

/// Makes a workspace, of which you are the owner.
#[utoipa::path(post, path = "/api/workspaces", tag = "workspaces", security(("session" = [])),
    request_body = NewWorkspaceBody, responses(
    (status = 201, description = "The new workspace.", body = Workspace),
    (status = 409, description = "The slug is taken.", body = ErrorEnvelope),
    (status = 422, description = "Name or slug can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn create_workspace(
    account: Account,
    Body(body): Body<NewWorkspaceBody>,
) -> ApiResult<Response> {
    let name = name::checked(&body.name, "/name")?;
    let slug = match body.slug {
        Some(slug) => slug,
        None => slug_of(name),
    };
    check_slug(&slug)?;
    let made = account
        .store
        .create_workspace(account.person.id, &slug, name)
        .await?;
    account.identities.forget();
    let location = format!("/api/workspaces/{}", made.id);
    Ok(created(&location, false, Json(Workspace::from(made))))
}

fn slug_of(name: &str) -> String {
    let letters = name.to_lowercase();
    let kept = letters.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() => c,
        _ => '-',
    });
    let slug: String = kept.take(40).collect();
    let slug = slug.trim_matches('-');
    match slug.len() {
        0 | 1 => "workspace".to_owned(),
        _ => slug.to_owned(),
    }
}
