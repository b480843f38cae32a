//! The script engine: built once, shared by all threads, with nothing in it that reaches outside.
//!
//! There are two of them, alike but for one hook: the one for scripts that can make deep values or circles of
//! closures watches every variable that is read.

use std::sync::OnceLock;

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{Dynamic, Engine, EvalAltResult, EvalContext, OptimizationLevel, Position};

use super::shape::Shape;
use super::{budget, captures, depth, natives};

/// Debug builds of rhai allow 8 by default and release builds 64; what is not said here differs between them.
pub(super) const MAX_CALL_LEVELS: usize = 32;
const MAX_EXPRESSION_DEPTH: usize = 64;
const MAX_FUNCTION_EXPRESSION_DEPTH: usize = 32;
pub(super) const MAX_VARIABLES: usize = 128;
const MAX_FUNCTIONS: usize = 64;

/// The engine that compiles; any of them may evaluate what it made.
pub(super) fn engine() -> &'static Engine {
    static PLAIN: OnceLock<Engine> = OnceLock::new();
    PLAIN.get_or_init(build)
}

/// The engine that evaluates a script of this shape.
pub(super) fn engine_for(shape: Shape) -> &'static Engine {
    static WATCHFUL: OnceLock<Engine> = OnceLock::new();
    if !shape.is_watched() {
        return engine();
    }
    WATCHFUL.get_or_init(|| {
        let mut engine = build();
        watch(&mut engine);
        engine
    })
}

fn build() -> Engine {
    let mut engine = Engine::new_raw();
    // `LanguageCorePackage` is left out on purpose: it brings `sleep` and `exit`.
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
    // Folding would evaluate at save time what the budget is for.
    engine.set_optimization_level(OptimizationLevel::None);
    engine.set_max_call_levels(MAX_CALL_LEVELS);
    engine.set_max_expr_depths(MAX_EXPRESSION_DEPTH, MAX_FUNCTION_EXPRESSION_DEPTH);
    engine.set_max_variables(MAX_VARIABLES);
    engine.set_max_functions(MAX_FUNCTIONS);
    // rhai's own limits on sizes measure whole values again and again, so that building an array takes the square
    // of its length, and they still look only after the fact. The budget is what holds.
    engine.set_max_string_size(0);
    engine.set_max_array_size(0);
    engine.set_max_map_size(0);
    engine.on_progress(|_| budget::spend(1).err().map(Dynamic::from));
    engine
}

/// Looks at every variable that is read.
// rhai marks this hook as deprecated to say that it may change between versions; the version is pinned.
#[allow(deprecated)]
fn watch(engine: &mut Engine) {
    engine.on_var(|name, from_end, context: EvalContext| {
        let Some(value) = context.scope().get(name) else {
            return Ok(None);
        };
        match captures::note(value).and_then(|()| depth::check(value, from_end, &context)) {
            Ok(()) => Ok(None),
            Err(why) => {
                Err(EvalAltResult::ErrorTerminated(Dynamic::from(why), Position::NONE).into())
            }
        }
    });
}
