//! # Health check
//!
//! Asks an address until it answers well, or too often in vain.
//!
//! ## Inputs
//! A `url`, the status it should answer with and, if wanted, values that its JSON should hold. The same
//! addresses are refused as by `http.request`, except for those at which applications of this installation are
//! live (`app.deploy`): they may be asked although private addresses are not.
//!
//! ## Output
//! The status, how many attempts it took, and how long.
//!
//! ## Failure and retry
//! It asks `attempts` times with a pause of `interval` between them, and then fails with what the last answer
//! lacked (`unhealthy`). Since it is a retry by itself, the step is not tried again.
//!
//! ## Example
//! ```yaml
//! - id: check
//!   kind: http.check
//!   with:
//!     url: "${ nodes.deploy.output.url }healthz"
//!     expect_json: { status: ok }
//!     attempts: 10
//! ```

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use blueprint::ports::{DeploymentStatus, Deployments as _};
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure, LogStream};
use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clients::docker::Docker;
use crate::clients::service;
use crate::deadline::cancelled;
use crate::deployments::Deployments;
use crate::home::Home;
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;
use crate::workspace::blocking;
use egress::{Client, Guard, Request, unwatched};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// An http or https address.
    #[schemars(extend("format" = "uri"))]
    url: String,
    /// The status of a healthy answer.
    #[serde(default = "ok")]
    expect_status: u16,
    /// Fields that the JSON of a healthy answer holds; it may hold others.
    expect_json: Option<Map<String, Value>>,
    /// How often to ask at most.
    #[serde(default = "default_attempts")]
    #[schemars(range(min = 1))]
    attempts: u32,
    /// The pause between two attempts.
    #[serde(default = "default_interval")]
    interval: Millis,
    /// How long to wait for one answer.
    #[serde(default = "default_timeout")]
    timeout: Millis,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Output {
    status: u16,
    /// How often it asked.
    attempts: u32,
    duration_ms: u64,
}

pub(crate) struct HttpCheck {
    client: Client,
    is_guarded: bool,
    docker: Arc<Docker>,
}

impl HttpCheck {
    pub(crate) fn new(options: &Options, docker: Arc<Docker>) -> Self {
        Self {
            client: Client::new(Guard::new(&options.outgoing)),
            is_guarded: !options.outgoing.is_unguarded(),
            docker,
        }
    }
}

impl Kind for HttpCheck {
    const NAME: &'static str = "http.check";
    const CATEGORY: &'static str = "http";
    const EFFECT: Effect = Effect::Idempotent;
    const RETRY: Retry = Retry::NEVER;
    const REPORTS_PROGRESS: bool = true;
    const MANUAL: Manual = manual!("http_check.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for HttpCheck {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let began = Instant::now();
        let url = service::url(Self::NAME, &config.url)?;
        let live = self.live(&context).await;
        let mut lacking = String::new();
        for attempt in 1..=config.attempts.max(1) {
            let asked = tokio::select! {
                asked = self.ask(&url, &config, &live) => asked?,
                () = context.cancellation.cancelled() => return Err(cancelled()),
            };
            match asked {
                Ok(status) => {
                    let duration_ms =
                        u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                    return Ok(Output {
                        status,
                        attempts: attempt,
                        duration_ms,
                    });
                }
                Err(problem) => {
                    context.log.line(
                        LogStream::Info,
                        &format!("attempt {attempt} of {}: {problem}", config.attempts),
                    );
                    lacking = problem;
                }
            }
            if attempt < config.attempts {
                tokio::select! {
                    () = tokio::time::sleep(config.interval.to_std()) => {}
                    () = context.cancellation.cancelled() => return Err(cancelled()),
                }
            }
        }
        let message = format!(
            "{url} was not healthy in {} attempts: {lacking}",
            config.attempts
        );
        Err(Failure::transient("unhealthy", message))
    }
}

impl HttpCheck {
    /// Where applications of this installation are live, if the guard would keep away from there.
    async fn live(&self, context: &Context) -> Vec<SocketAddr> {
        if !self.is_guarded {
            return Vec::new();
        }
        let data = context.data.clone();
        let homes = blocking(move || Ok(Home::all(&data).unwrap_or_default())).await;
        let deployments = Deployments::with(&context.data, self.docker.clone());
        let mut live = Vec::new();
        for home in homes.unwrap_or_default() {
            // What cannot be asked about is not known to be live, and stays as guarded as any other address.
            if let Ok(Some(deployment)) = deployments.get(&home.name).await
                && deployment.status == DeploymentStatus::Running
            {
                live.push((Ipv4Addr::LOCALHOST, deployment.port).into());
            }
        }
        live
    }

