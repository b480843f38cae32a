//! Nodes and edges as a graph: what edges may join, and what comes before what.

use std::collections::{HashMap, HashSet};

use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex as Vertex};

use super::NodeIndex;
use super::layout::{BlockIndex, FlatBlock, Layout};
use super::names::suggestion;
use crate::catalog::{Entry, Ports};
use crate::document::{Node, OnError};
use crate::problem::Problem;

const ERROR_PORT: &str = "error";

/// An edge between known nodes, by a port that exists.
pub(super) struct SoundEdge {
    pub(super) from: NodeIndex,
    pub(super) to: NodeIndex,
    pub(super) port: String,
    /// Its JSON pointer.
    pub(super) path: String,
}

/// Finds what is wrong with the edges of all blocks, and returns the others.
pub(super) fn check_edges(
    layout: &Layout<'_>,
    ids: &HashMap<&str, NodeIndex>,
    kinds: &[Option<&Entry>],
    problems: &mut Vec<Problem>,
) -> Vec<SoundEdge> {
    let mut sound = Vec::new();
    for (block, flat) in (0..).zip(&layout.blocks) {
        check_block(layout, (block, flat), ids, kinds, (&mut sound, problems));
    }
    check_error_edges(layout, &sound, problems);
    sound
}

fn check_block(
    layout: &Layout<'_>,
    (block, flat): (BlockIndex, &FlatBlock<'_>),
    ids: &HashMap<&str, NodeIndex>,
    kinds: &[Option<&Entry>],
    (sound, problems): (&mut Vec<SoundEdge>, &mut Vec<Problem>),
) {
    let mut seen = HashSet::new();
    for (place, edge) in flat.edges.iter().enumerate() {
        let path = format!("{}/edges/{place}", flat.path);
        let mut end = |field: &str, id: &str| {
            let message = match ids.get(id) {
                Some(&node) if layout.nodes[node as usize].block == block => return Some(node),
                Some(_) => {
                    format!("`{id}` lies in another block: edges join nodes of the same one")
                }
                None => {
                    let hint = suggestion(id, ids.keys().copied());
                    format!("there is no node `{id}`{hint}")
                }
            };
            problems.push(Problem::at(format!("{path}/{field}"), message));
            None
        };
        let (Some(from), Some(to)) = (end("from", &edge.from), end("to", &edge.to)) else {
            continue;
        };
        if from == to {
            problems.push(Problem::at(
                path,
                format!("`{}` cannot follow itself: remove this edge", edge.from),
            ));
            continue;
        }
        if !seen.insert(edge) {
            let message = format!(
                "there already is an edge `{}.{} -> {}`",
                edge.from, edge.port, edge.to
            );
            problems.push(Problem::at(path, message));
            continue;
        }
        let node = layout.nodes[from as usize].node;
        let fault = kinds[from as usize].and_then(|entry| port_fault(node, entry, &edge.port));
        match fault {
            Some(message) => problems.push(Problem::at(format!("{path}/port"), message)),
            None => sound.push(SoundEdge {
                from,
                to,
                port: edge.port.clone(),
                path,
            }),
        }
    }
}

fn check_error_edges(layout: &Layout<'_>, edges: &[SoundEdge], problems: &mut Vec<Problem>) {
    for (index, flat) in (0..).zip(&layout.nodes) {
        let handled = edges
            .iter()
            .any(|edge| edge.from == index && edge.port == ERROR_PORT);
        if flat.node.on_error == OnError::Edge && !handled {
            let message = "`on_error: edge` needs an edge that leaves by the port `error`";
            let problem = Problem::at(format!("{}/on_error", flat.path), message);
            problems.push(problem.in_node(&flat.node.id, "on_error"));
        }
    }
}

/// Why an edge may not leave a node by this port.
fn port_fault(node: &Node, entry: &Entry, port: &str) -> Option<String> {
    let id = &node.id;
    if port == ERROR_PORT && node.on_error == OnError::Edge {
        return None;
    }
    let ports = ports_of(node, entry)?;
    if ports.iter().any(|known| known == port) {
        return None;
    }
    if port == ERROR_PORT {
        return Some(format!(
            "`{id}` has the port `error` only with `on_error: edge`"
        ));
    }
    Some(format!(
        "`{id}` has no port `{port}`: it has {}",
        quoted(&ports)
    ))
}

/// The ports of a node; `None` when they are known only once it runs.
fn ports_of(node: &Node, entry: &Entry) -> Option<Vec<String>> {
    let field = match entry.kind.ports {
        Ports::Fixed(ports) => return Some(ports.iter().map(|&port| port.to_owned()).collect()),
        Ports::FromConfig(field) => field,
    };
    let mut ports: Vec<String> = match node.with.get(field) {
        Some(serde_json::Value::Object(cases)) => cases.keys().cloned().collect(),
        Some(serde_json::Value::Array(cases)) => cases
            .iter()
            .filter_map(|case| Some(case.as_str()?.to_owned()))
            .collect(),
        Some(_) => return None,
        None => Vec::new(),
    };
    ports.push("default".to_owned());
    Some(ports)
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Which nodes come before which.
pub(super) struct Order {
    /// By node, the nodes from which it can be reached, as bits; empty when the edges form a circle.
    before: Vec<Vec<u64>>,
}

impl Order {
    /// Finds the order, or reports the circles that prevent one.
    pub(super) fn of(
        layout: &Layout<'_>,
        edges: &[SoundEdge],
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut graph = DiGraph::<(), ()>::with_capacity(layout.nodes.len(), edges.len());
        for _ in &layout.nodes {
            graph.add_node(());
        }
        for edge in edges {
            graph.add_edge(
                Vertex::new(edge.from as usize),
                Vertex::new(edge.to as usize),
                (),
            );
        }
        let Ok(sorted) = toposort(&graph, None) else {
            report_circles(layout, &graph, edges, problems);
            return Self { before: Vec::new() };
        };
        let words = layout.nodes.len().div_ceil(64);
        let mut before = vec![vec![0_u64; words]; layout.nodes.len()];
        for node in sorted {
            let mut bits = vec![0_u64; words];
            for parent in graph.neighbors_directed(node, petgraph::Direction::Incoming) {
                let parent = parent.index();
                bits[parent / 64] |= 1 << (parent % 64);
                bits.iter_mut()
                    .zip(&before[parent])
                    .for_each(|(bit, above)| *bit |= above);
            }
            before[node.index()] = bits;
        }
        Self { before }
    }

    /// Whether `earlier` has ended whenever `later` begins. True for all when there is no order.
    pub(super) fn precedes(&self, earlier: NodeIndex, later: NodeIndex) -> bool {
        let earlier = earlier as usize;
        self.before
            .get(later as usize)
            .is_none_or(|bits| bits[earlier / 64] >> (earlier % 64) & 1 == 1)
    }
}

/// One problem per circle, at the edge that closes it.
fn report_circles(
    layout: &Layout<'_>,
    graph: &DiGraph<(), ()>,
    edges: &[SoundEdge],
    problems: &mut Vec<Problem>,
) {
    for component in tarjan_scc(graph)
        .into_iter()
        .filter(|component| component.len() > 1)
    {
        let Some(first) = component.iter().min().copied() else {
            continue;
        };
        let circle = circle_through(graph, first, &component);
        let names: Vec<&str> = circle
            .iter()
            .map(|node| layout.nodes[node.index()].node.id.as_str())
            .collect();
        let message = format!(
            "these nodes wait for each other: {} -> {}",
            names.join(" -> "),
            names[0]
        );
        let last = circle[circle.len() - 1];
        let closing = edges
            .iter()
            .find(|edge| (edge.from as usize, edge.to as usize) == (last.index(), first.index()));
        let path = closing.map_or_else(|| "/edges".to_owned(), |edge| edge.path.clone());
        problems.push(Problem::at(path, message));
    }
}

/// A shortest way from a node back to itself, within its component.
fn circle_through(graph: &DiGraph<(), ()>, first: Vertex, component: &[Vertex]) -> Vec<Vertex> {
    let inside: HashSet<Vertex> = component.iter().copied().collect();
    let mut came_from: HashMap<Vertex, Vertex> = HashMap::new();
    let mut queue = std::collections::VecDeque::from([first]);
    while let Some(node) = queue.pop_front() {
        for next in graph.neighbors(node).filter(|next| inside.contains(next)) {
            if next == first {
                let mut circle = vec![node];
                while let Some(&previous) = circle
                    .last()
                    .filter(|last| **last != first)
                    .and_then(|last| came_from.get(last))
                {
                    circle.push(previous);
                }
                circle.reverse();
                return circle;
            }
            came_from.entry(next).or_insert_with(|| {
                queue.push_back(next);
                node
            });
        }
    }
    vec![first]
}
