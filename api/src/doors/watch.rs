//! Metrics and health for machines that watch this one, at a door of their own: nobody has to say who they are there.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

use crate::layers::{guard, observe};
use crate::routes::server::{healthz, metrics, readyz};
use crate::state::App;

pub(crate) fn watch(app: App) -> Router {
    Router::new()
        .route("/metrics", get(metrics::get_metrics))
        .route("/healthz", get(healthz::get_health))
        .route("/readyz", get(readyz::get_readiness))
        .layer(from_fn_with_state(app.clone(), guard::named_or_numbered))
        .layer(from_fn(observe::observe))
        .with_state(app)
}
