//! Text or JSON to document: its shape, with every problem at its line and column.
//!
//! Each node, edge and input is read by itself, so that a slip in one hides none in the others.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::shorthand;
use super::source::{Source, check_value};
use super::{BLOCKS, Block, Document, Edge, Input, Node};
use crate::problem::{Problem, Problems, pointer};

pub const MAX_NODES: usize = 2_000;
pub const MAX_EDGES: usize = 10_000;
/// Blocks nest at most so deep.
pub const MAX_BLOCKS: usize = 8;

/// A document and the text it was read from.
#[derive(Debug, Clone)]
pub struct Parsed {
    pub document: Document,
    pub source: Source,
}

/// Reads a document from YAML or JSON.
pub fn parse(text: &str) -> Result<Parsed, Problems> {
    let mut source = Source::read(text)?;
    let mut shape = Shape::new(Some(&source));
    let read = shape.document(source.value.clone());
    let written = std::mem::take(&mut shape.written);
    match (read, shape.problems) {
        (Some(document), problems) if problems.is_empty() => {
            source.edges = written;
            Ok(Parsed { document, source })
        }
        (_, problems) => Err(source.place(Problems(problems))),
    }
}

/// Reads a document from JSON that was parsed already. The same limits hold.
pub fn from_value(value: Value) -> Result<Document, Problems> {
    check_value(&value).map_err(|problem| Problems(vec![problem]))?;
    let mut shape = Shape::new(None);
    match (shape.document(value), shape.problems) {
        (Some(document), problems) if problems.is_empty() => Ok(document),
        (_, problems) => Err(Problems(problems)),
    }
}

struct Shape<'a> {
    source: Option<&'a Source>,
    problems: Vec<Problem>,
    /// For each list of edges, by its pointer, the element that each edge was written as.
    written: HashMap<String, Vec<usize>>,
    /// Nodes and edges that may still come, in all blocks together.
    nodes_left: usize,
    edges_left: usize,
}

/// The node that a problem belongs to: its id, and its pointer.
type Owner<'a> = Option<(&'a str, &'a str)>;

impl<'a> Shape<'a> {
    fn new(source: Option<&'a Source>) -> Self {
        Self {
            source,
            problems: Vec::new(),
            written: HashMap::new(),
            nodes_left: MAX_NODES,
            edges_left: MAX_EDGES,
        }
    }

    fn document(&mut self, value: Value) -> Option<Document> {
        let Value::Object(mut fields) = value else {
            self.add(
                "",
                "a document is an object: it begins with `lathe: 1`",
                None,
            );
            return None;
        };
        let before = self.problems.len();
        let empty = Value::Array(Vec::new());
        let nodes = self.nodes(fields.insert("nodes".to_owned(), empty), "", 0);
        let edges = self.edges(fields.remove("edges"), "");
        let inputs = self.inputs(fields.remove("inputs"));
        // An empty `settings:` is `null` in YAML, and means the same as none.
        fields.retain(|_, value| !value.is_null());
        let document = self.read::<Document>(Value::Object(fields), "", None)?;
        (self.problems.len() == before).then_some(Document {
            nodes,
            edges,
            inputs,
            ..document
        })
    }

    /// The nodes of the document, or of the block at `below`.
    fn nodes(&mut self, value: Option<Value>, below: &str, depth: usize) -> Vec<Node> {
        let most = self.nodes_left;
        let Some(items) = self.list(value, below, "nodes", MAX_NODES, most) else {
            return Vec::new();
        };
        self.nodes_left -= items.len();
        let nodes = items.into_iter().enumerate().filter_map(|(index, item)| {
            let path = format!("{below}/nodes/{index}");
            self.node(item, &path, depth)
        });
        nodes.collect()
    }

    fn node(&mut self, mut item: Value, path: &str, depth: usize) -> Option<Node> {
        let mut blocks = Vec::new();
        if let Value::Object(fields) = &mut item {
            fields.retain(|_, value| !value.is_null());
            for field in BLOCKS {
                blocks.extend(fields.remove(field).map(|value| (field, value)));
            }
        }
        let id = item
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let mut node: Option<Node> = self.read(item, path, Some((&id, path)));
        for (field, value) in blocks {
            let path = format!("{path}/{field}");
            let block = self.block(value, &path, depth + 1);
            if let Some(node) = &mut node {
                *node.block_mut(field) = block.map(Box::new);
            }
        }
        node
    }

