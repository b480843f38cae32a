//! What a schema objects to, as sentences for people: what is wrong, where, and what would be right.
//!
//! What was sent is not repeated: it may be a password.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::types::JsonType;
use jsonschema::{JsonTypeSet, ValidationError};
use serde_json::Value;

use crate::error::ErrorDetail;

/// One fault, or several where one objection of the schema stands for several. `schema` is the one that objects.
pub(super) fn explain(error: &ValidationError<'_>, schema: &Value) -> Vec<ErrorDetail> {
    let path = error.instance_path().to_string();
    let subject = label(&path);
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let known = known_fields(error, schema);
            let fault = |name: &String| {
                let message = format!("there is no field `{}` here{known}", shortened(name));
                fault(pointer(&path, name), message)
            };
            unexpected.iter().map(fault).collect()
        }
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let path = pointer(&path, name);
            let message = format!("{} is missing", label(&path));
            vec![fault(path, message)]
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let branch = meant(context, &path);
            if let Some(branch) = branch {
                let faults = branch.iter().flat_map(|error| explain(error, schema));
                return faults.collect();
            }
            let message = format!(
                "{subject} has to be {}",
                types_of(context, error.instance())
            );
            vec![fault(path, message)]
        }
        Kind::PropertyNames { error } => {
            let message = format!("a name in {subject} can't be used: it {}", demand(error));
            vec![fault(path, message)]
        }
        _ => {
            let message = format!("{subject} {}", demand(error));
            vec![fault(path, message)]
        }
    }
}

fn fault(path: String, message: String) -> ErrorDetail {
    ErrorDetail {
        path: Some(path),
        message,
        ..ErrorDetail::default()
    }
}

/// What would be right, to be said after the name of the value.
fn demand(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Type { kind } => {
            let wanted = match kind {
                TypeKind::Single(one) => type_name(*one).to_owned(),
                TypeKind::Multiple(several) => one_of(*several),
            };
            format!("has to be {wanted}, {}", instead(error.instance()))
        }
        Kind::Enum { options } => {
            let options = options.as_array().into_iter().flatten().map(shown);
            format!(
                "has to be one of {}",
                options.collect::<Vec<_>>().join(", ")
            )
        }
        Kind::Constant { expected_value } => format!("has to be {}", shown(expected_value)),
        Kind::Minimum { limit } => format!("has to be at least {limit}"),
        Kind::Maximum { limit } => format!("has to be at most {limit}"),
        Kind::ExclusiveMinimum { limit } => format!("has to be more than {limit}"),
        Kind::ExclusiveMaximum { limit } => format!("has to be less than {limit}"),
        Kind::MinLength { limit: 1 } => "must not be empty".to_owned(),
        Kind::MinLength { limit } => format!("has to have at least {limit} characters"),
        Kind::MaxLength { limit } => format!("has to have at most {limit} characters"),
        Kind::MinItems { limit: 1 } | Kind::MinProperties { limit: 1 } => {
            "must not be empty".to_owned()
        }
        Kind::MinItems { limit } => format!("has to have at least {limit} items"),
        Kind::MaxItems { limit } => format!("has to have at most {limit} items"),
        Kind::AdditionalItems { limit } => format!("has to have at most {limit} items"),
        Kind::MinProperties { limit } => format!("has to have at least {limit} fields"),
        Kind::MaxProperties { limit } => format!("has to have at most {limit} fields"),
        Kind::UniqueItems => "names something twice".to_owned(),
        Kind::Pattern { pattern } => match in_words(pattern) {
            Some(words) => words.to_owned(),
            None => format!("has to match the pattern `{pattern}`"),
        },
        Kind::Format { format } => format!("has to be {}", format_name(format)),
        Kind::MultipleOf { multiple_of } => format!("has to be a multiple of {multiple_of}"),
        Kind::OneOfMultipleValid { .. } => {
            "fits several forms at once: leave out what belongs to only one of them".to_owned()
        }
        _ => "is not what is taken here; the API's document has its schema".to_owned(),
    }
}

/// Of several forms, the one that was meant: whose kind of value this is, and of these the one with the fewest faults.
fn meant<'a>(
    context: &'a [Vec<ValidationError<'static>>],
    path: &str,
) -> Option<&'a Vec<ValidationError<'static>>> {
    let of_this_kind = |branch: &&Vec<ValidationError<'static>>| {
        !branch.iter().any(|error| {
            matches!(error.kind(), Kind::Type { .. }) && error.instance_path().as_str() == path
        })
    };
    // Another word in the field that tells forms apart means another form.
    let distance = |branch: &&Vec<ValidationError<'static>>| {
        let is_other = |error: &ValidationError<'_>| {
            matches!(error.kind(), Kind::Constant { .. } | Kind::Enum { .. })
        };
        let others = branch.iter().filter(|error| is_other(error)).count();
        (others, branch.len())
    };
    context
        .iter()
        .filter(of_this_kind)
        .filter(|branch| !branch.is_empty())
        .min_by_key(distance)
        .or_else(|| nearest_number(context, path))
}

