//! From what a client sent to a checked schedule.

use std::sync::Arc;

use engine::document::parse;
use engine::ports::bus::Notice;
use engine::schedule::{Schedule, ScheduleError, ScheduleSpec};
use engine::{blob, plan};
use serde_json::Value;
use store::{NewSchedule, ScheduleRecord};
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult};
use crate::schemas::time::Time;
use crate::state::App;

/// Moments that are shown of a schedule at most, and unless somebody says how many.
const MOST: u32 = 100;
const USUAL: u32 = 5;

/// Refuses what would never run, and what the workflow would not take: at its moment nobody would be there to be told.
pub(crate) async fn check(app: &Scoped, new: &NewSchedule) -> ApiResult<()> {
    check_name(&new.name)?;
    read(&new.spec)?;
    let definition = app.definitions.usual(app.scope(), new.workflow_id).await?;
    let definition =
        definition.ok_or_else(|| ApiError::invalid("/workflow_id", "there is no such workflow"))?;
    blob::refuse(&new.inputs, "/inputs", &|_| false)
        .map_err(|problems| ApiError::from_problems("the schedule is not valid", problems))?;
    check_inputs(app, definition.document.clone(), new.inputs.clone()).await
}

pub(crate) fn check_name(name: &str) -> ApiResult<()> {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
    let fits = name.len() <= 100
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(inside);
    match fits {
        true => Ok(()),
        false => {
            let message = "names look like this: ^[a-z][a-z0-9_-]{0,99}$";
            Err(ApiError::invalid("/name", message))
        }
    }
}

/// The schedule that a text means.
pub(crate) fn read(spec: &ScheduleSpec) -> ApiResult<Schedule> {
    spec.schedule().map_err(|error| {
        let path = match &error {
            ScheduleError::UnknownTimezone { .. } => "/timezone",
            ScheduleError::AtMost { .. } => "/catch_up/all/at_most",
            _ => "/cron",
        };
        ApiError::invalid(path, error.to_string())
    })
}

/// Whether the workflow of this document would take such inputs.
pub(crate) async fn check_inputs(app: &Scoped, document: Value, inputs: Value) -> ApiResult<()> {
    let catalog = Arc::clone(&app.catalog);
    // A long document with many scripts takes its time, and must not hold up other requests.
    let checked = tokio::task::spawn_blocking(move || {
        let document = parse::from_value(document)?;
        let plan = plan::compile(document, &catalog)?;
        plan.check_inputs(inputs).map(drop)
    });
    let checked = checked.await.map_err(ApiError::internal)?;
    checked.map_err(|problems| ApiError::from_problems("the schedule is not valid", problems))
}

pub(crate) async fn find(app: &Scoped, id: Uuid) -> ApiResult<ScheduleRecord> {
    let found = app.store.schedule(app.scope(), id).await?;
    found.ok_or_else(|| ApiError::not_found("schedule"))
}

/// Wakes whoever begins its runs.
pub(crate) async fn changed(app: &App) {
    app.bus.publish(Notice::Schedules).await;
}

/// The next moments of a schedule.
pub(crate) fn upcoming(schedule: &Schedule, count: Option<u32>) -> ApiResult<Vec<Time>> {
    let count = count.unwrap_or(USUAL);
    if !(1..=MOST).contains(&count) {
        let message = format!("`count` takes a number from 1 to {MOST}");
        return Err(ApiError::invalid("/count", message));
    }
    let times = schedule.upcoming(chrono::Utc::now());
    Ok(times.take(count as usize).map(Into::into).collect())
}
