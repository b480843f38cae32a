//! From a document to a plan: everything that can be known before a run is checked here, all at once.

use std::collections::HashMap;
use std::sync::Arc;

use jsonschema::Validator;

use super::graph::{Order, SoundEdge, check_edges};
use super::names::{is_node_id, is_workflow_name, suggestion};
use super::{DEFAULT_PARALLELISM, Plan, PlanEdge, PlanNode, StepIndex, check_node, inputs, schema};
use crate::catalog::{Catalog, Entry};
use crate::document::Document;
use crate::problem::{Problem, Problems};
use crate::script::Names;
use crate::template::{self, Template};

const FORMAT: u32 = 1;
const MOST_PARALLEL: u32 = 10_000;

/// Compiles a document against the kinds of this installation, or says everything that is wrong with it.
pub fn compile(document: Document, catalog: &Catalog) -> Result<Plan, Problems> {
    let mut problems = Vec::new();
    check_head(&document, &mut problems);
    let ids = node_ids(&document, &mut problems);
    let kinds = kinds(&document, catalog, &mut problems);
    let edges = check_edges(&document, &ids, &kinds, &mut problems);
    let order = Order::of(&document, &edges, &mut problems);
    let inputs = inputs::compile(&document, &mut problems);

    let survey = Survey::new(&document, &ids, &order, &edges);
    let validators = validators(&kinds, &mut problems);
    let mut nodes = Vec::with_capacity(document.nodes.len());
    for (index, entry) in (0..).zip(&kinds) {
        let validator = entry.and_then(|entry| validators.get(entry.kind.kind));
        nodes.extend(check_node::compile(
            &survey,
            index,
            *entry,
            validator,
            &mut problems,
        ));
    }
    let output = compile_output(&survey, &mut problems);
    if !problems.is_empty() {
        return Err(Problems(problems));
    }

    connect(&mut nodes, &edges);
    let places = || (0..).zip(&nodes);
    Ok(Plan {
        roots: places()
            .filter(|(_, node)| node.incoming == 0)
            .map(|(place, _)| place)
            .collect(),
        sinks: places()
            .filter(|(_, node)| node.outgoing.is_empty())
            .map(|(place, _)| place)
            .collect(),
        by_id: places()
            .map(|(place, node)| (Arc::clone(&node.id), place))
            .collect(),
        output,
        timeout: document.settings.timeout,
        parallelism: document.settings.parallelism.unwrap_or(DEFAULT_PARALLELISM),
        inputs,
        nodes,
        document,
    })
}

/// What the checks of one node know of the whole document.
pub(super) struct Survey<'a> {
    pub(super) document: &'a Document,
    pub(super) incoming: Vec<u32>,
    ids: &'a HashMap<&'a str, StepIndex>,
    order: &'a Order,
}

impl<'a> Survey<'a> {
    fn new(
        document: &'a Document,
        ids: &'a HashMap<&'a str, StepIndex>,
        order: &'a Order,
        edges: &[SoundEdge],
    ) -> Self {
        let mut incoming = vec![0; document.nodes.len()];
        for edge in edges {
            incoming[edge.to as usize] += 1;
        }
        Self {
            document,
            incoming,
            ids,
            order,
        }
    }

    /// Compiles something with the names that a node may use, or the run's output when there is no node.
    pub(super) fn with_names<T>(
        &self,
        reader: Option<StepIndex>,
        compile: impl FnOnce(&Names<'_>) -> T,
    ) -> T {
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
            match reader {
                Some(reader) if reader == step => Err(format!("`{id}` cannot read its own output")),
                Some(reader) if !self.order.precedes(step, reader) => {
                    let own = &self.document.nodes[reader as usize].id;
                    Err(format!(
                        "`{id}` does not come before `{own}`: its output is not there yet; add an edge"
                    ))
                }
                _ => Ok(step),
            }
        };
        compile(&Names {
            input: &input,
            node: &node,
        })
    }
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

fn node_ids<'a>(
    document: &'a Document,
    problems: &mut Vec<Problem>,
) -> HashMap<&'a str, StepIndex> {
    let mut ids = HashMap::with_capacity(document.nodes.len());
    for (index, node) in (0..).zip(&document.nodes) {
        let path = format!("/nodes/{index}/id");
        if !is_node_id(&node.id) {
            let message = "an id begins with a small letter, and goes on with small letters, digits and _: 48 at most";
            problems.push(Problem::at(path.clone(), message).in_node(&node.id, "id"));
        }
        if ids.contains_key(node.id.as_str()) {
            let message = format!("there already is a node `{}`: ids are unique", node.id);
            problems.push(Problem::at(path, message).in_node(&node.id, "id"));
        } else {
            ids.insert(node.id.as_str(), index);
        }
    }
    ids
}

fn kinds<'a>(
    document: &Document,
    catalog: &'a Catalog,
    problems: &mut Vec<Problem>,
) -> Vec<Option<&'a Entry>> {
    let known = document.nodes.iter().enumerate().map(|(index, node)| {
        let entry = catalog.get(&node.kind);
        if entry.is_none() {
            let hint = suggestion(&node.kind, catalog.kinds().map(|kind| kind.kind));
            let message = format!("there is no kind of node called `{}`{hint}", node.kind);
            problems.push(
                Problem::at(format!("/nodes/{index}/kind"), message).in_node(&node.id, "kind"),
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

fn compile_output(survey: &Survey<'_>, problems: &mut Vec<Problem>) -> Option<Template> {
    let value = survey.document.output.as_ref()?;
    match survey.with_names(None, |names| template::compile("output", value, &[], names)) {
        Ok(template) => Some(template),
        Err(faults) => {
            problems.extend(faults.into_iter().map(|fault| Problem {
                field: Some(fault.field),
                ..Problem::at(format!("/output{}", fault.path), fault.message)
            }));
            None
        }
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