/// A number with a fraction, where a whole one is taken.
fn nearest_number<'a>(
    context: &'a [Vec<ValidationError<'static>>],
    path: &str,
) -> Option<&'a Vec<ValidationError<'static>>> {
    context.iter().find(|branch| {
        branch.iter().any(|error| {
            let takes_whole = matches!(
                error.kind(),
                Kind::Type {
                    kind: TypeKind::Single(JsonType::Integer)
                }
            );
            takes_whole && error.instance().is_number() && error.instance_path().as_str() == path
        })
    })
}

fn types_of(context: &[Vec<ValidationError<'static>>], instance: &Value) -> String {
    let mut wanted = Vec::new();
    for error in context.iter().flatten() {
        match error.kind() {
            Kind::Type {
                kind: TypeKind::Single(JsonType::Null),
            } => {}
            Kind::Type { kind } => wanted.push(match kind {
                TypeKind::Single(one) => type_name(*one).to_owned(),
                TypeKind::Multiple(several) => one_of(*several),
            }),
            _ => {}
        }
    }
    wanted.dedup();
    format!("{}, {}", wanted.join(" or "), instead(instance))
}

fn one_of(types: JsonTypeSet) -> String {
    let names = types.iter().filter(|one| *one != JsonType::Null);
    names.map(type_name).collect::<Vec<_>>().join(" or ")
}

fn type_name(one: JsonType) -> &'static str {
    match one {
        JsonType::Array => "a list",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a text",
    }
}

fn instead(value: &Value) -> &'static str {
    match value {
        Value::Null => "not null: leave it out instead",
        Value::Bool(_) => "not true or false",
        Value::Number(number) if number.is_f64() => "not a number with a fraction",
        Value::Number(_) => "not a number",
        Value::String(_) => "not a text",
        Value::Array(_) => "not a list",
        Value::Object(_) => "not an object",
    }
}

fn format_name(format: &str) -> &str {
    match format {
        "uuid" => "an id, such as 0198f3a2-7c1b-7d55-8e10-6a2f4b9c0d11",
        "date-time" => "a time, such as 2026-03-01T12:00:00Z",
        "date" => "a date, such as 2026-03-01",
        "email" => "an e-mail address",
        "uri" => "a whole address, such as https://example.org/",
        other => other,
    }
}

/// What a pattern of the document means to people. The web app's tests say which has no words yet.
fn in_words(pattern: &str) -> Option<&'static str> {
    Some(match pattern {
        "^[a-z][a-z0-9_-]{0,99}$" => {
            "has to be lower case letters, digits, _ and -, a letter first: at most 100"
        }
        "^[a-z][a-z0-9_-]{0,47}$" => {
            "has to be lower case letters, digits, _ and -, a letter first: at most 48"
        }
        "^[a-z][a-z0-9_]{0,47}$" => {
            "has to be lower case letters, digits and _, a letter first: at most 48"
        }
        "^[a-z0-9][a-z0-9-]{1,47}$" => {
            "has to be 2 to 48 lower case letters, digits and -, no - first"
        }
        "^[A-Za-z_][A-Za-z0-9_]{0,47}$" => {
            "has to be letters, digits and _, no digit first: at most 48"
        }
        "^[A-Za-z_][A-Za-z0-9_]{0,63}$" => {
            "has to be letters, digits and _, no digit first: at most 64"
        }
        "^[A-Za-z_][A-Za-z0-9_]{0,127}$" => {
            "has to be letters, digits and _, no digit first: at most 128"
        }
        r"^[A-Za-z_][A-Za-z0-9_]{0,47}(\.[A-Za-z_][A-Za-z0-9_]{0,47})?$" => {
            "has to be the name of a secret, or of a field of one, such as mail.password"
        }
        r"^[0-9]+(\.[0-9]+)?\s*(ms|s|m|h|d)$" => "has to be a span of time, such as 30s, 5m or 2h",
        _ => return None,
    })
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

/// The fields that there are, as the schema lists them beside the rule that there are no others.
fn known_fields(error: &ValidationError<'_>, schema: &Value) -> String {
    let rule = error.schema_path().as_str();
    let rule = rule.rsplit_once('/').map_or("", |(object, _)| object);
    let fields = schema
        .pointer(rule)
        .and_then(|object| object["properties"].as_object());
    let names: Vec<String> = fields
        .into_iter()
        .flat_map(|fields| fields.keys())
        .map(|name| format!("`{name}`"))
        .collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("; there are {}", names.join(", ")),
    }
}

/// `/scopes/1/name` as people write it: `scopes[1].name`.
fn label(path: &str) -> String {
    if path.is_empty() {
        return "the body".to_owned();
    }
    let mut text = String::new();
    for segment in path.split('/').skip(1) {
        let segment = segment.replace("~1", "/").replace("~0", "~");
        if !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit()) {
            text.push_str(&format!("[{segment}]"));
        } else {
            if !text.is_empty() {
                text.push('.');
            }
            text.push_str(shortened(&segment));
        }
    }
    format!("`{text}`")
}

/// The pointer of a field within what another pointer leads to.
pub(super) fn pointer(path: &str, name: &str) -> String {
    format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Names come from whoever asks, and may be of any length.
pub(super) fn shortened(name: &str) -> &str {
    const LONGEST: usize = 60;
    name.char_indices()
        .nth(LONGEST)
        .map_or(name, |(end, _)| &name[..end])
}
