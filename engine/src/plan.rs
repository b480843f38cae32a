//! A document made ready to run: checked against the catalogue, expressions compiled, edges as flat arrays.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::catalog::{Catalog, Implementation, NodeKind};
use crate::document::{Cache, Document, OnError, Retry};
use crate::duration::Millis;
use crate::problem::Problems;
use crate::template::{Scope, Template};

/// The place of a node in its plan. Steps are stored by it, so it is fixed by the document's node order.
pub type StepIndex = u32;

/// A workflow that can run. Immutable, and shared by all runs of its version.
pub struct Plan {
    pub document: Document,
    pub nodes: Vec<PlanNode>,
    /// Nodes without incoming edges.
    pub roots: Vec<StepIndex>,
    /// Nodes without outgoing edges.
    pub sinks: Vec<StepIndex>,
    pub output: Option<Template>,
    pub timeout: Option<Millis>,
    pub parallelism: u32,
}

pub struct PlanNode {
    pub id: Arc<str>,
    pub kind: Arc<NodeKind>,
    pub implementation: Implementation,
    pub with: Template,
    pub when: Option<Template>,
    pub retry: Retry,
    pub timeout: Option<Millis>,
    pub on_error: OnError,
    pub cache: Option<Cache>,
    /// How many edges come in.
    pub incoming: u32,
    pub join: Join,
    /// Where edges go out, by port.
    pub outgoing: Vec<PlanEdge>,
}

pub struct PlanEdge {
    pub port: Arc<str>,
    pub to: StepIndex,
}

/// How many live edges a node waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// All that are still alive when every edge is resolved.
    AllLive,
    /// The first.
    Any,
    /// This many.
    Count(u32),
}
