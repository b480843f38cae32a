//! The execution state machine: `apply(state, plan, now, command) -> events`.
