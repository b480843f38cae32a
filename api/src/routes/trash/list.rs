//! `GET /api/trash`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::{Paged, Query};
use crate::schemas::page::Page;
use crate::schemas::trash::Trashed;

/// What can be deleted, with what lets somebody see it.
const SEEN_WITH: [(&str, &str); 7] = [
    ("workflow", "workflows:read"),
    ("prompt", "prompts:read"),
    ("file", "files:read"),
    ("application", "applications:read"),
    ("model", "models:read"),
    ("secret", "secrets:read"),
    ("variable", "variables:read"),
];

/// Workflows, prompts, files, applications, models, secrets and variables that were deleted, the last one first.
/// `POST …/{id}/restore` brings one back: files, secrets and variables until `kept_until`, and anything else for as long as one
/// likes. Each kind is seen by who may read such things.
#[utoipa::path(get, path = "/api/trash", tag = "trash", security(("bearer" = ["workspace:read"])), params(Paged), responses(
    (status = 200, description = "A page of what was deleted.", body = Page<Trashed>),
))]
pub(crate) async fn list_trash(
    app: Scoped,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<Trashed>>> {
    let seen = SEEN_WITH
        .iter()
        .filter(|(_, permission)| app.besides(permission).is_ok());
    let kinds: Vec<&str> = seen.map(|(kind, _)| *kind).collect();
    let paging = paged.into();
    let page = app.store.list_trash_of(app.scope(), &kinds, &paging);
    let page = page.await?;
    Ok(Json(Page::of(page, |trashed| {
        Trashed::of(trashed, &app.config)
    })))
}
