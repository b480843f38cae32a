//! `GET /api/schedules/{id}`

use axum::Json;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::replies::Tagged;
use crate::schedules;
use crate::schemas::schedule::Schedule;

/// A schedule.
#[utoipa::path(get, path = "/api/schedules/{id}", tag = "schedules", security(("bearer" = ["schedules:read"])),
    params(Id), responses(
    (status = 200, description = "The schedule.", body = Schedule),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_schedule(app: Scoped, Id(id): Id) -> ApiResult<Tagged<Schedule>> {
    let record = schedules::find(&app, id).await?;
    Ok(Tagged(record.revision, Json(record.into())))
}
