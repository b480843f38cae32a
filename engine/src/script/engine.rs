//! The one script engine: built once, shared by all threads, with nothing in it that reaches outside.

use std::sync::OnceLock;

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, OptimizationLevel, Position};

use super::{budget, natives};

/// Debug builds of rhai allow 8 by default and release builds 64; what is not said here differs between them.
const MAX_CALL_LEVELS: usize = 32;
const MAX_EXPRESSION_DEPTH: usize = 64;
const MAX_FUNCTION_EXPRESSION_DEPTH: usize = 32;
const MAX_VARIABLES: usize = 128;
const MAX_FUNCTIONS: usize = 64;
/// All strings of one value together, in bytes: as much as an output may hold inline.
pub(super) const MAX_STRING: usize = 256 * 1024;
/// All elements of one value together, nested ones included. rhai counts them at every native call,
/// so building a value in a loop costs the square of its size, and the budget ends it at some 7,000 elements;
/// `map` and `filter` have no such cost.
pub(super) const MAX_ELEMENTS: usize = 50_000;

pub(super) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(build)
}

fn build() -> Engine {
    let mut engine = Engine::new_raw();
    // `LanguageCorePackage` is left out on purpose: it brings `sleep`, `exit`, and `take`, which moves values
    // past the budget.
    ArithmeticPackage::new().register_into_engine(&mut engine);
    LogicPackage::new().register_into_engine(&mut engine);
    BasicStringPackage::new().register_into_engine(&mut engine);
    MoreStringPackage::new().register_into_engine(&mut engine);
    BasicIteratorPackage::new().register_into_engine(&mut engine);
    BasicFnPackage::new().register_into_engine(&mut engine);
    BasicMathPackage::new().register_into_engine(&mut engine);
    BasicArrayPackage::new().register_into_engine(&mut engine);
    BasicMapPackage::new().register_into_engine(&mut engine);
    natives::register(&mut engine);

    engine.disable_symbol("eval");
    engine.disable_symbol("import");
    engine.disable_symbol("export");
    engine.set_max_modules(0);
    engine.set_strict_variables(true);
    // A folded array constant would be copied for the price of one operation.
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_call_levels(MAX_CALL_LEVELS);
    engine.set_max_expr_depths(MAX_EXPRESSION_DEPTH, MAX_FUNCTION_EXPRESSION_DEPTH);
    engine.set_max_variables(MAX_VARIABLES);
    engine.set_max_functions(MAX_FUNCTIONS);
    engine.set_max_string_size(MAX_STRING);
    engine.set_max_array_size(MAX_ELEMENTS);
    engine.set_max_map_size(MAX_ELEMENTS);
    charge(&mut engine);
    engine
}

/// Lets every operation and every read of a variable pay.
// rhai marks this hook as deprecated to say that it may change between versions; the version is pinned.
#[allow(deprecated)]
fn charge(engine: &mut Engine) {
    engine.on_progress(|count| {
        let operations = match count {
            // rhai counts from 1 in every closure that a native function calls: most of those end before the
            // first bill, and pay for a short one in advance.
            1 => budget::SHORT,
            count if count.is_multiple_of(budget::TOGETHER) => budget::TOGETHER,
            _ => return None,
        };
        budget::pay_for_operations(operations)
            .err()
            .map(Dynamic::from)
    });
    engine.on_var(|name, _, context: EvalContext| {
        let value = context.scope().get(name);
        match value.map_or(Ok(()), budget::pay_for_reading) {
            Ok(()) => Ok(None),
            Err(why) => {
                Err(EvalAltResult::ErrorTerminated(Dynamic::from(why), Position::NONE).into())
            }
        }
    });
}
