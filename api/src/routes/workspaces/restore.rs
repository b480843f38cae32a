//! `POST /api/workspaces/{id}/restore`

use axum::Json;
use store::StoreError;
use uuid::Uuid;

use crate::access::Account;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schedules;
use crate::schemas::workspace::Workspace;

/// What of a slug stays before the letters that tell it from the one that is taken.
const LONGEST_BEGINNING: usize = 41;

/// Brings a deleted workspace back that you owned, with its members and all that was in it, for as long as the operator keeps what
/// was deleted. Its runs stay cancelled, its tokens and invitations ended, its applications stopped. Schedules and webhooks are as
/// they were; what was missed meanwhile is not made up for. Where its slug was taken meanwhile, it has one with letters after it.
#[utoipa::path(post, path = "/api/workspaces/{id}/restore", tag = "workspaces", security(("session" = [])),
    params(Id), responses(
    (status = 200, description = "The workspace.", body = Workspace),
    (status = 404, description = "You owned none with this id that was deleted, or it was kept for long enough.", body = ErrorEnvelope),
    (status = 409, description = "What ran in it is still being cancelled.", body = ErrorEnvelope),
))]
pub(crate) async fn restore_workspace(
    account: Account,
    Id(id): Id,
) -> ApiResult<Tagged<Workspace>> {
    let owner = account.person.id;
    let mut back = account.store.restore_workspace(owner, id, None).await;
    if let Err(StoreError::NameTaken { name, .. }) = &back {
        let slug = another_slug(name);
        back = account
            .store
            .restore_workspace(owner, id, Some(&slug))
            .await;
    }
    let workspace = back?;
    account.identities.forget();
    schedules::changed(&account).await;
    Ok(Tagged(workspace.revision, Json(workspace.into())))
}

fn another_slug(slug: &str) -> String {
    let beginning: String = slug.chars().take(LONGEST_BEGINNING).collect();
    let letters = Uuid::new_v4().simple().to_string();
    format!("{beginning}-{}", &letters[..6])
}
