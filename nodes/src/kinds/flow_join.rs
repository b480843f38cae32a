//! # Join
//!
//! Brings parallel ways together, when all, any or a number of them have arrived.
//!
//! ## Inputs
//! `mode` is `all` (every way that is still alive), `any` (the first to arrive), or a number. Every other
//! node with several incoming edges waits for all of them that are alive, so a join is needed only for `any`
//! and numbers, or to make a meeting point visible.
//!
//! ## Output
//! An empty object; later nodes read the outputs of the nodes before it by their names. Those that have not
//! arrived are `()`.
//!
//! ## Failure and retry
//! It is skipped when fewer ways than it waits for can still arrive. It is never retried.
//!
//! ## Example
//! ```yaml
//! - id: first_answer
//!   kind: flow.join
//!   with: { mode: any }
//! ```

use engine::Time;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Failure, Outcome};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// What it waits for: `all` (the default), `any`, or a number of incoming edges.
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "the engine reads it: it does the joining before the node runs"
    )]
    mode: Mode,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(
    dead_code,
    reason = "the engine reads it: it does the joining before the node runs"
)]
enum Mode {
    Named(Named),
    Count(#[schemars(range(min = 1))] u32),
}

impl Default for Mode {
    fn default() -> Self {
        Self::Named(Named::All)
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Named {
    All,
    Any,
}

#[derive(JsonSchema)]
pub(crate) struct Output {}

pub(crate) struct FlowJoin;

impl Kind for FlowJoin {
    const NAME: &'static str = "flow.join";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_join.rs");
    type Config = Config;
    type Output = Output;
}

impl PureKind for FlowJoin {
    fn run(&self, _now: Time, _config: Config) -> Result<Outcome, Failure> {
        Ok(Outcome::done(json!({})))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::run_pure;

    #[test]
    fn knows_its_modes() {
        for mode in [json!("all"), json!("any"), json!(2)] {
            assert_eq!(
                run_pure(FlowJoin, json!({ "mode": mode })),
                Ok(Outcome::done(json!({})))
            );
        }
        assert!(run_pure(FlowJoin, json!({ "mode": "some" })).is_err());
    }
}
