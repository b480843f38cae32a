//! # For each
//!
//! Runs its body once for each item of a list.
//!
//! ## Inputs
//! A list, how many turns run at the same time, and how many may fail. The nodes of the body see the item of
//! their turn as `item`, its place in the list as `index` (from 0), and everything that this node sees. Bodies
//! may hold loops of their own. The steps of the fourth turn have paths such as `import[3].fetch`.
//!
//! ## Output
//! What each turn gave, in the order of the items: the body's `output`, or the output of its last node. A turn
//! that failed and is tolerated gives `{"error": {"code", "message"}}`.
//!
//! ## Failure and retry
//! When more turns fail than `tolerate` allows, the turns that are under way are cancelled and the node fails
//! with the error of the first that failed. The nodes of the body have retries of their own; the loop has none.
//!
//! ## Example
//! ```yaml
//! - id: greetings
//!   kind: flow.for_each
//!   with:
//!     items: "${ inputs.names }"
//!     parallelism: 4
//!     tolerate: 10%
//!   body:
//!     nodes:
//!       - id: greet
//!         kind: data.set
//!         with: { values: { text: "Hello ${ item }, you are number ${ index + 1 }" } }
//! ```

use std::sync::Arc;

use engine::Time;
use engine::catalog::Effect;
use engine::document::Retry;
use engine::node::{Failure, Opening, Outcome};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::kind::{Kind, PureKind};
use crate::manual::{Manual, manual};

/// A longer list is refused: it would have to be kept in memory as a whole.
const MOST_ITEMS: usize = 100_000;
const MOST_PARALLEL: u32 = 1_000;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// What to go over: at most 100,000 items.
    items: Vec<Value>,
    /// Turns that run at the same time, from 1 to 1,000.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 1000))]
    parallelism: u32,
    /// Turns that may fail: a number, or a share of all such as `10%`.
    #[serde(default)]
    tolerate: Tolerance,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Tolerance {
    Count(u32),
    Share(String),
}

impl Default for Tolerance {
    fn default() -> Self {
        Self::Count(0)
    }
}

impl Tolerance {
    fn of(&self, items: usize) -> Result<u32, Failure> {
        let text = match self {
            Self::Count(count) => return Ok(*count),
            Self::Share(text) => text,
        };
        let share = text
            .strip_suffix('%')
            .and_then(|share| share.trim().parse::<f64>().ok())
            .filter(|share| (0.0..=100.0).contains(share));
        match share {
            // Of ten items, 15% are one.
            Some(share) => Ok((items as f64 * share / 100.0).floor() as u32),
            None => Err(refused(format!(
                "`tolerate` is a number or a share from 0% to 100%, not `{text}`"
            ))),
        }
    }
}

fn one() -> u32 {
    1
}

fn refused(message: String) -> Failure {
    Failure::permanent("invalid_parameters", format!("flow.for_each: {message}"))
}

pub(crate) struct FlowForEach;

impl Kind for FlowForEach {
    const NAME: &'static str = "flow.for_each";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_for_each.rs");
    type Config = Config;
    type Output = Vec<Value>;
}

impl PureKind for FlowForEach {
    fn run(&self, _now: Time, config: Config) -> Result<Outcome, Failure> {
        let count = config.items.len();
        if count > MOST_ITEMS {
            return Err(refused(format!(
                "`items` has {count} items, and {MOST_ITEMS} are the most: go over them in parts, with `flow.while`"
            )));
        }
        if !(1..=MOST_PARALLEL).contains(&config.parallelism) {
            return Err(refused(format!(
                "`parallelism` is a number from 1 to {MOST_PARALLEL}, not {}",
                config.parallelism
            )));
        }
        Ok(Outcome::Open(Opening::ForEach {
            tolerated: config.tolerate.of(count)?,
            items: Arc::new(config.items),
            parallelism: config.parallelism,
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tests::run_pure;

    #[test]
    fn a_share_is_counted_in_items() {
        for (tolerate, expected) in [
            (json!(2), 2),
            (json!("15%"), 1),
            (json!("100%"), 10),
            (json!("0%"), 0),
        ] {
            let with = json!({ "items": vec![1; 10], "tolerate": tolerate });
            let Ok(Outcome::Open(Opening::ForEach { tolerated, .. })) = run_pure(FlowForEach, with)
            else {
                panic!("it opens");
            };
            assert_eq!(tolerated, expected);
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for with in [
            json!({ "items": [], "tolerate": "many" }),
            json!({ "items": [], "parallelism": 0 }),
            json!({ "items": "abc" }),
            json!({ "items": vec![0; 100_001] }),
        ] {
            run_pure(FlowForEach, with).unwrap_err();
        }
    }
}
