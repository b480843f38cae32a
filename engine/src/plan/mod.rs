//! A document made ready to run: checked against the catalogue, expressions compiled, edges as flat arrays.

mod admission;
mod check_node;
mod check_policies;
mod compile;
mod graph;
mod inputs;
mod layout;
mod names;
mod schema;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use crate::catalog::{Catalog, Implementation, NodeKind};
use crate::document::{CacheScope, Document, Input, OnError, Retry, parse};
use crate::duration::Millis;
use crate::node::ErrorValue;
use crate::problem::Problems;
use crate::secret::SecretName;
use crate::template::{Scope, Template};
use admission::Rules;
pub use admission::{Admission, Lull, Pace, Places};
pub use compile::compile;
use inputs::InputCheck;
pub use layout::{BlockIndex, Part, nodes_in_order};
pub use names::{is_dotted_name, is_node_id, is_workflow_name};

/// The place of a node in its plan, fixed by the document's order.
pub type NodeIndex = u32;

/// The place of a step in its run: those of the document itself have the place of their node, those of blocks
/// are numbered as their blocks begin.
pub type StepIndex = u32;

/// Steps of one run that may run at the same time, where the document does not say.
pub const DEFAULT_PARALLELISM: u32 = 16;

/// A workflow that can run. Immutable, and shared by all runs of its version.
pub struct Plan {
    pub document: Document,
    /// The nodes of all blocks, those of one block side by side.
    pub nodes: Vec<PlanNode>,
    /// The document itself, and the blocks in it.
    pub blocks: Vec<PlanBlock>,
    pub timeout: Option<Millis>,
    pub parallelism: u32,
    /// Whether anything is to be cleaned up when a run ends before its time.
    pub cleans_up: bool,
    /// Whether what decides how a run goes on (conditions of loops, outputs) may take more than a moment.
    pub decides_at_length: bool,
    /// A run that takes longer than this is told to be overdue.
    pub warn_after: Option<Millis>,
    /// The variables of the workspace that it reads, pinned when a run is accepted.
    pub vars: BTreeSet<String>,
    /// The secrets that its steps name.
    pub secrets: BTreeSet<SecretName>,
    pub(crate) rules: Rules,
    pub(crate) inputs: Vec<InputCheck>,
    pub(crate) by_id: HashMap<Arc<str>, NodeIndex>,
}

/// A graph of nodes: the document's own, or that of a block in it.
pub struct PlanBlock {
    /// Its nodes are `count` from here on.
    pub first: NodeIndex,
    pub count: u32,
    /// Nodes without incoming edges.
    pub roots: Vec<NodeIndex>,
    /// Nodes without outgoing edges.
    pub sinks: Vec<NodeIndex>,
    pub output: Option<Template>,
    /// Whether the body of a loop runs again.
    pub condition: Option<Template>,
    /// The node that holds it, and as what.
    pub holder: Option<(NodeIndex, Part)>,
}

pub struct PlanNode {
    pub id: Arc<str>,
    /// The block that it lies in.
    pub block: BlockIndex,
    /// The blocks that it holds.
    pub parts: Vec<(Part, BlockIndex)>,
    pub kind: Arc<NodeKind>,
    pub implementation: Implementation,
    pub with: Template,
    pub when: Option<Template>,
    pub retry: Retry,
    pub timeout: Option<Millis>,
    /// The longest that an attempt may wait for a runner to begin it.
    pub queue_timeout: Option<Millis>,
    /// The longest that a running attempt may give no sign of life.
    pub heartbeat: Option<Millis>,
    pub on_error: OnError,
    pub cache: Option<Caching>,
    /// A step that only computes is recorded before it runs all the same.
    pub checkpoint: bool,
    /// How many edges come in.
    pub incoming: u32,
    pub join: Join,
    /// Where edges go out, by port.
    pub outgoing: Vec<PlanEdge>,
    /// The steps whose outputs `with`, `when` and the cache's key read, in ascending order.
    pub reads: Vec<NodeIndex>,
}

