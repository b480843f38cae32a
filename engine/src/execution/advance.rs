//! What a step makes of its blocks: which turn or part comes next, and what the step itself comes to.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::block::{BlockResult, Ends, ROOT, View, Work};
use super::command::{Completion, Illegal, Ran};
use super::complete::succeed_step;
use super::event::EventKind;
use super::fail::fail_for_good;
use super::state::StepState;
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
use super::{end, goal, undo, unwind};
use crate::node::{ErrorValue, Opening};
use crate::plan::{Part, StepIndex};
use crate::size;
use crate::template::Scope;

/// Opens the blocks of a step.
pub(super) fn open(
    t: &mut Transition<'_>,
    step: StepIndex,
    attempt: u32,
    opening: Opening,
    input: Option<Arc<Value>>,
    ran: Ran,
) -> Result<(), Illegal> {
    t.check_result(step, attempt, ran)?;
    t.begin();
    begin_blocks(t, step, opening, input, ran)?;
    advance(t, step);
    Ok(())
}

/// Records with what a step's blocks begin.
pub(super) fn begin_blocks(
    t: &mut Transition<'_>,
    step: StepIndex,
    opening: Opening,
    input: Option<Arc<Value>>,
    ran: Ran,
) -> Result<(), Illegal> {
    if !t.plan_node(step).is_block() {
        return Err(Illegal::NoBlock(step));
    }
    // What a loop goes over is needed until its end, and would weigh down every record of the state.
    let kept = serde_json::to_value(&opening).unwrap_or_default();
    let path = format!("{}[]", t.execution.path(t.plan, step));
    t.record_at(
        path.into(),
        step,
        t.attempt(step),
        StepStatus::Running,
        ran,
        AttemptEnd {
            input,
            output: Some(Arc::new(kept)),
            ..AttemptEnd::default()
        },
    );
    let until = t
        .plan_node(step)
        .timeout
        .map(|timeout| t.now + timeout.to_delta());
    let reference = t.reference(step);
    t.record(EventKind::StepOpened {
        step: reference,
        until,
        opening,
    });
    Ok(())
}

/// All steps of a frame have ended, and none of them in a failure that counts.
pub(super) fn settle(t: &mut Transition<'_>, frame: u32) {
    let Some(known) = t.execution.frames.get(&frame) else {
        return;
    };
    if known.undoes.is_some() {
        undo::ended(t, frame, Ok(Arc::default()));
        return;
    }
    let ends_as = known.ends_as.clone();
    if frame == ROOT {
        match ends_as {
            Some(_) => end::clean_up(t),
            None => end::succeed(t),
        }
        return;
    }
    if let Some(result) = ends_as {
        close(t, frame, result);
        return;
    }
    let lost_race = match t.execution.work_of(frame) {
        Some((_, Work::Race { error })) => Some(error.clone().unwrap_or_else(|| {
            ErrorValue::new("nobody_won", "no branch of the race came to its end")
        })),
        Some(_) => None,
        None => return,
    };
    let result = match lost_race {
        Some(error) => Err(error),
        None => end::output_of(t.execution, t.plan, frame),
    };
    close(t, frame, result);
}

/// A step failed for good: its frame ends, and whatever is still open in it with it.
pub(super) fn fail_frame(t: &mut Transition<'_>, frame: u32, error: ErrorValue) {
    if t.execution
        .frames
        .get(&frame)
        .is_some_and(|frame| frame.undoes.is_some())
    {
        end::cancel_frame(t, frame);
        undo::ended(t, frame, Err(error));
        return;
    }
    unwind::stop_frame(t, frame, Err(error));
}

/// In a race, the first of the last nodes to succeed ends it for the others.
pub(super) fn decide_race(t: &mut Transition<'_>, step: StepIndex) {
    let Some((node, frame)) = t
        .execution
        .step(step)
        .map(|entry| (entry.node, entry.frame))
    else {
        return;
    };
    if !matches!(t.execution.work_of(frame), Some((_, Work::Race { .. }))) {
        return;
    }
    let block = t.plan.nodes[node as usize].block;
    if t.plan.blocks[block as usize].sinks.contains(&node) {
        let output = t
            .execution
            .step(step)
            .and_then(|entry| entry.output.clone());
        unwind::stop_frame(t, frame, Ok(output.unwrap_or_default()));
    }
}

pub(super) fn close(t: &mut Transition<'_>, frame: u32, result: BlockResult) {
    let Some(known) = t.execution.frames.get(&frame) else {
        return;
    };
    let (Some(holder), turn, block) = (known.holder, known.turn, known.block) else {
        return;
    };
    let part = t.plan.blocks[block as usize]
        .holder
        .map_or(Part::Body, |(_, part)| part);
    match t.execution.work_of(frame) {
        Some((_, Work::ForEach { .. } | Work::While { .. })) => {
            record_part(t, holder, &turn.to_string(), &result, true);
        }
        // What came before `catch` and `finally` is needed when a step of theirs runs again.
        Some((_, Work::Try { .. })) if part != Part::Finally => {
            let keeps = t.plan_node(holder).part(Part::Finally).is_some();
            record_part(t, holder, part.as_str(), &result, keeps);
        }
        _ => {}
    }
    let reference = t.reference(holder);
    t.record(EventKind::BlockEnded {
        step: reference,
        turn,
        part,
        result,
    });
    advance(t, holder);
}

