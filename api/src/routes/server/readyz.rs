//! `GET /readyz`

use std::time::Duration;

use axum::Json;
use axum::extract::State;

use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::schemas::server::{Readiness, ReadinessStatus};
use crate::state::App;

const PATIENCE: Duration = Duration::from_secs(1);

/// Whether requests can be served now: the database answers those who read and those who write within a second.
#[utoipa::path(get, path = "/readyz", tag = "server", security(()),
    extensions(("x-open-query" = json!(true))), responses(
    (status = 200, description = "They can.", body = Readiness),
    (status = 503, description = "The database does not answer, or the server is stopping.", body = ErrorEnvelope),
))]
pub(crate) async fn get_readiness(State(app): State<App>) -> ApiResult<Json<Readiness>> {
    if app.stopping.is_cancelled() {
        return Err(ApiError::unavailable("the server is stopping"));
    }
    let database = tokio::time::timeout(PATIENCE, app.store.ping());
    let queue = tokio::time::timeout(PATIENCE, app.queue.depth());
    let (database, queue) = tokio::join!(database, queue);
    match database {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            return Err(ApiError::unavailable("the database does not answer").because(error));
        }
        Err(_) => {
            return Err(ApiError::unavailable(
                "the database does not answer within a second",
            ));
        }
    }
    let certificate = app.config.certificate.as_ref();
    let failing = certificate.is_some_and(|state| state.borrow().problem.is_some());
    let status = if matches!(queue, Ok(Ok(_))) && !failing {
        ReadinessStatus::Ok
    } else {
        ReadinessStatus::Degraded
    };
    Ok(Json(Readiness { status }))
}
