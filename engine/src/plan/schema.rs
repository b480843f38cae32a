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
        .map(misfit)
        .collect()
}

fn misfit(error: ValidationError<'_>) -> Misfit {
    let mut path = error.instance_path().to_string();
    if let ValidationErrorKind::AdditionalProperties { unexpected }
    | ValidationErrorKind::UnevaluatedProperties { unexpected } = error.kind()
        && let [only] = &unexpected[..]
    {
        path = pointer(&path, only);
        return Misfit {
            path,
            message: format!("there is no field `{only}` here"),
        };
    }
    if let ValidationErrorKind::Required {
        property: Value::String(name),
    } = error.kind()
    {
        return Misfit {
            path,
            message: format!("the field `{name}` is missing"),
        };
    }
    Misfit {
        path,
        message: error.to_string(),
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
