//! From a document to a plan: everything that can be known before a run is checked here, all at once.

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::Validator;

use super::admission::Rules;
use super::graph::{Order, SoundEdge, check_edges};
use super::layout::{self, BlockIndex, FlatBlock, Layout, Part};
use super::names::{is_workflow_name, suggestion};
use super::{
    DEFAULT_PARALLELISM, NodeIndex, Plan, PlanBlock, PlanEdge, PlanNode, check_node, inputs, schema,
};
use crate::catalog::{Catalog, Entry};
use crate::document::Document;
use crate::problem::{Problem, Problems};
use crate::script::Names;
use crate::template::{self, Template, TemplateFault};

const FORMAT: u32 = 1;
const ONLY_IN_PARAMETERS: &str =
    "secrets are for the parameters (`with`) of steps that act on the world";
const MOST_PARALLEL: u32 = 10_000;

/// Compiles a document against the kinds of this installation, or says everything that is wrong with it.
pub fn compile(document: Document, catalog: &Catalog) -> Result<Plan, Problems> {
    let mut problems = Vec::new();
    let (nodes, blocks, inputs) = compile_parts(&document, catalog, &mut problems);
    let rules = Rules::compile(&document, &mut problems);
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    Ok(Plan {
        by_id: (0..)
            .zip(&nodes)
            .map(|(place, node)| (Arc::clone(&node.id), place))
            .collect(),
        timeout: document.settings.timeout,
        parallelism: document.settings.parallelism.unwrap_or(DEFAULT_PARALLELISM),
        decides_at_length: blocks.iter().any(|block| {
            let mut decided_by = block.output.iter().chain(&block.condition);
            decided_by.any(Template::may_take_long)
        }),
        cleans_up: blocks
            .iter()
            .any(|block| matches!(block.holder, Some((_, Part::Finally | Part::Undo)))),
        warn_after: document.settings.warn_after,
        vars: templates(&nodes, &blocks)
            .flat_map(Template::vars)
            .collect(),
        secrets: nodes.iter().flat_map(|node| node.with.secrets()).collect(),
        rules,
        inputs,
        nodes,
        blocks,
        document,
    })
}

/// Everything that is evaluated while a workflow runs.
fn templates<'p>(
    nodes: &'p [PlanNode],
    blocks: &'p [PlanBlock],
) -> impl Iterator<Item = &'p Template> {
    let of_nodes = nodes.iter().flat_map(|node| {
        let key = node.cache.as_ref().and_then(|cache| cache.key.as_ref());
        [Some(&node.with), node.when.as_ref(), key]
    });
    let of_blocks = blocks
        .iter()
        .flat_map(|block| [block.output.as_ref(), block.condition.as_ref()]);
    of_nodes.chain(of_blocks).flatten()
}

type Parts = (Vec<PlanNode>, Vec<PlanBlock>, Vec<inputs::InputCheck>);

/// The parts of a plan; they are whole only when no problem was found.
fn compile_parts(document: &Document, catalog: &Catalog, problems: &mut Vec<Problem>) -> Parts {
    check_head(document, problems);
    let layout = Layout::of(document);
    layout.check_parts(problems);
    let ids = layout::ids(&layout, problems);
    let kinds = kinds(&layout, catalog, problems);
    let edges = check_edges(&layout, &ids, &kinds, problems);
    let order = Order::of(&layout, &edges, problems);
    let inputs = inputs::compile(&document.inputs, "/inputs", problems);

    let survey = Survey::new(document, &layout, &ids, &order, &edges);
    let validators = validators(&kinds, problems);
    let mut nodes = Vec::with_capacity(layout.nodes.len());
    for (index, entry) in (0..).zip(&kinds) {
        let validator = entry.and_then(|entry| validators.get(entry.kind.kind));
        nodes.extend(check_node::compile(
            &survey, index, *entry, validator, problems,
        ));
    }
    let mut blocks = Vec::with_capacity(layout.blocks.len());
    for (index, flat) in (0..).zip(&layout.blocks) {
        blocks.push(compile_block(&survey, index, flat, problems));
    }
    if problems.is_empty() {
        connect(&mut nodes, &edges);
        for block in &mut blocks {
            let (first, range) = (block.first, block.range());
            let places = || (first..).zip(&nodes[range.clone()]);
            block.roots = places()
                .filter(|(_, node)| node.incoming == 0)
                .map(|(place, _)| place)
                .collect();
            block.sinks = places()
                .filter(|(_, node)| node.outgoing.is_empty())
                .map(|(place, _)| place)
                .collect();
        }
    }
    (nodes, blocks, inputs)
}

