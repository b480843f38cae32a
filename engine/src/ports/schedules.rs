//! Schedules as the loop sees them that begins their runs: which are due, which of their ticks are open, and what became
//! of each.
//!
//! A tick starts exactly one execution, however many processes look and wherever they die:
//!
//! 1. Which ticks there are is decided in one transaction, with which the schedule moves on ([`Schedules::plan`]). It
//!    happens only if nobody else moved the schedule meanwhile, and a tick is unique by schedule and moment.
//! 2. That a tick starts, and under which id its execution does, is recorded before it does ([`Schedules::decide`]).
//!    Ids of executions are unique: whoever launches it again launches the same one.
//! 3. A tick is open until somebody has seen that its execution exists, or that there can be none
//!    ([`Schedules::settle`]). Whoever took it has it for a lease; after that another one takes it, and does again what is
//!    not known to be done. Who was thought dead and comes back has an older claim by then, and changes nothing.
//! 4. An execution is not deleted while its tick is open, so that "there is none" means that there was none.
//!
//! What is due and how long a claim lasts is told by the clock of the store; no clock of a host is asked.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use uuid::Uuid;

use super::PortResult;
use crate::Time;
use crate::schedule::{Overlap, ScheduleSpec};

/// A schedule at which somebody has to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueSchedule {
    pub id: Uuid,
    pub spec: ScheduleSpec,
    /// Everything up to this is decided.
    pub decided_until: Time,
    /// Now, by the clock of the store.
    pub now: Time,
    pub revision: u32,
}

/// What a schedule asks for from `decided_until` until now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// As it was when this was thought out.
    pub of: DueSchedule,
    /// The runs to begin, the oldest first.
    pub due: Vec<Time>,
    /// When to look again.
    pub next: Option<Time>,
    /// How many were missed and are left out.
    pub missed: u64,
}

/// Names a tick and the claim to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TickClaim {
    pub schedule: Uuid,
    pub scheduled_for: Time,
    /// How often it has been taken: a claim is good until somebody takes the tick again.
    pub taken: u32,
}

/// A tick in somebody's hands. All earlier ones of its schedule are settled.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenTick {
    pub claim: TickClaim,
    pub workflow: Uuid,
    /// The version to run: the published one, or the newest of a workflow that was never published. None of a workflow
    /// that is gone.
    pub version: Option<u32>,
    pub inputs: Value,
    pub overlap: Overlap,
    /// The execution that it starts, once that is decided.
    pub execution: Option<Uuid>,
    /// A later one is open as well.
    pub has_later: bool,
}

/// What became of a tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TickOutcome {
    Started { execution: Uuid },
    Skipped { reason: String },
    Failed { reason: String },
}

#[async_trait]
pub trait Schedules: Send + Sync {
    /// Schedules that somebody has to look at, the most overdue first.
    async fn due_schedules(&self, limit: usize) -> PortResult<Vec<DueSchedule>>;

    /// Records the ticks of a schedule and moves it on, in one transaction; false when somebody else did, or changed it.
    async fn plan(&self, planned: Planned) -> PortResult<bool>;

    /// Takes open ticks for a lease, of each schedule the oldest only.
    async fn take(&self, limit: usize, lease: Duration) -> PortResult<Vec<OpenTick>>;

    /// Executions that other ticks of the schedule started and that have not ended. Usually those are of earlier moments;
    /// not after a clock went back.
    async fn running(&self, claim: TickClaim) -> PortResult<Vec<Uuid>>;

    /// Records which execution a tick is about to start; false when the claim is no longer good.
    async fn decide(&self, claim: TickClaim, execution: Uuid) -> PortResult<bool>;

    /// Closes a tick; false when the claim is no longer good.
    async fn settle(&self, claim: TickClaim, outcome: TickOutcome) -> PortResult<bool>;

    /// Gives a tick back, to be looked at after a while.
    async fn postpone(&self, claim: TickClaim, by: Duration) -> PortResult<()>;

    /// Lets the ticks of a schedule that wait be looked at now.
    async fn hasten(&self, schedule: Uuid) -> PortResult<()>;

    /// How long until there is something to do; `None` when nothing is ahead.
    async fn next(&self) -> PortResult<Option<Duration>>;
}
