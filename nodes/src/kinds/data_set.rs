//! # Set values
//!
//! Gives values names, so that later nodes find them in one place.
//!
//! ## Inputs
//! `values` is an object of any shape; its strings may hold expressions.
//!
//! ## Output
//! The object itself, with every expression replaced by its value.
//!
//! ## Failure and retry
//! It fails only when an expression does, and is never retried.
//!
//! ## Example
//! ```yaml
//! - id: settings
//!   kind: data.set
//!   with:
//!     values:
//!       greeting: "Hello, ${ inputs.name }"
//!       colours: [red, green]
//! ```

use engine::Time;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Failure, Outcome};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// The values by name.
    values: Map<String, Value>,
}

pub(crate) struct DataSet;

impl Kind for DataSet {
    const NAME: &'static str = "data.set";
    const CATEGORY: &'static str = "data";
    const EFFECT: Effect = Effect::Pure;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("data_set.rs");
    type Config = Config;
    type Output = Map<String, Value>;
}

impl PureKind for DataSet {
    fn run(&self, _now: Time, config: Config) -> Result<Outcome, Failure> {
        Ok(Outcome::done(Value::Object(config.values)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::run_pure;

    #[test]
    fn gives_its_values() {
        let values = json!({ "a": 1, "b": [true, null] });
        assert_eq!(
            run_pure(DataSet, json!({ "values": values })),
            Ok(Outcome::done(values))
        );
    }

    #[test]
    fn names_the_parameter_that_does_not_fit() {
        let failure = run_pure(DataSet, json!({ "values": 3 })).unwrap_err();
        assert_eq!(failure.error.code, "invalid_parameters");
        assert!(
            failure.error.message.starts_with("data.set: with.values: "),
            "{}",
            failure.error.message
        );
        assert!(!failure.retryable);
    }
}
