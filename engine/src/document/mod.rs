//! The workflow document: what a person writes, a canvas edits and git keeps.
//!
//! The types here are the shape only. [`parse`] reads text into them with source positions,
//! and `plan::compile` says whether what they describe can run.

pub mod compare;
pub mod parse;
mod policies;
mod settings;
mod shorthand;
pub mod source;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::duration::Millis;
pub use policies::{Cache, CacheScope, OnError, Retry, RetryClass};
pub(crate) use policies::{RetryRule, covers};
pub use settings::{
    Concurrency, Debounce, Idempotency, OnFailure, Rate, Retention, Settings, Strategy,
};

/// A workflow, as JSON or YAML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version of this format: 1.
    pub lathe: u32,
    /// Unique in an installation; `^[a-z][a-z0-9_-]{0,62}$`.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What a run must be given, by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub inputs: IndexMap<String, Input>,
    pub nodes: Vec<Node>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edges: Vec<Edge>,
    /// A template for the run's output; by default the output of the last node, or of all last nodes by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    #[serde(default, skip_serializing_if = "Settings::is_default")]
    pub settings: Settings,
    /// What starts this workflow by itself, for people. Kept as written and not read: schedules and webhooks are resources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub triggers: Vec<Value>,
}

/// An input: a JSON Schema, and whether it may be left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Input {
    /// False allows it to be left out; an input with a `default` always may.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// `type`, `enum`, `minimum`, `description` …
    #[serde(flatten)]
    pub schema: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Unique in the document; `^[a-z][a-z0-9_]{0,47}$`.
    pub id: String,
    /// `noun.verb`, from the catalogue.
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The kind's parameters; strings may hold `${ … }`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub with: Map<String, Value>,
    /// An expression; false skips the node, and the edges that leave it die.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// The longest that one attempt may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Millis>,
    /// The longest that an attempt may wait for a runner to begin it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_timeout: Option<Millis>,
    /// The longest that a running attempt may give no sign of life: no progress, and no line in its log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat: Option<Millis>,
    #[serde(default, skip_serializing_if = "OnError::is_default")]
    pub on_error: OnError,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<Cache>,
    /// For kinds that only compute: the step is recorded before it runs, and its result before the next step begins,
    /// so that what succeeded never runs again.
    #[serde(default, skip_serializing_if = "is_false")]
    pub checkpoint: bool,
    /// The tag of the runners that may run it. Only `default` so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_on: Option<String>,
    /// What a block (`flow.for_each`, `flow.while`, `flow.try`, `flow.race`) runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Box<Block>>,
    /// What `flow.try` runs when its body failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catch: Option<Box<Block>>,
    /// What `flow.try` runs at its end, whatever came before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finally: Option<Box<Block>>,
    /// What undoes this node once it has succeeded, should the `flow.try` around it fail, or the run. Sees
    /// `input` and `output` of the node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<Box<Block>>,
}

/// A part of a workflow that a node holds: a graph of its own, whose nodes see what its node sees.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    pub nodes: Vec<Node>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edges: Vec<Edge>,
    /// A template for what the block gives; by default the output of its last node, or of all last nodes by id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// For the body of `flow.while`: an expression, asked before each turn; false ends the loop.
    #[serde(default, rename = "while", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
}

/// The blocks that a node may hold, by the name of their field.
pub const BLOCKS: [&str; 4] = ["body", "catch", "finally", "undo"];

impl Node {
    /// The block in one of the fields of [`BLOCKS`].
    pub fn block(&self, field: &str) -> Option<&Block> {
        match field {
            "body" => self.body.as_deref(),
            "catch" => self.catch.as_deref(),
            "finally" => self.finally.as_deref(),
            "undo" => self.undo.as_deref(),
            _ => None,
        }
    }

    fn block_mut(&mut self, field: &str) -> &mut Option<Box<Block>> {
        match field {
            "body" => &mut self.body,
            "catch" => &mut self.catch,
            "finally" => &mut self.finally,
            _ => &mut self.undo,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Edge {
    pub from: String,
    pub to: String,
    #[serde(default = "out", skip_serializing_if = "is_out")]
    pub port: String,
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !*value
}

fn out() -> String {
    "out".to_owned()
}

fn is_out(port: &str) -> bool {
    port == "out"
}
