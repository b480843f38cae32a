//! `GET /api/applications/{id}/health`

use std::time::Duration;

use axum::Json;
use chrono::Utc;
use tokio::time::timeout;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, Code, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::observation::{ApplicationHealth, HealthStatus};

/// What the health check may take, and reading what was written last: a container engine may be slow with that, or never answer.
const LONGEST: Duration = Duration::from_secs(4);

/// How the live release of an application is: its health check is asked now, and may take two seconds. There is an answer after
/// four in any case.
#[utoipa::path(get, path = "/api/applications/{id}/health", tag = "applications", security(("bearer" = ["applications:read"])), params(Id), responses(
    (status = 200, description = "How it is, and why where it is not well.", body = ApplicationHealth),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
    (status = 504, description = "What it runs in does not say in time how it is.", body = ErrorEnvelope),
))]
pub(crate) async fn get_application_health(
    app: Scoped,
    Id(id): Id,
) -> ApiResult<Json<ApplicationHealth>> {
    let record = app.store.application(app.scope(), id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    let asked = timeout(LONGEST, app.live.health(app.workspace(), &record.name)).await;
    let report = asked.map_err(|_| {
        let message = "how it is could not be told within four seconds: what it runs in, such as a container engine, does not answer in time";
        ApiError::new(Code::Timeout, message)
    })??;
    Ok(Json(report.map_or_else(
        || ApplicationHealth {
            status: HealthStatus::NotDeployed,
            release: None,
            checked_at: Utc::now().into(),
            running_since: None,
            reason: None,
            last_lines: Vec::new(),
        },
        ApplicationHealth::from,
    )))
}
