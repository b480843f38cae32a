//! What one evaluation may spend.
//!
//! rhai's own count of operations bounds neither time nor depth: it begins anew in every closure that a
//! native function calls, an operation may copy a large array, and a value nested some thousand levels deep
//! ends the process when it is dropped. So there is one budget for all of it. Every operation costs; and as
//! every road to large or deep values leads through reading a variable, each read measures its value and
//! pays for it.

use std::cell::Cell;

use rhai::{Dynamic, FnPtr};

/// For the parameters of one step: some 200 ms of any work.
const FUEL: u64 = 30_000_000;
/// What an operation costs, measured in values read.
const OPERATION: u64 = 15;
/// So many operations are paid for at once: paying for each by itself would cost more than most of them.
pub(super) const TOGETHER: u64 = 16;
/// What a closure that ends before that pays for.
pub(super) const SHORT: u64 = 4;
/// A text in the source can be handled without reading a variable, so operations cost more beside long ones:
/// so many bytes beyond the first few hundred raise the price by one.
const BYTES_PER_SURCHARGE: u64 = 4;
const FREE_BYTES: u64 = 512;
/// Nested deeper than this, a variable is refused.
const MAX_DEPTH: usize = 64;
/// Bytes of a string that cost as much as one value.
const BYTES_PER_UNIT: usize = 16;

const SPENT: &str =
    "the script handles more data than its budget allows: handle it in smaller pieces";

thread_local! {
    static FUEL_LEFT: Cell<u64> = const { Cell::new(0) };
    static OPERATION_PRICE: Cell<u64> = const { Cell::new(OPERATION) };
}

/// Gives this thread a full budget: for all the expressions of one template together.
pub(crate) fn refill() {
    FUEL_LEFT.set(FUEL);
}

/// Sets the price of an operation in the script that is evaluated next. `literal_bytes` is the length of all
/// texts in its source.
pub(super) fn price(literal_bytes: usize) {
    let surcharge = (literal_bytes as u64).saturating_sub(FREE_BYTES) / BYTES_PER_SURCHARGE;
    OPERATION_PRICE.set(OPERATION + surcharge);
}

pub(super) fn pay_for_operations(count: u64) -> Result<(), &'static str> {
    pay(OPERATION_PRICE.get() * count).map_err(|_| "the script takes too many steps")
}

/// Pays for values that a native function makes.
pub(super) fn pay_for_making(values: usize) -> Result<(), &'static str> {
    pay(values as u64)
}

/// Pays for reading a variable, or says why it may not be read.
pub(super) fn pay_for_reading(value: &Dynamic) -> Result<(), &'static str> {
    let mut measure = Measure {
        left: FUEL_LEFT.get(),
    };
    let measured = measure.value(value, MAX_DEPTH);
    FUEL_LEFT.set(measure.left);
    measured
}

fn pay(price: u64) -> Result<(), &'static str> {
    let mut measure = Measure {
        left: FUEL_LEFT.get(),
    };
    let paid = measure.take(price);
    FUEL_LEFT.set(measure.left);
    paid
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
