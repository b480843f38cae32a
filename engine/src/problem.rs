//! What is wrong with a document: where it stands, what it is, and how to mend it.

use serde::Serialize;

/// One fault in a workflow document, placed as precisely as its source allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// JSON pointer into the document, `""` for the whole of it.
    pub path: String,
    /// The id of the node concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The field of that node, dotted: `with.url`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Line in the source text, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column in the source text, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// A sentence that says what is wrong and how to mend it.
    pub message: String,
}

impl Problem {
    /// A problem at a JSON pointer; the source position is added later, where there is a source.
    pub fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            node: None,
            field: None,
            line: None,
            column: None,
            message: message.into(),
        }
    }

    /// Names the node and the field that the problem belongs to.
    #[must_use]
    pub fn in_node(mut self, node: impl Into<String>, field: impl Into<String>) -> Self {
        self.node = Some(node.into());
        let field = field.into();
        self.field = (!field.is_empty()).then_some(field);
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "{line}:{column}: ")?;
        }
        match (&self.node, &self.field) {
            (Some(node), Some(field)) => write!(f, "node `{node}`, field `{field}`: ")?,
            (Some(node), None) => write!(f, "node `{node}`: ")?,
            _ if !self.path.is_empty() => write!(f, "{}: ", self.path)?,
            _ => {}
        }
        f.write_str(&self.message)
    }
}

/// The JSON pointer of a field below another.
pub(crate) fn pointer(parent: &str, field: &str) -> String {
    format!("{parent}/{}", field.replace('~', "~0").replace('/', "~1"))
}

/// Every problem of a document, reported together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", join(.0))]
pub struct Problems(pub Vec<Problem>);

fn join(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}
