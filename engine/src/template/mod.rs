//! Values whose strings may hold `${ … }`: compiled once per plan, resolved for each step.

mod compile;
mod sample;
mod text;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::Time;
use crate::node::ErrorValue;
use crate::plan::NodeIndex;
use crate::script::{Code, Fault, budget};
use crate::secret::{self, Reveal, SecretName};
pub(crate) use compile::{TemplateFault, compile, compile_expression};
pub use sample::{Form, Sample, evaluate};

/// What expressions may read while one step is prepared.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub inputs: &'a Value,
    pub outputs: &'a dyn Outputs,
    pub run: &'a RunInfo,
}

/// What the steps before gave, seen from one place of a run.
pub trait Outputs {
    /// The output of a node; `None` reads as null.
    fn output(&self, node: NodeIndex) -> Option<&Value>;

    /// What a block around gives: `item`, `index`, `state`, `error`.
    fn local(&self, _name: &str) -> Option<Arc<Value>> {
        None
    }
}

impl Outputs for Vec<Option<Arc<Value>>> {
    fn output(&self, node: NodeIndex) -> Option<&Value> {
        self.get(node as usize)?.as_deref()
    }
}

/// What expressions see as `run`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInfo {
    pub id: Uuid,
    /// The name of the workflow.
    pub workflow: String,
    pub started_at: Time,
    /// The variables of the workspace that the workflow reads.
    pub vars: Arc<Map<String, Value>>,
}

impl<'a> Scope<'a> {
    /// The output of a node; `None` when it has none.
    pub fn output(&self, node: NodeIndex) -> Option<&'a Value> {
        self.outputs.output(node)
    }
}

/// A compiled template.
#[derive(Debug, Clone)]
pub struct Template {
    root: Part,
    /// Top-level fields that hold a whole script, in the order in which they run.
    scripts: Vec<(String, Expression)>,
}

#[derive(Debug, Clone)]
enum Part {
    /// Nothing in it is an expression.
    Literal(Value),
    /// Exactly one expression: the value keeps its type.
    Expression(Box<Expression>),
    /// A secret, which stays its name until its step runs.
    Secret(SecretName),
    /// Text with expressions in it.
    Text(Vec<TextPart>),
    Array(Vec<Part>),
    Object(Vec<(String, Part)>),
}

#[derive(Debug, Clone)]
enum TextPart {
    Literal(String),
    Expression(Box<Expression>),
    Secret(SecretName),
}

/// Code, and where in the document it was written.
#[derive(Debug, Clone)]
struct Expression {
    code: Code,
    /// The field it stands in, dotted: `with.headers.accept`.
    field: Arc<str>,
    /// Where the code begins in that field's text: lines and columns before it.
    lines_before: usize,
    columns_before: usize,
    is_script: bool,
}

impl Template {
    /// The value, when it is the same in every run.
    pub fn literal(&self) -> Option<&Value> {
        self.root.literal().filter(|_| self.scripts.is_empty())
    }

    /// Evaluates every expression, then every script field; scripts see the value of the field `args`.
    pub fn resolve(&self, scope: &Scope<'_>) -> Result<Value, ErrorValue> {
        let _turn = self.literal().is_none().then(budget::Turn::begin);
        let mut value = self.root.resolve(scope)?;
        for (field, script) in &self.scripts {
            let result = script.evaluate(scope, Some(value.get("args").unwrap_or(&Value::Null)))?;
            if let Value::Object(fields) = &mut value {
                fields.insert(field.clone(), result);
            }
        }
        Ok(value)
    }

    /// The steps whose outputs it reads, in ascending order.
    pub fn reads(&self) -> Vec<NodeIndex> {
        let mut steps = Vec::new();
        self.root
            .visit(&mut |expression| steps.extend(expression.code.steps()));
        steps.extend(
            self.scripts
                .iter()
                .flat_map(|(_, script)| script.code.steps()),
        );
        steps.sort_unstable();
        steps.dedup();
        steps
    }
}

impl Template {
    /// The variables of the workspace that it reads.
    pub(crate) fn vars(&self) -> BTreeSet<String> {
        let mut vars = BTreeSet::new();
        self.root
            .visit(&mut |expression| vars.extend(expression.code.vars().cloned()));
        let scripts = self.scripts.iter();
        vars.extend(scripts.flat_map(|(_, script)| script.code.vars().cloned()));
        vars
    }

    /// The secrets that it names.
    pub fn secrets(&self) -> BTreeSet<SecretName> {
        let mut names = BTreeSet::new();
        self.root.note_secrets(&mut names);
        names
    }

    /// Puts secrets into a value that this template gave, where it names them and nowhere else.
    pub fn reveal(&self, value: &mut Value, secret: &Reveal<'_>) {
        self.root.reveal(value, secret);
    }

    /// Whether anything in it runs more than once, so that its text does not bound its work.
    pub(crate) fn may_take_long(&self) -> bool {
        let mut long = !self.scripts.is_empty();
        self.root
            .visit(&mut |expression| long |= expression.code.may_take_long());
        long
    }

