//! # Approve
//!
//! Waits for somebody to say yes or no.
//!
//! ## Inputs
//! `message` says what is to be approved. `form` describes what else is asked, by name, as a workflow describes its inputs;
//! who says no need not fill it in. It can be answered like `flow.await`: in the list of what waits (`GET /api/waits`,
//! `POST /api/waits/{id}/answer`), by `signal` and `key`, or through its link `${ resume.<id of this node> }`, which a step
//! before it may send to whoever shall decide.
//!
//! Edges leave by the ports `approved` and `rejected`. It holds nothing while it waits. The first answer counts.
//!
//! ## Output
//! Whether it was approved, what was filled in, who answered as far as that is known, and when.
//!
//! ## Failure and retry
//! After `deadline` it fails with `not_answered`: with `on_error: edge` the run goes on by the port `error`. It is never
//! retried.
//!
//! ## Example
//! ```yaml
//! - id: release
//!   kind: flow.approve
//!   with:
//!     message: "Deploy ${ inputs.version } to production?"
//!     form: { note: { type: string, required: false } }
//!     deadline: 2d
//! ```

use engine::Time;
use engine::catalog::{Effect, Ports};
use engine::document::{Input, Retry};
use engine::duration::Millis;
use engine::node::{Await, Failure, Outcome};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::flow_await;
use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// What is to be approved.
    #[schemars(length(min = 1, max = 10_000))]
    message: String,
    /// What else is asked: a JSON Schema by name.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    form: Option<IndexMap<String, Input>>,
    /// The name of a signal that answers it too.
    #[schemars(length(min = 1, max = 200))]
    signal: Option<String>,
    /// Which of those that wait for the same signal it is.
    #[schemars(length(min = 1, max = 500))]
    key: Option<String>,
    /// How long an answer is waited for; without it, as long as the run may take.
    deadline: Option<Millis>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes the output, which the engine writes")]
pub(crate) struct Output {
    /// Yes or no.
    approved: bool,
    /// What was filled in.
    payload: Value,
    /// Who answered, as far as it is known.
    by: Option<String>,
    /// `signal`, `link` or `api`.
    via: String,
    /// When.
    #[schemars(extend("format" = "date-time"))]
    at: String,
}

pub(crate) struct FlowApprove;

impl Kind for FlowApprove {
    const NAME: &'static str = "flow.approve";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const PORTS: Ports = Ports::Fixed(&["approved", "rejected"]);
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_approve.rs");
    type Config = Config;
    type Output = Output;
}

impl PureKind for FlowApprove {
    fn run(&self, now: Time, config: Config) -> Result<Outcome, Failure> {
        flow_await::check(Self::NAME, config.form.as_ref())?;
        Ok(Outcome::Await(Box::new(Await {
            signal: config.signal,
            key: config.key,
            message: Some(config.message),
            form: config.form,
            approval: true,
            deadline: config.deadline.map(|span| now + span.to_delta()),
        })))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn asks_for_yes_or_no() {
        let config = serde_json::from_value(json!({ "message": "Ship it?" })).unwrap();
        let Ok(Outcome::Await(request)) = FlowApprove.run(Time::default(), config) else {
            panic!("it does not wait");
        };
        assert!(request.approval);
        assert_eq!(request.message.as_deref(), Some("Ship it?"));
    }
}
