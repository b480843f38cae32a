//! `pad` for lists: rhai's own multiplies sizes without looking for overflow, and makes the whole at once.

use rhai::{Array, Dynamic, Engine, INT};

use super::Fallible;
use crate::script::budget;

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("pad", pad);
}

fn pad(array: &mut Array, length: INT, item: Dynamic) -> Fallible<()> {
    let length = usize::try_from(length).unwrap_or(0);
    let missing = length.saturating_sub(array.len());
    budget::afford(missing.saturating_mul(size_of::<Dynamic>()))?;
    array.reserve(missing);
    for _ in 0..missing {
        budget::spend(1)?;
        array.push(item.clone());
    }
    Ok(())
}
