//! What a script is made of, as far as that decides how closely its evaluation has to be watched.
//!
//! Measuring how deep values nest, and noting what closures share, costs each read of a variable some nanoseconds.
//! Most scripts cannot make deep values or circles whatever they are given, and their texts show it.

use rhai::{AST, ASTNode, Expr, FnCallExpr, Stmt};

/// A script without loops and functions runs each of its lines once; with so few that nest, nothing gets deep.
const FEW: usize = 500;

/// Methods and functions whose result is no deeper than what they are given, and that put nothing into it.
const FLAT: [&str; 44] = [
    "abs",
    "all",
    "bytes",
    "ceiling",
    "chars",
    "contains",
    "crop",
    "dedup",
    "ends_with",
    "filter",
    "find",
    "floor",
    "index_of",
    "is_empty",
    "join",
    "json",
    "keys",
    "len",
    "make_lower",
    "make_upper",
    "max",
    "min",
    "none",
    "parse_float",
    "parse_int",
    "parse_json",
    "range",
    "replace",
    "reverse",
    "round",
    "some",
    "sort",
    "split",
    "starts_with",
    "sub_string",
    "to_chars",
    "to_float",
    "to_int",
    "to_json",
    "to_lower",
    "to_string",
    "to_upper",
    "trim",
    "type_of",
];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// It has loops or functions, so that a line may run many times.
    pub(super) repeats: bool,
    /// Places that may put one value into another.
    nests: usize,
    /// Closures share variables with the code around them.
    captures: bool,
}

impl Shape {
    pub(super) fn of(ast: &AST) -> Self {
        let own: Vec<&str> = ast.iter_functions().map(|function| function.name).collect();
        let mut shape = Self {
            repeats: !own.is_empty(),
            ..Self::default()
        };
        ast.walk(&mut |path| {
            match path.last() {
                Some(ASTNode::Stmt(statement)) => shape.see_statement(statement, &own),
                Some(ASTNode::Expr(expression)) => shape.see_expression(expression, &own),
                _ => {}
            }
            true
        });
        shape
    }

    pub(super) fn is_watched(self) -> bool {
        self.captures || self.nests > FEW || (self.repeats && self.nests > 0)
    }

    fn see_statement(&mut self, statement: &Stmt, own: &[&str]) {
        match statement {
            Stmt::While(..) | Stmt::Do(..) | Stmt::For(..) => self.repeats = true,
            Stmt::Share(..) => self.captures = true,
            Stmt::Assignment(parts, ..) if !matches!(parts.1.lhs, Expr::Variable(..)) => {
                self.nests += 1;
            }
            Stmt::FnCall(call, _) => self.see_call(call, own),
            _ => {}
        }
    }

    fn see_expression(&mut self, expression: &Expr, own: &[&str]) {
        match expression {
            Expr::Array(..) | Expr::Map(..) if !is_constant(expression) => self.nests += 1,
            Expr::FnCall(call, _) | Expr::MethodCall(call, _) => self.see_call(call, own),
            _ => {}
        }
    }

    fn see_call(&mut self, call: &FnCallExpr, own: &[&str]) {
        let name = call.name.as_str();
        let harmless = call.is_operator_call() || FLAT.contains(&name) || own.contains(&name);
        if !harmless {
            self.nests += 1;
        }
    }
}

/// Whether a literal holds nothing but literals.
fn is_constant(expression: &Expr) -> bool {
    match expression {
        Expr::Array(items, ..) => items.iter().all(is_constant),
        Expr::Map(fields, ..) => fields.0.iter().all(|(_, field)| is_constant(field)),
        other => other.is_constant(),
    }
}
