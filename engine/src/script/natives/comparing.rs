//! Whether values are the same. rhai's own look up and call a function for each element, which is some fifty times
//! slower; and a list may hold one long text a million times, so that comparing has to be paid for.

use rhai::{Array, Dynamic, Engine, INT, Map};

use super::Fallible;
use crate::script::budget;

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("==", |a: &mut Array, b: Array| equal_arrays(a, &b));
    engine.register_fn("!=", |a: &mut Array, b: Array| {
        equal_arrays(a, &b).map(|equal| !equal)
    });
    engine.register_fn("==", |a: &mut Map, b: Map| equal_maps(a, &b));
    engine.register_fn("!=", |a: &mut Map, b: Map| {
        equal_maps(a, &b).map(|equal| !equal)
    });
    engine.register_fn("contains", |array: &mut Array, wanted: Dynamic| {
        place_of(array, &wanted, 0).map(|place| place >= 0)
    });
    engine.register_fn("index_of", |array: &mut Array, wanted: Dynamic| {
        place_of(array, &wanted, 0)
    });
    engine.register_fn(
        "index_of",
        |array: &mut Array, wanted: Dynamic, start: INT| {
            let length = array.len() as INT;
            let start = if start < 0 {
                (start + length).max(0)
            } else {
                start
            };
            place_of(array, &wanted, usize::try_from(start).unwrap_or(usize::MAX))
        },
    );
    engine.register_fn("dedup", dedup);
}

fn place_of(array: &Array, wanted: &Dynamic, start: usize) -> Fallible<INT> {
    for (place, item) in array.iter().enumerate().skip(start) {
        if equal(item, wanted)? {
            return Ok(place as INT);
        }
    }
    Ok(-1)
}

fn dedup(array: &mut Array) -> Fallible<()> {
    let mut failed = None;
    array.dedup_by(|a, b| {
        failed.is_none()
            && equal(a, b).unwrap_or_else(|error| {
                failed = Some(error);
                false
            })
    });
    failed.map_or(Ok(()), Err)
}

/// Whether two values are the same to a script: numbers by their value, characters like text.
fn equal(a: &Dynamic, b: &Dynamic) -> Fallible<bool> {
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        return Ok(a == b);
    }
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return Ok(a == b);
    }
    if let (Ok(a), Ok(b)) = (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        budget::spend_bytes(a.len().min(b.len()))?;
        return Ok(*a == *b);
    }
    if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        return Ok(a == b);
    }
    if let (Ok(a), Ok(b)) = (a.as_array_ref(), b.as_array_ref()) {
        return equal_arrays(&a, &b);
    }
    if let (Ok(a), Ok(b)) = (a.as_map_ref(), b.as_map_ref()) {
        return equal_maps(&a, &b);
    }
    Ok((a.is_unit() && b.is_unit())
        || (a.is_char() || b.is_char()) && a.to_string() == b.to_string())
}

fn equal_arrays(a: &Array, b: &Array) -> Fallible<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    budget::spend(a.len() as u64 / 8)?;
    for (a, b) in a.iter().zip(b) {
        if !equal(a, b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn equal_maps(a: &Map, b: &Map) -> Fallible<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    budget::spend(a.len() as u64 / 4)?;
    for ((a_key, a), (b_key, b)) in a.iter().zip(b) {
        if a_key != b_key || !equal(a, b)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn number(value: &Dynamic) -> Option<f64> {
    value
        .as_float()
        .ok()
        .or_else(|| value.as_int().ok().map(|integer| integer as f64))
}
