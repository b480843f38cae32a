//! What a node's author says about failure and repetition: retries, errors, cached results.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Millis;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Attempts in all, the first included; 1 does not retry. Holds for failures of no class.
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
    /// No attempt begins later than this after the first one began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Millis>,
    /// Error codes after which nothing is tried again; `http_4*` is all that begin with `http_4`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub never: Vec<String>,
    /// Other rules for some errors; the first class that names an error's code decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<RetryClass>,
}

/// How failures with some error codes are tried again, also those that the node calls permanent. What is left out
/// is as for all others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryClass {
    /// Error codes; `http_5*` is all that begin with `http_5`.
    pub errors: Vec<String>,
    /// So many attempts may fail in this class, the last one for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_delay: Option<Millis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter: Option<f64>,
}

/// The rule for one failure, with nothing left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RetryRule {
    /// The class that it comes from; none for failures of no class.
    pub(crate) class: Option<u32>,
    pub(crate) max_attempts: u32,
    pub(crate) delay: Millis,
    pub(crate) backoff: f64,
    pub(crate) max_delay: Millis,
    pub(crate) jitter: f64,
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
            within: None,
            never: Vec::new(),
            classes: Vec::new(),
        }
    }

    /// Attempts in all, whatever classes their failures are of.
    pub fn most_attempts(&self) -> u32 {
        let classes = self.classes.iter().filter_map(|class| class.max_attempts);
        classes.fold(self.max_attempts, u32::max)
    }

    /// How a failure with this code is tried again, or `None` when it never is.
    pub(crate) fn rule(&self, code: &str, retryable: bool) -> Option<RetryRule> {
        if self.never.iter().any(|pattern| covers(pattern, code)) {
            return None;
        }
        let names = |class: &RetryClass| class.errors.iter().any(|pattern| covers(pattern, code));
        let found = (0..).zip(&self.classes).find(|(_, class)| names(class));
        if found.is_none() && !retryable {
            return None;
        }
        let class = found.map(|(_, class)| class);
        Some(RetryRule {
            class: found.map(|(index, _)| index),
            max_attempts: class
                .and_then(|class| class.max_attempts)
                .unwrap_or(self.max_attempts),
            delay: class.and_then(|class| class.delay).unwrap_or(self.delay),
            backoff: class
                .and_then(|class| class.backoff)
                .unwrap_or(self.backoff),
            max_delay: class
                .and_then(|class| class.max_delay)
                .unwrap_or(self.max_delay),
            jitter: class.and_then(|class| class.jitter).unwrap_or(self.jitter),
        })
    }
}

/// Whether a pattern stands for a code, or for all that another pattern stands for.
pub(crate) fn covers(pattern: &str, other: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => other.starts_with(prefix),
        None => pattern == other,
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

/// Uses an earlier result in place of a run, where nothing that it was computed from has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    #[serde(default)]
    pub scope: CacheScope,
    /// Older results are not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Millis>,
    /// What the result depends on besides the parameters; may hold `${ … }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

/// How far a cached result reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CacheScope {
    /// Any result of the same kind with the same parameters in this run.
    Run,
    /// The last result of this node in any run of this workflow.
    #[default]
    Workflow,
    /// Any result of the same kind with the same parameters in any run of any workflow.
    Global,
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
