//! `GET /api/status`

use std::time::Duration;

use axum::Json;
use engine::ports::runners::RunnerRegistry;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::schemas::server::{RunnerInfo, Status};

/// What serves, what runs, and what waits.
#[utoipa::path(get, path = "/api/status", tag = "server", security(("bearer" = [])), responses(
    (status = 200, description = "The state of the installation.", body = Status),
))]
pub(crate) async fn get_status(app: Scoped) -> ApiResult<Json<Status>> {
    let runners = app.store.alive().await?;
    let queue_depth = tokio::time::timeout(Duration::from_secs(1), app.queue.depth()).await;
    let certificate = app.config.certificate.as_ref();
    Ok(Json(Status {
        version: app.version.to_owned(),
        uptime_s: app.started.elapsed().as_secs(),
        backend: app.backend,
        runners: runners.into_iter().map(RunnerInfo::from).collect(),
        queue_depth: queue_depth.ok().and_then(Result::ok),
        certificate: certificate.map(|state| state.borrow().clone().into()),
    }))
}
