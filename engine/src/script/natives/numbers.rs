//! Rounding, also of what is whole already: JSON does not tell 2 from 2.0, so scripts should not have to.

use rhai::{Engine, INT};

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("round", |number: INT| number);
    engine.register_fn("floor", |number: INT| number);
    engine.register_fn("ceiling", |number: INT| number);
    engine.register_fn("round", |number: f64, digits: INT| {
        let factor = 10f64.powi(digits.clamp(0, 15) as i32);
        (number * factor).round() / factor
    });
}