/// How a node's results are used again.
pub struct Caching {
    pub scope: CacheScope,
    /// Older results are not used.
    pub ttl: Option<Millis>,
    /// What a result depends on besides the parameters.
    pub key: Option<Template>,
}

pub struct PlanEdge {
    pub port: Arc<str>,
    pub to: NodeIndex,
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

/// Reads a document from YAML or JSON and compiles it; every problem says where in the text it stands.
pub fn read(text: &str, catalog: &Catalog) -> Result<(Document, Plan), Problems> {
    let parsed = parse::parse(text)?;
    let plan =
        compile(parsed.document, catalog).map_err(|problems| parsed.source.place(problems))?;
    Ok((plan.document.clone(), plan))
}

impl Plan {
    /// The place of the node with this id.
    pub fn index_of(&self, id: &str) -> Option<NodeIndex> {
        self.by_id.get(id).copied()
    }

    /// Checks what a run is given: applies defaults, refuses what no input takes, and reports all problems
    /// together. `null` counts as `{}`.
    pub fn check_inputs(&self, given: Value) -> Result<Value, Problems> {
        inputs::check(&self.inputs, given, "/inputs")
    }
}

impl Plan {
    /// Whether the blocks of a node are turns.
    pub(crate) fn loops(&self, node: NodeIndex) -> bool {
        let kind = self.nodes[node as usize].kind.kind;
        [layout::FOR_EACH, layout::WHILE].contains(&kind)
    }

    pub(crate) fn is_try(&self, node: NodeIndex) -> bool {
        self.nodes[node as usize].kind.kind == layout::TRY
    }

    pub(crate) fn is_race(&self, node: NodeIndex) -> bool {
        self.nodes[node as usize].kind.kind == layout::RACE
    }
}

/// Checks what somebody filled into a form, and applies its defaults.
pub fn check_form(form: &IndexMap<String, Input>, given: Value) -> Result<Value, Problems> {
    let mut problems = Vec::new();
    let checks = inputs::compile(form, "/form", &mut problems);
    match problems.is_empty() {
        true => inputs::check(&checks, given, "/payload"),
        false => Err(Problems(problems)),
    }
}

/// Whether a form is sound.
pub fn check_form_itself(form: &IndexMap<String, Input>) -> Result<(), Problems> {
    let mut problems = Vec::new();
    inputs::compile(form, "/form", &mut problems);
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Problems(problems)),
    }
}

impl Plan {
    /// When a run with these inputs may begin, as the settings say it; `inputs` are checked already.
    pub fn admission(&self, inputs: &Value) -> Result<Admission, Problems> {
        self.rules.ask(&self.document.settings, inputs)
    }

    /// The priority of a run that was accepted: what refuses its inputs now counts as no priority.
    pub fn priority(&self, inputs: &Value) -> i8 {
        self.rules.priority(inputs).unwrap_or_default()
    }

    /// Whether runs have to be let in, and may not begin by themselves.
    pub fn is_gated(&self) -> bool {
        self.document.settings.is_gated()
    }
}

impl PlanBlock {
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.first as usize..(self.first + self.count) as usize
    }
}

impl PlanNode {
    /// The block that it holds as this.
    pub fn part(&self, part: Part) -> Option<BlockIndex> {
        self.parts
            .iter()
            .find(|(held, _)| *held == part)
            .map(|(_, block)| *block)
    }

    /// Whether it holds blocks, and so never runs by itself.
    pub fn is_block(&self) -> bool {
        self.part(Part::Body).is_some()
    }

    /// Whether `when` lets the node run. Anything but true or false is an error: it would be a slip.
    pub fn should_run(&self, scope: &Scope<'_>) -> Result<bool, ErrorValue> {
        let Some(when) = &self.when else {
            return Ok(true);
        };
        match when.resolve(scope)? {
            Value::Bool(answer) => Ok(answer),
            other => {
                let message = format!("`when` must give true or false, and gave {other}");
                Err(ErrorValue::new("expression_error", message))
            }
        }
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("name", &self.document.name)
            .field("nodes", &self.nodes.len())
            .finish()
    }
}
