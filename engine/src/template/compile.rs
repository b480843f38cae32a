//! From a JSON value to a template, with every fault placed in the field where it stands.

use std::sync::Arc;

use serde_json::Value;

use super::text::{Piece, Unclosed, is_plain, split};
use super::{Expression, Part, Template, TextPart};
use crate::problem::pointer;
use crate::script::{Code, Fault, Names};
use crate::secret::SecretName;

/// A fault in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TemplateFault {
    /// JSON pointer from the template's root.
    pub(crate) path: String,
    /// The same as people write it: `with.headers.accept`.
    pub(crate) field: String,
    pub(crate) message: String,
}

/// Compiles a value. `field` is what the value is called in its document; `scripts` names those of its
/// top-level fields that hold a whole script.
pub(crate) fn compile(
    field: &str,
    value: &Value,
    scripts: &[&str],
    names: &Names<'_>,
) -> Result<Template, Vec<TemplateFault>> {
    let mut compiler = Compiler {
        names,
        faults: Vec::new(),
    };
    let mut programs = Vec::new();
    let root = match value {
        Value::Object(fields) if !scripts.is_empty() => {
            let parts = fields.iter().map(|(name, value)| {
                let place = Place::root(field).below(name);
                match value {
                    Value::String(source) if scripts.contains(&name.as_str()) => {
                        if let Some(code) = compiler.code(source, &place, Start::default(), true) {
                            programs.push((name.clone(), code));
                        }
                        (name.clone(), Part::Literal(Value::Null))
                    }
                    _ => (name.clone(), compiler.part(value, &place)),
                }
            });
            object(parts.collect())
        }
        _ => compiler.part(value, &Place::root(field)),
    };
    if compiler.faults.is_empty() {
        Ok(Template {
            root,
            scripts: programs,
        })
    } else {
        Err(compiler.faults)
    }
}

/// Compiles the text of a field that is an expression, written with or without `${ }` around it.
pub(crate) fn compile_expression(
    field: &str,
    text: &str,
    names: &Names<'_>,
) -> Result<Template, Vec<TemplateFault>> {
    if !is_plain(text) {
        return compile(field, &Value::String(text.to_owned()), &[], names);
    }
    let mut compiler = Compiler {
        names,
        faults: Vec::new(),
    };
    match compiler.code(text, &Place::root(field), Start::default(), false) {
        Some(expression) => Ok(Template {
            root: Part::Expression(Box::new(expression)),
            scripts: Vec::new(),
        }),
        None => Err(compiler.faults),
    }
}

struct Compiler<'a> {
    names: &'a Names<'a>,
    faults: Vec<TemplateFault>,
}

/// A place in the value, in both notations.
struct Place {
    path: String,
    field: String,
}

impl Place {
    fn root(field: &str) -> Self {
        Self {
            path: String::new(),
            field: field.to_owned(),
        }
    }

    fn below(&self, name: &str) -> Self {
        Self {
            path: pointer(&self.path, name),
            field: format!("{}.{name}", self.field),
        }
    }
}

/// Where code begins in the text of its field.
#[derive(Clone, Copy, Default)]
struct Start {
    lines: usize,
    columns: usize,
}

impl Start {
    fn of(text: &str, offset: usize) -> Self {
        let before = &text[..offset];
        let line = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
        Self {
            lines: before.matches('\n').count(),
            columns: line.chars().count(),
        }
    }
}

impl Compiler<'_> {
    fn part(&mut self, value: &Value, place: &Place) -> Part {
        match value {
            Value::String(text) if !is_plain(text) => self.text(text, place),
            Value::Array(items) => {
                let parts: Vec<Part> = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.part(item, &place.below(&index.to_string())))
                    .collect();
                array(parts)
            }
            Value::Object(fields) => {
                let parts: Vec<(String, Part)> = fields
                    .iter()
                    .map(|(name, field)| (name.clone(), self.part(field, &place.below(name))))
                    .collect();
                object(parts)
            }
            plain => Part::Literal(plain.clone()),
        }
    }

    fn text(&mut self, text: &str, place: &Place) -> Part {
        let pieces = match split(text) {
            Ok(pieces) => pieces,
            Err(Unclosed(at)) => {
                let start = Start::of(text, at);
                let message = "this `${` is never closed: add a `}`, or write `$${` for the characters themselves";
                self.fault(place, start.lines + 1, start.columns + 1, message);
                return Part::Literal(Value::Null);
            }
        };
        if let [Piece::Expression { source, start }] = pieces[..] {
            if let Some(name) = SecretName::read(source) {
                let start = Start::of(text, start);
                return self
                    .secret(name, place, start)
                    .map_or(Part::Literal(Value::Null), Part::Secret);
            }
            let code = self.code(source, place, Start::of(text, start), false);
            let code = code.map(Box::new);
            return code.map_or(Part::Literal(Value::Null), Part::Expression);
        }
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Text(literal) => parts.push(TextPart::Literal(literal)),
                Piece::Expression { source, start } => {
                    let start_at = Start::of(text, start);
                    if let Some(name) = SecretName::read(source) {
                        parts.extend(self.secret(name, place, start_at).map(TextPart::Secret));
                        continue;
                    }
                    let code = self.code(source, place, start_at, false);
                    parts.extend(code.map(Box::new).map(TextPart::Expression));
                }
            }
        }
        match &mut parts[..] {
            [] => Part::Literal(Value::String(String::new())),
            [TextPart::Literal(literal)] => Part::Literal(Value::String(std::mem::take(literal))),
            _ => Part::Text(parts),
        }
    }

    /// A secret, where one may stand.
    fn secret(&mut self, name: SecretName, place: &Place, start: Start) -> Option<SecretName> {
        let Some(why_not) = self.names.no_secrets else {
            return Some(name);
        };
        self.fault(place, start.lines + 1, start.columns + 1, why_not);
        None
    }

    fn code(
        &mut self,
        source: &str,
        place: &Place,
        start: Start,
        is_script: bool,
    ) -> Option<Expression> {
        if source.trim().is_empty() {
            let what = if is_script { "script" } else { "expression" };
            self.fault(
                place,
                start.lines + 1,
                start.columns + 1,
                &format!("the {what} is empty"),
            );
            return None;
        }
        match Code::compile(source, self.names, is_script) {
            Ok(code) => Some(Expression {
                code,
                field: Arc::from(place.field.as_str()),
                lines_before: start.lines,
                columns_before: start.columns,
                is_script,
            }),
            Err(faults) => {
                for Fault {
                    message,
                    line,
                    column,
                    ..
                } in faults
                {
                    let columns = if line == 1 { start.columns } else { 0 };
                    self.fault(place, start.lines + line, columns + column, &message);
                }
                None
            }
        }
    }

    fn fault(&mut self, place: &Place, line: usize, column: usize, message: &str) {
        let message = format!("line {line}, column {column} of this field: {message}");
        self.faults.push(TemplateFault {
            path: place.path.clone(),
            field: place.field.clone(),
            message,
        });
    }
}

/// One literal, when all items are.
fn array(parts: Vec<Part>) -> Part {
    if !parts.iter().all(|part| part.literal().is_some()) {
        return Part::Array(parts);
    }
    Part::Literal(parts.into_iter().filter_map(Part::into_literal).collect())
}

/// One literal, when all fields are.
fn object(parts: Vec<(String, Part)>) -> Part {
    if !parts.iter().all(|(_, part)| part.literal().is_some()) {
        return Part::Object(parts);
    }
    let fields = parts
        .into_iter()
        .filter_map(|(name, part)| Some((name, part.into_literal()?)));
    Part::Literal(Value::Object(fields.collect()))
}
