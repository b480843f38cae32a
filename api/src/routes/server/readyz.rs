//! `GET /readyz`

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use moka::future::Cache;
use store::StoreError;
use tokio::time::timeout;

use crate::error::{ApiError, ApiResult, ErrorEnvelope};
use crate::schemas::server::{Readiness, ReadinessStatus};
use crate::state::App;

/// What is written in between may take its time: it is no outage.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long an answer of the database counts.
const FRESH: Duration = Duration::from_secs(1);

/// That the database has answered. Anybody may ask, as often as they like, and all of them together take one turn of those who
/// write.
pub(crate) struct Pulse(Cache<(), ()>);

enum Silence {
    Late,
    Refused(StoreError),
}

impl Default for Pulse {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(1).time_to_live(FRESH).build())
    }
}

impl Pulse {
    async fn feel(&self, app: &App) -> Result<(), Arc<Silence>> {
        let ask = async {
            match timeout(PATIENCE, app.store.ping()).await {
                Ok(answer) => answer.map_err(Silence::Refused),
                Err(_) => Err(Silence::Late),
            }
        };
        self.0.try_get_with((), ask).await
    }
}

/// Whether requests can be served now: within three seconds the database can be read, and something to be written can be begun.
#[utoipa::path(get, path = "/readyz", tag = "server", security(()),
    extensions(("x-open-query" = json!(true))), responses(
    (status = 200, description = "They can.", body = Readiness),
    (status = 503, description = "The database does not answer or can only be read, or the server is stopping.", body = ErrorEnvelope),
))]
pub(crate) async fn get_readiness(State(app): State<App>) -> ApiResult<Json<Readiness>> {
    if app.stopping.is_cancelled() {
        return Err(ApiError::unavailable("the server is stopping"));
    }
    let queue = timeout(PATIENCE, app.queue.depth());
    let (database, queue) = tokio::join!(app.pulse.feel(&app), queue);
    database.map_err(|silence| match &*silence {
        Silence::Late => ApiError::unavailable("the database does not answer in time"),
        Silence::Refused(error) => {
            ApiError::unavailable("the database does not answer").because(error.to_string())
        }
    })?;
    let certificate = app.config.certificate.as_ref();
    let failing = certificate.is_some_and(|state| state.borrow().problem.is_some());
    let status = if matches!(queue, Ok(Ok(_))) && !failing {
        ReadinessStatus::Ok
    } else {
        ReadinessStatus::Degraded
    };
    Ok(Json(Readiness { status }))
}
