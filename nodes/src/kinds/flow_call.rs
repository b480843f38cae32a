//! # Call a workflow
//!
//! Runs another workflow and waits for its end.
//!
//! ## Inputs
//! The name of a workflow of this installation, and what to give it. The called run is listed beside the
//! calling one, with its own steps and logs, and is cancelled with it.
//!
//! The published version is called, or the newest one of a workflow that was never published. `version` asks
//! for another one: `published`, `newest`, or a number, which never changes under the caller.
//!
//! ## Output
//! The output of the called run.
//!
//! ## Failure and retry
//! It fails with the called run's error. It is not retried unless its `retry` says so: what the called
//! workflow does may not be fit to be done twice.
//!
//! ## Example
//! ```yaml
//! - id: greet
//!   kind: flow.call
//!   with:
//!     workflow: hello
//!     inputs: { name: Ada }
//! ```

use engine::Time;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Failure, Outcome};
use engine::ports::definitions::VersionChoice;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The name of the workflow.
    #[schemars(extend("format" = "workflow"))]
    workflow: String,
    /// The published version unless said: `published`, `newest`, or a number.
    #[serde(default)]
    version: Option<VersionChoice>,
    /// Its inputs by name.
    #[serde(default)]
    inputs: Map<String, Value>,
}

pub(crate) struct FlowCall;

impl Kind for FlowCall {
    const NAME: &'static str = "flow.call";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_call.rs");
    type Config = Config;
    type Output = Value;
}

impl PureKind for FlowCall {
    fn run(&self, _now: Time, config: Config) -> Result<Outcome, Failure> {
        Ok(Outcome::Call {
            workflow: config.workflow,
            version: config.version,
            inputs: Value::Object(config.inputs),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::run_pure;

    #[test]
    fn asks_for_the_other_workflow() {
        let outcome = run_pure(
            FlowCall,
            json!({ "workflow": "hello", "version": 3, "inputs": { "name": "Ada" } }),
        );
        let inputs = json!({ "name": "Ada" });
        assert_eq!(
            outcome,
            Ok(Outcome::Call {
                workflow: "hello".to_owned(),
                version: Some(VersionChoice::Number(3)),
                inputs
            })
        );
    }
}
