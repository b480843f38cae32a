//! `POST /api/schedules`

use axum::Json;
use axum::response::Response;
use engine::schedule::ScheduleSpec;
use serde_json::Value;
use store::NewSchedule;

use crate::access::Scoped;
use crate::error::{ApiResult, ErrorEnvelope};
use crate::extract::{IdempotencyKey, Keyed, KeyedBody};
use crate::replies::created;
use crate::schedules;
use crate::schemas::schedule::{NewScheduleBody, Schedule};
use crate::schemas::settings::WorkspaceSettings;

/// Lets a workflow run by itself, from the next moment on that fits. Each moment begins one run, however many servers there
/// are. This takes `workflows:run` besides.
#[utoipa::path(post, path = "/api/schedules", tag = "schedules", security(("bearer" = ["schedules:write"])),
    params(IdempotencyKey), request_body = NewScheduleBody, responses(
    (status = 201, description = "The new schedule.", body = Schedule),
    (status = 403, description = "This takes the permission `schedules:write`, and `workflows:run` besides.", body = ErrorEnvelope),
    (status = 409, description = "The name is taken, or the key was used with another body.", body = ErrorEnvelope),
    (status = 422, description = "It would never run, its zone or workflow is unknown, or its inputs do not fit.", body = ErrorEnvelope),
))]
pub(crate) async fn create_schedule(
    app: Scoped,
    KeyedBody(key, body): KeyedBody<NewScheduleBody>,
) -> ApiResult<Response> {
    app.begins_runs()?;
    let timezone = match body.timezone {
        Some(timezone) => timezone,
        None => {
            let workspace = app.store.workspace(app.workspace()).await?;
            let settings = workspace.map(|workspace| workspace.settings);
            WorkspaceSettings::read(&settings.unwrap_or_default()).time_zone
        }
    };
    let new = NewSchedule {
        name: body.name,
        workflow_id: body.workflow_id,
        spec: ScheduleSpec {
            cron: body.cron,
            timezone,
            catch_up: body.catch_up.into(),
            overlap: body.overlap.into(),
        },
        inputs: Value::Object(body.inputs),
        enabled: body.enabled,
    };
    schedules::check(&app, &new).await?;
    let made = app
        .store
        .create_schedule(app.scope(), new, key.as_ref().map(Keyed::once));
    let made = made.await?;
    schedules::changed(&app).await;
    let location = format!("/api/schedules/{}", made.value.id);
    let schedule = Schedule::from(made.value);
    Ok(created(&location, made.existing, Json(schedule)))
}