    fn block(&mut self, value: Value, path: &str, depth: usize) -> Option<Block> {
        if depth > MAX_BLOCKS {
            let message = format!(
                "blocks nest at most {MAX_BLOCKS} deep: call another workflow with `flow.call`"
            );
            self.add(path, message, None);
            return None;
        }
        let Value::Object(mut fields) = value else {
            self.add(path, "a block is an object with `nodes` and `edges`", None);
            return None;
        };
        let empty = Value::Array(Vec::new());
        let nodes = self.nodes(fields.insert("nodes".to_owned(), empty), path, depth);
        let edges = self.edges(fields.remove("edges"), path);
        fields.retain(|_, value| !value.is_null());
        let block: Block = self.read(Value::Object(fields), path, None)?;
        Some(Block {
            nodes,
            edges,
            ..block
        })
    }

    fn edges(&mut self, value: Option<Value>, below: &str) -> Vec<Edge> {
        let (mut edges, mut written) = (Vec::new(), Vec::new());
        let most = self.edges_left;
        let items = value
            .filter(|value| !value.is_null())
            .and_then(|value| self.list(Some(value), below, "edges", MAX_EDGES, most));
        for (index, item) in items.into_iter().flatten().enumerate() {
            let path = format!("{below}/edges/{index}");
            match item {
                Value::String(text) => match shorthand::expand(&text) {
                    Ok(expanded) => edges.extend(expanded),
                    Err(message) => self.add(&path, message, None),
                },
                item => edges.extend(self.read::<Edge>(item, &path, None)),
            }
            written.resize(edges.len(), index);
        }
        if edges.len() > most {
            self.add(
                &format!("{below}/edges"),
                format!("a document has at most {MAX_EDGES} edges"),
                None,
            );
        }
        self.edges_left = most.saturating_sub(edges.len());
        self.written.insert(format!("{below}/edges"), written);
        edges
    }

    fn inputs(&mut self, value: Option<Value>) -> indexmap::IndexMap<String, Input> {
        let fields = match value {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(fields)) => fields,
            Some(_) => {
                self.add(
                    "/inputs",
                    "inputs are an object: a JSON Schema by name",
                    None,
                );
                Map::new()
            }
        };
        let inputs = fields.into_iter().filter_map(|(name, field)| {
            let path = pointer("/inputs", &name);
            if !field.is_object() {
                let message = "an input is described by a JSON Schema, such as `{ type: string }`";
                self.add(&path, message, None);
                return None;
            }
            self.read(field, &path, None).map(|input| (name, input))
        });
        inputs.collect()
    }

    /// The list `name` of the document or of a block, if it fits into what is `left` of the `most` there may be.
    fn list(
        &mut self,
        value: Option<Value>,
        below: &str,
        name: &str,
        most: usize,
        left: usize,
    ) -> Option<Vec<Value>> {
        let message = match value {
            Some(Value::Array(items)) if items.len() <= left => return Some(items),
            Some(Value::Array(_)) => format!("a document has at most {most} {name}"),
            Some(_) => format!("`{name}` is a list"),
            None => format!("the list `{name}` is missing"),
        };
        self.add(&format!("{below}/{name}"), message, None);
        None
    }

    fn read<T: DeserializeOwned>(
        &mut self,
        value: Value,
        path: &str,
        owner: Owner<'_>,
    ) -> Option<T> {
        match serde_path_to_error::deserialize(value) {
            Ok(read) => Some(read),
            Err(error) => {
                let below = pointer_of(error.path());
                self.add(
                    &format!("{path}{below}"),
                    error.into_inner().to_string(),
                    owner,
                );
                None
            }
        }
    }

    fn add(&mut self, path: &str, message: impl Into<String>, owner: Owner<'_>) {
        let message = message.into();
        let mut problem = Problem::at(path, message);
        // The field that should not be there is itself the place to look at.
        if let Some(name) = unknown_field(&problem.message) {
            let named = if path.ends_with(&format!("/{name}")) {
                path.to_owned()
            } else {
                pointer(path, name)
            };
            let mark = self.source.and_then(|source| source.key_mark(&named));
            problem.line = mark.map(|mark| mark.line);
            problem.column = mark.map(|mark| mark.column);
            problem.path = named;
        }
        if let Some((id, node_path)) = owner.filter(|(id, _)| !id.is_empty()) {
            let field = problem.path[node_path.len()..]
                .trim_start_matches('/')
                .replace('/', ".");
            problem = problem.in_node(id, field);
        }
        self.problems.push(problem);
    }
}

fn unknown_field(message: &str) -> Option<&str> {
    message.strip_prefix("unknown field `")?.split('`').next()
}

fn pointer_of(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .fold(String::new(), |path, segment| match segment {
            Segment::Seq { index } => format!("{path}/{index}"),
            Segment::Map { key } => pointer(&path, key),
            Segment::Enum { variant } => pointer(&path, variant),
            Segment::Unknown => path,
        })
}
