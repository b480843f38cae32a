//! Inputs from the command line: texts become what the workflow's schemas ask for.

use engine::document::{Document, Input};
use serde_json::{Map, Value};

use crate::fault::Fault;

/// Joins `--inputs-json` with `--input k=v`, which win.
pub(crate) fn gather(
    document: &Document,
    json: Option<&str>,
    pairs: &[String],
) -> Result<Value, Fault> {
    let mut inputs = match json {
        None => Map::new(),
        Some(text) => match serde_json::from_str(text) {
            Ok(Value::Object(inputs)) => inputs,
            Ok(_) => {
                return Err(Fault::unusable(
                    "--inputs-json has to be a JSON object: {\"name\": value}",
                ));
            }
            Err(error) => {
                return Err(Fault::unusable(format!(
                    "--inputs-json is not JSON: {error}"
                )));
            }
        },
    };
    for pair in pairs {
        let Some((name, text)) = pair.split_once('=') else {
            let sentence = format!("`--input {pair}` has no value");
            return Err(Fault::unusable(sentence).mend("Write it as --input name=value."));
        };
        let name = name.trim();
        let Some(input) = document.inputs.get(name) else {
            return Err(unknown(document, name));
        };
        inputs.insert(name.to_owned(), convert(name, input, text)?);
    }
    Ok(Value::Object(inputs))
}

fn unknown(document: &Document, name: &str) -> Fault {
    let names: Vec<&str> = document.inputs.keys().map(String::as_str).collect();
    let known = if names.is_empty() {
        "It takes no inputs.".to_owned()
    } else {
        format!("It takes {}.", names.join(", "))
    };
    Fault::unusable(format!(
        "the workflow `{}` has no input `{name}`",
        document.name
    ))
    .mend(known)
}

fn convert(name: &str, input: &Input, text: &str) -> Result<Value, Fault> {
    let types: Vec<&str> = match input.schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if types.is_empty() {
        return Ok(untyped(input, text));
    }
    // A text fits the type `string` always, so it is tried last.
    let mut ordered = types.clone();
    ordered.sort_by_key(|kind| *kind == "string");
    ordered
        .iter()
        .find_map(|kind| as_type(kind, text))
        .ok_or_else(|| {
            let wanted = types.join(" or ");
            let sentence =
                format!("the input `{name}` has to be of type {wanted}, which `{text}` is not");
            Fault::unusable(sentence).mend(format!(
                "For instance: --input {name}={}",
                example(types[0])
            ))
        })
}

/// Without a type, a text that the enumeration lists is meant as that text, and JSON is meant as JSON.
fn untyped(input: &Input, text: &str) -> Value {
    let as_text = Value::String(text.to_owned());
    let listed = input
        .schema
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.contains(&as_text));
    if listed {
        as_text
    } else {
        serde_json::from_str(text).unwrap_or(as_text)
    }
}

fn as_type(kind: &str, text: &str) -> Option<Value> {
    let parsed = || serde_json::from_str::<Value>(text).ok();
    match kind {
        "string" => Some(Value::String(text.to_owned())),
        "null" => (text.is_empty() || text == "null").then_some(Value::Null),
        "boolean" => match text {
            "true" | "yes" | "on" | "1" => Some(Value::Bool(true)),
            "false" | "no" | "off" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        "integer" => text.parse::<i64>().ok().map(Value::from),
        "number" => parsed().filter(Value::is_number),
        "array" => parsed().filter(Value::is_array),
        "object" => parsed().filter(Value::is_object),
        _ => parsed(),
    }
}

fn example(kind: &str) -> &'static str {
    match kind {
        "boolean" => "true",
        "integer" => "3",
        "number" => "2.5",
        "array" => "'[1, 2]'",
        "object" => "'{\"a\": 1}'",
        "null" => "null",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        serde_json::from_value(json!({
            "lathe": 1, "name": "sample", "nodes": [],
            "inputs": {
                "count": { "type": "integer" }, "ratio": { "type": "number" }, "dry": { "type": "boolean" },
                "tags": { "type": "array" }, "name": { "type": "string" }, "any": {},
                "port": { "type": ["string", "integer"] }, "level": { "enum": ["1", "2"] }
            }
        }))
        .unwrap()
    }

    fn gathered(pairs: &[&str]) -> Result<Value, String> {
        let pairs: Vec<String> = pairs.iter().map(|pair| (*pair).to_owned()).collect();
        gather(&document(), Some(r#"{"count": 1, "extra": true}"#), &pairs)
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn texts_become_what_the_schema_asks_for() {
        let pairs = [
            "count=3",
            "ratio=2.5",
            "dry=yes",
            "tags=[1]",
            "name=007",
            "any={\"a\":1}",
            "port=80",
            "level=1",
        ];
        assert_eq!(
            gathered(&pairs).unwrap(),
            json!({
                "count": 3, "extra": true, "ratio": 2.5, "dry": true, "tags": [1], "name": "007", "any": {"a": 1},
                "port": 80, "level": "1"
            })
        );
    }

    #[test]
    fn what_does_not_fit_is_told() {
        assert!(
            gathered(&["count=three"])
                .unwrap_err()
                .contains("has to be of type integer")
        );
        assert!(
            gathered(&["colour=red"])
                .unwrap_err()
                .contains("no input `colour`")
        );
        assert!(gathered(&["count"]).unwrap_err().contains("no value"));
    }
}
