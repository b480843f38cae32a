//! Scripts: compiled once per plan, evaluated in memory, unable to reach or to outlast anything.
//!
//! A script sees what the run gives it and nothing else. Its limits are explained in `engine`, `budget` and `depth`.

pub(crate) mod budget;
mod captures;
mod clock;
mod depth;
mod engine;
mod natives;
mod path;
mod reads;
mod shape;
mod value;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rhai::{
    AST, Dynamic, EvalAltResult, Map, ParseError, ParseErrorType, Position, Scope as Variables,
};
use serde_json::Value;

use crate::plan::NodeIndex;
use crate::template::Scope;
pub use budget::briefly;
pub use clock::{Clock, set_clock};
use path::{Found, Path};
use reads::{ARGS, GLOBALS, Part, Reads, VARS};
use shape::Shape;
pub use value::{Unrepresentable, to_json, to_script};

/// Longer messages of scripts are cut.
const LONGEST_MESSAGE: usize = 2_000;

/// Longer source texts are refused.
const MAX_SOURCE: usize = 64 * 1024;

/// What a script may name. Both answer with a sentence when it may not.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) input: &'a dyn Fn(&str) -> Result<(), String>,
    pub(crate) node: &'a dyn Fn(&str) -> Result<NodeIndex, String>,
    /// What the blocks around the reader give: `item`, `index`, `state`, `error`. Scripts may use these names
    /// for something else.
    pub(crate) locals: &'a [&'static str],
    /// Why no secret may stand here; `None` where one may.
    pub(crate) no_secrets: Option<&'static str>,
}

/// Something wrong at a place in a source text; lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    /// What a script threw, when that was more than text.
    pub(crate) details: Option<Value>,
}

impl Fault {
    pub(crate) fn at(message: impl Into<String>, position: Position) -> Self {
        let (line, column) = (
            position.line().unwrap_or(1),
            position.position().unwrap_or(1),
        );
        Self {
            message: message.into(),
            line,
            column,
            details: None,
        }
    }
}

/// A compiled script or expression.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    ast: AST,
    reads: Reads,
    path: Option<Path>,
    shape: Shape,
}

impl Code {
    /// Compiles a source text. `args` says whether the node's parameters are in scope.
    pub(crate) fn compile(source: &str, names: &Names<'_>, args: bool) -> Result<Self, Vec<Fault>> {
        if source.len() > MAX_SOURCE {
            let message = format!("the script is longer than {MAX_SOURCE} bytes");
            return Err(vec![Fault::at(message, Position::NONE)]);
        }
        let mut scope = Variables::new();
        let locals = names.locals.iter().copied();
        for name in GLOBALS
            .into_iter()
            .chain(args.then_some(ARGS))
            .chain(locals)
        {
            scope.push(name, ());
        }
        // The parser is rhai's; a panic in it must not take down whoever saves a document.
        let parsed = catch_unwind(AssertUnwindSafe(|| {
            engine::engine().compile_with_scope(&scope, source)
        }));
        let ast = match parsed {
            Ok(Ok(ast)) => ast,
            Ok(Err(error)) => return Err(vec![Fault::at(parse_message(&error), error.position())]),
            Err(_) => {
                return Err(vec![Fault::at(
                    "the script cannot be parsed",
                    Position::NONE,
                )]);
            }
        };
        let (reads, faults) = reads::analyse(&ast, names);
        if faults.is_empty() {
            let path = Path::of(&ast, &reads);
            let shape = Shape::of(&ast);
            Ok(Self {
                ast,
                reads,
                path,
                shape,
            })
        } else {
            Err(faults)
        }
    }

    /// The steps whose outputs it reads.
    pub(crate) fn steps(&self) -> impl Iterator<Item = NodeIndex> {
        self.reads.nodes.values().map(|(step, _)| *step)
    }

    /// The variables of the workspace that it reads.
    pub(crate) fn vars(&self) -> impl Iterator<Item = &String> {
        self.reads.vars.keys()
    }

    pub(crate) fn may_take_long(&self) -> bool {
        self.shape.repeats
    }

    pub(crate) fn reads_inputs_only(&self) -> bool {
        let Reads {
            nodes,
            vars,
            others,
            locals,
            ..
        } = &self.reads;
        nodes.is_empty() && vars.is_empty() && others.is_empty() && locals.is_empty()
    }

    pub(crate) fn evaluate(&self, scope: &Scope<'_>, args: Option<&Value>) -> Result<Value, Fault> {
        let refusal = match &self.path {
            Some(path) => match path.find(scope) {
                Found::Value(value) => return Ok(value),
                Found::Null(fault) => return Err(fault),
                Found::Other(fault) => Some(fault),
            },
            None => None,
        };
        self.interpret(scope, args)
            .map_err(|fault| refusal.unwrap_or(fault))
    }

    fn interpret(&self, scope: &Scope<'_>, args: Option<&Value>) -> Result<Value, Fault> {
        let mut variables = self
            .variables(scope, args)
            .map_err(|error| Fault::at(error.to_string(), Position::NONE))?;
        depth::begin();
        let _circles = captures::Opening;
        // rhai has code that it believes unreachable; a script that reaches it fails alone.
        let evaluated = catch_unwind(AssertUnwindSafe(|| {
            engine::engine_for(self.shape).eval_ast_with_scope::<Dynamic>(&mut variables, &self.ast)
        }));
        let value = match evaluated {
            Ok(Ok(value)) => value,
            Ok(Err(error)) => return Err(fault_of(*error)),
            Err(_) => {
                return Err(Fault::at(
                    "the script engine gave up on this script",
                    Position::NONE,
                ));
            }
        };
        to_json(value).map_err(|error| Fault::at(error.to_string(), Position::NONE))
    }

