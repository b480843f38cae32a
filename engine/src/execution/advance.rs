//! What a step makes of its blocks: which turn or part comes next, and what the step itself comes to.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::block::{BlockResult, ROOT, View, Work};
use super::command::{Completion, Illegal, Ran};
use super::complete::succeed_step;
use super::end;
use super::event::EventKind;
use super::fail::{fail_attempt, fail_for_good};
use super::state::StepState;
use super::status::StepStatus;
use super::transition::{AttemptEnd, Transition};
use crate::node::{ErrorValue, Failure, Opening};
use crate::plan::{Part, StepIndex};
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
    if !t.plan_node(step).is_block() {
        return Err(Illegal::NoBlock(step));
    }
    t.begin();
    // What a loop goes over is needed until its end, and would weigh down every record of the state.
    let kept = serde_json::to_value(&opening).unwrap_or_default();
    let path = format!("{}[]", t.execution.path(t.plan, step));
    t.record_at(
        path.into(),
        step,
        attempt,
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
    advance(t, step);
    Ok(())
}

/// All steps of a frame have ended, and none of them in a failure that counts.
pub(super) fn settle(t: &mut Transition<'_>, frame: u32) {
    if frame == ROOT {
        end::succeed(t);
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
    end::cancel_frame(t, frame);
    close(t, frame, Err(error));
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
        end::cancel_frame(t, frame);
        close(t, frame, Ok(output.unwrap_or_default()));
    }
}

fn close(t: &mut Transition<'_>, frame: u32, result: BlockResult) {
    let Some(known) = t.execution.frames.get(&frame) else {
        return;
    };
    let (Some(holder), turn, block) = (known.holder, known.turn, known.block) else {
        return;
    };
    let part = t.plan.blocks[block as usize]
        .holder
        .map_or(Part::Body, |(_, part)| part);
    if let Some((_, Work::ForEach { .. })) = t.execution.work_of(frame) {
        record_turn(t, holder, turn, &result);
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

/// The result of a turn has a record of its own, from which the loop's result is put together.
fn record_turn(t: &mut Transition<'_>, holder: StepIndex, turn: u32, result: &BlockResult) {
    let path = format!("{}[{turn}]", t.execution.path(t.plan, holder));
    let ran = Ran {
        started_at: t.now,
        runner: Uuid::nil(),
    };
    let (status, end) = match result {
        Ok(output) => (
            StepStatus::Succeeded,
            AttemptEnd {
                output: Some(Arc::clone(output)),
                ..AttemptEnd::default()
            },
        ),
        Err(error) => (
            StepStatus::Failed,
            AttemptEnd {
                output: Some(Arc::new(super::state::error_output(error))),
                error: Some(error.clone()),
                ..AttemptEnd::default()
            },
        ),
    };
    t.record_at(path.into(), holder, 1, status, ran, end);
}

/// What comes next for a step whose blocks are under way.
enum Next {
    Wait,
    Start { turn: u32, part: Part },
    Succeed(Arc<Value>),
    Fail(ErrorValue),
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
            Next::Fail(error) => {
                end::cancel_blocks_of(t, step);
                let ran = since(t, step);
                let end = AttemptEnd {
                    error: Some(error.clone()),
                    ..AttemptEnd::default()
                };
                t.record_attempt(step, StepStatus::Failed, ran, end);
                fail_for_good(t, step, error);
                return;
            }
        }
    }
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
            if loop_state.next as usize == items.len() {
                if run.live > 0 {
                    return Next::Wait;
                }
                let results = results.iter();
                let results = results.map(|result| result.as_deref().cloned().unwrap_or_default());
                return Next::Succeed(Arc::new(results.collect()));
            }
            match run.live < loop_state.parallelism {
                true => body(loop_state.next),
                false => Next::Wait,
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
        Work::Try { stage, outcome } => {
            let holds = |part| t.plan_node(step).part(part).is_some();
            let begun = t.execution.step(step).is_some() && run.has_begun;
            let start = |part| Next::Start { turn: 0, part };
            match (stage, outcome) {
                (Part::Body, _) if !begun => start(Part::Body),
                (Part::Body, Err(_)) if holds(Part::Catch) => start(Part::Catch),
                (Part::Body | Part::Catch, _) if holds(Part::Finally) => start(Part::Finally),
                (_, Ok(output)) => Next::Succeed(Arc::clone(output)),
                (_, Err(error)) => Next::Fail(error.clone()),
            }
        }
        Work::Race { error: Some(error) } => Next::Fail(error.clone()),
        Work::Race { error: None } => match &run.winner {
            Some(output) => Next::Succeed(Arc::clone(output)),
            None => body(0),
        },
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
    let ran = since(t, step);
    end::cancel_blocks_of(t, step);
    let span = t
        .plan_node(step)
        .timeout
        .map(|timeout| timeout.to_string())
        .unwrap_or_default();
    let message = format!("the step took longer than its time-out of {span}");
    fail_attempt(t, step, Failure::permanent("timeout", message), None, ran);
}
