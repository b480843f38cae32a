//! What may be asked of an execution. Anything that the transition table does not list is [`Illegal`].

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::event::Event;
use super::record::StepRecord;
use super::signal::{Answer, OpenWait};
use super::status::{Status, StepStatus};
use crate::Time;
use crate::node::{Await, ErrorValue, Failure, Opening};
use crate::plan::StepIndex;

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// A runner begins the live attempt of a ready step.
    Take {
        step: StepIndex,
        attempt: u32,
        runner: Uuid,
    },
    /// The live attempt gave a result. A pure step may complete without having been taken.
    Complete {
        step: StepIndex,
        attempt: u32,
        result: Completion,
    },
    /// The live attempt failed.
    Fail {
        step: StepIndex,
        attempt: u32,
        failure: Failure,
        input: Option<Arc<Value>>,
        ran: Ran,
    },
    /// The step's `when` said no.
    Skip {
        step: StepIndex,
        attempt: u32,
        reason: String,
    },
    /// The live attempt waits for a time and then succeeds.
    Wait {
        step: StepIndex,
        attempt: u32,
        until: Time,
        output: Value,
        input: Option<Arc<Value>>,
        ran: Ran,
    },
    /// The live attempt waits for an execution that begins in the same commit.
    Call {
        step: StepIndex,
        attempt: u32,
        child: Uuid,
        input: Option<Arc<Value>>,
        ran: Ran,
    },
    /// The live attempt's blocks begin.
    Open {
        step: StepIndex,
        attempt: u32,
        opening: Opening,
        input: Option<Arc<Value>>,
        ran: Ran,
    },
    /// A called execution ended.
    ChildEnded {
        step: StepIndex,
        child: Uuid,
        status: Status,
        output: Option<Value>,
        error: Option<ErrorValue>,
    },
    /// The runner that held this attempt is dead.
    Lost {
        step: StepIndex,
        attempt: u32,
    },
    /// The runner that held this attempt stops, or lost the database for a while: no fault of the step's.
    HandBack {
        step: StepIndex,
        attempt: u32,
    },
    /// The live attempt waits for an answer from outside.
    Await {
        step: StepIndex,
        attempt: u32,
        wait: Uuid,
        request: Box<Await>,
        input: Option<Arc<Value>>,
        ran: Ran,
    },
    /// The answer is there.
    Answer {
        step: StepIndex,
        wait: Uuid,
        answer: Answer,
    },
    /// How a step ends that nobody runs is said from outside.
    Decide {
        step: StepIndex,
        attempt: u32,
        decision: Decision,
        reason: String,
    },
    /// Nothing new begins until somebody resumes the run; what runs comes to its end.
    Pause {
        reason: String,
    },
    Resume {
        reason: String,
    },
    /// Another run goes on in its place.
    Supersede {
        by: Uuid,
    },
    /// Time has passed: timers, retries and the run's deadline are looked at.
    Tick,
    /// A run that was held is let in.
    Release,
    /// A run that is held gives up before it began.
    Refuse {
        error: ErrorValue,
    },
    /// Somebody wants the run to end; when it is cleaning up already, to end at once.
    Cancel {
        reason: String,
    },
}

/// What becomes of a step that waits, or whose run is paused.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// It succeeds with this output.
    Give { output: Value, port: Option<String> },
    /// It is skipped, and the edges that leave it die.
    Skip,
    /// It begins anew.
    Retry,
}

/// A step's success.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    pub output: Arc<Value>,
    /// The port that its live edges leave by; `out` when the node names none.
    pub port: Option<Arc<str>>,
    pub input: Option<Arc<Value>>,
    pub reason: Option<String>,
    pub ran: Ran,
}

/// When an attempt began and who ran it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ran {
    pub started_at: Time,
    pub runner: Uuid,
}

/// What a command led to.
#[derive(Debug, Default, PartialEq)]
pub struct Effects {
    pub events: Vec<Event>,
    /// Attempts that ended, to be recorded.
    pub records: Vec<StepRecord>,
    /// Steps whose running attempt nobody wants any more.
    pub abort: Vec<StepIndex>,
    /// Called executions that nobody waits for any more.
    pub orphans: Vec<Uuid>,
    /// Waits for an answer that began.
    pub waits: Vec<OpenWait>,
    /// Waits that are over.
    pub waits_over: Vec<Uuid>,
}

/// A command that the execution's state does not allow. The state is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    #[error("the execution has already ended: {0}")]
    Ended(Status),
    #[error("step {0} does not exist")]
    NoSuchStep(StepIndex),
    /// The fence: a result of an attempt that is no longer the live one.
    #[error("attempt {given} of step {step} is not the live one, which is {live}")]
    Fenced {
        step: StepIndex,
        given: u32,
        live: u32,
    },
    #[error("step {step} is {status:?}, which does not allow this")]
    WrongState { step: StepIndex, status: StepStatus },
    #[error("the execution is {0}, which does not allow this")]
    NotNow(Status),
    #[error("step {step} does not wait for {wait}")]
    NotItsWait { step: StepIndex, wait: Uuid },
    #[error("as many steps of this run are running as its parallelism allows")]
    Saturated,
    #[error("the execution waits to be let in")]
    Held,
    #[error("the execution was let in already")]
    NotHeld,
    #[error("the execution is paused, but something of it still runs or is being undone")]
    Busy,
    #[error("step {0} holds no block")]
    NoBlock(StepIndex),
    #[error("workflows call each other too deep")]
    TooDeep,
    #[error("step {step} does not wait for execution {child}")]
    NotItsChild { step: StepIndex, child: Uuid },
}
