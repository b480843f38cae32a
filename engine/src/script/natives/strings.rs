//! `replace`, `pad` and `split`: rhai's own make the whole result before anybody looks at its size.

use rhai::{Array, Dynamic, Engine, INT, ImmutableString};

use super::Fallible;
use crate::script::budget;

type Text = ImmutableString;

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("replace", |text: &mut Text, from: &str, to: &str| {
        replace(text, from, to)
    });
    engine.register_fn("replace", |text: &mut Text, from: &str, to: char| {
        replace(text, from, to.encode_utf8(&mut [0; 4]))
    });
    engine.register_fn("replace", |text: &mut Text, from: char, to: &str| {
        replace(text, from.encode_utf8(&mut [0; 4]), to)
    });
    engine.register_fn("replace", |text: &mut Text, from: char, to: char| {
        let (from, to) = (from.to_string(), to.to_string());
        replace(text, &from, &to)
    });
    engine.register_fn("pad", |text: &mut Text, length: INT, filler: char| {
        pad(text, length, filler.encode_utf8(&mut [0; 4]))
    });
    engine.register_fn("pad", pad);
    engine.register_fn("to_chars", |text: &str| {
        pieces(text, text.chars(), Dynamic::from_char)
    });
    register_split(engine);
}

fn register_split(engine: &mut Engine) {
    engine.register_fn("split", |text: &mut Text| {
        pieces(text, text.split_whitespace(), text_of)
    });
    engine.register_fn("split", |text: &mut Text, at: &str| {
        split(text, at, INT::MAX, false)
    });
    engine.register_fn("split", |text: &mut Text, at: &str, most: INT| {
        split(text, at, most, false)
    });
    engine.register_fn("split", |text: &mut Text, at: char| {
        split(text, at.encode_utf8(&mut [0; 4]), INT::MAX, false)
    });
    engine.register_fn("split", |text: &mut Text, at: char, most: INT| {
        split(text, at.encode_utf8(&mut [0; 4]), most, false)
    });
    engine.register_fn("split_rev", |text: &mut Text, at: &str| {
        split(text, at, INT::MAX, true)
    });
    engine.register_fn("split_rev", |text: &mut Text, at: &str, most: INT| {
        split(text, at, most, true)
    });
    engine.register_fn("split_rev", |text: &mut Text, at: char| {
        split(text, at.encode_utf8(&mut [0; 4]), INT::MAX, true)
    });
    engine.register_fn("split_rev", |text: &mut Text, at: char, most: INT| {
        split(text, at.encode_utf8(&mut [0; 4]), most, true)
    });
}

fn replace(text: &mut Text, from: &str, to: &str) -> Fallible<()> {
    let grown = to
        .len()
        .saturating_sub(from.len())
        .saturating_mul(text.matches(from).count());
    let length = grown.saturating_add(text.len());
    // Once as a text that grows, once as a script's.
    budget::afford(length.saturating_mul(3))?;
    budget::spend_bytes(length)?;
    *text = text.replace(from, to).into();
    Ok(())
}

/// Lengthens a text to at least so many characters.
fn pad(text: &mut Text, length: INT, filler: &str) -> Fallible<()> {
    let missing = usize::try_from(length)
        .unwrap_or(0)
        .saturating_sub(text.chars().count());
    let repeats = missing.div_ceil(filler.chars().count().max(1));
    let bytes = repeats.saturating_mul(filler.len());
    budget::afford(bytes.saturating_mul(3))?;
    budget::spend_bytes(bytes)?;
    *text = format!("{text}{}", filler.repeat(repeats)).into();
    Ok(())
}

fn split(text: &Text, at: &str, most: INT, from_end: bool) -> Fallible<Array> {
    if most <= 1 || text.is_empty() {
        return Ok(vec![text.clone().into()]);
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if from_end {
        pieces(text, text.rsplitn(most, at), text_of)
    } else {
        pieces(text, text.splitn(most, at), text_of)
    }
}

fn text_of(text: &str) -> Dynamic {
    ImmutableString::from(text).into()
}

/// A list of what a text is made of, each piece paid for: it takes some forty times the room of its characters.
fn pieces<T>(
    text: &str,
    parts: impl Iterator<Item = T>,
    value: impl Fn(T) -> Dynamic,
) -> Fallible<Array> {
    budget::spend_bytes(text.len())?;
    let mut array = Array::new();
    for part in parts {
        budget::spend(1)?;
        array.push(value(part));
    }
    Ok(array)
}
