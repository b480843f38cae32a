//! `GET /api/records/{model}/{id}/history`

use axum::Json;
use chrono::{DateTime, Utc};
use store::{MadeAt, Paging};

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Paged, Query, RecordId};
use crate::meta::sight::Sight;
use crate::schemas::audit::AuditEntry;
use crate::schemas::page::Page;

/// What was done to a record, or tried in vain: the entries of the audit log about it, the newest first, and last how it was made.
#[utoipa::path(get, path = "/api/records/{model}/{id}/history", tag = "meta", security(("bearer" = ["audit:read"])),
    params(RecordId, Paged), responses(
    (status = 200, description = "A page of entries.", body = Page<AuditEntry>),
    (status = 404, description = "There is no such model, or no record of it with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_history(
    app: Scoped,
    RecordId { model, id }: RecordId,
    Query(paged): Query<Paged>,
) -> ApiResult<Json<Page<AuditEntry>>> {
    let sight = Sight::of(&app, &model).await?;
    let record = sight.record(&app, &id).await?;
    let workspace = app.workspace();
    let own = sight.known.own(workspace);
    let made = made_at(&record).map(|at| MadeAt {
        address: &own,
        id: &record.id,
        at,
    });
    let addresses = sight.known.addresses(&record.id, workspace);
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let paging = Paging::from(paged);
    let page = app.store.list_history(workspace, &addresses, made, &paging);
    Ok(Json(Page::of(page.await?, AuditEntry::from)))
}

fn made_at(record: &store::Record) -> Option<DateTime<Utc>> {
    let text = record.values.get("created_at")?.as_str()?;
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(at.with_timezone(&Utc))
}
