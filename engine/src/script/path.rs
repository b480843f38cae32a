//! Expressions that only read a value, such as `nodes.fetch.output.body.id`: by far the most, and they need
//! no script engine. What they mean is the same as if rhai had evaluated them.

use rhai::{AST, Position, Stmt};
use serde_json::Value;

use super::Fault;
use super::reads::{Reads, Segment, VARS, chain};
use crate::plan::NodeIndex;
use crate::template::Scope;

#[derive(Debug, Clone)]
pub(super) struct Path {
    root: Root,
    /// How the root is written, for messages.
    name: String,
    keys: Vec<String>,
    position: Position,
}

/// What stands at the end of a path.
pub(super) enum Found {
    Value(Value),
    /// Null has no fields.
    Null(Fault),
    /// Something that is no object. rhai may still know a property of it that JSON does not, such as `len`;
    /// if not, this is what is wrong.
    Other(Fault),
}

#[derive(Debug, Clone)]
enum Root {
    Inputs,
    Output(NodeIndex),
    /// A variable of the workspace.
    Variable(String),
}

impl Path {
    /// The path that the whole of a script is, if it is one.
    pub(super) fn of(ast: &AST, reads: &Reads) -> Option<Self> {
        let [Stmt::Expr(expression)] = ast.statements() else {
            return None;
        };
        let chain = chain(expression)?;
        let plain = chain.complete && !chain.forgiving;
        let mut keys: Vec<String> = chain
            .segments
            .iter()
            .filter_map(Segment::key)
            .map(str::to_owned)
            .collect();
        if !plain || keys.len() != chain.segments.len() {
            return None;
        }
        match chain.root.as_str() {
            "inputs" => Some(Self {
                root: Root::Inputs,
                name: "inputs".to_owned(),
                keys,
                position: chain.position,
            }),
            "nodes" if keys.len() >= 2 => {
                let (step, _) = reads.nodes.get(&keys[0])?;
                let name = format!("nodes.{}.output", keys[0]);
                Some(Self {
                    root: Root::Output(*step),
                    name,
                    keys: keys.split_off(2),
                    position: chain.position,
                })
            }
            VARS if !keys.is_empty() => {
                let variable = keys.remove(0);
                Some(Self {
                    name: format!("{VARS}.{variable}"),
                    root: Root::Variable(variable),
                    keys,
                    position: chain.position,
                })
            }
            _ => None,
        }
    }

    /// Follows the path.
    pub(super) fn find(&self, scope: &Scope<'_>) -> Found {
        let mut value = match &self.root {
            Root::Inputs => Some(scope.inputs),
            Root::Output(step) => scope.output(*step),
            Root::Variable(name) => scope.run.vars.get(name),
        };
        for (place, key) in self.keys.iter().enumerate() {
            value = match value {
                Some(Value::Object(fields)) => fields.get(key),
                None | Some(Value::Null) => return Found::Null(self.no_field(place, "null", true)),
                Some(other) => return Found::Other(self.no_field(place, type_name(other), false)),
            };
        }
        Found::Value(value.cloned().unwrap_or(Value::Null))
    }

    fn no_field(&self, place: usize, what: &str, suggest: bool) -> Fault {
        let mut holder = self.name.clone();
        for key in &self.keys[..place] {
            holder.push('.');
            holder.push_str(key);
        }
        let key = &self.keys[place];
        let mut message = format!("`{holder}` is {what}, so it has no `{key}`");
        if suggest {
            message.push_str(&format!("; `{holder}?.{key}` reads null instead"));
        }
        Fault::at(message, self.position)
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
