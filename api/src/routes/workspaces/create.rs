//! `POST /api/workspaces`

use axum::Json;
use axum::response::Response;
use store::StoreError;
use uuid::Uuid;

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
    (status = 409, description = "The slug that was given is taken.", body = ErrorEnvelope),
    (status = 422, description = "Name or slug can't be used.", body = ErrorEnvelope),
))]
pub(crate) async fn create_workspace(
    account: Account,
    Body(body): Body<NewWorkspaceBody>,
) -> ApiResult<Response> {
    let name = name::checked(&body.name, "/name")?;
    let made = match body.slug {
        Some(slug) => {
            check_slug(&slug)?;
            let person = account.person.id;
            account.store.create_workspace(person, &slug, name).await?
        }
        None => make_by_name(&account, name).await?,
    };
    account.identities.forget();
    let location = format!("/api/workspaces/{}", made.id);
    Ok(created(&location, false, Json(Workspace::from(made))))
}

/// Makes it with a slug of its name, with letters after that where the name gives none or the slug is taken: by whom is
/// nobody's concern.
async fn make_by_name(account: &Account, name: &str) -> ApiResult<store::Workspace> {
    let slug = slug_of(name);
    let person = account.person.id;
    if let Some(slug) = slug.as_deref().filter(|slug| check_slug(slug).is_ok()) {
        match account.store.create_workspace(person, slug, name).await {
            Err(StoreError::NameTaken { .. }) => {}
            made => return Ok(made?),
        }
    }
    let letters = Uuid::new_v4().simple().to_string();
    let begin = slug.as_deref().unwrap_or("workspace");
    let slug = format!("{begin}-{}", &letters[..6]);
    Ok(account.store.create_workspace(person, &slug, name).await?)
}

/// What of a name can stand in an address; nothing, of one in other letters.
fn slug_of(name: &str) -> Option<String> {
    let letters = name.to_lowercase();
    let kept = letters.chars().map(|c| match c {
        c if c.is_ascii_alphanumeric() => c,
        _ => '-',
    });
    let slug: String = kept.take(40).collect();
    let slug = slug.trim_matches('-');
    (slug.len() > 1).then(|| slug.to_owned())
}
