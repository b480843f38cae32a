//! The catalogue of node kinds: what each is called, takes, gives and promises.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::document::Retry;
use crate::node::{ActiveNode, PureNode};

/// What running a node does to the world; decides what must be durable before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Same inputs, same output, and nothing else: may run before anything is committed, and again.
    Pure,
    /// Touches the world, but twice is as good as once.
    Idempotent,
    /// Each run counts: the attempt is recorded before it begins.
    Effectful,
}

/// Everything the validator, the API, the editor and the manual know of a node kind.
#[derive(Debug, Clone, Serialize)]
pub struct NodeKind {
    /// `noun.verb`, for instance `http.request`.
    pub kind: &'static str,
    /// Raised when the same parameters may give another result; part of the cache key.
    pub version: u32,
    /// A few words for a palette.
    pub title: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The manual entry, in Markdown.
    pub description: &'static str,
    /// Groups kinds in a palette: `flow`, `data`, `http`, `build`, `deploy` …
    pub category: &'static str,
    pub effect: Effect,
    /// Ports that edges may leave by. `out` for most; `error` is added where `on_error: edge` is set.
    pub ports: Ports,
    /// JSON Schema of `with`.
    pub config_schema: Value,
    /// JSON Schema of the output.
    pub output_schema: Value,
    /// Fields of `with` that hold a rhai script instead of a template; evaluated last, in document order.
    pub scripts: &'static [&'static str],
    pub default_retry: Retry,
    /// Default time-out in milliseconds of one attempt; `None` leaves it to the run's.
    pub default_timeout_ms: Option<u64>,
    /// Whether a running step gives signs of life: reports of its progress, or lines in its log.
    pub reports_progress: bool,
    /// Whether its parameters may name secrets, when it acts on the world.
    pub takes_secrets: bool,
    /// Why the operator does not allow this kind here, if so.
    pub disabled_reason: Option<String>,
}

impl NodeKind {
    /// Whether it is a build or a deployment, of which a workspace has only so many under way.
    pub fn builds(&self) -> bool {
        matches!(self.category, "build" | "deploy")
    }

    /// What it does to the world when a node of this kind runs again that had ended. That is more than its own effect
    /// where somebody else acts or answers on its behalf.
    pub fn effect_of_repeating(&self) -> Effect {
        match self.kind {
            "flow.call" | "flow.await" | "flow.approve" => Effect::Effectful,
            "flow.wait" => Effect::Idempotent,
            _ => self.effect,
        }
    }
}

/// The ports that a node's outgoing edges may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ports {
    Fixed(&'static [&'static str]),
    /// One port per key of the object at this field of `with` (or per string of the array), and `default`.
    FromConfig(&'static str),
}

/// How a kind runs: at once in memory, or in the world.
#[derive(Clone)]
pub enum Implementation {
    Pure(Arc<dyn PureNode>),
    Active(Arc<dyn ActiveNode>),
}

/// A kind and its implementation.
#[derive(Clone)]
pub struct Entry {
    pub kind: Arc<NodeKind>,
    pub implementation: Implementation,
}

/// All kinds that this installation knows.
#[derive(Clone, Default)]
pub struct Catalog {
    entries: BTreeMap<&'static str, Entry>,
}

impl Catalog {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a kind whose nodes run in memory and touch nothing.
    pub fn add_pure(&mut self, kind: NodeKind, node: impl PureNode + 'static) {
        self.add(kind, Implementation::Pure(Arc::new(node)));
    }

    /// Adds a kind whose nodes act on the world.
    pub fn add_active(&mut self, kind: NodeKind, node: impl ActiveNode + 'static) {
        self.add(kind, Implementation::Active(Arc::new(node)));
    }

    pub fn get(&self, kind: &str) -> Option<&Entry> {
        self.entries.get(kind)
    }

    /// All kinds in the order of their names.
    pub fn kinds(&self) -> impl Iterator<Item = &Arc<NodeKind>> {
        self.entries.values().map(|entry| &entry.kind)
    }

    fn add(&mut self, kind: NodeKind, implementation: Implementation) {
        self.entries.insert(
            kind.kind,
            Entry {
                kind: Arc::new(kind),
                implementation,
            },
        );
    }
}
