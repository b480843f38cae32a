//! What a script reads of the run, found in its syntax tree: so that only that is copied into the script,
//! and so that a name that cannot be read is refused when the workflow is saved.

use std::collections::{BTreeMap, BTreeSet};

use rhai::{AST, ASTFlags, ASTNode, Expr, Position, Stmt};

use super::{Fault, Names};
use crate::plan::NodeIndex;

/// The variables that a script finds besides its own.
pub(super) const GLOBALS: [&str; 5] = ["inputs", "nodes", "run", VARS, SECRETS];
pub(super) const VARS: &str = "vars";
const SECRETS: &str = "secrets";
/// The parameters of its node, for a script that fills a field of them.
pub(super) const ARGS: &str = "args";
pub(super) const RUN_FIELDS: [&str; 3] = ["id", "workflow", "started_at"];

/// The parts of a value that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Fields(BTreeMap<String, Part>),
}

impl Part {
    fn nothing() -> Self {
        Self::Fields(BTreeMap::new())
    }

    fn add(&mut self, path: &[Segment]) {
        match (self, path) {
            (Self::Whole, _) => {}
            (this, [] | [Segment::Dynamic(_), ..]) => *this = Self::Whole,
            (Self::Fields(fields), [Segment::Key(key, _), rest @ ..]) => {
                fields
                    .entry(key.clone())
                    .or_insert_with(Self::nothing)
                    .add(rest);
            }
        }
    }
}

/// Everything that a script reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    pub(crate) inputs: Option<Part>,
    /// Of each node its output, by the node's id.
    pub(crate) nodes: BTreeMap<String, (NodeIndex, Part)>,
    /// Variables of the workspace, by name.
    pub(crate) vars: BTreeMap<String, Part>,
    /// `run`, `args`.
    pub(crate) others: BTreeSet<&'static str>,
    /// `item`, `index`, `state`, `error`, where blocks around give them.
    pub(crate) locals: BTreeSet<&'static str>,
}

/// One step of a path: `.name`, `["name"]`, or an index known only when the script runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Key(String, Position),
    Dynamic(Position),
}

impl Segment {
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            Self::Key(key, _) => Some(key),
            Self::Dynamic(_) => None,
        }
    }
}

/// A path from a global variable, as far as it is known before the script runs.
pub(super) struct Chain {
    pub(super) root: String,
    pub(super) segments: Vec<Segment>,
    /// Nothing follows the segments: no method call, no computed index.
    pub(super) complete: bool,
    /// Some step is `?.` or `?[`, which reads null from null.
    pub(super) forgiving: bool,
    pub(super) position: Position,
}

pub(super) fn analyse(ast: &AST, names: &Names<'_>) -> (Reads, Vec<Fault>) {
    let mut reads = Reads::default();
    let mut faults = Vec::new();
    for function in ast
        .iter_functions()
        .filter(|function| !function.name.starts_with("anon$"))
    {
        for parameter in function.params.iter().filter(|name| is_reserved(name)) {
            let message = format!("`{parameter}` cannot be a parameter: it is a name of the run");
            faults.push(Fault::at(message, Position::NONE));
        }
    }
    ast.walk(&mut |path| {
        match path {
            [.., ASTNode::Stmt(statement)] => faults.extend(refused_statement(statement)),
            [above @ .., ASTNode::Expr(expression)] => {
                if let Some(chain) = chain_at(above.last(), expression)
                    && let Err(fault) = note(&mut reads, &chain, names)
                {
                    faults.push(fault);
                }
                if let Expr::Variable(variable, ..) = expression {
                    let name = variable.1.as_str();
                    reads
                        .locals
                        .extend(names.locals.iter().find(|local| **local == name));
                }
                if let Expr::ThisPtr(position) = expression {
                    let message = "`this` is not available: hand the value over as an argument";
                    faults.push(Fault::at(message, *position));
                }
            }
            _ => {}
        }
        true
    });
    (reads, faults)
}

/// The chain that begins at this expression, unless it is part of a longer one or a closure's capture.
fn chain_at(above: Option<&ASTNode<'_>>, expression: &Expr) -> Option<Chain> {
    match expression {
        Expr::Dot(..) | Expr::Index(..) => chain(expression),
        Expr::Variable(..) => match above {
            Some(ASTNode::Expr(Expr::Dot(parts, ..) | Expr::Index(parts, ..)))
                if std::ptr::eq(&raw const parts.lhs, expression) =>
            {
                None
            }
            Some(ASTNode::Expr(Expr::FnCall(call, _))) if call.name == "curry" => None,
            _ => chain(expression),
        },
        _ => None,
    }
}

/// Reads an expression as a path from a global variable.
pub(super) fn chain(expression: &Expr) -> Option<Chain> {
    match expression {
        Expr::Variable(variable, _, position) if is_reserved(&variable.1) => {
            let root = variable.1.to_string();
            Some(Chain {
                root,
                segments: Vec::new(),
                complete: true,
                forgiving: false,
                position: *position,
            })
        }
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) => {
            let Expr::Variable(..) = parts.lhs else {
                return None;
            };
            let mut chain = chain(&parts.lhs)?;
            chain.complete = follow(expression, &mut chain);
            Some(chain)
        }
        _ => None,
    }
}

