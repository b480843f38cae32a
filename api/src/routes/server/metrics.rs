//! `GET /metrics`

use std::time::Duration;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::state::App;

/// Counters and histograms of this process, for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "server", security(("bearer" = ["server:admin"])), responses(
    (status = 200, description = "In Prometheus' text format.", body = String, content_type = "text/plain"),
))]
pub(crate) async fn get_metrics(State(app): State<App>) -> impl IntoResponse {
    // A queue out of reach leaves the last known depth; the other numbers are worth more than waiting for it.
    if let Ok(Ok(depth)) = tokio::time::timeout(Duration::from_secs(1), app.queue.depth()).await {
        metrics::gauge!("lathe_queue_depth").set(depth as f64);
    }
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        app.metrics.render(),
    )
}
