//! All nodes of a document in one row, with those of each block side by side: the row by which steps are stored.

use std::collections::{HashMap, VecDeque};

use super::NodeIndex;
use crate::document::{BLOCKS, Document, Edge, Node};
use crate::problem::Problem;

/// The place of a block in its plan; 0 is the document itself.
pub type BlockIndex = u32;

/// What a block is to the node that holds it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Body,
    Catch,
    Finally,
    /// Undoes what the node did.
    Undo,
}

/// The parts in the order of the fields that hold them.
const PARTS: [Part; 4] = [Part::Body, Part::Catch, Part::Finally, Part::Undo];

/// The kinds of nodes that hold blocks.
pub(super) const FOR_EACH: &str = "flow.for_each";
pub(super) const WHILE: &str = "flow.while";
pub(super) const TRY: &str = "flow.try";
pub(super) const RACE: &str = "flow.race";

pub(super) struct Layout<'a> {
    pub(super) nodes: Vec<FlatNode<'a>>,
    pub(super) blocks: Vec<FlatBlock<'a>>,
}

pub(super) struct FlatNode<'a> {
    pub(super) node: &'a Node,
    /// Its JSON pointer.
    pub(super) path: String,
    pub(super) block: BlockIndex,
    /// The blocks that it holds.
    pub(super) parts: Vec<(Part, BlockIndex)>,
}

pub(super) struct FlatBlock<'a> {
    pub(super) path: String,
    pub(super) edges: &'a [Edge],
    pub(super) output: Option<&'a serde_json::Value>,
    pub(super) condition: Option<&'a str>,
    pub(super) first: NodeIndex,
    pub(super) count: u32,
    /// The node that holds it, and as what.
    pub(super) holder: Option<(NodeIndex, Part)>,
}

