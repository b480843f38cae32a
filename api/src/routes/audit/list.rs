//! `GET /api/audit`

use axum::Json;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use store::{AuditFilter, Paging};
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, Code};
use crate::extract::{Limit, Query};
use crate::schemas::audit::AuditEntry;
use crate::schemas::page::Page;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// The most items on a page.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 50)]
    limit: Limit,
    /// Where the page before ended: its `next_cursor`.
    cursor: Option<String>,
    /// Of all workspaces, and of what belongs to none: for who operates the installation.
    #[serde(default)]
    #[param(value_type = Option<bool>, default = false)]
    all: bool,
    /// Only what this one did: the id or email address of an account, the id of a token, or a way to come in (`machine`,
    /// `token`, `stranger` …).
    actor: Option<String>,
    /// Only this operation, such as `update_prompt`.
    action: Option<String>,
    /// Only what was done to this address or to what lies below it, such as `/api/prompts/0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11`.
    resource: Option<String>,
    /// Only what was not done before this moment, such as `2026-11-23T18:04:05Z`.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<DateTime<Utc>>,
    /// Only what was done before this moment.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<DateTime<Utc>>,
}

/// What was changed in this workspace, or tried in vain: by whom, from where, and what there was after it. The newest first.
///
/// What there was before is what the last entry about the same resource says. Runs are not in it: they are listed themselves.
/// With `actor`, `action`, `resource`, `since` or `until` a page looks through 20,000 entries of the log: it may be empty and yet have a `next_cursor`.
#[utoipa::path(get, path = "/api/audit", tag = "audit", security(("bearer" = ["audit:read"])), params(Filter), responses(
    (status = 200, description = "A page of entries.", body = Page<AuditEntry>),
))]
pub(crate) async fn list_audit(
    app: Scoped,
    Query(filter): Query<Filter>,
) -> ApiResult<Json<Page<AuditEntry>>> {
    if filter.all && !app.caller.is_admin() {
        let message = "the log of all workspaces is for who operates the installation";
        return Err(ApiError::new(Code::Forbidden, message));
    }
    let paging = Paging {
        limit: filter.limit.0,
        cursor: filter.cursor,
    };
    if let (Some(since), Some(until)) = (filter.since, filter.until)
        && since >= until
    {
        let message = "`since` has to be before `until`: between the two there is nothing; are they turned round?";
        return Err(ApiError::bad_request(message));
    }
    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let wanted = AuditFilter {
        workspace: (!filter.all).then(|| app.workspace()),
        actor: given(filter.actor),
        action: given(filter.action),
        resource: given(filter.resource),
        since: filter.since,
        until: filter.until,
    };
    let page = app.store.list_audit(&wanted, &paging).await?;
    Ok(Json(Page::of(page, AuditEntry::from)))
}
