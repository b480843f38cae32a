//! A bare web server in a process of its own, under the same load as Lathe.

use std::process::Stdio;

use anyhow::{Context, Result};
use axum::{Json, Router, routing::post};
use bytes::Bytes;
use serde_json::Value;
use tokio::{net::TcpListener, process::Command};

use super::CLIENTS;
use crate::{
    Effort, lathe,
    load::{self, Load, Shot},
};

pub(crate) struct Speed {
    /// Milliseconds.
    pub(crate) median: f64,
    pub(crate) per_second: f64,
}

/// Serves until it is killed.
pub(crate) async fn serve(port: u16) -> Result<()> {
    let router = Router::new().route(
        "/",
        post(|Json(body): Json<Value>| async move { Json(body) }),
    );
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, router)
        .await
        .context("the echo server ended")
}

/// With one connection, and with many.
pub(super) async fn measure(effort: Effort) -> Result<(Speed, Speed)> {
    let port = lathe::free_port()?;
    let mut server = Command::new(std::env::current_exe()?)
        .args(["--echo-server", &port.to_string()])
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    lathe::wait_for_port(port, &mut server).await?;
    let body = Bytes::from_static(br#"{"inputs":{}}"#);
    let shot = Shot::post("/".into(), body, 200, "inputs");
    let one = load::for_time(port, 1, effort.window / 2, &shot).await?;
    let many = load::for_time(port, CLIENTS, effort.window / 2, &shot).await?;
    server.kill().await?;
    Ok((Speed::of(&one), Speed::of(&many)))
}

impl Speed {
    fn of(load: &Load) -> Self {
        Self {
            median: load.percentile(0.5),
            per_second: load.per_second(),
        }
    }
}
