//! `GET /api/metrics/history`

use axum::Json;
use chrono::Utc;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::extract::Query;
use crate::schemas::metrics::{History, HistoryRange};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// How far it goes back from now.
    #[param(inline)]
    range: HistoryRange,
}

/// How many runs of the workspace began and ended lately, and how long they took, step by step.
///
/// Steps in which nothing happened are there, with zeros. How busy the installation was is shown to who operates the server
/// (`server:admin`); to others, and where nobody looked, it is null. A percentile is at most 12 % off.
#[utoipa::path(get, path = "/api/metrics/history", tag = "server", security(("bearer" = ["executions:read"])), params(Asked), responses(
    (status = 200, description = "The steps, oldest first; the last one goes on still.", body = History),
))]
pub(crate) async fn get_history(
    app: Scoped,
    Query(asked): Query<Asked>,
) -> ApiResult<Json<History>> {
    let stretch = asked.range.until(Utc::now());
    let step = asked.range.step();
    let is_admin = app.caller.is_admin();
    let known = app
        .store
        .run_history(app.scope(), stretch, step, is_admin)
        .await?;
    Ok(Json(History::of(asked.range, stretch, known)))
}
