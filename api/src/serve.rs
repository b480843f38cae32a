//! Puts routes and layers together, and serves them until told to stop.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::handler::Handler;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use futures::future::try_join_all;
use store::Store;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::OpenApi;

use crate::access::authorise;
use crate::accounts::signer;
use crate::archive::InsideRouter;
use crate::config::Config;
use crate::doors::{Crowd, Doors, Terms, Tls, watch};
use crate::error::{ApiError, Code};
use crate::extract::IDEMPOTENCY_KEYS_KEPT;
use crate::layers::{address, audit, guard, headers, linger, observe, origins, throttle};
use crate::state::{App, State};
use crate::{departed, notices, openapi, validation, web};

/// How long replies under way may take once the server was told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// How often expired sessions, old idempotency keys and the like are removed.
const PRUNE: Duration = Duration::from_secs(10 * 60);

/// Serves the API and the web app. Returns when `shutdown` has resolved and what was under way is answered.
pub async fn serve(
    config: Config,
    state: State,
    doors: impl Into<Doors>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let doors = doors.into();
    let stopping = CancellationToken::new();
    tokio::spawn(vital::until(
        stopping.clone(),
        "removing what has expired",
        prune(Arc::clone(&state.store), stopping.clone()),
    ));
    let by_http = doors.redirect.is_some();
    let certificate = match &doors.tls {
        Some(Tls::Acme(acme)) => Some(acme.watch()),
        _ => None,
    };
    if let Some(tls) = doors.tls.clone() {
        tokio::spawn(vital::until(
            stopping.clone(),
            "keeping the certificate fresh",
            Doors::keep_certificate(tls, by_http, stopping.clone()),
        ));
    }
    let config = Config {
        certificate,
        metrics_elsewhere: doors.watch.is_some(),
        ..config
    };
    let url = config.url.clone();
    let terms = Terms {
        patience: config.head_patience,
        crowd: Some(Crowd::new(config.connections, &config.trusted_proxies)),
    };
    let (app, router, _) = build(config, state, stopping.clone());
    let telling = tokio::spawn(vital::until(
        stopping.clone(),
        "telling people and other systems",
        notices::tend(app.clone()),
    ));
    tokio::spawn(vital::until(
        stopping.clone(),
        "taking down what nobody is there for",
        departed::tend(app.clone()),
    ));
    let changes = app.changes.clone();
    let open = doors.open(&router, watch(app), &url, &terms, &stopping)?;
    let overdue = async {
        shutdown.await;
        stopping.cancel();
        tokio::time::sleep(DRAIN).await;
    };
    let ended = tokio::select! {
        ended = try_join_all(open) => ended.map(drop),
        () = overdue => Ok(()),
    };
    stopping.cancel();
    // Who hangs up as the server stops undoes nothing either.
    changes.close();
    let _ = tokio::time::timeout(DRAIN, changes.wait()).await;
    // What it has taken out of the store, nobody else would tell.
    let _ = tokio::time::timeout(DRAIN, telling).await;
    ended
}

/// Removes what has expired of accounts, and idempotency keys, now and then.
async fn prune(store: Arc<Store>, stopping: CancellationToken) {
    let mut turns = tokio::time::interval(PRUNE);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = turns.tick() => {}
            () = stopping.cancelled() => return,
        }
        let now = chrono::Utc::now();
        let pruned = async {
            store.prune_accounts().await?;
            store.drop_signing_keys(now - signer::KEPT).await
        };
        if let Err(error) = pruned.await {
            tracing::warn!(%error, "what has expired of accounts was not removed; it will be tried again");
        }
        let pruned = tokio::select! {
            pruned = store.prune_idempotency_keys(now - IDEMPOTENCY_KEYS_KEPT) => pruned,
            () = stopping.cancelled() => return,
        };
        if let Err(error) = pruned {
            tracing::warn!(%error, "old idempotency keys were not removed; it will be tried again");
        }
    }
}

/// All routes with their layers, and the document that describes them.
pub fn router(config: Config, state: State) -> (Router, OpenApi) {
    let (_, router, document) = build(config, state, CancellationToken::new());
    (router, document)
}

fn build(config: Config, state: State, stopping: CancellationToken) -> (App, Router, OpenApi) {
    let (origins, metrics_elsewhere) = (config.origins.clone(), config.metrics_elsewhere);
    let (body_limit, is_secure) = (config.body_limit, config.is_secure());
    let (router, document) = openapi::parts();
    let app = App::new(config, state, &document, stopping);
    let router = router
        .route_layer(from_fn_with_state(app.clone(), audit::look_before))
        .route_layer(from_fn_with_state(app.clone(), validation::hold))
        .route_layer(from_fn_with_state(app.clone(), authorise))
        .route_layer(from_fn_with_state(app.clone(), audit::record));
    let router = match metrics_elsewhere {
        true => router.route_layer(from_fn(no_metrics)),
        false => router,
    };
    let counted = from_fn_with_state(app.clone(), throttle::passers_by);
    let router = router
        .fallback(web::serve.layer(counted))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(body_limit));
    let router = match origins.is_empty() {
        true => router,
        false => router.layer(origins::allowed(&origins)),
    };
    let router = router
        .layer(from_fn_with_state(app.clone(), guard::guard))
        .layer(from_fn_with_state(app.clone(), address::find))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(observe::observe))
        .layer(from_fn_with_state(app.clone(), linger::linger))
        .with_state(app.clone());
    let router = match is_secure {
        true => router.layer(from_fn(headers::insist_on_tls)),
        false => router,
    };
    let inside = InsideRouter(router.clone());
    (app, router.layer(Extension(inside)), document)
}

/// Where metrics have a door of their own, there are none at this one.
async fn no_metrics(path: MatchedPath, request: Request, next: Next) -> Response {
    if path.as_str() == "/metrics" {
        return ApiError::not_found("page").into_response();
    }
    next.run(request).await
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(
        Code::MethodNotAllowed,
        "this address does not know that method; the header `Allow` lists what it knows",
    )
}

/// The server lives on; what the panic said is in the log.
#[allow(clippy::needless_pass_by_value)]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    ApiError::internal(format!("a handler panicked: {}", vital::said(&*panic))).into_response()
}
