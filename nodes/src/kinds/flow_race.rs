//! # Race
//!
//! Runs branches side by side until the first one comes to its end; the others are cancelled.
//!
//! ## Inputs
//! None; the branches are the paths through its body. The first of the body's last nodes (those that no edge
//! leaves) to succeed wins.
//!
//! ## Output
//! The output of the node that won.
//!
//! ## Failure and retry
//! A branch that fails is out, and the others go on. The race fails when no branch comes to its end, with the
//! error of the last one that failed, or with `nobody_won` when all were skipped.
//!
//! ## Example
//! ```yaml
//! - id: fastest
//!   kind: flow.race
//!   timeout: 10s
//!   body:
//!     nodes:
//!       - id: mirror_one
//!         kind: http.request
//!         with: { url: "${ inputs.one }" }
//!       - id: mirror_two
//!         kind: http.request
//!         with: { url: "${ inputs.two }" }
//! ```

use engine::Time;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Failure, Opening, Outcome};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {}

pub(crate) struct FlowRace;

impl Kind for FlowRace {
    const NAME: &'static str = "flow.race";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_race.rs");
    type Config = Config;
    type Output = Value;
}

impl PureKind for FlowRace {
    fn run(&self, _now: Time, Config {}: Config) -> Result<Outcome, Failure> {
        Ok(Outcome::Open(Opening::Race))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::run_pure;

    #[test]
    fn takes_no_parameters() {
        assert_eq!(
            run_pure(FlowRace, json!({})),
            Ok(Outcome::Open(Opening::Race))
        );
        run_pure(FlowRace, json!({ "first": 2 })).unwrap_err();
    }
}
