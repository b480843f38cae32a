//! The execution state machine: `apply(state, plan, now, command) -> effects`.
//!
//! A command is checked, then told as events; each event changes the state through [`Execution::evolve`]
//! and nothing else does, so that replaying the events rebuilds the state.

mod accept;
mod address;
mod advance;
mod apart;
mod attempts;
mod block;
mod call;
mod cancel;
mod command;
mod complete;
mod decide;
mod earlier;
mod end;
mod event;
mod expire;
mod fail;
mod frontier;
mod goal;
mod hold;
mod lost;
mod moving;
mod options;
mod pause;
mod query;
mod record;
mod rerun;
mod shown;
mod signal;
mod skip;
mod state;
mod status;
mod steps;
mod stored_outputs;
mod stored_work;
mod supersede;
mod take;
mod tick;
mod transition;
mod undo;
mod unwind;
mod wait;

pub use accept::{accept, replay};
pub use apart::{frontier_away, join_frontier, part_frontier};
pub use block::{BlockResult, Ends, Frame, FrameIndex, View};
pub use command::{Command, Completion, Decision, Effects, Illegal, Ran};
pub use earlier::{Earlier, EarlierStep, Failures};
pub use event::{Event, EventKind, StepRef, Unfinished, Waiting};
pub use frontier::BadFrontier;
pub use hold::hold;
pub use moving::{Move, MoveClass, MoveReason, MovedStep, NoMove, plan_move};
pub use options::{Pin, RunOptions};
pub use record::StepRecord;
pub use rerun::{NoRerun, rerun};
pub use shown::{FrontierStep, Marks, frontier_marks, frontier_steps};
pub use signal::{Answer, OpenWait, ResumeLinks, Unfit};
pub use state::{Ending, Execution, Moved, Step, StepState};
pub use status::{Status, StepStatus, UnknownStatus};
pub use supersede::moved_to;
pub use transition::UNREACHED;

use transition::Transition;

use crate::Time;
use crate::plan::Plan;

/// How many runners a step may take down with it before it is set aside.
pub const MAX_LOST: u32 = 3;

/// How deep workflows may call each other.
pub const MAX_CALL_DEPTH: u32 = 16;

/// Carries out a command, or says why the state does not allow it; then the state is unchanged.
pub fn apply(
    execution: &mut Execution,
    plan: &Plan,
    now: Time,
    command: Command,
) -> Result<Effects, Illegal> {
    if execution.status.is_terminal() {
        return Err(Illegal::Ended(execution.status));
    }
    hold::check(execution, &command)?;
    let mut transition = Transition::new(execution, plan, now);
    match command {
        Command::Take {
            step,
            attempt,
            runner,
        } => take::take(&mut transition, step, attempt, runner)?,
        Command::Complete {
            step,
            attempt,
            result,
        } => complete::complete(&mut transition, step, attempt, result)?,
        Command::Fail {
            step,
            attempt,
            failure,
            input,
            ran,
        } => {
            fail::fail(&mut transition, step, attempt, failure, input, ran)?;
        }
        Command::Skip {
            step,
            attempt,
            reason,
        } => skip::skip(&mut transition, step, attempt, reason)?,
        Command::Wait {
            step,
            attempt,
            until,
            output,
            input,
            ran,
        } => {
            wait::wait(&mut transition, step, attempt, until, output, input, ran)?;
        }
        Command::Call {
            step,
            attempt,
            child,
            input,
            ran,
        } => {
            call::call(&mut transition, step, attempt, child, input, ran)?;
        }
        Command::Open {
            step,
            attempt,
            opening,
            input,
            ran,
        } => advance::open(&mut transition, step, attempt, opening, input, ran)?,
        Command::ChildEnded {
            step,
            child,
            status,
            output,
            error,
        } => {
            call::child_ended(&mut transition, step, child, status, output, error)?;
        }
        Command::Lost { step, attempt } => lost::lost(&mut transition, step, attempt)?,
        Command::HandBack { step, attempt } => lost::hand_back(&mut transition, step, attempt)?,
        Command::Await {
            step,
            attempt,
            wait,
            request,
            input,
            ran,
        } => signal::open(&mut transition, step, attempt, wait, request, input, ran)?,
        Command::Answer { step, wait, answer } => {
            signal::answer(&mut transition, step, wait, answer)?;
        }
        Command::Decide {
            step,
            attempt,
            decision,
            reason,
        } => decide::decide(&mut transition, step, attempt, decision, reason)?,
        Command::Pause { reason } => pause::pause(&mut transition, reason)?,
        Command::Resume { reason } => pause::resume(&mut transition, reason)?,
        Command::Supersede { by } => supersede::supersede(&mut transition, by)?,
        Command::Tick => tick::tick(&mut transition),
        Command::Release => hold::release(&mut transition)?,
        Command::Refuse { error } => hold::refuse(&mut transition, error)?,
        Command::Cancel { reason } => cancel::cancel(&mut transition, &reason),
    }
    Ok(transition.finish())
}
