//! `PUT /api/schedules/{id}`

use axum::Json;
use engine::schedule::ScheduleSpec;
use serde_json::Value;
use store::NewSchedule;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope, Faults};
use crate::extract::{Body, Id, IfMatch};
use crate::replies::Tagged;
use crate::schedules;
use crate::schemas::schedule::{Schedule, ScheduleBody};

/// Changes a schedule, or enables or disables it. With other times, or enabled again, it begins anew: what was missed until
/// now is not made up for. Disabled, it leaves out what still waits for its turn; a run under way goes on.
/// Whatever is more than another name, or disabling it, takes `workflows:run` besides.
#[utoipa::path(put, path = "/api/schedules/{id}", tag = "schedules", security(("bearer" = ["schedules:write"])),
    params(Id, IfMatch), request_body = ScheduleBody, responses(
    (status = 200, description = "The schedule as it is now.", body = Schedule),
    (status = 403, description = "This takes the permission `schedules:write`, and `workflows:run` besides for more than another name or disabling it.", body = ErrorEnvelope),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken.", body = ErrorEnvelope),
    (status = 412, description = "It was changed since it was read.", body = ErrorEnvelope),
    (status = 422, description = "It would never run, its zone is unknown, or its inputs do not fit.", body = ErrorEnvelope),
))]
pub(crate) async fn update_schedule(
    app: Scoped,
    Id(id): Id,
    IfMatch(revision): IfMatch,
    Body(body): Body<ScheduleBody>,
) -> ApiResult<Tagged<Schedule>> {
    let before = schedules::find(&app, id).await?;
    if body
        .workflow_id
        .is_some_and(|other| other != before.workflow_id)
    {
        let message = "a schedule stays with its workflow: make another one for that";
        return Err(ApiError::invalid("/workflow_id", message));
    }
    let kept = (before.spec.clone(), before.inputs.clone());
    let new = NewSchedule {
        name: body.name.unwrap_or(before.name),
        workflow_id: before.workflow_id,
        spec: ScheduleSpec {
            cron: body.cron.unwrap_or(before.spec.cron),
            timezone: body.timezone.unwrap_or(before.spec.timezone),
            catch_up: body.catch_up.map_or(before.spec.catch_up, Into::into),
            overlap: body.overlap.map_or(before.spec.overlap, Into::into),
        },
        inputs: body.inputs.map_or(before.inputs, Value::Object),
        enabled: body.enabled.unwrap_or(before.enabled),
    };
    let is_enabled = new.enabled && !before.enabled;
    if is_enabled || new.spec != kept.0 || new.inputs != kept.1 {
        app.begins_runs()?;
    }
    // What does not run may wait to be mended.
    if new.enabled {
        schedules::check(&app, &new).await?;
    } else {
        let mut faults = Faults::default();
        faults.note(schedules::check_name(&new.name))?;
        faults.note(schedules::read(&new.spec))?;
        faults.end("the schedule is not valid")?;
    }
    // What was read here is what is changed, whether the caller says so or not.
    let revision = revision.or(Some(before.revision));
    let record = app.store.update_schedule(app.scope(), id, &new, revision);
    let record = record.await?;
    schedules::changed(&app).await;
    Ok(Tagged(record.revision, Json(record.into())))
}
