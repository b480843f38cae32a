//! # Await
//!
//! Waits for an answer from outside: a signal by name and key, or whoever was given its link.
//!
//! ## Inputs
//! `signal` is a name by which whoever has the answer finds the runs that wait for it (`POST /api/signals`), and `key`
//! tells them apart: an order's number, for instance. Without a signal only the link and `POST /api/waits/{id}/answer`
//! lead here. `form` describes the answer, by name, as a workflow describes its inputs; without one any JSON will do.
//! `message` is shown to whoever answers.
//!
//! The link is known before the wait begins: `${ resume.<id of this node> }` in a step before it, an e-mail or a call to
//! another service, gives an address that answers this step of this run, once, and no other. Opened in a browser it
//! shows the form; a program sends `POST` with `{"payload": …}` to it.
//!
//! A wait holds nothing while it lasts, however long, and outlives a restart. The first answer counts.
//!
//! ## Output
//! The answer, who gave it as far as that is known, when, and by which way.
//!
//! ## Failure and retry
//! After `deadline` it fails with `not_answered`; `on_error` says what that means. An answer that does not fit the form
//! is refused to whoever gave it, and the wait goes on. It is never retried.
//!
//! ## Example
//! ```yaml
//! - id: paid
//!   kind: flow.await
//!   with:
//!     signal: payment
//!     key: "${ inputs.order }"
//!     form: { amount: { type: number, minimum: 0 } }
//!     deadline: 3d
//! ```

use engine::Time;
use engine::catalog::Effect;
use engine::document::{Input, Retry};
use engine::duration::Millis;
use engine::node::{Await, Failure, Outcome};
use engine::plan::check_form_itself;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The name of the signal that it waits for.
    #[schemars(length(min = 1, max = 200))]
    signal: Option<String>,
    /// Which of those that wait for the same signal it is.
    #[schemars(length(min = 1, max = 500))]
    key: Option<String>,
    /// What is asked, for whoever answers.
    #[schemars(length(max = 10_000))]
    message: Option<String>,
    /// What an answer holds: a JSON Schema by name.
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    form: Option<IndexMap<String, Input>>,
    /// How long an answer is waited for; without it, as long as the run may take.
    deadline: Option<Millis>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes the output, which the engine writes")]
pub(crate) struct Output {
    /// What was answered.
    payload: Value,
    /// Who answered, as far as it is known.
    by: Option<String>,
    /// `signal`, `link` or `api`.
    via: String,
    /// When.
    #[schemars(extend("format" = "date-time"))]
    at: String,
}

pub(crate) struct FlowAwait;

impl Kind for FlowAwait {
    const NAME: &'static str = "flow.await";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_await.rs");
    type Config = Config;
    type Output = Output;
}

impl PureKind for FlowAwait {
    fn run(&self, now: Time, config: Config) -> Result<Outcome, Failure> {
        if config.key.is_some() && config.signal.is_none() {
            return Err(Failure::permanent(
                "invalid_parameters",
                "flow.await: with.key tells apart those who wait for the same signal: give with.signal too",
            ));
        }
        check(Self::NAME, config.form.as_ref())?;
        Ok(Outcome::Await(Box::new(Await {
            signal: config.signal,
            key: config.key,
            message: config.message,
            form: config.form,
            approval: false,
            deadline: config.deadline.map(|span| now + span.to_delta()),
        })))
    }
}

/// A form that nobody could fill in must not wait for somebody to try.
pub(super) fn check(kind: &str, form: Option<&IndexMap<String, Input>>) -> Result<(), Failure> {
    let checked = form.map_or(Ok(()), check_form_itself);
    checked.map_err(|problems| {
        Failure::permanent(
            "invalid_parameters",
            format!("{kind}: with.form: {problems}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(with: Value) -> Result<Outcome, Failure> {
        let noon = "2026-11-23T12:00:00Z".parse().unwrap();
        FlowAwait.run(noon, serde_json::from_value(with).unwrap())
    }

    #[test]
    fn asks_for_what_its_form_says_until_its_deadline() {
        let with = json!({ "signal": "paid", "key": "7", "form": { "sum": { "type": "number" } }, "deadline": "1h" });
        let Ok(Outcome::Await(request)) = asked(with) else {
            panic!("it does not wait");
        };
        assert_eq!(request.deadline, "2026-11-23T13:00:00Z".parse().ok());
        assert_eq!(
            (request.signal.as_deref(), request.key.as_deref()),
            (Some("paid"), Some("7"))
        );
        assert!(!request.approval);
    }

    #[test]
    fn a_form_that_nobody_can_fill_in_is_refused() {
        for with in [
            json!({ "key": "7" }),
            json!({ "form": { "sum": { "type": "money" } } }),
            json!({ "form": { "a b": {} } }),
        ] {
            assert_eq!(asked(with).unwrap_err().error.code, "invalid_parameters");
        }
    }
}
