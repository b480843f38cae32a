//! Connections: accepted, served, and given up when nothing comes by them. Nobody has to be known for opening one, so that
//! neither their number nor their time is without an end.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;

use super::counted::Placed;
use super::crowd::Crowd;

/// On what terms connections are taken.
#[derive(Clone)]
pub(crate) struct Terms {
    /// How long the head of a request may take to come, the first or the next: hyper counts both by one clock, from when it
    /// begins to wait.
    pub(crate) patience: Duration,
    /// Who else is there; nobody is counted without it.
    pub(crate) crowd: Option<Crowd>,
}

/// Ends when the server is stopping, its connections with what was under way on them.
pub(super) async fn serve<L>(
    mut listener: L,
    router: Router,
    terms: Terms,
    stopping: CancellationToken,
) -> io::Result<()>
where
    L: Listener<Addr = SocketAddr>,
    L::Io: Placed,
{
    // Once for all, and not with each request.
    let router: Router = router.with_state(());
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(terms.patience);
    let open = TaskTracker::new();
    while let Some((mut stream, peer)) = stopping.run_until_cancelled(listener.accept()).await {
        let place = stream.take_place();
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().call(request)
        });
        let connection = http.serve_connection(TokioIo::new(stream), service);
        let (connection, stopping) = (connection.with_upgrades(), stopping.clone());
        open.spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = stopping.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection was broken off");
            }
            drop(place);
        });
    }
    drop(listener);
    open.close();
    open.wait().await;
    Ok(())
}
