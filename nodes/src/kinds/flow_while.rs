//! # While
//!
//! Runs its body again and again, as long as a condition holds.
//!
//! ## Inputs
//! The state to begin with, and the most turns. The body's `while` is an expression that is asked before each
//! turn; it and the nodes of the body see `state` (what the turn before gave) and `index` (the turn, from 0).
//! What the body gives (its `output`, or the output of its last node) is the state of the next turn. The steps
//! of the third turn have paths such as `pages[2].fetch`.
//!
//! ## Output
//! The last state.
//!
//! ## Failure and retry
//! It fails when a turn fails, and with `loop_limit` when the condition still holds after the most turns. The
//! nodes of the body have retries of their own; the loop has none.
//!
//! ## Example
//! ```yaml
//! - id: countdown
//!   kind: flow.while
//!   with:
//!     state: { left: 3 }
//!     max: 10
//!   body:
//!     while: "${ state.left > 0 }"
//!     nodes:
//!       - id: step
//!         kind: data.set
//!         with: { values: { left: "${ state.left - 1 }" } }
//! ```

use std::sync::Arc;

use engine::Time;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Failure, Opening, Outcome};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

const MOST_TURNS: u32 = 1_000_000;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The state of the first turn.
    #[serde(default)]
    state: Value,
    /// The most turns, from 1 to 1,000,000.
    #[serde(default = "thousand")]
    #[schemars(range(min = 1, max = 1_000_000))]
    max: u32,
}

fn thousand() -> u32 {
    1_000
}

pub(crate) struct FlowWhile;

impl Kind for FlowWhile {
    const NAME: &'static str = "flow.while";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_while.rs");
    type Config = Config;
    type Output = Value;
}

impl PureKind for FlowWhile {
    fn run(&self, _now: Time, config: Config) -> Result<Outcome, Failure> {
        if !(1..=MOST_TURNS).contains(&config.max) {
            let message = format!(
                "flow.while: `max` is a number from 1 to {MOST_TURNS}, not {}",
                config.max
            );
            return Err(Failure::permanent("invalid_parameters", message));
        }
        Ok(Outcome::Open(Opening::While {
            state: Arc::new(config.state),
            most: config.max,
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::run_pure;

    #[test]
    fn begins_with_its_state_and_an_end_in_sight() {
        let opening = Opening::While {
            state: Arc::new(json!({ "left": 3 })),
            most: 1_000,
        };
        let outcome = run_pure(FlowWhile, json!({ "state": { "left": 3 } }));
        assert_eq!(outcome, Ok(Outcome::Open(opening)));
        run_pure(FlowWhile, json!({ "max": 0 })).unwrap_err();
    }
}
