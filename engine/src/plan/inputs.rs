//! A workflow's inputs: their schemas when it is saved, their values when it runs.

use indexmap::IndexMap;
use jsonschema::Validator;
use serde_json::{Map, Value};

use super::names::{is_dotted_name, suggestion};
use super::schema;
use crate::document::Input;
use crate::problem::{Problem, Problems, pointer};

/// One input, ready to be checked.
pub(crate) struct InputCheck {
    name: String,
    required: bool,
    default: Option<Value>,
    validator: Validator,
}

/// Compiles the schemas of all inputs; each default must fit its own.
pub(super) fn compile(
    inputs: &IndexMap<String, Input>,
    below: &str,
    problems: &mut Vec<Problem>,
) -> Vec<InputCheck> {
    inputs
        .iter()
        .filter_map(|(name, input)| compile_one(name, input, below, problems))
        .collect()
}

fn compile_one(
    name: &str,
    input: &Input,
    below: &str,
    problems: &mut Vec<Problem>,
) -> Option<InputCheck> {
    let path = pointer(below, name);
    if !is_dotted_name(name) {
        let message = format!(
            "`{name}` is no name for an input: use letters, digits and _, at most 48, no digit first"
        );
        problems.push(Problem::at(path.clone(), message));
    }
    let validator = match schema::compile(&Value::Object(input.schema.clone())) {
        Ok(validator) => validator,
        Err(message) => {
            problems.push(Problem::at(
                path,
                format!("this is no valid JSON Schema: {message}"),
            ));
            return None;
        }
    };
    if let Some(default) = &input.default {
        for misfit in schema::misfits(&validator, default, false) {
            let message = format!(
                "the default does not fit its own schema: {}",
                misfit.message
            );
            problems.push(Problem::at(
                format!("{path}/default{}", misfit.path),
                message,
            ));
        }
    }
    Some(InputCheck {
        name: name.to_owned(),
        required: input.required,
        default: input.default.clone(),
        validator,
    })
}

/// Checks values against all inputs and fills in the defaults.
pub(super) fn check(inputs: &[InputCheck], given: Value, below: &str) -> Result<Value, Problems> {
    let mut given = match given {
        Value::Null => Map::new(),
        Value::Object(given) => given,
        other => {
            let message = format!("inputs must be an object of values by name, and are {other}");
            return Err(Problems(vec![Problem::at(below, message)]));
        }
    };
    let mut problems = Vec::new();
    let mut checked = Map::new();
    for input in inputs {
        let path = pointer(below, &input.name);
        match given.remove(&input.name) {
            Some(value) => {
                for misfit in schema::misfits(&input.validator, &value, false) {
                    let message = format!("input `{}`: {}", input.name, misfit.message);
                    problems.push(Problem::at(format!("{path}{}", misfit.path), message));
                }
                checked.insert(input.name.clone(), value);
            }
            None => match &input.default {
                Some(default) => {
                    checked.insert(input.name.clone(), default.clone());
                }
                None if input.required => {
                    problems.push(Problem::at(
                        path,
                        format!("the input `{}` is missing", input.name),
                    ));
                }
                None => {}
            },
        }
    }
    for name in given.keys() {
        let hint = suggestion(name, inputs.iter().map(|input| input.name.as_str()));
        problems.push(Problem::at(
            pointer(below, name),
            format!("this workflow has no input `{name}`{hint}"),
        ));
    }
    if problems.is_empty() {
        Ok(Value::Object(checked))
    } else {
        Err(Problems(problems))
    }
}
