//! A few kinds of nodes that do nothing, with schemas as real ones have them.

use async_trait::async_trait;
use engine::Time;
use engine::catalog::{Catalog, Effect, NodeKind, Ports};
use engine::document::Retry;
use engine::node::{ActiveNode, Context, Failure, Outcome, PureNode};
use serde_json::{Value, json};

struct Nothing;

impl PureNode for Nothing {
    fn run(&self, _now: Time, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::done(with))
    }
}

#[async_trait]
impl ActiveNode for Nothing {
    async fn run(&self, _context: Context, with: Value) -> Result<Outcome, Failure> {
        Ok(Outcome::done(with))
    }
}

pub(crate) fn catalog() -> Catalog {
    let mut catalog = Catalog::new();
    for kind in kinds() {
        catalog.add_pure(kind, Nothing);
    }
    let acts = NodeKind {
        effect: Effect::Effectful,
        ..plain("test.act", json!({}))
    };
    catalog.add_active(acts, Nothing);
    catalog
}

fn plain(name: &'static str, config_schema: Value) -> NodeKind {
    NodeKind {
        kind: name,
        version: 1,
        title: name,
        summary: "",
        description: "",
        category: "test",
        effect: Effect::Pure,
        ports: Ports::Fixed(&["out"]),
        config_schema,
        output_schema: json!({}),
        scripts: &[],
        default_retry: Retry::NEVER,
        default_timeout_ms: Some(30_000),
        reports_progress: true,
        takes_secrets: true,
        disabled_reason: None,
    }
}

fn kinds() -> [NodeKind; 6] {
    let condition =
        json!({"type": "object", "properties": {"if": {"type": "boolean"}}, "required": ["if"]});
    let request = json!({
        "type": "object", "additionalProperties": false, "required": ["url"],
        "properties": {
            "url": {"type": "string"},
            "method": {"enum": ["GET", "POST"]},
            "limit": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}},
            "body": {}
        }
    });
    let script = json!({
        "type": "object", "additionalProperties": false, "required": ["script"],
        "properties": {"script": {"type": "string"}, "args": {"type": "object"}}
    });
    let mode = json!({"type": "object", "properties": {"mode": {}}, "additionalProperties": false});
    [
        plain("data.set", json!({"type": "object"})),
        NodeKind {
            ports: Ports::Fixed(&["true", "false"]),
            ..plain("flow.branch", condition)
        },
        NodeKind {
            ports: Ports::FromConfig("cases"),
            ..plain("flow.switch", json!({"type": "object"}))
        },
        plain("flow.join", mode),
        NodeKind {
            effect: Effect::Effectful,
            ..plain("http.request", request)
        },
        NodeKind {
            scripts: &["script"],
            ..plain("script.run", script)
        },
    ]
}
