//! Node kinds as the API shows them.

use engine::catalog::{Effect as EngineEffect, NodeKind as EngineKind, Ports};
use engine::document::Retry as EngineRetry;
use engine::duration::Millis;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What running a node does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Effect {
    /// Nothing: the same inputs give the same output.
    Pure,
    /// Something that twice is as good as once.
    Idempotent,
    /// Something that counts each time.
    Effectful,
}

/// How often and at which pace a failed node is tried again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Retry {
    /// Attempts in all, the first included.
    max_attempts: u32,
    #[schema(example = "1s")]
    delay: String,
    backoff: f64,
    #[schema(example = "60s")]
    max_delay: String,
    jitter: f64,
}

/// A kind of node: what it does, takes and gives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NodeKind {
    #[schema(example = "http.request")]
    kind: &'static str,
    title: &'static str,
    summary: &'static str,
    /// The manual entry, in Markdown.
    description: &'static str,
    category: &'static str,
    effect: Effect,
    /// Ports that edges may leave by; `error` comes in addition where `on_error: edge` is set.
    ports: Vec<&'static str>,
    /// The parameter whose keys or items are ports as well.
    #[schema(required = true)]
    ports_from: Option<&'static str>,
    /// Parameters that hold a script instead of a template.
    scripts: Vec<&'static str>,
    /// JSON Schema of `with`.
    #[schema(value_type = Value)]
    config_schema: Value,
    /// JSON Schema of the output.
    #[schema(value_type = Value)]
    output_schema: Value,
    default_retry: Retry,
    /// The longest that one attempt may take, such as `30s`; null leaves it to the run.
    #[schema(required = true)]
    default_timeout: Option<String>,
    /// Whether it gives signs of life while it runs (progress, or lines in its log), so that `heartbeat` may be set.
    reports_progress: bool,
    /// Whether the operator allows it here.
    enabled: bool,
    #[schema(required = true)]
    disabled_reason: Option<String>,
}

impl From<&EngineKind> for NodeKind {
    fn from(kind: &EngineKind) -> Self {
        let (ports, ports_from) = match kind.ports {
            Ports::Fixed(ports) => (ports.to_vec(), None),
            Ports::FromConfig(field) => (vec!["default"], Some(field)),
        };
        Self {
            kind: kind.kind,
            title: kind.title,
            summary: kind.summary,
            description: kind.description,
            category: kind.category,
            effect: match kind.effect {
                EngineEffect::Pure => Effect::Pure,
                EngineEffect::Idempotent => Effect::Idempotent,
                EngineEffect::Effectful => Effect::Effectful,
            },
            ports,
            ports_from,
            scripts: kind.scripts.to_vec(),
            config_schema: kind.config_schema.clone(),
            output_schema: kind.output_schema.clone(),
            default_retry: Retry::from(&kind.default_retry),
            default_timeout: kind
                .default_timeout_ms
                .map(|millis| Millis(millis).to_string()),
            reports_progress: kind.reports_progress,
            enabled: kind.disabled_reason.is_none(),
            disabled_reason: kind.disabled_reason.clone(),
        }
    }
}

impl From<&EngineRetry> for Retry {
    fn from(retry: &EngineRetry) -> Self {
        Self {
            max_attempts: retry.max_attempts,
            delay: retry.delay.to_string(),
            backoff: retry.backoff,
            max_delay: retry.max_delay.to_string(),
            jitter: retry.jitter,
        }
    }
}
