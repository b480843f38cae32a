//! `GET /api/waits/count`

use axum::Json;

use crate::access::Scoped;
use crate::error::ApiResult;
use crate::schemas::wait::WaitCount;

/// No more are counted: that there are so many says enough.
const COUNTED: u32 = 1_000;

/// How many steps wait for an answer from outside.
#[utoipa::path(get, path = "/api/waits/count", tag = "waits", security(("bearer" = ["waits:read"])), responses(
    (status = 200, description = "How many there are.", body = WaitCount),
))]
pub(crate) async fn count_waits(app: Scoped) -> ApiResult<Json<WaitCount>> {
    let count = app.store.count_waits(app.scope(), COUNTED).await?;
    Ok(Json(WaitCount { count }))
}