    /// Asks once: a refused address is a failure, anything less than a healthy answer a reason to ask again.
    async fn ask(
        &self,
        url: &Url,
        config: &Config,
        live: &[SocketAddr],
    ) -> Result<Result<u16, String>, Failure> {
        let request = Request {
            method: reqwest::Method::GET,
            url: url.clone(),
            headers: reqwest::header::HeaderMap::default(),
            body: None,
            max_bytes: LONGEST_ANSWER,
        };
        let asking = self.client.send_besides(live, request, &unwatched);
        let answer = match tokio::time::timeout(config.timeout.to_std(), asking).await {
            Err(_) => return Ok(Err(format!("no answer within {}", config.timeout))),
            Ok(Err(problem)) if problem.is_transient() => return Ok(Err(problem.to_string())),
            Ok(Err(problem)) => {
                return Err(Failure::permanent(problem.code(), problem.to_string()));
            }
            Ok(Ok(answer)) => answer,
        };
        let status = answer.status.as_u16();
        if status != config.expect_status {
            return Ok(Err(format!(
                "it answered {status} instead of {}",
                config.expect_status
            )));
        }
        let Some(expected) = &config.expect_json else {
            return Ok(Ok(status));
        };
        let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let missing = expected
            .iter()
            .find(|(name, value)| body.get(name) != Some(value));
        Ok(missing.map_or(Ok(status), |(name, value)| {
            Err(format!(
                "`{name}` of its answer is {} instead of {value}",
                body.get(name).unwrap_or(&Value::Null)
            ))
        }))
    }
}

const LONGEST_ANSWER: u64 = 1024 * 1024;

fn ok() -> u16 {
    200
}

fn default_attempts() -> u32 {
    20
}

fn default_interval() -> Millis {
    Millis(500)
}

fn default_timeout() -> Millis {
    Millis(5_000)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::Router;
    use axum::http::StatusCode;
    use axum::response::Redirect;
    use axum::routing::get;
    use serde_json::json;

    use super::*;
    use crate::clients::process::started_at;
    use crate::tests::{Surroundings, local, serve};

    async fn run(with: Value) -> Result<Value, Failure> {
        Surroundings::new().run(check(&local()), with).await
    }

    fn check(options: &Options) -> HttpCheck {
        let docker = Docker::new(Some("unix:///nowhere/docker.sock"));
        HttpCheck::new(options, Arc::new(docker))
    }

    /// Notes this very process as the live release of an application that listens at this port.
    fn deploy(surroundings: &Surroundings, port: u16) {
        let pid = std::process::id();
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
        let record = json!({
            "application": "shop", "status": "running", "url": format!("http://127.0.0.1:{port}/"), "port": port,
            "release": 1, "digest": "", "since": "2026-01-01T00:00:00Z", "health_path": "/healthz",
            "execution": uuid::Uuid::nil(), "target": "process", "binary": "app",
            "pid": pid, "started": started_at(pid), "boot": boot.trim(),
        });
        let home = surroundings.data().join("apps/shop");
        std::fs::create_dir_all(&home).unwrap();
        std::fs::write(home.join("deployment.json"), record.to_string()).unwrap();
    }

    #[tokio::test]
    async fn a_live_application_may_be_asked_and_leads_to_no_other_private_address() {
        let surroundings = Surroundings::new();
        let other = serve(Router::new().route("/", get(|| async { "ok" }))).await;
        let elsewhere = other.clone();
        let routes = Router::new()
            .route("/healthz", get(|| async { "ok" }))
            .route(
                "/away",
                get(|| async move { Redirect::temporary(&elsewhere) }),
            );
        let shop = serve(routes).await;
        let options = Options::default();
        let ask = |url: String| {
            let with = json!({ "url": url, "attempts": 1 });
            surroundings.run(check(&options), with)
        };
        let refused = ask(format!("{shop}/healthz")).await.unwrap_err();
        assert_eq!(refused.error.code, "address_refused");

        deploy(&surroundings, shop.parse::<Url>().unwrap().port().unwrap());
        assert_eq!(ask(format!("{shop}/healthz")).await.unwrap()["status"], 200);
        for url in [format!("{other}/"), format!("{shop}/away")] {
            let failure = ask(url).await.unwrap_err();
            assert_eq!(failure.error.code, "address_refused");
        }
    }

    #[tokio::test]
    async fn asks_until_it_is_healthy() {
        let asked = Arc::new(AtomicU32::new(0));
        let counting = move || async move {
            let (status, body) = match asked.fetch_add(1, Ordering::Relaxed) {
                0 => (StatusCode::SERVICE_UNAVAILABLE, json!({})),
                1 => (StatusCode::OK, json!({ "status": "starting" })),
                _ => (StatusCode::OK, json!({ "status": "ok", "more": 1 })),
            };
            (status, axum::Json(body))
        };
        let base = serve(Router::new().route("/", get(counting))).await;
        let output =
            run(json!({ "url": base, "expect_json": { "status": "ok" }, "interval": "1ms" }))
                .await
                .unwrap();
        assert_eq!(
            (&output["status"], &output["attempts"]),
            (&json!(200), &json!(3))
        );
    }

    #[tokio::test]
    async fn gives_up_and_says_what_was_lacking() {
        let base = serve(Router::new().route("/", get(|| async { StatusCode::NOT_FOUND }))).await;
        let failure = run(json!({ "url": base, "attempts": 2, "interval": "1ms" }))
            .await
            .unwrap_err();
        assert_eq!(failure.error.code, "unhealthy");
        assert!(
            failure
                .error
                .message
                .ends_with("in 2 attempts: it answered 404 instead of 200")
        );
    }
}
