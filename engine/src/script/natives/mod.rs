//! Functions that scripts may call besides rhai's own, and bounded versions of those that escape a budget: they make
//! much out of little, work long in one call, or swallow errors.

mod arrays;
mod comparing;
mod numbers;
mod parsing;
mod sorting;
mod strings;
mod writing;

use rhai::{Engine, EvalAltResult};

type Fallible<T> = Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine) {
    numbers::register(engine);
    parsing::register(engine);
    writing::register(engine);
    strings::register(engine);
    arrays::register(engine);
    comparing::register(engine);
    sorting::register(engine);
}
