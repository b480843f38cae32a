//! JSON Schema: what fits, where values that templates will give are not known yet.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::problem::pointer;

/// A value that does not fit its schema.
pub(super) struct Misfit {
    /// JSON pointer into the checked value.
    pub(super) path: String,
    pub(super) message: String,
}

/// Compiles a schema; references to other files are refused, since nothing here reads them.
pub(super) fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::validator_for(schema).map_err(|error| error.to_string())
}

/// Everything in a value that does not fit. Strings with an expression in them fit everywhere, when asked.
pub(super) fn misfits(validator: &Validator, value: &Value, expressions_fit: bool) -> Vec<Misfit> {
    let errors = validator.iter_errors(value);
    errors
        .filter(|error| !(expressions_fit && excused(error)))
        .map(|error| misfit(&error))
        .collect()
}

fn misfit(error: &ValidationError<'_>) -> Misfit {
    let path = error.instance_path().to_string();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected }
            if unexpected.len() == 1 =>
        {
            let message = format!("there is no field `{}` here", unexpected[0]);
            Misfit {
                path: pointer(&path, &unexpected[0]),
                message,
            }
        }
        ValidationErrorKind::Required {
            property: Value::String(name),
        } => Misfit {
            path,
            message: format!("the field `{name}` is missing"),
        },
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            nearest_branch(context).unwrap_or_else(|| Misfit {
                path,
                message: error.to_string(),
            })
        }
        _ => Misfit {
            path,
            message: error.to_string(),
        },
    }
}

/// What is wrong by the one branch that was meant: an optional value is either null or what it says.
fn nearest_branch(context: &[Vec<ValidationError<'static>>]) -> Option<Misfit> {
    let mut meant = context.iter().filter(|branch| {
        !branch
            .iter()
            .any(|error| error.to_string().ends_with("is not of type \"null\""))
    });
    match (meant.next(), meant.next()) {
        (Some(only), None) => only.first().map(misfit),
        _ => None,
    }
}

/// Whether an error only says that the text of an expression is not the value it will give.
fn excused(error: &ValidationError<'_>) -> bool {
    if error
        .instance()
        .as_str()
        .is_some_and(|text| text.contains("${"))
    {
        return true;
    }
    match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            context.iter().any(|branch| branch.iter().all(excused))
        }
        // A template may fit several branches until its value is known.
        ValidationErrorKind::OneOfMultipleValid { .. } => {
            error.instance().to_string().contains("${")
        }
        _ => false,
    }
}
