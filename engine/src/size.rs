//! How large a value is as JSON, without writing it: asked of every output, and mostly of small ones.

use serde_json::Value;

use crate::node::ErrorValue;

/// Deeper values could be written, but not read back: JSON parsers stop at 128 levels, and a value travels
/// inside others.
const MAX_DEPTH: usize = 100;

/// The largest value that a step takes or gives, in bytes as JSON. It is held in memory while its run is driven.
pub const LARGEST_VALUE: usize = 32 * 1_024 * 1_024;

/// Why a value is not kept.
#[derive(Debug, PartialEq, Eq)]
pub enum Unkeepable {
    TooLarge,
    TooDeep,
}

/// Checks that a value has at most about so many bytes as JSON, and is not nested too deep. Stops counting
/// once it is clear.
pub fn check(value: &Value, most: usize) -> Result<(), Unkeepable> {
    let mut left = most;
    count(value, &mut left, MAX_DEPTH)
}

/// Refuses what a step takes or gives when it could not be kept, or not be read back; `what` is `input` or `output`.
pub fn check_kept(what: &str, value: &Value) -> Result<(), ErrorValue> {
    check(value, LARGEST_VALUE).map_err(|unkeepable| match unkeepable {
        Unkeepable::TooLarge => too_large(what),
        Unkeepable::TooDeep => ErrorValue::new(
            format!("{what}_too_deep"),
            format!("the {what} is nested deeper than {MAX_DEPTH} levels"),
        ),
    })
}

/// Refuses what was put together from the outputs of several steps when it became too large.
pub(crate) fn check_collected(output: Value) -> Result<Value, ErrorValue> {
    match check(&output, LARGEST_VALUE) {
        Err(Unkeepable::TooLarge) => Err(too_large("output")),
        _ => Ok(output),
    }
}

fn too_large(what: &str) -> ErrorValue {
    ErrorValue::new(
        format!("{what}_too_large"),
        format!(
            "the {what} has more than {} MiB as JSON: keep it as a blob (`response: blob` of http.request, `as: blob` of \
             file.read) or in a file, and pass the reference or the path",
            LARGEST_VALUE >> 20
        ),
    )
}

fn count(value: &Value, left: &mut usize, depth: usize) -> Result<(), Unkeepable> {
    let mut take = |bytes: usize| {
        *left = left.checked_sub(bytes).ok_or(Unkeepable::TooLarge)?;
        Ok(())
    };
    match value {
        Value::Null | Value::Bool(_) => take(5),
        Value::Number(_) => take(8),
        Value::String(text) => take(text.len() + 3),
        Value::Array(items) => {
            take(2)?;
            let depth = depth.checked_sub(1).ok_or(Unkeepable::TooDeep)?;
            items.iter().try_for_each(|item| count(item, left, depth))
        }
        Value::Object(fields) => {
            take(2)?;
            let depth = depth.checked_sub(1).ok_or(Unkeepable::TooDeep)?;
            fields.iter().try_for_each(|(name, field)| {
                *left = left
                    .checked_sub(name.len() + 4)
                    .ok_or(Unkeepable::TooLarge)?;
                count(field, left, depth)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn counts_about_what_json_takes() {
        let value =
            json!({ "name": "Ada", "rows": [1, 2, { "deep": null }], "text": "x".repeat(1_000) });
        let length = value.to_string().len();
        assert_eq!(check(&value, length * 2), Ok(()));
        assert_eq!(check(&value, length / 2), Err(Unkeepable::TooLarge));
    }

    #[test]
    fn refuses_what_could_not_be_read_back() {
        let nest = |levels| (0..levels).fold(json!(1), |inner, _| json!([inner]));
        assert_eq!(check(&nest(100), 10_000), Ok(()));
        assert_eq!(check(&nest(101), 10_000), Err(Unkeepable::TooDeep));
    }
}
