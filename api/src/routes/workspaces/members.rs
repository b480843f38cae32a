//! `/api/workspaces/{id}/members`

use axum::Json;
use axum::http::StatusCode;
use uuid::Uuid;

use super::grantable;
use crate::access::{self, Scoped};
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Body, Id, IfMatch, MemberId, Paged, Query};
use crate::notices::{self, About, Change, News};
use crate::replies::Tagged;
use crate::schemas::notification::NotificationKind;
use crate::schemas::page::Page;
use crate::schemas::workspace::{Member, MemberBody};

/// Who belongs to a workspace.
#[utoipa::path(get, path = "/api/workspaces/{id}/members", tag = "workspaces",
    security(("bearer" = ["members:read"])), params(Id, Paged), responses(
    (status = 200, description = "A page of members.", body = Page<Member>),
    (status = 404, description = "You belong to none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_members(
    app: Scoped,
    _id: Id,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Member>>> {
    let page = app
        .store
        .list_members(app.workspace(), &paged.into())
        .await?;
    Ok(Json(Page::of(page, Member::from)))
}

/// Somebody who belongs to a workspace.
#[utoipa::path(get, path = "/api/workspaces/{id}/members/{user_id}", tag = "workspaces",
    security(("bearer" = ["members:read"])), params(MemberId), responses(
    (status = 200, description = "The member.", body = Member, headers(("ETag" = String, description = "The state of it."))),
    (status = 404, description = "There is no such member.", body = ErrorEnvelope),
))]
pub(crate) async fn get_member(
    app: Scoped,
    MemberId { user_id, .. }: MemberId,
) -> ApiResult<Tagged<Member>> {
    let member = app.store.member(app.workspace(), user_id).await?;
    let member = member.ok_or_else(|| ApiError::not_found("member"))?;
    Ok(Tagged(member.revision, Json(member.into())))
}

/// Gives a member another role. Nobody gives more than they have, nor takes it from who has more; a workspace keeps an
/// owner.
#[utoipa::path(put, path = "/api/workspaces/{id}/members/{user_id}", tag = "workspaces",
    security(("bearer" = ["members:write"])), params(MemberId, IfMatch), request_body = MemberBody, responses(
    (status = 200, description = "The member as it is now.", body = Member, headers(("ETag" = String, description = "The state of it."))),
    (status = 404, description = "There is no such member.", body = ErrorEnvelope),
    (status = 409, description = "The workspace would have no owner.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "There is no such role, or it may do more than you.", body = ErrorEnvelope),
))]
pub(crate) async fn change_member(
    app: Scoped,
    MemberId { user_id, .. }: MemberId,
    IfMatch(revision): IfMatch,
    Body(body): Body<MemberBody>,
) -> ApiResult<Tagged<Member>> {
    app.insist("members:write").await?;
    outranks(&app, user_id).await?;
    grantable(&app, &body.role, "/role").await?;
    let member = app
        .store
        .change_member(app.workspace(), user_id, &body.role, revision)
        .await?;
    app.identities.forget();
    let role = body.role;
    tell(&app, user_id, Some(app.workspace()), Change::Role { role }).await;
    Ok(Tagged(member.revision, Json(member.into())))
}

/// Lets a member go. What they made stays; they are out within seconds.
#[utoipa::path(delete, path = "/api/workspaces/{id}/members/{user_id}", tag = "workspaces",
    security(("bearer" = ["members:write"])), params(MemberId, IfMatch), responses(
    (status = 204, description = "They do not belong to it any more."),
    (status = 404, description = "There is no such member.", body = ErrorEnvelope),
    (status = 409, description = "It is their own workspace, or it would have no owner.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
))]
pub(crate) async fn remove_member(
    app: Scoped,
    MemberId { user_id, .. }: MemberId,
    IfMatch(revision): IfMatch,
) -> ApiResult<StatusCode> {
    outranks(&app, user_id).await?;
    let user = app.store.user(user_id).await?;
    if user.is_some_and(|user| user.home == app.workspace()) {
        return Err(ApiError::conflict("this is their own workspace"));
    }
    let (store, workspace) = (&app.store, app.workspace());
    store.remove_member(workspace, user_id, revision).await?;
    app.identities.forget();
    // What is of a workspace they would not see any more.
    tell(&app, user_id, None, Change::Removed).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells somebody what became of their place here, unless they did it themselves.
async fn tell(app: &Scoped, user: Uuid, workspace: Option<Uuid>, change: Change) {
    let by = app.caller.person_id();
    if by == Some(user) {
        return;
    }
    let here = app.store.workspace(app.workspace()).await.ok().flatten();
    let about = About {
        name: here.map(|here| here.name).unwrap_or_default(),
        change: Some(change),
        ..About::default()
    };
    let news = News {
        workspace,
        ..News::now(user, NotificationKind::Membership, about)
    };
    notices::tell(app, news).await;
}

/// Who has more rights than oneself is not touched.
async fn outranks(app: &Scoped, user: Uuid) -> ApiResult<()> {
    let member = app.store.member(app.workspace(), user).await?;
    let member = member.ok_or_else(|| ApiError::not_found("member"))?;
    // A role that is gone permits nothing.
    let is_gone = access::Role::named(&member.role).is_none()
        && app
            .store
            .role(app.workspace(), &member.role)
            .await?
            .is_none();
    if is_gone {
        return Ok(());
    }
    match grantable(app, &member.role, "/role").await {
        Err(error) if error.is_clients() => {
            Err(ApiError::conflict("this member may do more than you may"))
        }
        other => other,
    }
}
