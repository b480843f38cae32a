//! What a node is to the engine: resolved parameters in, an outcome or a failure out.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::Time;
use crate::blob::Blob;
use crate::document::Input;
use crate::duration::Millis;
use crate::ports::PortError;
use crate::ports::blobs::{Blobs, ByteStream, PutError, Stored};
use crate::ports::definitions::VersionChoice;
use crate::ports::files::Files;

/// What a node gives back when it did not fail.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Done: the output, and the port that its live edges leave by.
    Done { output: Value, port: Option<String> },
    /// Done later: the step holds nothing while it waits, and succeeds with this output when the time comes.
    Wait { until: Time, output: Value },
    /// Done when another workflow is: its output becomes this step's.
    Call {
        workflow: String,
        version: Option<VersionChoice>,
        inputs: Value,
    },
    /// Done when somebody outside says so.
    Await(Box<Await>),
    /// Done when the blocks that the node holds are.
    Open(Opening),
}

/// What a step asks of the world outside, and waits for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Await {
    /// The name by which it can be answered without knowing the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// Tells apart those who wait for the same signal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// What whoever answers is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What an answer holds, by name; any JSON when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<IndexMap<String, Input>>,
    /// The answer is yes or no: it leaves by `approved` or `rejected`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approval: bool,
    /// The moment after which no answer is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Time>,
}

/// How a node's blocks are run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Opening {
    /// The body once for each item.
    ForEach {
        items: Arc<Vec<Value>>,
        /// Turns that run at the same time.
        parallelism: u32,
        /// Turns that may fail; their results are `{"error": …}`.
        tolerated: u32,
    },
    /// The body as long as its condition says so, each turn with what the one before gave.
    While { state: Arc<Value>, most: u32 },
    /// The body; `catch` when it fails; `finally` in the end.
    Try,
    /// The body until the first of its last nodes succeeds.
    Race,
}

impl Outcome {
    pub fn done(output: Value) -> Self {
        Self::Done { output, port: None }
    }
}

/// An error as runs record it and the API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorValue {
    /// A stable word for programs: `http_404`, `timeout`, `script_error` …
    pub code: String,
    /// A sentence for people: what happened and how to mend it.
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
}

impl ErrorValue {
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            details: None,
        }
    }
}

/// Why a node failed, and whether trying again can help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub error: ErrorValue,
    pub retryable: bool,
    /// The least that the next attempt should wait, as who failed asks for it.
    pub retry_after: Option<Millis>,
}

impl Failure {
    /// The world was in the way: the step's retry policy applies.
    pub fn transient(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            error: ErrorValue::new(code, message),
            retryable: true,
            retry_after: None,
        }
    }

    /// The same attempt would fail the same way: no retry.
    pub fn permanent(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            error: ErrorValue::new(code, message),
            retryable: false,
            retry_after: None,
        }
    }

    #[must_use]
    pub fn with_retry_after(mut self, pause: Option<Millis>) -> Self {
        self.retry_after = pause;
        self
    }

    #[must_use]
    pub fn with_details(mut self, details: Value) -> Self {
        self.error.details = Some(details);
        self
    }
}

/// Where a log line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogStream {
    Stdout,
    Stderr,
    Info,
}

/// Takes a running node's log, line by line. Never blocks the node.
pub trait LogSink: Send + Sync {
    fn line(&self, stream: LogStream, text: &str);
}

/// Takes a running node's word on how far it is. Never blocks the node; of many words in a short time only the
/// last may be told on.
pub trait ProgressSink: Send + Sync {
    /// `fraction` is from 0 to 1, where it is known.
    fn report(&self, fraction: Option<f64>, message: &str);
}

/// Tells a node that its run no longer wants the result.
#[async_trait]
pub trait Cancellation: Send + Sync {
    fn is_cancelled(&self) -> bool;
    /// Resolves once the step is cancelled.
    async fn cancelled(&self);
}

/// Whose everything is that was there before there were owners.
pub const FIRST_OWNER: Uuid = Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001);

/// What a running node may know and use.
#[derive(Clone)]
pub struct Context {
    /// Whose run it is. Nothing of anybody else's may be read or replaced.
    pub owner: Uuid,
    pub execution: Uuid,
    /// The step's address in its run: `fetch`, later `import[3].fetch`.
    pub step: Arc<str>,
    pub attempt: u32,
    /// The same for every attempt of this step: hand it to whatever can tell a repetition by it.
    pub idempotency_key: Arc<str>,
    /// The moment at which this attempt began.
    pub now: Time,
    /// A folder of the run's own, made on first use by the node that needs it.
    pub workspace: Arc<Path>,
    /// The folder of the installation that outlives runs: build caches, deployed applications.
    pub data: Arc<Path>,
    /// Keeps and gives bytes that are too many for a value.
    pub blobs: Arc<dyn Blobs>,
    /// What people keep in the workspace that the run belongs to, and what runs leave for them.
    pub files: Arc<dyn Files>,
    pub log: Arc<dyn LogSink>,
    pub progress: Arc<dyn ProgressSink>,
    pub cancellation: Arc<dyn Cancellation>,
}

impl Context {
    /// Says how far the step is, which is a sign of life too. `fraction` is from 0 to 1, where it is known.
    pub fn progress(&self, fraction: Option<f64>, message: &str) {
        self.progress.report(fraction, message);
    }

    /// Keeps bytes, so many at most; the reference goes into the node's output.
    pub async fn keep(
        &self,
        media_type: &str,
        bytes: ByteStream,
        most: u64,
    ) -> Result<Blob, PutError> {
        self.blobs
            .put(self.execution, media_type, bytes, most)
            .await
    }

    /// The bytes that a reference among the node's parameters stands for.
    pub async fn open(&self, blob: &Blob) -> Result<Stored, Failure> {
        if blob.execution != self.execution {
            let message = "the reference is to bytes of another run, which this one may not read: references travel \
                           by the inputs and outputs of calls, not as text";
            return Err(Failure::permanent("blob_refused", message));
        }
        match self.blobs.get(blob.execution, &blob.sha256).await {
            Ok(Some(stored)) => Ok(stored),
            Ok(None) => {
                let message = format!("this run has kept no bytes with the hash {}", blob.sha256);
                Err(Failure::permanent("blob_missing", message))
            }
            Err(error) => Err(blob_failure(&error)),
        }
    }
}

/// The blob store was in the way. What it said may name keys and paths, so it is for the operator alone: the store logs
/// it.
pub fn blob_failure(error: &PortError) -> Failure {
    let message =
        "the blob store can't be reached, or refused what was asked; the server's log says why";
    let failure = Failure::transient("blob_store_failed", message);
    Failure {
        retryable: error.transient,
        ..failure
    }
}

/// A node that runs in memory: no clock, no world, so that it may be fused and repeated freely.
pub trait PureNode: Send + Sync {
    fn run(&self, now: Time, with: Value) -> Result<Outcome, Failure>;
}

/// A node that acts on the world.
#[async_trait]
pub trait ActiveNode: Send + Sync {
    async fn run(&self, context: Context, with: Value) -> Result<Outcome, Failure>;

    /// Whether a cached output still stands: the file it names is there, the image exists.
    /// Asked before a cached result is used in place of a run.
    async fn still_valid(&self, _context: &Context, _output: &Value) -> bool {
        true
    }
}
