//! What changed between two versions of a workflow.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::{BLOCKS, Document, Edge, Node};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
}

/// How one document became another. Nodes and edges of blocks count like those of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Fields of the document itself: `inputs`, `output`, `settings` …
    pub fields: Vec<String>,
    /// By id.
    pub nodes: Vec<NodeChange>,
    pub edges: Vec<EdgeChange>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeChange {
    pub id: String,
    pub change: ChangeKind,
    /// Of a changed node, the fields that differ: `with`, `retry`, `body.output` …; `block` when it lies elsewhere now.
    pub fields: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeChange {
    pub from: String,
    pub to: String,
    pub port: String,
    pub change: ChangeKind,
}

impl NodeChange {
    /// Whether the node may give another result than before; labels and policies do not count.
    pub fn is_of_substance(&self) -> bool {
        const SUBSTANCE: [&str; 5] = ["kind", "with", "when", "block", "body"];
        let counts = |field: &String| {
            SUBSTANCE.contains(&field.as_str()) || BLOCKS.iter().any(|block| is_in(field, block))
        };
        self.change == ChangeKind::Changed && self.fields.iter().any(counts)
    }
}

fn is_in(field: &str, block: &str) -> bool {
    field
        .strip_prefix(block)
        .is_some_and(|rest| rest.starts_with('.'))
}

pub fn compare(old: &Document, new: &Document) -> Comparison {
    let (before, after) = (Parts::of(old), Parts::of(new));
    let ids: BTreeSet<&str> = before
        .nodes
        .keys()
        .chain(after.nodes.keys())
        .copied()
        .collect();
    let nodes = ids.into_iter().filter_map(|id| {
        let (change, fields) = match (before.nodes.get(id), after.nodes.get(id)) {
            (Some(old), Some(new)) => (ChangeKind::Changed, differing(old, new)),
            (None, _) => (ChangeKind::Added, Vec::new()),
            (_, None) => (ChangeKind::Removed, Vec::new()),
        };
        let same = change == ChangeKind::Changed && fields.is_empty();
        (!same).then(|| NodeChange {
            id: id.to_owned(),
            change,
            fields,
        })
    });
    let gone = before
        .edges
        .difference(&after.edges)
        .map(|edge| (edge, ChangeKind::Removed));
    let come = after
        .edges
        .difference(&before.edges)
        .map(|edge| (edge, ChangeKind::Added));
    let mut edges: Vec<EdgeChange> = gone
        .chain(come)
        .map(|((from, port, to), change)| EdgeChange {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            port: (*port).to_owned(),
            change,
        })
        .collect();
    edges.sort();
    Comparison {
        fields: differing(&before.fields, &after.fields),
        nodes: nodes.collect(),
        edges,
    }
}

/// A document taken apart.
struct Parts<'a> {
    fields: Map<String, Value>,
    /// By id, without what lies in their blocks.
    nodes: BTreeMap<&'a str, Map<String, Value>>,
    edges: BTreeSet<(&'a str, &'a str, &'a str)>,
}

impl<'a> Parts<'a> {
    fn of(document: &'a Document) -> Self {
        let mut fields = as_map(document);
        // A workflow keeps its identity under another name.
        for field in ["lathe", "name", "nodes", "edges"] {
            fields.remove(field);
        }
        let mut parts = Self {
            fields,
            nodes: BTreeMap::new(),
            edges: BTreeSet::new(),
        };
        parts.take(&document.nodes, &document.edges, "");
        parts
    }

    fn take(&mut self, nodes: &'a [Node], edges: &'a [Edge], place: &str) {
        let ends = |edge: &'a Edge| (&*edge.from, &*edge.port, &*edge.to);
        self.edges.extend(edges.iter().map(ends));
        for node in nodes {
            let mut fields = as_map(node);
            fields.insert("block".to_owned(), Value::from(place));
            for name in BLOCKS {
                let Some(block) = node.block(name) else {
                    continue;
                };
                fields.insert(name.to_owned(), Value::Bool(true));
                let own = [
                    ("output", block.output.clone()),
                    ("while", block.condition.clone().map(Value::from)),
                ];
                for (field, value) in own {
                    fields.extend(value.map(|value| (format!("{name}.{field}"), value)));
                }
                let place = format!("{}.{name}", node.id);
                self.take(&block.nodes, &block.edges, &place);
            }
            self.nodes.insert(&node.id, fields);
        }
    }
}

fn as_map<T: Serialize>(value: &T) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn differing(old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<String> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differ = names
        .into_iter()
        .filter(|name| old.get(*name) != new.get(*name));
    differ.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    const OLD: &str = "
lathe: 1
name: import
nodes:
  - { id: list, kind: data.set, with: { items: [1, 2] } }
  - id: each
    kind: flow.for_each
    with: { items: '${ nodes.list.output.items }' }
    body:
      nodes:
        - { id: fetch, kind: http.request, with: { url: 'https://example.com' } }
        - { id: keep, kind: data.set, with: { n: 1 } }
      edges: [fetch -> keep]
edges: [list -> each]
";

    fn changes(new: &str) -> Comparison {
        let read = |text: &str| parse::parse(text).unwrap().document;
        compare(&read(OLD), &read(new))
    }

    fn node<'a>(comparison: &'a Comparison, id: &str) -> &'a NodeChange {
        comparison.nodes.iter().find(|node| node.id == id).unwrap()
    }

    #[test]
    fn the_same_document_has_no_changes() {
        for same in [OLD.to_owned(), OLD.replace("name: import", "name: other")] {
            let comparison = changes(&same);
            let lengths = [
                comparison.fields.len(),
                comparison.nodes.len(),
                comparison.edges.len(),
            ];
            assert_eq!(lengths, [0; 3], "{comparison:?}");
        }
    }

    #[test]
    fn nodes_in_blocks_are_compared_by_themselves() {
        let comparison = changes(&OLD.replace("{ n: 1 }", "{ n: 2 }"));
        let [keep] = &comparison.nodes[..] else {
            panic!("{comparison:?}");
        };
        assert_eq!(
            (&*keep.id, &*keep.fields),
            ("keep", &["with".to_owned()][..])
        );
        assert!(keep.is_of_substance());
    }

    #[test]
    fn a_policy_is_no_change_of_substance() {
        let comparison = changes(&OLD.replace(
            "kind: http.request,",
            "kind: http.request, label: Fetch, retry: { max_attempts: 9 }, timeout: 9s,",
        ));
        let fetch = node(&comparison, "fetch");
        assert_eq!(fetch.fields, ["label", "retry", "timeout"]);
        assert!(!fetch.is_of_substance());
    }

    #[test]
    fn what_comes_goes_and_moves_is_told() {
        let new = OLD
            .replace(
                "        - { id: keep, kind: data.set, with: { n: 1 } }\n",
                "",
            )
            .replace(
                "      edges: [fetch -> keep]\n",
                "      output: '${ nodes.fetch.output }'\n",
            )
            .replace(
                "edges: [list -> each]",
                "edges: [list -> each, each -> keep]\noutput: 7",
            )
            .replace(
                "  - id: each",
                "  - { id: keep, kind: data.set, with: { n: 1 } }\n  - id: each",
            );
        let comparison = changes(&new);
        assert_eq!(node(&comparison, "keep").fields, ["block"]);
        assert_eq!(node(&comparison, "each").fields, ["body.output"]);
        assert!(node(&comparison, "each").is_of_substance());
        assert_eq!(comparison.fields, ["output"]);
        let edges = comparison
            .edges
            .iter()
            .map(|edge| (&*edge.from, &*edge.to, edge.change));
        let expected = [
            ("each", "keep", ChangeKind::Added),
            ("fetch", "keep", ChangeKind::Removed),
        ];
        assert_eq!(edges.collect::<Vec<_>>(), expected);
        let without = changes("lathe: 1\nname: import\nnodes: [{ id: new, kind: data.set }]\n");
        assert_eq!(node(&without, "new").change, ChangeKind::Added);
        assert_eq!(node(&without, "fetch").change, ChangeKind::Removed);
    }
}
