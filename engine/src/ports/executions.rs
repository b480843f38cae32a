//! The truth about executions: version-checked commits, loads, and the questions that rescue asks.

use async_trait::async_trait;
use serde_json::Value;
use uuid::Uuid;

use super::PortResult;
use crate::Time;
use crate::execution::{Answer, Event, OpenWait, RunOptions, Status, StepRecord};
use crate::node::{Await, ErrorValue};
use crate::plan::Admission;

/// What is written once, when an execution is accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    pub id: Uuid,
    /// Whose it is: that of its workflow.
    pub owner: Uuid,
    pub workflow_id: Uuid,
    pub workflow_name: String,
    pub workflow_version: u32,
    pub inputs: Value,
    pub options: RunOptions,
    /// What holds it back, when its workflow has limits: it is accepted held, and begins when it is let in.
    pub gate: Option<Admission>,
    /// The earlier run that it goes on from, and from which of its steps.
    pub rerun: Option<Rerun>,
    /// `manual`, `api`, `cli`, `call`, `failure`, or `schedule:` or `webhook:` with the id of that.
    pub trigger: String,
    /// The person who began it, or who began the one that it comes of.
    pub started_by: Option<Uuid>,
    /// The step that waits for this execution, when another one called it.
    pub parent: Option<Parent>,
    /// Unique per workflow: the same key again gives the first execution.
    pub idempotency_key: Option<String>,
    pub created_at: Time,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rerun {
    pub of: Uuid,
    /// Addresses of steps; none stand for what failed.
    pub from: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    pub execution: Uuid,
    pub step: String,
}

/// One execution's progress, to be recorded whole or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Commit {
    pub id: Uuid,
    /// The version that the writer saw; 0 together with `accepted` inserts.
    pub expected_version: u64,
    pub accepted: Option<Accepted>,
    /// The frontier, as `Execution::to_frontier` gives it.
    pub frontier: String,
    pub status: Status,
    /// The number of the last event.
    pub seq: u64,
    /// When somebody must look at this execution even if nothing happens: a timer, a deadline,
    /// or a ready step that nobody took. `None` when terminal, or when runners hold all that is to do.
    pub wake_at: Option<Time>,
    /// The runners that hold steps of it.
    pub holders: Vec<Uuid>,
    pub started_at: Option<Time>,
    pub finished_at: Option<Time>,
    pub output: Option<Value>,
    pub error: Option<ErrorValue>,
    /// When it may be deleted; set with its end.
    pub expires_at: Option<Time>,
    /// Attempts that ended. Inserted, never updated: `(execution, step, attempt)` is unique.
    pub steps: Vec<StepRecord>,
    /// Waits for an answer from outside that began, and those that are over.
    pub waits: Vec<OpenWait>,
    pub waits_over: Vec<Uuid>,
    /// Kept signals that were taken with this.
    pub signals_over: Vec<Uuid>,
    /// What happened since the version before, in order.
    pub events: Vec<Event>,
    /// The execution that takes over this one's place under the limits of their workflow.
    pub place_passes_to: Option<Uuid>,
    /// Executions that begin with this commit, inserted in the same transaction; each has version 0 and `accepted`.
    pub spawned: Vec<Commit>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// Recorded; the execution now has this version.
    Done { version: u64 },
    /// Somebody else was faster: load, and apply again.
    Conflict,
    /// An execution with this idempotency key exists already.
    Duplicate { existing: Uuid },
}

/// An execution as it stands in the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub accepted: Accepted,
    pub version: u64,
    pub frontier: String,
    pub status: Status,
    /// It was held, and may begin now.
    pub admitted: bool,
    /// The number of the last event.
    pub seq: u64,
    /// Of every step that succeeded, or whose failure the run goes on from.
    pub outputs: Vec<StoredOutput>,
}

/// What an attempt of a step gave. When a block begins again, its steps succeed once more under the same address.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredOutput {
    pub path: String,
    pub attempt: u32,
    pub value: Value,
}

/// A terse look at an execution: enough to see that it moved on without us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glimpse {
    pub id: Uuid,
    pub version: u64,
    pub status: Status,
}

/// An execution whose `wake_at` has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub id: Uuid,
    /// It was handed out since its last commit already: whoever got it then may have died of what came next.
    pub again: bool,
}

/// An execution of which runners hold steps that are not among the living.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    pub id: Uuid,
    pub dead: Vec<Uuid>,
}