/// Adds what comes after the first part of a chain. True when all of it was static.
fn follow(expression: &Expr, chain: &mut Chain) -> bool {
    let (right, dotted, flags) = match expression {
        Expr::Dot(parts, flags, _) => (&parts.rhs, true, flags),
        Expr::Index(parts, flags, _) => (&parts.rhs, false, flags),
        _ => return true,
    };
    let ends = flags.contains(ASTFlags::BREAK);
    chain.forgiving |= flags.contains(ASTFlags::NEGATED);
    let (first, rest) = match right {
        Expr::Dot(parts, ..) | Expr::Index(parts, ..) if !ends => (&parts.lhs, Some(right)),
        _ => (right, None),
    };
    match first {
        Expr::Property(property, position) if dotted => {
            chain
                .segments
                .push(Segment::Key(property.2.to_string(), *position));
        }
        Expr::StringConstant(key, position) if !dotted => chain
            .segments
            .push(Segment::Key(key.to_string(), *position)),
        _ if dotted => return false,
        _ => {
            chain
                .segments
                .push(Segment::Dynamic(first.start_position()));
            return false;
        }
    }
    rest.is_none_or(|rest| follow(rest, chain))
}

fn note(reads: &mut Reads, chain: &Chain, names: &Names<'_>) -> Result<(), Fault> {
    match chain.root.as_str() {
        "inputs" => {
            if let Some(Segment::Key(name, position)) = chain.segments.first() {
                (names.input)(name).map_err(|message| Fault::at(message, *position))?;
            }
            reads
                .inputs
                .get_or_insert_with(Part::nothing)
                .add(&chain.segments);
        }
        "nodes" => note_node(reads, chain, names)?,
        "run" => {
            if let Some(Segment::Key(name, position)) = chain.segments.first()
                && !RUN_FIELDS.contains(&name.as_str())
            {
                let message = format!("`run` has no `{name}`: it has {}", RUN_FIELDS.join(", "));
                return Err(Fault::at(message, *position));
            }
            reads.others.insert("run");
        }
        VARS => match &chain.segments[..] {
            [Segment::Key(name, _), rest @ ..] => {
                let part = reads.vars.entry(name.clone());
                part.or_insert_with(Part::nothing).add(rest);
            }
            _ => {
                let message =
                    "which variable is read must be known before the run: write `vars.<name>`";
                return Err(Fault::at(message, chain.position));
            }
        },
        SECRETS => {
            let message = "a secret cannot be computed with: write `${ secrets.<name> }` by itself, in the text where it belongs";
            return Err(Fault::at(message, chain.position));
        }
        _ => {
            reads.others.insert(ARGS);
        }
    }
    Ok(())
}

fn note_node(reads: &mut Reads, chain: &Chain, names: &Names<'_>) -> Result<(), Fault> {
    match &chain.segments[..] {
        [Segment::Key(id, position), rest @ ..] => {
            let step = (names.node)(id).map_err(|message| Fault::at(message, *position))?;
            let below = match rest {
                [Segment::Key(name, _), below @ ..] if name == "output" => below,
                [] if chain.complete => rest,
                [Segment::Key(_, position) | Segment::Dynamic(position), ..] => {
                    let message =
                        format!("of a node only the output can be read: write `nodes.{id}.output`");
                    return Err(Fault::at(message, *position));
                }
                [] => rest,
            };
            reads
                .nodes
                .entry(id.clone())
                .or_insert_with(|| (step, Part::nothing()))
                .1
                .add(below);
            Ok(())
        }
        [Segment::Dynamic(position), ..] => {
            let message = "which node is read must be known before the run: write `nodes.<id>`, not a computed index";
            Err(Fault::at(message, *position))
        }
        [] => Err(Fault::at(
            "name the node to read: `nodes.<id>.output`",
            chain.position,
        )),
    }
}

fn refused_statement(statement: &Stmt) -> Vec<Fault> {
    let names: Vec<(&str, Position)> = match statement {
        Stmt::Var(declared, _, position) => vec![(declared.0.as_str(), *position)],
        Stmt::For(parts, position) => {
            let counter = parts
                .1
                .as_ref()
                .map(|counter| (counter.as_str(), *position));
            std::iter::once((parts.0.as_str(), *position))
                .chain(counter)
                .collect()
        }
        _ => Vec::new(),
    };
    let taken = names.into_iter().filter(|(name, _)| is_reserved(name));
    taken
        .map(|(name, position)| {
            Fault::at(
                format!("`{name}` is a name of the run: choose another"),
                position,
            )
        })
        .collect()
}

/// Whether a name belongs to the run, so that scripts cannot use it for something else.
pub(super) fn is_reserved(name: &str) -> bool {
    GLOBALS.contains(&name) || name == ARGS
}
