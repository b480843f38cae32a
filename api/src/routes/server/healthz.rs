//! `GET /healthz`

use axum::Json;

use crate::schemas::server::Health;

/// Whether this process is alive. Asks nothing of anything else.
#[utoipa::path(get, path = "/healthz", tag = "server", security(()),
    extensions(("x-open-query" = json!(true))), responses(
    (status = 200, description = "It is.", body = Health),
))]
pub(crate) async fn get_health() -> Json<Health> {
    Json(Health { status: "ok" })
}