    /// Whether it can be asked before there is a run.
    pub(crate) fn reads_inputs_only(&self) -> bool {
        let mut only = self.scripts.is_empty();
        self.root
            .visit(&mut |expression| only &= expression.code.reads_inputs_only());
        only
    }
}

impl Part {
    fn literal(&self) -> Option<&Value> {
        match self {
            Self::Literal(value) => Some(value),
            _ => None,
        }
    }

    fn into_literal(self) -> Option<Value> {
        match self {
            Self::Literal(value) => Some(value),
            _ => None,
        }
    }

    fn resolve(&self, scope: &Scope<'_>) -> Result<Value, ErrorValue> {
        Ok(match self {
            Self::Literal(value) => value.clone(),
            Self::Expression(expression) => expression.evaluate(scope, None)?,
            Self::Secret(name) => Value::String(name.to_string()),
            Self::Text(parts) => {
                let mut text = String::new();
                for part in parts {
                    match part {
                        TextPart::Literal(literal) => text.push_str(literal),
                        TextPart::Expression(expression) => {
                            write(&mut text, &expression.evaluate(scope, None)?);
                        }
                        TextPart::Secret(name) => text.push_str(&name.to_string()),
                    }
                }
                Value::String(text)
            }
            Self::Array(items) => items
                .iter()
                .map(|item| item.resolve(scope))
                .collect::<Result<_, _>>()?,
            Self::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, field)| Ok((name.clone(), field.resolve(scope)?)));
                Value::Object(fields.collect::<Result<Map<_, _>, ErrorValue>>()?)
            }
        })
    }

    fn visit(&self, seen: &mut impl FnMut(&Expression)) {
        match self {
            Self::Literal(_) | Self::Secret(_) => {}
            Self::Expression(expression) => seen(expression),
            Self::Text(parts) => {
                for part in parts {
                    if let TextPart::Expression(expression) = part {
                        seen(expression);
                    }
                }
            }
            Self::Array(items) => items.iter().for_each(|item| item.visit(seen)),
            Self::Object(fields) => fields.iter().for_each(|(_, field)| field.visit(seen)),
        }
    }
}

impl Part {
    fn note_secrets(&self, names: &mut BTreeSet<SecretName>) {
        match self {
            Self::Literal(_) | Self::Expression(_) => {}
            Self::Secret(name) => {
                names.insert(name.clone());
            }
            Self::Text(parts) => names.extend(named_in(parts).cloned()),
            Self::Array(items) => items.iter().for_each(|item| item.note_secrets(names)),
            Self::Object(fields) => fields
                .iter()
                .for_each(|(_, field)| field.note_secrets(names)),
        }
    }

    fn reveal(&self, value: &mut Value, secret: &Reveal<'_>) {
        match (self, value) {
            (Self::Secret(name), value) => {
                if let Some(text) = secret(name) {
                    *value = Value::String(text.to_owned());
                }
            }
            (Self::Text(parts), Value::String(text)) => {
                let names: Vec<&SecretName> = named_in(parts).collect();
                if !names.is_empty() {
                    *text = secret::put_in(text, &names, secret);
                }
            }
            (Self::Array(items), Value::Array(values)) => {
                for (item, value) in items.iter().zip(values) {
                    item.reveal(value, secret);
                }
            }
            (Self::Object(fields), Value::Object(values)) => {
                for (name, field) in fields {
                    if let Some(value) = values.get_mut(name) {
                        field.reveal(value, secret);
                    }
                }
            }
            _ => {}
        }
    }
}

fn named_in(parts: &[TextPart]) -> impl Iterator<Item = &SecretName> {
    parts.iter().filter_map(|part| match part {
        TextPart::Secret(name) => Some(name),
        TextPart::Literal(_) | TextPart::Expression(_) => None,
    })
}

impl Expression {
    fn evaluate(&self, scope: &Scope<'_>, args: Option<&Value>) -> Result<Value, ErrorValue> {
        self.code
            .evaluate(scope, args)
            .map_err(|fault| self.error(&fault))
    }

    fn error(&self, fault: &Fault) -> ErrorValue {
        let (line, column) = self.place(fault);
        let message = format!(
            "`{}`, line {line}, column {column}: {}",
            self.field, fault.message
        );
        let code = if self.is_script {
            "script_error"
        } else {
            "expression_error"
        };
        ErrorValue {
            code: code.to_owned(),
            message,
            details: fault.details.clone(),
        }
    }

    /// Where a fault of the code stands in the text of its field.
    fn place(&self, fault: &Fault) -> (usize, usize) {
        let columns_before = if fault.line == 1 {
            self.columns_before
        } else {
            0
        };
        (
            self.lines_before + fault.line,
            columns_before + fault.column,
        )
    }
}

/// How a value reads inside a text.
fn write(text: &mut String, value: &Value) {
    match value {
        Value::Null => {}
        Value::String(string) => text.push_str(string),
        other => text.push_str(&other.to_string()),
    }
}
