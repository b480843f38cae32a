//! `GET /api/schedules/{id}/upcoming`

use axum::Json;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{Id, Query};
use crate::schedules;
use crate::schemas::schedule::Upcoming;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HowMany {
    /// How many moments.
    #[param(minimum = 1, maximum = 100, default = 5)]
    count: Option<u32>,
}

/// When a schedule is due next; when it would be, while it is disabled.
#[utoipa::path(get, path = "/api/schedules/{id}/upcoming", tag = "schedules", security(("bearer" = ["schedules:read"])),
    params(Id, HowMany), responses(
    (status = 200, description = "The next moments.", body = Upcoming),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_upcoming(
    app: Scoped,
    Id(id): Id,
    Query(query): Query<HowMany>,
) -> ApiResult<Json<Upcoming>> {
    let record = schedules::find(&app, id).await?;
    let schedule = schedules::read(&record.spec)?;
    let times = schedules::upcoming(&schedule, query.count)?;
    Ok(Json(Upcoming { times }))
}
