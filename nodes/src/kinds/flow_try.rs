//! # Try
//!
//! Runs its body, and says what happens when that fails.
//!
//! ## Inputs
//! None; what matters are its blocks. `catch` runs when the body failed, and its nodes see what went wrong as
//! `error` (`error.code`, `error.message`). `finally` runs in the end, whatever came before, also when the run itself is
//! cancelled or out of time. Both may be left out. A failure in the body ends the body: steps of it that are still
//! running are cancelled.
//!
//! Nodes in the body and in `catch` may say how they are undone: `undo` is a block of their own, whose nodes see `input`
//! and `output` of the node that they undo, and the run's `inputs`. When the body fails, what had succeeded in it is undone
//! in reverse order, before `catch` runs. When the body succeeds, it can still be undone if the try around it fails, or
//! the run.
//!
//! ## Output
//! What the body gave, or what `catch` gave after the body failed.
//!
//! ## Failure and retry
//! It fails when the body fails and there is no `catch`, when `catch` fails, when `finally` fails, and with `undo_failed`
//! when something could not be undone. The nodes inside have retries of their own; the try has none.
//!
//! ## Example
//! ```yaml
//! - id: order
//!   kind: flow.try
//!   body:
//!     nodes:
//!       - id: charge
//!         kind: http.request
//!         with: { url: "${ inputs.shop }/charge", method: POST }
//!         undo:
//!           nodes:
//!             - id: refund
//!               kind: http.request
//!               with: { url: "${ inputs.shop }/refund", method: POST, json: "${ output }" }
//!   catch:
//!     nodes:
//!       - id: excuse
//!         kind: data.set
//!         with: { values: { charged: false, why: "${ error.message }" } }
//!   finally:
//!     nodes:
//!       - id: unlock
//!         kind: http.request
//!         with: { url: "${ inputs.shop }/lock", method: DELETE }
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

pub(crate) struct FlowTry;

impl Kind for FlowTry {
    const NAME: &'static str = "flow.try";
    const CATEGORY: &'static str = "flow";
    const EFFECT: Effect = Effect::Pure;
    const RETRY: Retry = Retry::NEVER;
    const MANUAL: Manual = manual!("flow_try.rs");
    type Config = Config;
    type Output = Value;
}

impl PureKind for FlowTry {
    fn run(&self, _now: Time, Config {}: Config) -> Result<Outcome, Failure> {
        Ok(Outcome::Open(Opening::Try))
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
            run_pure(FlowTry, json!({})),
            Ok(Outcome::Open(Opening::Try))
        );
        run_pure(FlowTry, json!({ "catch": true })).unwrap_err();
    }
}
