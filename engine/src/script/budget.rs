//! What one evaluation may spend, beyond rhai's own limits.
//!
//! Counting operations bounds neither time nor depth: an operation may copy a large array, and a value
//! nested some thousand levels deep ends the process when it is dropped. Every road to either leads through
//! reading a variable, so each read measures its value and pays for it. What the run hands in cannot change,
//! so it is measured once, and costs less: it is mostly read field by field.

use std::cell::Cell;

use rhai::{Array, Dynamic, Map};

/// Values measured, over one evaluation. Some 100 ms of work.
const FUEL: u64 = 20_000_000;
/// Nested deeper than this, a variable is refused.
const MAX_DEPTH: usize = 64;
/// Bytes of a string that cost as much as one value.
const BYTES_PER_UNIT: usize = 16;
/// The share of its size that reading a value of the run costs. Copying all of it each time would cost the
/// whole; a loop over its rows, which is what people write, touches little of it.
const SHARE_OF_GIVEN: u64 = 4;

thread_local! {
    static FUEL_LEFT: Cell<u64> = const { Cell::new(0) };
    static PRICE_OF_GIVEN: Cell<u64> = const { Cell::new(0) };
}

/// Starts an evaluation on this thread with a full budget, and values of the run of this size.
pub(super) fn refill(given: usize) {
    FUEL_LEFT.set(FUEL);
    PRICE_OF_GIVEN.set(1 + given as u64 / SHARE_OF_GIVEN);
}

/// Pays for reading a variable of the script, or says why it may not be read.
pub(super) fn pay_for(value: &Dynamic) -> Result<(), &'static str> {
    let size = size_of(value, MAX_DEPTH).ok_or("a value is nested deeper than 64 levels")?;
    pay(size as u64)
}

/// Pays for reading a value of the run.
pub(super) fn pay_for_given() -> Result<(), &'static str> {
    pay(PRICE_OF_GIVEN.get())
}

fn pay(price: u64) -> Result<(), &'static str> {
    let rest = FUEL_LEFT.get().checked_sub(price);
    FUEL_LEFT.set(rest.unwrap_or(0));
    rest.map(|_| ())
        .ok_or("the script handles more data than its budget allows: handle it in smaller pieces")
}

/// How many values a value of the run holds.
pub(super) fn size_of_given(value: &Dynamic) -> usize {
    size_of(value, usize::MAX).unwrap_or(usize::MAX)
}

/// How many values it holds, itself included; `None` when it is nested too deep.
fn size_of(value: &Dynamic, depth: usize) -> Option<usize> {
    if let Ok(array) = value.as_array_ref() {
        return size_of_array(&array, depth.checked_sub(1)?);
    }
    if let Ok(map) = value.as_map_ref() {
        return size_of_map(&map, depth.checked_sub(1)?);
    }
    Some(
        value
            .as_immutable_string_ref()
            .map_or(1, |text| 1 + text.len() / BYTES_PER_UNIT),
    )
}

fn size_of_array(array: &Array, depth: usize) -> Option<usize> {
    array
        .iter()
        .try_fold(1, |sum: usize, item| Some(sum + size_of(item, depth)?))
}

fn size_of_map(map: &Map, depth: usize) -> Option<usize> {
    map.values()
        .try_fold(1, |sum: usize, field| Some(sum + size_of(field, depth)?))
}
