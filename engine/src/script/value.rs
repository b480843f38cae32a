//! JSON to script values and back. Written by hand because it is on the hot path of every expression.

use rhai::{Array, Dynamic, Map};
use serde_json::{Number, Value};

use super::budget;

/// Deeper values could not be read back from a database: JSON parsers stop at 128 levels.
pub(super) const MAX_DEPTH: usize = 100;

/// Why a value cannot cross between JSON and a script.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unrepresentable {
    #[error("the number {0} is too large for a script, whose integers have 64 bits with a sign")]
    Number(Number),
    #[error("the result holds a number that is infinite or undefined, which JSON cannot hold")]
    NotFinite,
    #[error("the result holds a value of type {0}, which JSON cannot hold")]
    Type(String),
    #[error("the value is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    #[error("{0}")]
    TooMuch(&'static str),
}

/// Copies a JSON value into a script.
pub fn to_script(value: &Value) -> Result<Dynamic, Unrepresentable> {
    enter(value, MAX_DEPTH)
}

/// Takes a script's result out as JSON.
pub fn to_json(value: Dynamic) -> Result<Value, Unrepresentable> {
    leave(value, MAX_DEPTH)
}

fn enter(value: &Value, depth: usize) -> Result<Dynamic, Unrepresentable> {
    Ok(match value {
        Value::Null => Dynamic::UNIT,
        Value::Bool(flag) => Dynamic::from(*flag),
        Value::Number(number) => number_to_script(number)?,
        Value::String(text) => Dynamic::from(text.as_str().to_owned()),
        Value::Array(items) => {
            let depth = depth.checked_sub(1).ok_or(Unrepresentable::TooDeep)?;
            let mut array = Array::with_capacity(items.len());
            for item in items {
                pay(1)?;
                array.push(enter(item, depth)?);
            }
            Dynamic::from_array(array)
        }
        Value::Object(fields) => {
            let depth = depth.checked_sub(1).ok_or(Unrepresentable::TooDeep)?;
            let mut map = Map::new();
            for (key, field) in fields {
                pay(1)?;
                map.insert(key.as_str().into(), enter(field, depth)?);
            }
            Dynamic::from_map(map)
        }
    })
}

fn number_to_script(number: &Number) -> Result<Dynamic, Unrepresentable> {
    match (number.as_i64(), number.as_f64()) {
        (Some(integer), _) => Ok(Dynamic::from_int(integer)),
        (None, Some(float)) if number.is_f64() => Ok(Dynamic::from_float(float)),
        _ => Err(Unrepresentable::Number(number.clone())),
    }
}

fn leave(value: Dynamic, depth: usize) -> Result<Value, Unrepresentable> {
    if value.is_shared() {
        return leave(value.flatten(), depth);
    }
    if let Ok(integer) = value.as_int() {
        return Ok(Value::from(integer));
    }
    if value.is_string() {
        // Many values may share one text; as JSON each has its own.
        let length = value.as_immutable_string_ref().map_or(0, |text| text.len());
        budget::afford(length).map_err(Unrepresentable::TooMuch)?;
        pay(length as u64 / 1_024)?;
        return value
            .into_string()
            .map(Value::String)
            .map_err(|name| Unrepresentable::Type(name.to_owned()));
    }
    if value.is_map() {
        let depth = depth.checked_sub(1).ok_or(Unrepresentable::TooDeep)?;
        let map = value.try_cast::<Map>().unwrap_or_default();
        let fields = map.into_iter().map(|(key, field)| {
            pay(1)?;
            Ok((key.to_string(), leave(field, depth)?))
        });
        return fields.collect::<Result<_, _>>().map(Value::Object);
    }
    if value.is_array() {
        let depth = depth.checked_sub(1).ok_or(Unrepresentable::TooDeep)?;
        let items = value.try_cast::<Array>().unwrap_or_default();
        return items
            .into_iter()
            .map(|item| {
                pay(1)?;
                leave(item, depth)
            })
            .collect::<Result<_, _>>()
            .map(Value::Array);
    }
    if value.is_unit() {
        return Ok(Value::Null);
    }
    if let Ok(flag) = value.as_bool() {
        return Ok(Value::Bool(flag));
    }
    if let Ok(float) = value.as_float() {
        return Number::from_f64(float)
            .map(Value::Number)
            .ok_or(Unrepresentable::NotFinite);
    }
    if let Ok(character) = value.as_char() {
        return Ok(Value::String(character.to_string()));
    }
    Err(Unrepresentable::Type(value.type_name().to_owned()))
}

fn pay(operations: u64) -> Result<(), Unrepresentable> {
    budget::spend(operations).map_err(Unrepresentable::TooMuch)
}
