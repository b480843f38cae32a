//! `POST /api/schedules/preview`

use axum::Json;
use engine::schedule::{CatchUp, Overlap, ScheduleSpec};

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::Body;
use crate::schedules;
use crate::schemas::schedule::{PreviewBody, Upcoming};

/// When an expression would run, without keeping it.
#[utoipa::path(post, path = "/api/schedules/preview", tag = "schedules", security(("bearer" = ["schedules:read"])),
    request_body = PreviewBody, responses(
    (status = 200, description = "The next moments.", body = Upcoming),
    (status = 422, description = "It can't be read, or would never run.", body = ErrorEnvelope),
))]
pub(crate) async fn preview_schedule(
    _app: Scoped,
    Body(body): Body<PreviewBody>,
) -> ApiResult<Json<Upcoming>> {
    let spec = ScheduleSpec {
        cron: body.cron,
        timezone: body.timezone,
        catch_up: CatchUp::default(),
        overlap: Overlap::default(),
    };
    let schedule = schedules::read(&spec)?;
    let times = schedules::upcoming(&schedule, body.count)?;
    Ok(Json(Upcoming { times }))
}
