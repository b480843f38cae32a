//! # Script
//!
//! Computes a value with a script in rhai.
//!
//! ## Inputs
//! The `script` sees what every expression sees (`inputs`, `nodes.<id>.output`, `run`), and the values of
//! `args` as `args`. It reaches no file, no network and no clock, and is stopped when it takes too long or
//! too much memory.
//!
//! ## Output
//! The value of the script's last expression.
//!
//! ## Failure and retry
//! An error in the script fails the step with its line and column (`script_error`). It is never retried:
//! the same script with the same values would fail the same way.
//!
//! ## Example
//! ```yaml
//! - id: total
//!   kind: script.run
//!   with:
//!     args: { rate: 0.19 }
//!     script: |
//!       let net = 0.0;
//!       for line in inputs.lines { net += line.price * line.quantity; }
//!       #{ net: net, gross: net * (1.0 + args.rate) }
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
    /// A script in rhai; its last expression is the output. The engine runs it, and hands over its value.
    #[schemars(with = "String", extend("format" = "rhai"))]
    script: Value,
    /// Values that the script sees as `args`; they may hold expressions.
    #[serde(default)]
    #[expect(
        dead_code,
        reason = "read by the engine, which evaluates the script before it calls the node"
    )]
    args: Map<String, Value>,
}

pub(crate) struct ScriptRun;

impl Kind for ScriptRun {
    const NAME: &'static str = "script.run";
    const CATEGORY: &'static str = "data";
    const EFFECT: Effect = Effect::Pure;
    const SCRIPTS: &'static [&'static str] = &["script"];
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("script_run.rs");
    type Config = Config;
    type Output = Value;
}

impl PureKind for ScriptRun {
    fn run(&self, _now: Time, config: Config) -> Result<Outcome, Failure> {
        Ok(Outcome::done(config.script))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::run_pure;

    #[test]
    fn passes_on_what_the_script_gave() {
        let outcome = run_pure(
            ScriptRun,
            json!({ "script": { "net": 10 }, "args": { "rate": 0.19 } }),
        );
        assert_eq!(outcome, Ok(Outcome::done(json!({ "net": 10 }))));
    }
}
