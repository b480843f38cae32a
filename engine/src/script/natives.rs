//! Functions that scripts may call besides rhai's own, and bounded versions of those that escape its limits.

use rhai::{Array, Dynamic, Engine, EvalAltResult, INT, ImmutableString, Map};

use super::engine::{MAX_ELEMENTS, MAX_STRING};
use super::{budget, value};

type Fallible<T> = Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine) {
    register_json(engine);
    register_bounded(engine);
    register_comparisons(engine);
    register_numbers(engine);
    engine.register_fn("join", join);
}

fn register_json(engine: &mut Engine) {
    engine.register_fn("json", parse_json);
    engine.register_fn("parse_json", parse_json);
    engine.register_fn("to_json", |value: Dynamic| write_json(value));
    // A map's own `to_json` is rhai's unless a version for maps stands here.
    engine.register_fn("to_json", |map: Map| write_json(Dynamic::from_map(map)));
}

fn register_bounded(engine: &mut Engine) {
    engine.register_fn(
        "replace",
        |text: &mut ImmutableString, from: &str, to: &str| replace(text, from, to),
    );
    engine.register_fn(
        "replace",
        |text: &mut ImmutableString, from: &str, to: char| {
            replace(text, from, to.encode_utf8(&mut [0; 4]))
        },
    );
    engine.register_fn(
        "replace",
        |text: &mut ImmutableString, from: char, to: &str| {
            replace(text, from.encode_utf8(&mut [0; 4]), to)
        },
    );
    engine.register_fn(
        "replace",
        |text: &mut ImmutableString, from: char, to: char| {
            replace(
                text,
                from.encode_utf8(&mut [0; 4]),
                to.encode_utf8(&mut [0; 4]),
            )
        },
    );
    engine.register_fn("pad", pad_array);
    engine.register_fn(
        "pad",
        |text: &mut ImmutableString, length: INT, filler: char| {
            pad(text, length, filler.encode_utf8(&mut [0; 4]))
        },
    );
    engine.register_fn("pad", pad);
    // rhai's own call a function for each element.
    engine.register_fn("to_string", |array: &mut Array| {
        write_json(Dynamic::from_array(array.clone()))
    });
    engine.register_fn("to_string", |map: &mut Map| {
        write_json(Dynamic::from_map(map.clone()))
    });
}

/// rhai's own look up and call a function for each element, which is some fifty times slower.
fn register_comparisons(engine: &mut Engine) {
    engine.register_fn("==", |a: &mut Array, b: Array| equal_arrays(a, &b));
    engine.register_fn("!=", |a: &mut Array, b: Array| !equal_arrays(a, &b));
    engine.register_fn("==", |a: &mut Map, b: Map| equal_maps(a, &b));
    engine.register_fn("!=", |a: &mut Map, b: Map| !equal_maps(a, &b));
    engine.register_fn("contains", |array: &mut Array, wanted: Dynamic| {
        array.iter().any(|item| equal(item, &wanted))
    });
    engine.register_fn("index_of", |array: &mut Array, wanted: Dynamic| {
        (0..)
            .zip(array.iter())
            .find(|(_, item)| equal(item, &wanted))
            .map_or(-1, |(place, _): (INT, _)| place)
    });
    engine.register_fn("dedup", |array: &mut Array| {
        array.dedup_by(|a, b| equal(a, b));
    });
}

/// Whether two values are the same to a script: numbers by their value, characters like text.
fn equal(a: &Dynamic, b: &Dynamic) -> bool {
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        return a == b;
    }
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return a == b;
    }
    if let (Ok(a), Ok(b)) = (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        return *a == *b;
    }
    if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        return a == b;
    }
    if let (Ok(a), Ok(b)) = (a.as_array_ref(), b.as_array_ref()) {
        return equal_arrays(&a, &b);
    }
    if let (Ok(a), Ok(b)) = (a.as_map_ref(), b.as_map_ref()) {
        return equal_maps(&a, &b);
    }
    (a.is_unit() && b.is_unit()) || (a.is_char() || b.is_char()) && a.to_string() == b.to_string()
}

fn equal_arrays(a: &Array, b: &Array) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
}

fn equal_maps(a: &Map, b: &Map) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .all(|((a_key, a), (b_key, b))| a_key == b_key && equal(a, b))
}

fn number(value: &Dynamic) -> Option<f64> {
    value
        .as_float()
        .ok()
        .or_else(|| value.as_int().ok().map(|integer| integer as f64))
}

fn register_numbers(engine: &mut Engine) {
    engine.register_fn("round", |number: INT| number);
    engine.register_fn("floor", |number: INT| number);
    engine.register_fn("ceiling", |number: INT| number);
    engine.register_fn("round", |number: f64, digits: INT| {
        let factor = 10f64.powi(digits.clamp(0, 15) as i32);
        (number * factor).round() / factor
    });
}

fn parse_json(text: &str) -> Fallible<Dynamic> {
    let parsed: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("this is no JSON: {error}"))?;
    value::to_script(&parsed).map_err(|error| error.to_string().into())
}

fn write_json(value: Dynamic) -> Fallible<String> {
    let json = value::to_json(value).map_err(|error| error.to_string())?;
    let text = json.to_string();
    // Writing costs far more than reading the value, which is paid for already.
    budget::pay_for_making(text.len())?;
    Ok(text)
}

/// rhai's own builds the whole result before it looks at its size.
fn replace(text: &mut ImmutableString, from: &str, to: &str) -> Fallible<()> {
    let grown = to
        .len()
        .saturating_sub(from.len())
        .saturating_mul(text.matches(from).count());
    if grown.saturating_add(text.len()) > MAX_STRING {
        return Err(
            format!("`replace` would make a string of more than {MAX_STRING} bytes").into(),
        );
    }
    *text = text.replace(from, to).into();
    Ok(())
}

/// rhai's own multiplies sizes without looking for overflow.
fn pad_array(array: &mut Array, length: INT, item: Dynamic) -> Fallible<()> {
    let length = usize::try_from(length).unwrap_or(0);
    if length > MAX_ELEMENTS || (length > 1_000 && (item.is_array() || item.is_map())) {
        return Err(format!("`pad` would make an array of {length} elements").into());
    }
    if length > array.len() {
        budget::pay_for_making(length)?;
        array.resize(length, item);
    }
    Ok(())
}

/// Lengthens a text to at least so many characters.
fn pad(text: &mut ImmutableString, length: INT, filler: &str) -> Fallible<()> {
    let missing = usize::try_from(length)
        .unwrap_or(0)
        .saturating_sub(text.chars().count());
    let repeats = missing.div_ceil(filler.chars().count().max(1));
    let bytes = repeats.saturating_mul(filler.len());
    if bytes.saturating_add(text.len()) > MAX_STRING {
        return Err(format!("`pad` would make a string of more than {MAX_STRING} bytes").into());
    }
    budget::pay_for_making(bytes)?;
    *text = format!("{text}{}", filler.repeat(repeats)).into();
    Ok(())
}

fn join(array: &mut Array, separator: &str) -> Fallible<String> {
    let mut text = String::new();
    for (place, item) in array.iter().enumerate() {
        if place > 0 {
            text.push_str(separator);
        }
        match item.as_immutable_string_ref() {
            Ok(string) => text.push_str(&string),
            Err(_) => text.push_str(&write_json(item.clone())?),
        }
        if text.len() > MAX_STRING {
            return Err(
                format!("`join` would make a string of more than {MAX_STRING} bytes").into(),
            );
        }
    }
    Ok(text)
}
