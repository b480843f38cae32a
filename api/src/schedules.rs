//! From what a client sent to a checked schedule.

use std::sync::Arc;

use engine::document::parse;
use engine::ports::bus::Notice;
use engine::schedule::{CatchUp, Schedule, ScheduleError, ScheduleSpec};
use engine::{blob, plan};
use serde_json::Value;
use store::{NewSchedule, ScheduleRecord};
use uuid::Uuid;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, Faults};
use crate::schemas::time::Time;
use crate::state::App;

/// Moments that are shown of a schedule at most, and unless somebody says how many.
const MOST: u32 = 100;
const USUAL: u32 = 5;

/// Of a schedule, each of which can be wrong: times, zone, and how many are made up for.
const PARTS: usize = 3;

const UTC: &str = "UTC";
const DAILY: &str = "@daily";

const INVALID: &str = "the schedule is not valid";

/// Refuses what would never run, and what the workflow would not take: at its moment nobody would be there to be told.
pub(crate) async fn check(app: &Scoped, new: &NewSchedule) -> ApiResult<()> {
    let mut faults = Faults::default();
    faults.note(check_name(&new.name))?;
    faults.note(read(&new.spec))?;
    let definition = app.definitions.usual(app.scope(), new.workflow_id).await?;
    if definition.is_none() {
        faults.add("/workflow_id", "there is no such workflow");
    }
    let kept = faults.note(check_kept(&new.inputs))?;
    if let (Some(definition), Some(())) = (definition, kept) {
        let document = definition.document.clone();
        faults.note(check_inputs(app, document, new.inputs.clone()).await)?;
    }
    faults.end(INVALID)
}

/// Whether inputs can be kept: they hold no blob of a run, which may go.
pub(crate) fn check_kept(inputs: &Value) -> ApiResult<()> {
    blob::refuse(inputs, "/inputs", &|_| false)
        .map_err(|problems| ApiError::from_problems(INVALID, problems))
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

/// The schedule that a text means, or all that is wrong with it: each fault hides the next one, so that what it is about is
/// left out of the next look.
pub(crate) fn read(spec: &ScheduleSpec) -> ApiResult<Schedule> {
    let mut faults = Faults::default();
    let mut rest = spec.clone();
    for _ in 0..PARTS {
        let Err(error) = rest.schedule() else {
            break;
        };
        let message = error.to_string();
        match error {
            ScheduleError::UnknownTimezone { .. } => {
                faults.add("/timezone", message);
                UTC.clone_into(&mut rest.timezone);
            }
            ScheduleError::AtMost { .. } => {
                faults.add("/catch_up/all/at_most", message);
                rest.catch_up = CatchUp::Latest;
            }
            _ => {
                faults.add("/cron", message);
                DAILY.clone_into(&mut rest.cron);
            }
        }
    }
    faults.end(INVALID)?;
    spec.schedule().map_err(ApiError::internal)
}

/// Why this is no time of a schedule.
pub(crate) fn no_cron(text: &str) -> Option<String> {
    let read = Schedule::parse(text, UTC);
    read.err().map(|error| error.to_string())
}

/// Why this is no time zone.
pub(crate) fn no_zone(name: &str) -> Option<String> {
    let read = Schedule::parse(DAILY, name);
    read.err().map(|error| error.to_string())
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
    checked.map_err(|problems| ApiError::from_problems(INVALID, problems))
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