    /// The variables that the script reads, and no others.
    fn variables(
        &self,
        scope: &Scope<'_>,
        args: Option<&Value>,
    ) -> Result<Variables<'static>, Unrepresentable> {
        let mut variables = Variables::new();
        if let Some(part) = &self.reads.inputs {
            variables.push_dynamic("inputs", project(scope.inputs, part)?);
        }
        if !self.reads.nodes.is_empty() {
            let mut nodes = Map::new();
            for (id, (step, part)) in &self.reads.nodes {
                let output = match scope.output(*step) {
                    Some(output) => project(output, part)?,
                    None => Dynamic::UNIT,
                };
                let node = Map::from([("output".into(), output)]);
                nodes.insert(id.as_str().into(), Dynamic::from_map(node));
            }
            variables.push_dynamic("nodes", Dynamic::from_map(nodes));
        }
        if !self.reads.vars.is_empty() {
            let vars = project_fields(&scope.run.vars, &self.reads.vars)?;
            variables.push_dynamic(VARS, vars);
        }
        for name in &self.reads.others {
            let value = match *name {
                ARGS => args.map_or(Ok(Dynamic::UNIT), to_script)?,
                _ => run_info(scope),
            };
            variables.push_dynamic(*name, value);
        }
        for name in &self.reads.locals {
            let value = scope.outputs.local(name);
            variables.push_dynamic(
                *name,
                value.as_deref().map_or(Ok(Dynamic::UNIT), to_script)?,
            );
        }
        Ok(variables)
    }
}

fn parse_message(error: &ParseError) -> String {
    match error.err_type() {
        ParseErrorType::VariableUndefined(name) => {
            format!(
                "there is no variable `{name}`: from the run there are {}",
                GLOBALS.join(", ")
            )
        }
        ParseErrorType::Reserved(word) if word.chars().all(char::is_alphanumeric) => {
            format!(
                "`{word}` is a word of the script language: after a dot it cannot stand, write `[\"{word}\"]`"
            )
        }
        ParseErrorType::PropertyExpected => {
            "after a dot there must be a name; a word of the script language, such as `loop` or `call`, is written `[\"loop\"]`"
                .to_owned()
        }
        ParseErrorType::UnexpectedEOF => "the script ends too early".to_owned(),
        other => other.to_string(),
    }
}

/// Copies the parts of a value that are read.
fn project(value: &Value, part: &Part) -> Result<Dynamic, Unrepresentable> {
    let (Value::Object(object), Part::Fields(fields)) = (value, part) else {
        return to_script(value);
    };
    project_fields(object, fields)
}

fn project_fields(
    object: &serde_json::Map<String, Value>,
    fields: &BTreeMap<String, Part>,
) -> Result<Dynamic, Unrepresentable> {
    let mut map = Map::new();
    for (key, part) in fields {
        if let Some(value) = object.get(key) {
            map.insert(key.as_str().into(), project(value, part)?);
        }
    }
    Ok(Dynamic::from_map(map))
}

fn run_info(scope: &Scope<'_>) -> Dynamic {
    let started_at = scope
        .run
        .started_at
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    Dynamic::from_map(Map::from([
        ("id".into(), scope.run.id.to_string().into()),
        ("workflow".into(), scope.run.workflow.clone().into()),
        ("started_at".into(), started_at.into()),
    ]))
}

fn innermost(error: EvalAltResult) -> EvalAltResult {
    match error {
        EvalAltResult::ErrorInFunctionCall(_, _, inner, _) => innermost(*inner),
        other => other,
    }
}

fn fault_of(error: EvalAltResult) -> Fault {
    let position = match error.unwrap_inner().position() {
        Position::NONE => error.position(),
        inner => inner,
    };
    // The place is told by itself; inner errors would repeat it in their text.
    let mut error = innermost(error);
    let _ = error.take_position();
    let mut details = None;
    let message = match &error {
        EvalAltResult::ErrorRuntime(thrown, _) if thrown.is_string() => thrown.to_string(),
        EvalAltResult::ErrorRuntime(thrown, _) => {
            details = to_json(thrown.clone()).ok();
            let said = details
                .as_ref()
                .and_then(|thrown| thrown.get("message"))
                .and_then(Value::as_str);
            said.map_or_else(
                || format!("the script threw {}", named(thrown)),
                str::to_owned,
            )
        }
        EvalAltResult::ErrorTerminated(why, _) => why.to_string(),
        EvalAltResult::ErrorStackOverflow(_) => "functions call each other too deeply".to_owned(),
        EvalAltResult::ErrorArithmetic(why, _) => why.clone(),
        inner => inner.to_string(),
    };
    Fault {
        details,
        ..Fault::at(shortened(message), position)
    }
}

/// A value in a message: written out only where it is small for certain.
fn named(value: &Dynamic) -> String {
    if value.is_array() || value.is_map() || value.is_fnptr() {
        return format!("a value of type {}", value.type_name());
    }
    value.to_string()
}

/// What a script says may be as long as its budget allows; a message is read by people.
fn shortened(mut message: String) -> String {
    if message.len() > LONGEST_MESSAGE {
        let end = message.floor_char_boundary(LONGEST_MESSAGE);
        message.truncate(end);
        message.push('…');
    }
    message
}
