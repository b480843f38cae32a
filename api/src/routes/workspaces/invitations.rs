//! `/api/workspaces/{id}/invitations`, and taking one

use axum::Json;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{TimeDelta, Utc};
use store::{NewInvitation, StoreError};
use uuid::Uuid;

use super::grantable;
use crate::access::{Account, Scoped};
use crate::accounts::{email, secret};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, InvitationId, Paged, Query};
use crate::letters;
use crate::limits::Limit;
use crate::notices::{self, About, Change, News};
use crate::replies::{created, private};
use crate::schemas::account::TokenBody;
use crate::schemas::notification::NotificationKind;
use crate::schemas::page::Page;
use crate::schemas::workspace::{Invitation, InvitationBody, Invited, Workspace};

const GOOD_FOR: TimeDelta = TimeDelta::days(7);

/// Invitations that nobody has taken yet.
#[utoipa::path(get, path = "/api/workspaces/{id}/invitations", tag = "workspaces",
    security(("bearer" = ["members:write"])), params(Id, Paged), responses(
    (status = 200, description = "A page of invitations.", body = Page<Invitation>),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_invitations(
    app: Scoped,
    _id: Id,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Invitation>>> {
    let page = app
        .store
        .list_invitations(app.workspace(), &paged.into())
        .await?;
    Ok(Json(Page::of(page, Invitation::from)))
}

/// Invites an address to a workspace, for a week. A second invitation takes the place of the first. Who has an account finds it
/// among their notifications, too.
#[utoipa::path(post, path = "/api/workspaces/{id}/invitations", tag = "workspaces",
    security(("bearer" = ["members:write"])), params(Id), request_body = InvitationBody, responses(
    (status = 201, description = "The invitation, with its link.", body = Invited),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
    (status = 422, description = "This is no address, or there is no such role, or it may do more than you.", body = ErrorEnvelope),
    (status = 429, description = "Too many letters to one address.", body = ErrorEnvelope),
))]
pub(crate) async fn invite(
    app: Scoped,
    _id: Id,
    Body(body): Body<InvitationBody>,
) -> ApiResult<Response> {
    let email = email::checked(&body.email, "/email")?;
    app.insist("members:write").await?;
    grantable(&app, &body.role, "/role").await?;
    let inviter = app.caller.person.as_ref();
    let inviter = inviter.map_or_else(String::new, |person| person.id.to_string());
    app.limits.take(Limit::Invite, &inviter).await?;
    app.limits.take(Limit::InvitationTo, &email).await?;
    let token = secret::random()?;
    let new = NewInvitation {
        email: email.clone(),
        role: body.role,
        hash: secret::hash(&token),
        invited_by: app.caller.person_id(),
        expires_at: Utc::now() + GOOD_FOR,
    };
    let made = app.store.invite(app.workspace(), new).await?;
    let link = format!("{}/register?invitation#{token}", app.config.url);
    let workspace = app.store.workspace(app.workspace()).await?;
    let name = workspace
        .map(|workspace| workspace.name)
        .unwrap_or_default();
    let mailed = letters::invitation(&app, &email, &name, &link).await;
    tell_invited(&app, &made, name).await;
    let location = format!(
        "/api/workspaces/{}/invitations/{}",
        app.workspace(),
        made.id
    );
    let invited = Invited {
        invitation: made.into(),
        // The inviter has the link, and can hand it over.
        mailed: mailed.unwrap_or(false),
        link,
    };
    Ok(private(created(&location, false, Json(invited))))
}

/// Whoever has proved that the address is theirs takes it with what they are told; others need its link.
async fn tell_invited(app: &Scoped, made: &store::Invitation, workspace: String) {
    let user = match app.store.user_by_email(&made.email).await {
        Ok(Some(user)) => user,
        Ok(None) => return,
        Err(error) => {
            tracing::warn!(%error, "somebody is not told that they are invited");
            return;
        }
    };
    let inviter = app.caller.person.as_ref();
    let about = About {
        name: workspace,
        message: inviter
            .map(|person| person.email.clone())
            .unwrap_or_default(),
        link: user
            .verified_at
            .map(|_| format!("/register?invitation#{}", made.id)),
        change: Some(Change::Invited {
            role: made.role.clone(),
        }),
    };
    // Who is invited sees nothing of the workspace yet, so that it is told as what is of their own account.
    let news = News {
        subject: Some(made.workspace_id),
        ..News::now(user.id, NotificationKind::Membership, about)
    };
    notices::tell(app, news).await;
}

/// Withdraws an invitation.
#[utoipa::path(delete, path = "/api/workspaces/{id}/invitations/{invitation_id}", tag = "workspaces",
    security(("bearer" = ["members:write"])), params(InvitationId), responses(
    (status = 204, description = "Its link is worth nothing any more."),
    (status = 404, description = "There is no such invitation, or it was taken.", body = ErrorEnvelope),
))]
pub(crate) async fn withdraw_invitation(
    app: Scoped,
    InvitationId { invitation_id, .. }: InvitationId,
) -> ApiResult<StatusCode> {
    app.store
        .delete_invitation(app.workspace(), invitation_id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an invitation that was sent to your address: by the token of its link, or by its id, of which you were told, if your
/// address is verified.
#[utoipa::path(post, path = "/api/auth/invitations/accept", tag = "auth", security(("session" = [])),
    request_body = TokenBody, responses(
    (status = 200, description = "The workspace that you belong to now.", body = Workspace),
    (status = 422, description = "The invitation is used up, too old, wrong, or for another address.", body = ErrorEnvelope),
    (status = 429, description = "Too many attempts.", body = ErrorEnvelope),
))]
pub(crate) async fn accept_invitation(
    account: Account,
    Body(body): Body<TokenBody>,
) -> ApiResult<Json<Workspace>> {
    let (user, email) = (account.person.id, account.person.email.as_str());
    account.limits.take(Limit::Reset, &user.to_string()).await?;
    let hash = match Uuid::try_parse(&body.token) {
        Ok(id) => hash_of(&account, id).await?,
        Err(_) => Some(secret::hash(&body.token)),
    };
    let taken = match hash {
        Some(hash) => account.store.accept_invitation(&hash, user, email).await,
        None => Err(StoreError::NotAdmitted),
    };
    let taken = taken.map_err(|error| match error {
        StoreError::NotAdmitted => {
            let message =
                "the invitation is used up, too old, wrong, or for another address than yours";
            ApiError::invalid("/token", message)
        }
        error => error.into(),
    })?;
    account.identities.forget();
    let workspace = account.store.workspace(taken.workspace_id).await?;
    let workspace = workspace.ok_or_else(|| ApiError::not_found("workspace"))?;
    if let Some(inviter) = taken.invited_by {
        let person = account.store.user(user).await?;
        let person = person.map(|person| person.name).unwrap_or_default();
        let about = About {
            name: workspace.name.clone(),
            change: Some(Change::Joined { person }),
            ..About::default()
        };
        let news = News {
            workspace: Some(workspace.id),
            ..News::now(inviter, NotificationKind::Membership, about)
        };
        notices::tell(&account, news).await;
    }
    Ok(Json(workspace.into()))
}

/// The id of an invitation is no secret: it opens something only to whom a letter to its address has reached.
async fn hash_of(account: &Account, id: Uuid) -> ApiResult<Option<String>> {
    let user = account.store.user(account.person.id).await?;
    let user = user.filter(|user| user.verified_at.is_some());
    let Some(user) = user else {
        return Ok(None);
    };
    Ok(account.store.invitation_to(id, &user.email).await?)
}