/// What the checks of one node know of the whole document.
pub(super) struct Survey<'a> {
    pub(super) document: &'a Document,
    pub(super) layout: &'a Layout<'a>,
    pub(super) incoming: Vec<u32>,
    ids: &'a HashMap<&'a str, NodeIndex>,
    order: &'a Order,
}

/// Who reads something.
#[derive(Clone, Copy)]
pub(super) enum Reader {
    /// A node, before it begins.
    Node(NodeIndex),
    /// A block, when all its nodes have ended.
    End(BlockIndex),
    /// A block, before its nodes begin.
    Begin(BlockIndex),
}

impl<'a> Survey<'a> {
    fn new(
        document: &'a Document,
        layout: &'a Layout<'a>,
        ids: &'a HashMap<&'a str, NodeIndex>,
        order: &'a Order,
        edges: &[SoundEdge],
    ) -> Self {
        let mut incoming = vec![0; layout.nodes.len()];
        for edge in edges {
            incoming[edge.to as usize] += 1;
        }
        Self {
            document,
            layout,
            incoming,
            ids,
            order,
        }
    }

    /// Compiles something with the names that its reader may use.
    pub(super) fn with_names<T>(&self, reader: Reader, compile: impl FnOnce(&Names<'_>) -> T) -> T {
        let input = |name: &str| {
            if self.document.inputs.contains_key(name) {
                return Ok(());
            }
            let hint = suggestion(name, self.document.inputs.keys().map(String::as_str));
            Err(format!("this workflow has no input `{name}`{hint}"))
        };
        let node = |id: &str| {
            let Some(&step) = self.ids.get(id) else {
                let hint = suggestion(id, self.ids.keys().copied());
                return Err(format!("there is no node `{id}`{hint}"));
            };
            self.may_read(step, reader).map(|()| step)
        };
        let block = match reader {
            Reader::Node(node) => self.layout.nodes[node as usize].block,
            Reader::End(block) | Reader::Begin(block) => block,
        };
        let locals = self.layout.locals(block);
        compile(&Names {
            input: &input,
            node: &node,
            locals: &locals,
            no_secrets: Some(ONLY_IN_PARAMETERS),
        })
    }

    /// Whether a node has ended whenever its reader begins; an error says why not.
    fn may_read(&self, node: NodeIndex, reader: Reader) -> Result<(), String> {
        let id = &self.layout.nodes[node as usize].node.id;
        let home = self.layout.nodes[node as usize].block;
        let mut at = match reader {
            Reader::Node(reader) => Some(reader),
            Reader::End(block) if block == home => return Ok(()),
            Reader::End(block)
                if self.layout.blocks[block as usize].holder.map(|held| held.1)
                    == Some(Part::Undo) =>
            {
                return Err(not_seen_in_undo(id));
            }
            Reader::End(block) | Reader::Begin(block) => self.layout.blocks[block as usize]
                .holder
                .map(|(holder, _)| holder),
        };
        // What undoes a node runs when the blocks around that node may long be gone.
        let sealed = |place: NodeIndex| {
            let block = self.layout.nodes[place as usize].block;
            let part = self.layout.blocks[block as usize].holder.map(|held| held.1);
            part == Some(Part::Undo)
        };
        // Outwards, from block to block, until the node and who reads it lie side by side.
        while let Some(place) = at {
            if self.layout.nodes[place as usize].block == home {
                let own = &self.layout.nodes[place as usize].node.id;
                return match place == node {
                    true => Err(format!("`{id}` cannot read its own output")),
                    false if self.order.precedes(node, place) => Ok(()),
                    false => Err(format!(
                        "`{id}` does not come before `{own}`: its output is not there yet; add an edge"
                    )),
                };
            }
            if sealed(place) {
                return Err(not_seen_in_undo(id));
            }
            at = self.layout.holder(place);
        }
        let holder = self.layout.holder(node);
        let holder = holder.map_or("", |holder| &self.layout.nodes[holder as usize].node.id);
        Err(format!(
            "`{id}` lies in a block of `{holder}`, and what is in there is seen in there only: read `nodes.{holder}.output`"
        ))
    }
}

fn not_seen_in_undo(id: &str) -> String {
    format!(
        "`{id}` is not seen in `undo`: that sees `input` and `output` of the node that it undoes, and `inputs`"
    )
}

fn check_head(document: &Document, problems: &mut Vec<Problem>) {
    if document.lathe != FORMAT {
        let message = format!(
            "version {} of the format is not known: write `lathe: {FORMAT}`",
            document.lathe
        );
        problems.push(Problem::at("/lathe", message));
    }
    if !is_workflow_name(&document.name) {
        let message = "a name begins with a small letter, and goes on with small letters, digits, _ and -: 63 at most";
        problems.push(Problem::at("/name", message));
    }
    if document.nodes.is_empty() {
        problems.push(Problem::at("/nodes", "a workflow needs at least one node"));
    }
    if document
        .settings
        .timeout
        .is_some_and(|timeout| timeout.0 == 0)
    {
        problems.push(Problem::at(
            "/settings/timeout",
            "a time-out must be longer than nothing",
        ));
    }
    if document
        .settings
        .parallelism
        .is_some_and(|steps| !(1..=MOST_PARALLEL).contains(&steps))
    {
        let message = format!("parallelism must be from 1 to {MOST_PARALLEL}");
        problems.push(Problem::at("/settings/parallelism", message));
    }
}

fn kinds<'a>(
    layout: &Layout<'_>,
    catalog: &'a Catalog,
    problems: &mut Vec<Problem>,
) -> Vec<Option<&'a Entry>> {
    let known = layout.nodes.iter().map(|flat| {
        let node = flat.node;
        let entry = catalog.get(&node.kind);
        if entry.is_none() {
            let hint = suggestion(&node.kind, catalog.kinds().map(|kind| kind.kind));
            let message = format!("there is no kind of node called `{}`{hint}", node.kind);
            problems.push(
                Problem::at(format!("{}/kind", flat.path), message).in_node(&node.id, "kind"),
            );
        }
        entry
    });
    known.collect()
}

