//! The bare script engine: one compiled script, evaluated again and again on one thread.

use std::time::Instant;

use anyhow::{Result, anyhow, ensure};

use crate::{Effort, documents::FIBONACCI};

/// Milliseconds for one evaluation.
pub(super) fn measure(effort: Effort) -> Result<f64> {
    let mut engine = rhai::Engine::new();
    engine.set_max_call_levels(64);
    let script = engine
        .compile(FIBONACCI)
        .map_err(|error| anyhow!("{error}"))?;
    let start = Instant::now();
    let mut evaluations = 0_u32;
    while start.elapsed() < effort.window / 2 {
        let value: i64 = engine
            .eval_ast(&script)
            .map_err(|error| anyhow!("{error}"))?;
        ensure!(value == 55, "fib(10) is 55, not {value}");
        evaluations += 1;
    }
    Ok(start.elapsed().as_secs_f64() * 1000.0 / f64::from(evaluations))
}