/// What came of a look at the runs that a workflow's limits hold back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LetIn {
    /// These may begin: offer them.
    pub admitted: Vec<Uuid>,
    /// These are to end without having begun.
    pub refused: Vec<(Uuid, ErrorValue)>,
    /// These are under way, and make room for others.
    pub cancel: Vec<Uuid>,
    /// There may be more that could begin: look again.
    pub more: bool,
}

/// Which waits are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaitFilter {
    Id(Uuid),
    /// Those for this signal; a signal with a key reaches those that wait for that key, and one without those that
    /// wait for none. It reaches runs of its owner only.
    Signal {
        owner: Uuid,
        name: String,
        key: Option<String>,
    },
    /// That of this step.
    Step {
        execution: Uuid,
        path: String,
    },
}

/// A step that waits for an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    pub id: Uuid,
    /// Whose run it is.
    pub owner: Uuid,
    pub execution: Uuid,
    pub path: String,
    pub request: Await,
}

/// A signal that nobody waited for when it was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptSignal {
    pub id: Uuid,
    /// Whose runs it is for.
    pub owner: Uuid,
    pub name: String,
    pub key: Option<String>,
    pub answer: Answer,
    pub sent_at: Time,
    /// After this it is forgotten.
    pub until: Time,
}

/// A kept signal, and the step that it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Meeting {
    pub signal: Uuid,
    pub answer: Answer,
    pub waiting: Waiting,
}

#[async_trait]
pub trait ExecutionStore: Send + Sync {
    /// Records progress. Calls made at the same time share a transaction (group commit);
    /// when this returns, the commit is durable.
    async fn commit(&self, commit: Commit) -> PortResult<Committed>;

    async fn load(&self, id: Uuid) -> PortResult<Option<Loaded>>;

    /// The same without what is kept beside the rows, and without outputs: enough to end an execution of which
    /// something is lost.
    async fn load_bare(&self, id: Uuid) -> PortResult<Option<Loaded>>;

    async fn glimpse(&self, ids: &[Uuid]) -> PortResult<Vec<Glimpse>>;

    /// Unfinished executions whose `wake_at` has passed by the database's clock, oldest first.
    /// Each is handed out at most once per `lease`: its `wake_at` is pushed on by that much.
    async fn due(&self, limit: usize, lease: std::time::Duration) -> PortResult<Vec<Due>>;

    /// Makes every unfinished execution that nobody holds due at once: the queue has lost its tickets.
    async fn wake_all(&self) -> PortResult<u64>;

    /// Unfinished executions with steps in the hands of runners that are not among the living, in the order
    /// of their ids, from the one after `after` on.
    async fn strays(&self, after: Option<Uuid>, limit: usize) -> PortResult<Vec<Stray>>;

    /// Unfinished executions that nobody waits for any more: their caller has ended, or whose they are is gone. In the order of
    /// their ids, from the one after `after` on.
    async fn orphans(&self, after: Option<Uuid>, limit: usize) -> PortResult<Vec<Uuid>>;

    /// Lets in what a workflow's limits allow now, in one transaction. Whatever is not done about the answer is
    /// answered again.
    async fn let_in(&self, workflow: Uuid) -> PortResult<LetIn>;

    /// Workflows about whose held runs something may have to be decided now.
    async fn gated(&self) -> PortResult<Vec<Uuid>>;

    /// Takes an idempotency key from an execution that began before a moment, so that it can be used again.
    async fn release_key(&self, execution: Uuid, before: Time) -> PortResult<bool>;

    /// Deletes executions that have expired, so many at most, and names them.
    async fn prune(&self, limit: usize) -> PortResult<Vec<Uuid>>;

    /// Steps that wait for an answer from outside, the oldest first.
    async fn waiting(&self, filter: &WaitFilter, limit: usize) -> PortResult<Vec<Waiting>>;

    /// Keeps a signal for the first step that comes to wait for it.
    async fn keep_signal(&self, signal: KeptSignal) -> PortResult<()>;

    /// Brings kept signals together with steps that wait for them: the oldest with the oldest, each step with one signal
    /// and each signal with one step, until that is answered or gone. Signals whose time is over are forgotten.
    async fn meet(&self) -> PortResult<Vec<Meeting>>;

    /// A signal does not fit the step that it was brought together with, and is for the next one.
    async fn refuse_signal(&self, signal: Uuid) -> PortResult<()>;

    /// The output or error of a finished execution, for the one that called it.
    async fn result(&self, id: Uuid) -> PortResult<Option<ExecutionResult>>;
}

#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionResult {
    pub status: Status,
    pub output: Option<Value>,
    pub error: Option<ErrorValue>,
}
