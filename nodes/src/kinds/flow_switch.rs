//! # Switch
//!
//! Goes one of several ways, by a value.
//!
//! ## Inputs
//! `value` is compared with each of `cases` as text, so that the number `2` takes the case `"2"`. Edges leave
//! by a port named like the case, and by `default` when none fits.
//!
//! ## Output
//! The value, and the port that was taken.
//!
//! ## Failure and retry
//! A value that is a list or an object fails the step. It is never retried.
//!
//! ## Example
//! ```yaml
//! - id: by_target
//!   kind: flow.switch
//!   with:
//!     value: "${ inputs.target }"
//!     cases: [process, docker]
//! ```

use engine::Time;
use engine::catalog::{Effect, Ports};
use engine::document::Retry;
use engine::node::{Failure, Outcome};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The value that decides: text, a number, true, false or null.
    value: Value,
    /// The values that have a way of their own; each is a port.
    cases: Vec<String>,
}

#[derive(JsonSchema)]
#[expect(
    dead_code,
    reason = "it describes the output, which is written as JSON at once"
)]
pub(crate) struct Output {
    /// The value that decided.
    value: Value,
    /// The port that was taken: one of the cases, or `default`.
    port: String,
}

pub(crate) struct FlowSwitch;

impl Kind for FlowSwitch {
    const NAME: &'static str = "flow.switch";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const PORTS: Ports = Ports::FromConfig("cases");
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_switch.rs");
    type Config = Config;
    type Output = Output;
}

impl PureKind for FlowSwitch {
    fn run(&self, _now: Time, config: Config) -> Result<Outcome, Failure> {
        let text = match &config.value {
            Value::String(text) => text.clone(),
            Value::Array(_) | Value::Object(_) => {
                return Err(Failure::permanent(
                    "invalid_parameters",
                    "flow.switch: with.value: a list or an object cannot decide; choose a field of it",
                ));
            }
            scalar => scalar.to_string(),
        };
        let port = if config.cases.contains(&text) {
            text
        } else {
            "default".to_owned()
        };
        Ok(Outcome::Done {
            output: json!({ "value": config.value, "port": port }),
            port: Some(port),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::run_pure;

    #[test]
    fn leaves_by_the_port_of_its_value() {
        let cases = json!(["process", "2", "true"]);
        for (value, port) in [
            (json!("process"), "process"),
            (json!(2), "2"),
            (json!(true), "true"),
            (json!("x"), "default"),
        ] {
            let outcome = run_pure(FlowSwitch, json!({ "value": value, "cases": cases })).unwrap();
            let output = json!({ "value": value, "port": port });
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
    fn does_not_compare_whole_objects() {
        let failure = run_pure(FlowSwitch, json!({ "value": {}, "cases": [] })).unwrap_err();
        assert_eq!(failure.error.code, "invalid_parameters");
    }
}
