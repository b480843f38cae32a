//! # Health check
//!
//! Asks an address until it answers well, or too often in vain.
//!
//! ## Inputs
//! A `url`, the status it should answer with and, if wanted, values that its JSON should hold. The same
//! addresses are refused as by `http.request`.
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

use std::time::Instant;

use async_trait::async_trait;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Context, Failure, LogStream};
use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::clients::http::{Client, Guard, Request};
use crate::kind::{ActiveKind, Kind};
use crate::manual::{Manual, manual};
use crate::options::Options;

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
}

impl HttpCheck {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            client: Client::new(Guard {
                block_private: options.http_block_private,
            }),
        }
    }
}

impl Kind for HttpCheck {
    const NAME: &'static str = "http.check";
    const CATEGORY: &'static str = "http";
    const EFFECT: Effect = Effect::Idempotent;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("http_check.rs");
    type Config = Config;
    type Output = Output;
}

#[async_trait]
impl ActiveKind for HttpCheck {
    async fn run(&self, context: Context, config: Config) -> Result<Output, Failure> {
        let began = Instant::now();
        let url: Url = config.url.parse().map_err(|problem| {
            Failure::permanent(
                "invalid_parameters",
                format!("http.check: with.url: `{}`: {problem}", config.url),
            )
        })?;
        let mut lacking = String::new();
        for attempt in 1..=config.attempts.max(1) {
            let asked = tokio::select! {
                asked = self.ask(&url, &config) => asked?,
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
    /// Asks once: a refused address is a failure, anything less than a healthy answer a reason to ask again.
    async fn ask(&self, url: &Url, config: &Config) -> Result<Result<u16, String>, Failure> {
        let request = Request {
            method: reqwest::Method::GET,
            url: url.clone(),
            headers: reqwest::header::HeaderMap::default(),
            body: None,
            max_bytes: LONGEST_ANSWER,
        };
        let answer =
            match tokio::time::timeout(config.timeout.to_std(), self.client.send(request)).await {
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

fn cancelled() -> Failure {
    Failure::permanent("cancelled", "the run was cancelled")
}

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
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::get;
    use serde_json::json;

    use super::*;
    use crate::tests::{Surroundings, serve};

    async fn run(with: Value) -> Result<Value, Failure> {
        Surroundings::new()
            .run(HttpCheck::new(&Options::default()), with)
            .await
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
