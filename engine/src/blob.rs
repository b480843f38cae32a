//! References to bytes that lie in the blob store, and how they stand among values: `{"$blob": {…}}`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::problem::{Problem, Problems, pointer};
use crate::size;

/// The largest value that stands in a row, in bytes as JSON; larger ones are kept as blobs.
pub const INLINE: usize = 256 * 1_024;

/// The largest blob that a node keeps unless its parameters say otherwise.
pub const LARGEST_BLOB: u64 = 1_024 * 1_024 * 1_024;

/// The name under which a reference stands. No value from outside may have it.
pub const KEY: &str = "$blob";

/// What a JSON value is kept as.
pub const JSON: &str = "application/json";

/// Bytes of one run, named by their hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// The run that they belong to: they are deleted with it.
    pub execution: Uuid,
    /// In hexadecimal, lower case.
    pub sha256: String,
    pub size: u64,
    #[serde(rename = "type")]
    pub media_type: String,
}

impl Blob {
    pub fn to_value(&self) -> Value {
        json!({ KEY: self })
    }

    /// The reference that a value is, if it is one.
    pub fn from_value(value: &Value) -> Option<Self> {
        let fields = value.as_object().filter(|fields| fields.len() == 1)?;
        let blob = Self::deserialize(fields.get(KEY)?).ok()?;
        is_hash(&blob.sha256).then_some(blob)
    }
}

/// Whether a text can be the hash of bytes: it becomes part of a file's name.
pub fn is_hash(text: &str) -> bool {
    let is_digit = |letter: &u8| matches!(letter, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 64 && text.as_bytes().iter().all(is_digit)
}

/// Whether a value has about more bytes than stand in a row.
pub fn is_large(value: &Value) -> bool {
    size::check(value, INLINE) == Err(size::Unkeepable::TooLarge)
}

/// Hands over each reference in a value.
pub fn each(value: &Value, found: &mut impl FnMut(Blob)) {
    if let Some(blob) = Blob::from_value(value) {
        return found(blob);
    }
    match value {
        Value::Array(items) => items.iter().for_each(|item| each(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| each(field, found)),
        _ => {}
    }
}

/// The same, to change them.
pub fn change_each(value: &mut Value, found: &mut impl FnMut(&mut Blob)) {
    if let Some(mut blob) = Blob::from_value(value) {
        let before = blob.clone();
        found(&mut blob);
        if blob != before {
            *value = blob.to_value();
        }
        return;
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| change_each(item, found)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| change_each(field, found)),
        _ => {}
    }
}

/// Refuses references, whole or broken, except those that are let through. Problems lie `below` a place.
pub fn refuse(
    value: &Value,
    below: &str,
    let_through: &impl Fn(&Blob) -> bool,
) -> Result<(), Problems> {
    // Most values have none, and need no places to be told.
    if !has_key(value) {
        return Ok(());
    }
    let mut problems = Vec::new();
    look(value, below, let_through, &mut problems);
    match problems.is_empty() {
        true => Ok(()),
        false => Err(Problems(problems)),
    }
}

fn has_key(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.contains_key(KEY) || fields.values().any(has_key),
        Value::Array(items) => items.iter().any(has_key),
        _ => false,
    }
}

fn look(
    value: &Value,
    path: &str,
    let_through: &impl Fn(&Blob) -> bool,
    problems: &mut Vec<Problem>,
) {
    match value {
        Value::Object(fields) if fields.contains_key(KEY) => {
            if Blob::from_value(value).is_some_and(|blob| let_through(&blob)) {
                return;
            }
            let message = format!(
                "`{KEY}` refers to the bytes of one run and means nothing in another: give the value itself, or an \
                 address to fetch it from"
            );
            problems.push(Problem::at(path, message));
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                look(field, &pointer(path, name), let_through, problems);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                look(item, &format!("{path}/{place}"), let_through, problems);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob() -> Blob {
        Blob {
            execution: Uuid::from_u128(7),
            sha256: "ab".repeat(32),
            size: 3,
            media_type: JSON.to_owned(),
        }
    }

    #[test]
    fn a_reference_is_told_from_what_only_looks_like_one() {
        let whole = blob().to_value();
        assert_eq!(Blob::from_value(&whole), Some(blob()));
        let climbing = Blob {
            sha256: "../../secret".to_owned(),
            ..blob()
        };
        for other in [
            climbing.to_value(),
            json!({ KEY: {}, "more": 1 }),
            json!({ KEY: { "sha256": "ab".repeat(32) } }),
            json!(null),
        ] {
            assert_eq!(Blob::from_value(&other), None, "{other}");
        }
    }

    #[test]
    fn references_are_found_and_refused_wherever_they_stand() {
        let mut value = json!({ "a": [1, blob().to_value()], "b/c": { KEY: 5 } });
        let refused = refuse(&value, "/inputs", &|_| false).unwrap_err();
        let paths: Vec<&str> = refused.0.iter().map(|at| at.path.as_str()).collect();
        assert_eq!(paths, ["/inputs/a/1", "/inputs/b~1c"]);
        let own = |blob: &Blob| blob.execution == Uuid::from_u128(7);
        assert_eq!(refuse(&value, "", &own).unwrap_err().0.len(), 1);
        change_each(&mut value, &mut |blob| blob.execution = Uuid::nil());
        assert_eq!(value["a"][1][KEY]["execution"], json!(Uuid::nil()));
    }
}