/// The result of a turn or part has a record of its own, from which a loop's result is put together and with
/// which a later run can go on from a step in there.
fn record_part(
    t: &mut Transition<'_>,
    holder: StepIndex,
    name: &str,
    result: &BlockResult,
    keeps_output: bool,
) {
    let base = match t.execution.step(holder).map(|entry| &entry.state) {
        Some(StepState::Block(run)) if run.ends.is_none() => run.base,
        // It is being stopped, and nobody asks for this.
        _ => return,
    };
    let path = format!("{}[{name}]", t.execution.path(t.plan, holder));
    let ran = Ran {
        started_at: t.now,
        runner: Uuid::nil(),
    };
    let (status, end) = match result {
        Ok(output) => (
            StepStatus::Succeeded,
            AttemptEnd {
                output: keeps_output.then(|| Arc::clone(output)),
                ..AttemptEnd::default()
            },
        ),
        Err(error) => (
            StepStatus::Failed,
            AttemptEnd {
                output: keeps_output.then(|| Arc::new(super::state::error_output(error))),
                error: Some(error.clone()),
                ..AttemptEnd::default()
            },
        ),
    };
    t.record_at(path.into(), holder, base + 1, status, ran, end);
}

/// What comes next for a step whose blocks are under way.
enum Next {
    Wait,
    Start {
        turn: u32,
        part: Part,
    },
    /// Undoes the last thing that the step did in there.
    Undo,
    Succeed(Arc<Value>),
    Fail(ErrorValue),
    /// It was stopped, and everything is cleaned up.
    Cancel,
}

/// Begins what may begin, and ends the step when there is nothing left.
pub(super) fn advance(t: &mut Transition<'_>, step: StepIndex) {
    loop {
        if t.execution.status.is_terminal() {
            return;
        }
        match next(t, step) {
            Next::Wait => return,
            Next::Start { turn, part } => {
                let reference = t.reference(step);
                t.record(EventKind::BlockStarted {
                    step: reference,
                    turn,
                    part,
                });
            }
            Next::Succeed(output) => {
                let ran = since(t, step);
                let result = Completion {
                    output,
                    port: None,
                    input: None,
                    reason: None,
                    ran,
                };
                succeed_step(t, step, result);
                return;
            }
            Next::Undo => {
                undo::start(t, Some(step));
                return;
            }
            Next::Fail(error) => {
                fail_block(t, step, error);
                return;
            }
            Next::Cancel => {
                end::cancel_step(t, step);
                return;
            }
        }
    }
}

/// A step with blocks fails: at once, or once what is in there has cleaned up.
fn fail_block(t: &mut Transition<'_>, step: StepIndex, error: ErrorValue) {
    let stops = t
        .execution
        .frames_of(step)
        .into_iter()
        .any(|frame| t.execution.frame_cleans_up(t.plan, frame));
    if stops {
        unwind::stop_block(t, step, Ends::Failed { error });
        return;
    }
    end::cancel_blocks_of(t, step);
    let ran = since(t, step);
    let end = AttemptEnd {
        error: Some(error.clone()),
        ..AttemptEnd::default()
    };
    t.record_attempt(step, StepStatus::Failed, ran, end);
    fail_for_good(t, step, error);
}

fn since(t: &Transition<'_>, step: StepIndex) -> Ran {
    Ran {
        started_at: t.execution.since(step, t.now),
        runner: Uuid::nil(),
    }
}