impl<'a> Layout<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let mut layout = Self {
            nodes: Vec::new(),
            blocks: vec![FlatBlock {
                path: String::new(),
                edges: &document.edges,
                output: document.output.as_ref(),
                condition: None,
                first: 0,
                count: 0,
                holder: None,
            }],
        };
        let mut waiting = VecDeque::from([(0, document.nodes.as_slice())]);
        while let Some((block, nodes)) = waiting.pop_front() {
            let first = layout.nodes.len();
            let path = layout.blocks[block].path.clone();
            layout.blocks[block].first = first as NodeIndex;
            layout.blocks[block].count = nodes.len() as u32;
            for (place, node) in nodes.iter().enumerate() {
                let path = format!("{path}/nodes/{place}");
                let holder = layout.nodes.len() as NodeIndex;
                let mut parts = Vec::new();
                for (field, part) in BLOCKS.iter().zip(PARTS) {
                    let Some(held) = node.block(field) else {
                        continue;
                    };
                    let index = layout.blocks.len();
                    parts.push((part, index as BlockIndex));
                    waiting.push_back((index, held.nodes.as_slice()));
                    layout.blocks.push(FlatBlock {
                        path: format!("{path}/{field}"),
                        edges: &held.edges,
                        output: held.output.as_ref(),
                        condition: held.condition.as_deref(),
                        first: 0,
                        count: 0,
                        holder: Some((holder, part)),
                    });
                }
                layout.nodes.push(FlatNode {
                    node,
                    path,
                    block: block as BlockIndex,
                    parts,
                });
            }
        }
        layout
    }

    /// The node that holds the block in which a node lies.
    pub(super) fn holder(&self, node: NodeIndex) -> Option<NodeIndex> {
        let block = self.nodes[node as usize].block;
        self.blocks[block as usize].holder.map(|(holder, _)| holder)
    }

    /// The names that the nodes of a block see besides those of the run.
    pub(super) fn locals(&self, block: BlockIndex) -> Vec<&'static str> {
        let mut names = Vec::new();
        let mut block = block;
        while let Some((holder, part)) = self.blocks[block as usize].holder {
            let holder = &self.nodes[holder as usize];
            if part == Part::Undo {
                // What undoes a step sees that step, and nothing around it.
                names.extend(["input", "output"]);
                break;
            }
            names.extend(match (holder.node.kind.as_str(), part) {
                (FOR_EACH, Part::Body) => &["item", "index"][..],
                (WHILE, Part::Body) => &["state", "index"][..],
                (TRY, Part::Catch) => &["error"][..],
                _ => &[][..],
            });
            block = holder.block;
        }
        names.push("resume");
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether a block lies in what undoes a step or ends a try, at any depth.
    fn cleans_up(&self, mut block: BlockIndex) -> bool {
        while let Some((holder, part)) = self.blocks[block as usize].holder {
            if matches!(part, Part::Undo | Part::Finally) {
                return true;
            }
            block = self.nodes[holder as usize].block;
        }
        false
    }

    /// Reports blocks that a kind does not take, and those that are missing.
    pub(super) fn check_parts(&self, problems: &mut Vec<Problem>) {
        for flat in &self.nodes {
            let takes: &[Part] = match flat.node.kind.as_str() {
                FOR_EACH | WHILE | RACE => &[Part::Body, Part::Undo],
                TRY => &PARTS,
                _ => &[Part::Undo],
            };
            let holds_blocks = takes.contains(&Part::Body);
            let mut report = |field: &str, message: String| {
                let path = format!("{}/{field}", flat.path);
                problems.push(Problem::at(path, message).in_node(&flat.node.id, field));
            };
            for (part, _) in flat.parts.iter().filter(|(part, _)| !takes.contains(part)) {
                report(
                    part.as_str(),
                    format!("`{}` has no `{}`", flat.node.kind, part.as_str()),
                );
            }
            if flat.node.undo.is_some() && self.cleans_up(flat.block) {
                report(
                    "undo",
                    "what lies in `undo` or `finally` cleans up itself: nothing undoes it"
                        .to_owned(),
                );
            }
            if holds_blocks && flat.node.body.is_none() {
                report(
                    "body",
                    format!("`{}` needs a `body` with nodes", flat.node.kind),
                );
            }
        }
        for block in &self.blocks[1..] {
            let kind = block
                .holder
                .map(|(holder, _)| self.nodes[holder as usize].node.kind.as_str());
            let path = format!("{}/while", block.path);
            match (kind, block.condition) {
                (Some(WHILE), None) => problems.push(Problem::at(
                    path,
                    "the body of `flow.while` needs `while`: an expression that says whether it runs again",
                )),
                (Some(WHILE), Some(_)) | (_, None) => {}
                _ => problems.push(Problem::at(path, "only the body of `flow.while` has `while`")),
            }
            if block.count == 0 {
                let path = format!("{}/nodes", block.path);
                problems.push(Problem::at(path, "a block needs at least one node"));
            }
        }
    }
}

impl Part {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Catch => "catch",
            Self::Finally => "finally",
            Self::Undo => "undo",
        }
    }
}

/// The ids of a document's nodes, each with its kind, in the order in which steps are stored.
pub fn nodes_in_order(document: &Document) -> Vec<&Node> {
    let layout = Layout::of(document);
    layout.nodes.into_iter().map(|flat| flat.node).collect()
}

/// Where every id stands; an id that stands twice is reported.
pub(super) fn ids<'a>(
    layout: &Layout<'a>,
    problems: &mut Vec<Problem>,
) -> HashMap<&'a str, NodeIndex> {
    let mut ids = HashMap::with_capacity(layout.nodes.len());
    for (index, flat) in (0..).zip(&layout.nodes) {
        let (node, path) = (flat.node, format!("{}/id", flat.path));
        if !super::names::is_node_id(&node.id) {
            let message = "an id begins with a small letter, and goes on with small letters, digits and _: 48 at most";
            problems.push(Problem::at(path.clone(), message).in_node(&node.id, "id"));
        }
        if ids.contains_key(node.id.as_str()) {
            let message = format!(
                "there already is a node `{}`: ids are unique, in all blocks together",
                node.id
            );
            problems.push(Problem::at(path, message).in_node(&node.id, "id"));
        } else {
            ids.insert(node.id.as_str(), index);
        }
    }
    ids
}
