//! How deep values may nest: a value some hundred thousand levels deep ends the process when it is dropped.
//!
//! Nothing tells when a value grows deeper, but a level takes an operation, and the value has to be read from a
//! variable for it. So time is cut into phases of some operations, and a variable is measured when it is first
//! read in a phase: no value is deeper than the limit and what one phase can add.

use std::cell::Cell;

use rhai::{Dynamic, EvalContext, FnPtr};

use super::budget;
use super::engine::{MAX_CALL_LEVELS, MAX_VARIABLES};

/// Nested deeper than this, a variable is refused.
const MAX_DEPTH: usize = 128;
const TOO_DEEP: &str = "a value is nested deeper than 128 levels";
/// A phase in operations. A thread's stack holds values as deep as a few phases can make them.
const PHASE: u64 = 2_000;
/// Measuring so many values costs as much as one operation, and is paid for in parts.
const PER_OPERATION: u64 = 16;
const PART: u64 = 16_000;

const SLOTS: usize = (MAX_CALL_LEVELS + 2) * MAX_VARIABLES;

thread_local! {
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    static ENDS_AT: Cell<u64> = const { Cell::new(0) };
    /// The phase in which each variable was measured last, by its place in the frame and the frame's level.
    static MEASURED: [Cell<u32>; SLOTS] = const { [const { Cell::new(0) }; SLOTS] };
}

/// A new evaluation: nothing is measured.
pub(super) fn begin() {
    NUMBER.set(NUMBER.get().wrapping_add(1));
    ENDS_AT.set(budget::spent() + PHASE);
}

/// Measures a variable that is read, unless that happened in this phase. `from_end` says where it stands in its
/// frame, counted from the last; 0 where that is not known.
pub(super) fn check(
    value: &Dynamic,
    from_end: usize,
    context: &EvalContext<'_, '_, '_, '_, '_, '_>,
) -> Result<(), &'static str> {
    if !(value.is_array() || value.is_map() || value.is_fnptr()) {
        return Ok(());
    }
    let spent = budget::spent();
    if spent >= ENDS_AT.get() {
        NUMBER.set(NUMBER.get().wrapping_add(1));
        ENDS_AT.set(spent + PHASE);
    }
    let place = context.scope().len().wrapping_sub(from_end);
    let slot = context.call_level() * MAX_VARIABLES + place;
    let number = NUMBER.get();
    let known = from_end > 0
        && MEASURED.with(|measured| {
            measured
                .get(slot)
                .is_some_and(|phase| phase.replace(number) == number)
        });
    if known {
        return Ok(());
    }
    let mut walk = Walk::default();
    let measured = walk.value(value, MAX_DEPTH).and_then(|()| walk.pay());
    // Measuring makes nothing deeper: what it costs is no part of the phase.
    ENDS_AT.set(ENDS_AT.get() + budget::spent() - spent);
    measured
}

/// Closures can hold each other in circles: a walk ends because it is paid for on the way.
#[derive(Default)]
struct Walk {
    unpaid: u64,
}

impl Walk {
    fn value(&mut self, value: &Dynamic, depth: usize) -> Result<(), &'static str> {
        self.unpaid += 1;
        if value.is_int() || value.is_string() || value.is_float() || value.is_bool() {
            return Ok(());
        }
        if self.unpaid > PART {
            self.pay()?;
        }
        if let Ok(array) = value.as_array_ref() {
            let depth = below(depth)?;
            for item in array.iter() {
                // By far the most, and by far the fastest this way.
                if item.is_int() || item.is_string() {
                    self.unpaid += 1;
                } else {
                    self.value(item, depth)?;
                }
            }
            return Ok(());
        }
        if let Ok(map) = value.as_map_ref() {
            let depth = below(depth)?;
            return map.values().try_for_each(|field| self.value(field, depth));
        }
        if let Some(function) = value.read_lock::<FnPtr>() {
            let depth = below(depth)?;
            let mut held = function.curry().iter();
            return held.try_for_each(|held| self.value(held, depth));
        }
        Ok(())
    }

    fn pay(&mut self) -> Result<(), &'static str> {
        budget::spend(std::mem::take(&mut self.unpaid) / PER_OPERATION)
    }
}

fn below(depth: usize) -> Result<usize, &'static str> {
    depth.checked_sub(1).ok_or(TOO_DEEP)
}
