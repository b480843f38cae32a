//! What one evaluation may spend, beyond rhai's own limits.
//!
//! Counting operations bounds neither time nor depth: an operation may copy a large array, and a value
//! nested a hundred thousand deep ends the process when it is dropped. Every road to either leads through
//! reading a variable, so reads are where values are measured and paid for. Measuring costs as much as the
//! value is large; one read in [`STRIDE`] is measured, for all of them, which keeps loops over arrays cheap.

use std::cell::Cell;

use rhai::{Array, Dynamic, Map};

/// Values measured, over one evaluation. Some 100 ms of work.
const FUEL: u64 = 50_000_000;
/// Between two measurements a value grows by a few levels and doubles a few times; both stay harmless.
const STRIDE: u32 = 8;
/// Nested deeper than this, a variable is refused.
const MAX_DEPTH: usize = 64;
/// Bytes of a string that cost as much as one value.
const BYTES_PER_UNIT: usize = 16;

thread_local! {
    static SPENT: Cell<Spent> = const { Cell::new(Spent { fuel: 0, reads: 0 }) };
}

#[derive(Clone, Copy)]
struct Spent {
    fuel: u64,
    reads: u32,
}

/// Starts an evaluation on this thread with a full budget.
pub(super) fn refill() {
    SPENT.set(Spent { fuel: FUEL, reads: 0 });
}

/// Pays for reading a variable, or says why it may not be read.
pub(super) fn pay_for(value: &Dynamic) -> Result<(), &'static str> {
    let mut spent = SPENT.get();
    spent.reads = spent.reads.wrapping_add(1);
    if !spent.reads.is_multiple_of(STRIDE) {
        SPENT.set(spent);
        return Ok(());
    }
    let size = size_of(value, MAX_DEPTH).ok_or("a value is nested deeper than 64 levels")?;
    let rest = spent.fuel.checked_sub(size as u64 * u64::from(STRIDE));
    SPENT.set(Spent { fuel: rest.unwrap_or(0), ..spent });
    rest.map(|_| ()).ok_or("the script handles more data than its budget allows: handle it in smaller pieces")
}

/// How many values it holds, itself included; `None` when it is nested too deep.
fn size_of(value: &Dynamic, depth: usize) -> Option<usize> {
    if let Ok(array) = value.as_array_ref() {
        return size_of_array(&array, depth.checked_sub(1)?);
    }
    if let Ok(map) = value.as_map_ref() {
        return size_of_map(&map, depth.checked_sub(1)?);
    }
    Some(value.as_immutable_string_ref().map_or(1, |text| 1 + text.len() / BYTES_PER_UNIT))
}

fn size_of_array(array: &Array, depth: usize) -> Option<usize> {
    array.iter().try_fold(1, |sum: usize, item| Some(sum + size_of(item, depth)?))
}

fn size_of_map(map: &Map, depth: usize) -> Option<usize> {
    map.values().try_fold(1, |sum: usize, field| Some(sum + size_of(field, depth)?))
}
