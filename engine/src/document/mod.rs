//! The workflow document: what a person writes, a canvas edits and git keeps.
//!
//! The types here are the shape only. [`parse`] reads text into them with source positions,
//! and `plan::compile` says whether what they describe can run.

pub mod parse;
mod shorthand;
pub mod source;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::duration::Millis;

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
    /// What starts this workflow by itself. Kept as written; schedules and webhooks read it.
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
    #[serde(default, skip_serializing_if = "OnError::is_default")]
    pub on_error: OnError,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<Cache>,
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
pub const BLOCKS: [&str; 3] = ["body", "catch", "finally"];

impl Node {
    /// The block in one of the fields of [`BLOCKS`].
    pub fn block(&self, field: &str) -> Option<&Block> {
        match field {
            "body" => self.body.as_deref(),
            "catch" => self.catch.as_deref(),
            "finally" => self.finally.as_deref(),
            _ => None,
        }
    }

    fn block_mut(&mut self, field: &str) -> &mut Option<Box<Block>> {
        match field {
            "body" => &mut self.body,
            "catch" => &mut self.catch,
            _ => &mut self.finally,
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

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Attempts in all, the first included; 1 does not retry.
    #[serde(default = "one")]
    pub max_attempts: u32,
    /// The pause before the second attempt.
    #[serde(default = "one_second")]
    pub delay: Millis,
    /// Each further pause is this many times longer.
    #[serde(default = "two")]
    pub backoff: f64,
    #[serde(default = "one_minute")]
    pub max_delay: Millis,
    /// A share of the pause, from 0 to 1, by which it is made longer or shorter.
    #[serde(default = "a_fifth")]
    pub jitter: f64,
}

impl Retry {
    /// Fails at the first failure.
    pub const NEVER: Self = Self::times(1);

    /// Up to this many attempts, with pauses of 1 s, 2 s, 4 s … up to a minute.
    pub const fn times(max_attempts: u32) -> Self {
        Self {
            max_attempts,
            delay: Millis(1_000),
            backoff: 2.0,
            max_delay: Millis(60_000),
            jitter: 0.2,
        }
    }
}

/// What a node's failure means for the run, once its attempts are used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// The run fails.
    #[default]
    Fail,
    /// The run goes on by the port `out`; the output is `{"error": {"code", "message"}}`.
    Continue,
    /// The run goes on by the port `error`; the output is `{"error": {"code", "message"}}`.
    Edge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    #[serde(default)]
    pub scope: CacheScope,
}

/// How far a cached result reaches. More scopes come with later versions of the format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CacheScope {
    /// The last result of this node in any run of this workflow.
    #[default]
    Workflow,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The longest that a run may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Millis>,
    /// Steps of one run that may run at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallelism: Option<u32>,
}

impl Settings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl OnError {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

fn out() -> String {
    "out".to_owned()
}

fn is_out(port: &str) -> bool {
    port == "out"
}

fn one() -> u32 {
    1
}

fn two() -> f64 {
    2.0
}

fn a_fifth() -> f64 {
    0.2
}

fn one_second() -> Millis {
    Millis(1_000)
}

fn one_minute() -> Millis {
    Millis(60_000)
}
