//! `GET /api/applications/{id}/logs`

use axum::Json;
use blueprint::ports::{LogAsk, LogPlace};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::{Id, Limit, Query};
use crate::schemas::observation::ApplicationLog;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// The most lines.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000, default = 50)]
    limit: Limit,
    /// Only what is older: the `next_cursor` of an earlier answer.
    cursor: Option<String>,
}

/// What the live release of an application wrote, newest part first: within a part, lines are in the order they were written.
///
/// What a release wrote that was stopped or has failed can be read as well, until it is no longer kept. At most 256 KiB are
/// read at a time, so that there may be fewer lines than asked for. Of a container, the last 2,000 lines can be read.
///
/// Nothing is hidden in it: an application that writes a secret into its log shows it to all who may read applications.
#[utoipa::path(get, path = "/api/applications/{id}/logs", tag = "applications", security(("bearer" = ["applications:read"])), params(Id, Part), responses(
    (status = 200, description = "The lines, or why there are none.", body = ApplicationLog),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn list_application_logs(
    app: Scoped,
    Id(id): Id,
    Query(part): Query<Part>,
) -> ApiResult<Json<ApplicationLog>> {
    let before = part.cursor.as_deref().map(read_cursor).transpose()?;
    let record = app.store.application(app.scope(), id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    let ask = LogAsk {
        lines: part.limit.0 as usize,
        before,
    };
    let log = app.live.log(app.workspace(), &record.name, ask).await?;
    let Some(log) = log else {
        return Ok(Json(ApplicationLog {
            release: None,
            items: Vec::new(),
            next_cursor: None,
            missing: Some(
                "nothing of this application was ever live on this server's machine".to_owned(),
            ),
        }));
    };
    let cursor = |place: LogPlace| format!("{}-{}", place.release, place.position);
    Ok(Json(ApplicationLog {
        release: Some(log.release.to_string()),
        items: log.lines.into_iter().map(Into::into).collect(),
        next_cursor: log.before.map(cursor),
        missing: log.missing,
    }))
}

fn read_cursor(text: &str) -> ApiResult<LogPlace> {
    let read = text.split_once('-').and_then(|(release, position)| {
        Some(LogPlace {
            release: release.parse().ok()?,
            position: position.parse().ok()?,
        })
    });
    read.ok_or_else(|| ApiError::bad_request("the cursor is not one that this list gave out"))
}
