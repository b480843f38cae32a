//! # Branch
//!
//! Goes one of two ways, by a condition.
//!
//! ## Inputs
//! `condition` is true or false, nearly always an expression. Edges leave by the ports `true` and `false`;
//! what is reached only by the port not taken is skipped.
//!
//! ## Output
//! The condition, as it came out.
//!
//! ## Failure and retry
//! A condition that is neither true nor false fails the step. It is never retried.
//!
//! ## Example
//! ```yaml
//! - id: large
//!   kind: flow.branch
//!   with: { condition: "${ inputs.amount > 1000 }" }
//! ```

use engine::Time;
use engine::catalog::{Effect, Ports};
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
    /// Which way to go.
    condition: bool,
}

#[derive(JsonSchema)]
#[expect(
    dead_code,
    reason = "it describes the output, which is written as JSON at once"
)]
pub(crate) struct Output {
    /// The way that was taken.
    condition: bool,
}

pub(crate) struct FlowBranch;

impl Kind for FlowBranch {
    const NAME: &'static str = "flow.branch";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const PORTS: Ports = Ports::Fixed(&["true", "false"]);
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_branch.rs");
    type Config = Config;
    type Output = Output;
}

impl PureKind for FlowBranch {
    fn run(&self, _now: Time, config: Config) -> Result<Outcome, Failure> {
        let port = if config.condition { "true" } else { "false" };
        Ok(Outcome::Done {
            output: json!({ "condition": config.condition }),
            port: Some(port.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::run_pure;

    #[test]
    fn leaves_by_the_port_of_its_condition() {
        for (condition, port) in [(true, "true"), (false, "false")] {
            let outcome = run_pure(FlowBranch, json!({ "condition": condition })).unwrap();
            let output = json!({ "condition": condition });
            assert_eq!(
                outcome,
                Outcome::Done {
                    output,
                    port: Some(port.to_owned())
                }
            );
        }
    }

    #[test]
    fn takes_no_text_for_a_condition() {
        assert_eq!(
            run_pure(FlowBranch, json!({ "condition": "yes" }))
                .unwrap_err()
                .error
                .code,
            "invalid_parameters"
        );
    }
}
