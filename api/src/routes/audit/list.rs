//! `GET /api/audit`

use axum::Json;
use serde::Deserialize;
use store::Paging;
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
}

/// What was changed in this workspace, or tried in vain: by whom, from where, and what there was after it. The newest first.
///
/// What there was before is what the last entry about the same resource says. Runs are not in it: they are listed themselves.
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
    let workspace = (!filter.all).then(|| app.workspace());
    let page = app.store.list_audit(workspace, &paging).await?;
    Ok(Json(Page::of(page, AuditEntry::from)))
}
