//! A server for steps that wait: it answers after five milliseconds, or never.

use std::{sync::Arc, time::Duration};

use anyhow::{Context, Result};
use axum::{Router, routing::get};
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle, time::timeout};

pub(crate) struct SlowServer {
    port: u16,
    reached: Arc<Notify>,
    serving: JoinHandle<()>,
}

impl SlowServer {
    pub(crate) async fn start() -> Result<Self> {
        let reached = Arc::new(Notify::new());
        let told = Arc::clone(&reached);
        let hang = move || async move {
            told.notify_one();
            std::future::pending::<()>().await;
        };
        let router = Router::new()
            .route(
                "/wait",
                get(|| tokio::time::sleep(Duration::from_millis(5))),
            )
            .route("/hang", get(hang));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            port,
            reached,
            serving,
        })
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    /// Waits until somebody hangs.
    pub(crate) async fn reached(&self) -> Result<()> {
        timeout(Duration::from_secs(30), self.reached.notified())
            .await
            .context("the slow server was not reached")
    }
}

impl Drop for SlowServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