fn next(t: &Transition<'_>, step: StepIndex) -> Next {
    let Some(StepState::Block(run)) = t.execution.step(step).map(|entry| &entry.state) else {
        return Next::Wait;
    };
    let body = |turn| Next::Start {
        turn,
        part: Part::Body,
    };
    if let (Some(ends), false) = (&run.ends, matches!(run.work, Work::Try { .. })) {
        return match run.live {
            0 => stopped(ends),
            _ => Next::Wait,
        };
    }
    match &run.work {
        Work::ForEach {
            items,
            results,
            loop_state,
        } => {
            if let Some(error) = &loop_state.error
                && loop_state.failed > loop_state.tolerated
            {
                return Next::Fail(of_turns(error, loop_state.failed, items.len()));
            }
            if let Some(wanted) = goal::turn(t, step) {
                let begun =
                    run.live > 0 || loop_state.next > wanted || loop_state.ahead.contains(&wanted);
                return match wanted as usize {
                    // The turn came to its end without the step that is wanted.
                    _ if begun && run.live == 0 => Next::Fail(goal::missed(
                        t.execution.options.only.as_deref().unwrap_or_default(),
                    )),
                    _ if begun => Next::Wait,
                    turn if turn >= items.len() => {
                        let message =
                            format!("the loop has {} turns, and none {turn}", items.len());
                        Next::Fail(ErrorValue::new("step_not_reached", message))
                    }
                    _ => body(wanted),
                };
            }
            let done = |turn: u32| {
                results.get(turn as usize).is_some_and(Option::is_some)
                    || loop_state.ahead.contains(&turn)
            };
            let next = (loop_state.next..items.len() as u32).find(|turn| !done(*turn));
            match next {
                Some(turn) if run.live < loop_state.parallelism => body(turn),
                Some(_) => Next::Wait,
                None if run.live > 0 => Next::Wait,
                None => {
                    let results = results.iter();
                    let results =
                        results.map(|result| result.as_deref().cloned().unwrap_or_default());
                    match size::check_collected(results.collect()) {
                        Ok(results) => Next::Succeed(Arc::new(results)),
                        Err(error) => Next::Fail(error),
                    }
                }
            }
        }
        _ if run.live > 0 => Next::Wait,
        Work::While {
            state,
            turn,
            most,
            error,
        } => {
            if let Some(error) = error {
                return Next::Fail(error.clone());
            }
            match runs_again(t, step, state, *turn) {
                Err(error) => Next::Fail(error),
                Ok(false) => Next::Succeed(Arc::clone(state)),
                Ok(true) if turn >= most => {
                    let message = format!(
                        "the loop has taken its {most} turns and its condition still holds: raise `max`, or mend the condition"
                    );
                    Next::Fail(ErrorValue::new("loop_limit", message))
                }
                Ok(true) => body(*turn),
            }
        }
        Work::Try {
            stage,
            outcome,
            undo,
            undo_failed,
        } => {
            let holds = |part| t.plan_node(step).part(part).is_some();
            let start = |part| Next::Start { turn: 0, part };
            let fails = outcome.is_err() || run.ends.is_some();
            let catches = run.ends.is_none() && undo_failed.is_none() && holds(Part::Catch);
            match (stage, outcome, &run.ends) {
                (Part::Body, _, None) if !run.has_begun => start(Part::Body),
                (Part::Body | Part::Catch, _, _) if fails && !undo.is_empty() => Next::Undo,
                (Part::Body, Err(_), _) if catches => start(Part::Catch),
                (Part::Body | Part::Catch, _, _) if holds(Part::Finally) => start(Part::Finally),
                (_, _, Some(ends)) => stopped(ends),
                (_, Err(error), _) => Next::Fail(match undo_failed {
                    Some(failed) => and_undo_failed(error, failed),
                    None => error.clone(),
                }),
                (_, Ok(output), _) => Next::Succeed(Arc::clone(output)),
            }
        }
        Work::Race { error: Some(error) } => Next::Fail(error.clone()),
        Work::Race { error: None } => match &run.winner {
            Some(output) => Next::Succeed(Arc::clone(output)),
            None => body(0),
        },
    }
}

fn stopped(ends: &Ends) -> Next {
    match ends {
        Ends::Cancelled { .. } => Next::Cancel,
        Ends::Failed { error } => Next::Fail(error.clone()),
    }
}

pub(super) fn and_undo_failed(error: &ErrorValue, failed: &ErrorValue) -> ErrorValue {
    ErrorValue {
        code: failed.code.clone(),
        message: format!("{}; {}", error.message, failed.message),
        details: error.details.clone(),
    }
}

fn of_turns(error: &ErrorValue, failed: u32, turns: usize) -> ErrorValue {
    ErrorValue {
        message: format!(
            "{failed} of {turns} turns failed; the first: {}",
            error.message
        ),
        ..error.clone()
    }
}

/// Asks the condition of a loop before a turn.
fn runs_again(
    t: &Transition<'_>,
    step: StepIndex,
    state: &Arc<Value>,
    turn: u32,
) -> Result<bool, ErrorValue> {
    let condition = t
        .plan_node(step)
        .part(Part::Body)
        .and_then(|block| t.plan.blocks[block as usize].condition.as_ref());
    let Some(condition) = condition else {
        return Ok(false);
    };
    let run = t.execution.run_info(t.plan);
    let view: View<'_> = t.execution.seen_from(t.plan, step);
    let view = view.with_state(Arc::clone(state), turn);
    let scope = Scope {
        inputs: &t.execution.inputs,
        outputs: &view,
        run: &run,
    };
    match condition.resolve(&scope)? {
        Value::Bool(again) => Ok(again),
        other => {
            let message = format!("`while` must give true or false, not {other}");
            Err(ErrorValue::new("expression_error", message))
        }
    }
}

/// The step's time-out is over before its blocks are.
pub(super) fn time_out(t: &mut Transition<'_>, step: StepIndex) {
    let span = t
        .plan_node(step)
        .timeout
        .map(|timeout| timeout.to_string())
        .unwrap_or_default();
    let message = format!("the step took longer than its time-out of {span}");
    fail_block(t, step, ErrorValue::new("timeout", message));
}