/// One validator per kind that the document uses.
fn validators<'a>(
    kinds: &[Option<&'a Entry>],
    problems: &mut Vec<Problem>,
) -> HashMap<&'a str, Validator> {
    let mut validators = HashMap::new();
    for kind in kinds.iter().flatten().map(|entry| &entry.kind) {
        if validators.contains_key(kind.kind) {
            continue;
        }
        match schema::compile(&kind.config_schema) {
            Ok(validator) => {
                validators.insert(kind.kind, validator);
            }
            Err(message) => {
                let message = format!(
                    "the kind `{}` is broken here: its schema is not valid: {message}",
                    kind.kind
                );
                problems.push(Problem::at("", message));
            }
        }
    }
    validators
}

fn compile_block(
    survey: &Survey<'_>,
    index: BlockIndex,
    flat: &FlatBlock<'_>,
    problems: &mut Vec<Problem>,
) -> PlanBlock {
    let mut report = |field: &str, faults: Vec<TemplateFault>| {
        problems.extend(faults.into_iter().map(|fault| Problem {
            field: Some(fault.field),
            ..Problem::at(
                format!("{}/{field}{}", flat.path, fault.path),
                fault.message,
            )
        }));
    };
    let output = flat.output.and_then(|value| {
        let compile = |names: &Names<'_>| template::compile("output", value, &[], names);
        let compiled = survey.with_names(Reader::End(index), compile);
        compiled.map_err(|faults| report("output", faults)).ok()
    });
    let condition = flat.condition.and_then(|text| {
        let compile = |names: &Names<'_>| template::compile_expression("while", text, names);
        let compiled = survey.with_names(Reader::Begin(index), compile);
        compiled.map_err(|faults| report("while", faults)).ok()
    });
    PlanBlock {
        first: flat.first,
        count: flat.count,
        roots: Vec::new(),
        sinks: Vec::new(),
        output,
        condition,
        holder: flat.holder,
    }
}

fn connect(nodes: &mut [PlanNode], edges: &[SoundEdge]) {
    for edge in edges {
        nodes[edge.from as usize].outgoing.push(PlanEdge {
            port: Arc::from(edge.port.as_str()),
            to: edge.to,
        });
    }
}
