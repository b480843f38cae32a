//! `GET /api/status`

use std::time::Duration;

use axum::Json;
use engine::ports::runners::RunnerRegistry;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::schemas::server::{RunnerInfo, Status};

/// Executions that are counted as waiting, at most.
const COUNTED: u32 = 1_000;

/// What serves, what runs, and what waits in the workspace. Runners, the queue of all workspaces and the certificate are shown
/// to who operates the server.
#[utoipa::path(get, path = "/api/status", tag = "server", security(("bearer" = [])), responses(
    (status = 200, description = "The state of the installation.", body = Status),
))]
pub(crate) async fn get_status(app: Scoped) -> ApiResult<Json<Status>> {
    let runners = app.store.alive().await?;
    let queue_depth = tokio::time::timeout(Duration::from_secs(1), app.queue.depth()).await;
    let queue_depth = queue_depth.ok().and_then(Result::ok);
    let waiting = app.store.waiting_executions(app.scope(), COUNTED).await?;
    let is_admin = app.caller.is_admin();
    let certificate = app.config.certificate.as_ref().filter(|_| is_admin);
    Ok(Json(Status {
        version: app.version.to_owned(),
        uptime_s: app.started.elapsed().as_secs(),
        backend: app.backend,
        has_runner: !runners.is_empty(),
        has_queue: queue_depth.is_some(),
        waiting,
        max_upload: app.config.file_limits.largest,
        runners: is_admin.then(|| runners.into_iter().map(RunnerInfo::from).collect()),
        queue_depth: queue_depth.filter(|_| is_admin),
        certificate: certificate.map(|state| state.borrow().clone().into()),
    }))
}
