//! `sort` and `order`. rhai's own swallow errors of a comparer, so that one that is out of budget is asked some
//! million times more; and comparing long texts is work that nobody pays for.

use std::cmp::Ordering;

use rhai::{Array, Dynamic, Engine, FnPtr, NativeCallContext};

use super::Fallible;
use crate::script::budget;

pub(super) fn register(engine: &mut Engine) {
    for name in ["sort", "sort_by"] {
        engine.register_fn(
            name,
            |call: NativeCallContext, array: &mut Array, comparer: FnPtr| {
                sort(array, &mut |a, b| compare_with(&call, &comparer, a, b))
            },
        );
    }
    for name in ["order", "order_by"] {
        engine.register_fn(
            name,
            |call: NativeCallContext, array: &mut Array, comparer: FnPtr| {
                let mut ordered = array.clone();
                sort(&mut ordered, &mut |a, b| {
                    compare_with(&call, &comparer, a, b)
                })?;
                Ok::<_, Box<rhai::EvalAltResult>>(ordered)
            },
        );
    }
    engine.register_fn("sort", |array: &mut Array| sort(array, &mut compare));
    engine.register_fn("sort_desc", |array: &mut Array| {
        sort(array, &mut |a, b| compare(b, a))
    });
    engine.register_fn("order", |array: &mut Array| {
        let mut ordered = array.clone();
        sort(&mut ordered, &mut compare).map(|()| ordered)
    });
    engine.register_fn("order_desc", |array: &mut Array| {
        let mut ordered = array.clone();
        sort(&mut ordered, &mut |a, b| compare(b, a)).map(|()| ordered)
    });
}

type Compare<'a> = dyn FnMut(&Dynamic, &Dynamic) -> Fallible<Ordering> + 'a;

fn compare_with(
    call: &NativeCallContext,
    comparer: &FnPtr,
    a: &Dynamic,
    b: &Dynamic,
) -> Fallible<Ordering> {
    let said = comparer.call_raw(call, None, [a.clone(), b.clone()])?;
    if let Ok(number) = said.as_int() {
        return Ok(number.cmp(&0));
    }
    if let Ok(number) = said.as_float() {
        return Ok(number.partial_cmp(&0.0).unwrap_or(Ordering::Equal));
    }
    match said.as_bool() {
        Ok(true) => Ok(Ordering::Less),
        Ok(false) => Ok(Ordering::Greater),
        Err(kind) => Err(format!("what compares must give a number, or whether the first comes before the second; this gave {kind}").into()),
    }
}

/// The order of values of one kind.
fn compare(a: &Dynamic, b: &Dynamic) -> Fallible<Ordering> {
    if let (Ok(a), Ok(b)) = (a.as_int(), b.as_int()) {
        return Ok(a.cmp(&b));
    }
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return Ok(a.partial_cmp(&b).unwrap_or(Ordering::Equal));
    }
    if let (Ok(a), Ok(b)) = (a.as_immutable_string_ref(), b.as_immutable_string_ref()) {
        budget::spend_bytes(a.len().min(b.len()))?;
        return Ok(a.as_str().cmp(b.as_str()));
    }
    if let (Ok(a), Ok(b)) = (a.as_char(), b.as_char()) {
        return Ok(a.cmp(&b));
    }
    if let (Ok(a), Ok(b)) = (a.as_bool(), b.as_bool()) {
        return Ok(a.cmp(&b));
    }
    if a.is_unit() && b.is_unit() {
        return Ok(Ordering::Equal);
    }
    let (a, b) = (a.type_name(), b.type_name());
    Err(format!("a list that holds {a} and {b} has no order of its own: say how to compare, as in `sort(|a, b| a.n - b.n)`").into())
}

fn number(value: &Dynamic) -> Option<f64> {
    let whole = || value.as_int().ok().map(|whole| whole as f64);
    value.as_float().ok().or_else(whole)
}

/// Sorts places, not values: whatever the comparer does, the list stays whole.
fn sort(array: &mut Array, compare: &mut Compare<'_>) -> Fallible<()> {
    let mut places: Vec<usize> = (0..array.len()).collect();
    let mut merged = places.clone();
    let mut width = 1;
    while width < places.len() {
        for start in (0..places.len()).step_by(2 * width) {
            let middle = (start + width).min(places.len());
            let end = (start + 2 * width).min(places.len());
            budget::spend((end - start) as u64 / 8)?;
            let (left, right) = (&places[start..middle], &places[middle..end]);
            merge(array, left, right, &mut merged[start..end], compare)?;
        }
        std::mem::swap(&mut places, &mut merged);
        width *= 2;
    }
    let sorted = places
        .into_iter()
        .map(|place| std::mem::take(&mut array[place]))
        .collect();
    *array = sorted;
    Ok(())
}

fn merge<'a>(
    array: &Array,
    mut left: &'a [usize],
    mut right: &'a [usize],
    merged: &mut [usize],
    compare: &mut Compare<'_>,
) -> Fallible<()> {
    for slot in merged {
        let from_left = match (left.first(), right.first()) {
            (Some(&a), Some(&b)) => compare(&array[a], &array[b])? != Ordering::Greater,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let side = if from_left { &mut left } else { &mut right };
        if let Some((first, rest)) = side.split_first() {
            *slot = *first;
            *side = rest;
        }
    }
    Ok(())
}
