//! # Wait
//!
//! Lets time pass: a span, or until a moment.
//!
//! ## Inputs
//! Exactly one of `duration` and `until`. A wait holds nothing while it lasts, and outlives a restart.
//!
//! ## Output
//! The moment at which it ended.
//!
//! ## Failure and retry
//! It fails when both or neither of its inputs are given, or when `until` is no moment. It is never retried.
//! A moment that has passed does not wait.
//!
//! ## Example
//! ```yaml
//! - id: pause
//!   kind: flow.wait
//!   with: { duration: 30s }
//! ```

use engine::Time;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::duration::Millis;
use engine::node::{Failure, Outcome};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// How long, for instance `30s` or `2h`.
    duration: Option<Millis>,
    /// Until when, for instance `2027-01-01T09:00:00Z`.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    until: Option<Time>,
}

#[derive(JsonSchema)]
#[expect(
    dead_code,
    reason = "it describes the output, which is written as JSON at once"
)]
pub(crate) struct Output {
    /// The moment at which the wait ended.
    #[schemars(extend("format" = "date-time"))]
    until: String,
}

pub(crate) struct FlowWait;

impl Kind for FlowWait {
    const NAME: &'static str = "flow.wait";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_wait.rs");
    type Config = Config;
    type Output = Output;
}

impl PureKind for FlowWait {
    fn run(&self, now: Time, config: Config) -> Result<Outcome, Failure> {
        let until = match (config.duration, config.until) {
            (Some(duration), None) => now + duration.to_delta(),
            (None, Some(until)) => until.max(now),
            _ => {
                return Err(Failure::permanent(
                    "invalid_parameters",
                    "flow.wait: give either with.duration or with.until",
                ));
            }
        };
        let output = json!({ "until": until.to_rfc3339_opts(chrono::SecondsFormat::Millis, true) });
        if until == now {
            Ok(Outcome::done(output))
        } else {
            Ok(Outcome::Wait { until, output })
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn at_noon(with: Value) -> Result<Outcome, Failure> {
        let noon = "2026-11-23T12:00:00Z".parse().unwrap();
        FlowWait.run(noon, serde_json::from_value(with).unwrap())
    }

    #[test]
    fn waits_for_a_span_or_a_moment() {
        for with in [
            json!({ "duration": "30s" }),
            json!({ "until": "2026-11-23T13:00:30+01:00" }),
        ] {
            let until = "2026-11-23T12:00:30Z".parse().unwrap();
            let output = json!({ "until": "2026-11-23T12:00:30.000Z" });
            assert_eq!(at_noon(with), Ok(Outcome::Wait { until, output }));
        }
    }

    #[test]
    fn does_not_wait_for_what_has_passed() {
        let outcome = at_noon(json!({ "until": "2020-01-01T00:00:00Z" }));
        assert_eq!(
            outcome,
            Ok(Outcome::done(
                json!({ "until": "2026-11-23T12:00:00.000Z" })
            ))
        );
    }

    #[test]
    fn wants_exactly_one_of_both() {
        for with in [
            json!({}),
            json!({ "duration": "1s", "until": "2026-11-23T13:00:00Z" }),
        ] {
            assert_eq!(at_noon(with).unwrap_err().error.code, "invalid_parameters");
        }
    }
}
