//! What one evaluation may spend, beyond rhai's own limits.
//!
//! Counting operations bounds neither time nor depth: an operation may copy a large array, and a value
//! nested some thousand levels deep ends the process when it is dropped. Every road to either leads through
//! reading a variable, so each read measures its value and pays for it. What the run hands in cannot change,
//! so it is measured once, and costs less: it is mostly read field by field.

use std::cell::Cell;

use rhai::{Dynamic, FnPtr};

/// Values measured, over one evaluation. Some 100 ms of work.
const FUEL: u64 = 20_000_000;
/// Nested deeper than this, a variable is refused.
const MAX_DEPTH: usize = 64;
/// Bytes of a string that cost as much as one value.
const BYTES_PER_UNIT: usize = 16;
/// The share of its size that reading a value of the run costs. Copying all of it each time would cost the
/// whole; a loop over its rows, which is what people write, touches little of it.
const SHARE_OF_GIVEN: u64 = 4;

const SPENT: &str =
    "the script handles more data than its budget allows: handle it in smaller pieces";

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
    let mut measure = Measure {
        left: FUEL_LEFT.get(),
    };
    let measured = measure.value(value, MAX_DEPTH);
    FUEL_LEFT.set(measure.left);
    measured
}

/// Pays for reading a value of the run.
pub(super) fn pay_for_given() -> Result<(), &'static str> {
    let mut measure = Measure {
        left: FUEL_LEFT.get(),
    };
    let paid = measure.take(PRICE_OF_GIVEN.get());
    FUEL_LEFT.set(measure.left);
    paid
}

/// How many values a value of the run holds.
pub(super) fn size_of_given(value: &Dynamic) -> usize {
    let mut measure = Measure { left: u64::MAX };
    // Values of the run come from JSON, which is never so deep.
    let _ = measure.value(value, usize::MAX);
    usize::try_from(u64::MAX - measure.left).unwrap_or(usize::MAX)
}

/// Counts values down, and stops at the end of the fuel: closures can hold each other in circles.
struct Measure {
    left: u64,
}

impl Measure {
    fn value(&mut self, value: &Dynamic, depth: usize) -> Result<(), &'static str> {
        if value.is_int() || value.is_float() || value.is_bool() || value.is_unit() {
            return self.take(1);
        }
        if let Ok(array) = value.as_array_ref() {
            let depth = below(depth)?;
            self.take(1)?;
            return array.iter().try_for_each(|item| self.value(item, depth));
        }
        if let Ok(map) = value.as_map_ref() {
            let depth = below(depth)?;
            self.take(1)?;
            return map.values().try_for_each(|field| self.value(field, depth));
        }
        if let Ok(text) = value.as_immutable_string_ref() {
            return self.take(1 + (text.len() / BYTES_PER_UNIT) as u64);
        }
        if let Some(function) = value.read_lock::<FnPtr>() {
            let depth = below(depth)?;
            self.take(1)?;
            return function
                .curry()
                .iter()
                .try_for_each(|held| self.value(held, depth));
        }
        self.take(1)
    }

    fn take(&mut self, units: u64) -> Result<(), &'static str> {
        let rest = self.left.checked_sub(units);
        self.left = rest.unwrap_or(0);
        rest.map(|_| ()).ok_or(SPENT)
    }
}

fn below(depth: usize) -> Result<usize, &'static str> {
    depth
        .checked_sub(1)
        .ok_or("a value is nested deeper than 64 levels")
}
