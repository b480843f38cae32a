//! What a node's author says about failure and repetition: retries, errors, cached results.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Millis;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Attempts in all, the first included; 1 does not retry.
    #[serde(default = "one")]
    pub max_attempts: u32,
    /// The pause before the second attempt.
    #[serde(default = "one_second")]
    pub delay: Millis,
    /// Each further pause is this many times longer.
    #[serde(default = "two")]
    pub backoff: f64,
    #[serde(default = "one_minute")]
    pub max_delay: Millis,
    /// A share of the pause, from 0 to 1, by which it is made longer or shorter.
    #[serde(default = "a_fifth")]
    pub jitter: f64,
}

impl Retry {
    /// Fails at the first failure.
    pub const NEVER: Self = Self::times(1);

    /// Up to this many attempts, with pauses of 1 s, 2 s, 4 s … up to a minute.
    pub const fn times(max_attempts: u32) -> Self {
        Self {
            max_attempts,
            delay: Millis(1_000),
            backoff: 2.0,
            max_delay: Millis(60_000),
            jitter: 0.2,
        }
    }
}

/// What a node's failure means for the run, once its attempts are used up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnError {
    /// The run fails.
    #[default]
    Fail,
    /// The run goes on by the port `out`; the output is `{"error": {"code", "message"}}`.
    Continue,
    /// The run goes on by the port `error`; the output is `{"error": {"code", "message"}}`.
    Edge,
    /// The run pauses, and somebody says whether the step is tried again, is skipped, or what it gives.
    Pause,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    #[serde(default)]
    pub scope: CacheScope,
}

/// How far a cached result reaches. More scopes come with later versions of the format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CacheScope {
    /// The last result of this node in any run of this workflow.
    #[default]
    Workflow,
}

impl OnError {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn one() -> u32 {
    1
}

fn two() -> f64 {
    2.0
}

fn a_fifth() -> f64 {
    0.2
}

fn one_second() -> Millis {
    Millis(1_000)
}

fn one_minute() -> Millis {
    Millis(60_000)
}
