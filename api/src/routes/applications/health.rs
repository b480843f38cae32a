//! `GET /api/applications/{id}/health`

use axum::Json;
use chrono::Utc;

use crate::access::Scoped;
use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::extract::Id;
use crate::schemas::observation::{ApplicationHealth, HealthStatus};

/// How the live release of an application is: its health check is asked now, and may take two seconds.
#[utoipa::path(get, path = "/api/applications/{id}/health", tag = "applications", security(("bearer" = ["applications:read"])), params(Id), responses(
    (status = 200, description = "How it is, and why where it is not well.", body = ApplicationHealth),
    (status = 404, description = "There is none with this id.", body = ErrorEnvelope),
))]
pub(crate) async fn get_application_health(
    app: Scoped,
    Id(id): Id,
) -> ApiResult<Json<ApplicationHealth>> {
    let record = app.store.application(app.scope(), id).await?;
    let record = record.ok_or_else(|| ApiError::not_found("application"))?;
    let report = app.live.health(app.workspace(), &record.name).await?;
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
