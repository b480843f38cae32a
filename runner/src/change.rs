//! Executions changed from outside, wherever they are being driven: pauses, decisions, answers.

use std::sync::Arc;

use engine::blob::{self, Blob};
use engine::execution::{Answer, Command, Decision, Execution, Illegal, apply};
use engine::plan::Plan;
use engine::ports::PortResult;
use engine::ports::bus::Notice;
use engine::ports::executions::{Commit, Committed, Loaded, Waiting};
use engine::ports::launcher::{CancelError, Change, ChangeError};
use engine::ports::queue::{Ticket, TicketReason};
use uuid::Uuid;

use crate::collaborators::Collaborators;
use crate::drive;
use crate::launch::{self, unusable};
use crate::options::Options;
use crate::plans::{PlanError, Plans};
use crate::tally::Marks;

/// Records a change, and lets a runner go on from it.
pub(crate) async fn change(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    id: Uuid,
    change: &Change,
) -> Result<(), ChangeError> {
    let wanted = |plan: &Plan, execution: &Execution| command(plan, execution, change);
    carry_out(ports, plans, options, id, wanted, None).await
}

/// A kept signal answers a step, and is gone with that.
pub(crate) async fn answer_by_signal(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    waiting: &Waiting,
    answer: Answer,
    signal: Uuid,
) -> Result<(), ChangeError> {
    let wait = waiting.id;
    let change = Change::Answer { wait, answer };
    let wanted = |plan: &Plan, execution: &Execution| command(plan, execution, &change);
    carry_out(
        ports,
        plans,
        options,
        waiting.execution,
        wanted,
        Some(signal),
    )
    .await
}

/// Records a command that comes from outside.
pub(crate) async fn apply_to(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    id: Uuid,
    command: Command,
) -> Result<(), ChangeError> {
    let wanted = |_: &Plan, _: &Execution| Ok(command.clone());
    carry_out(ports, plans, options, id, wanted, None).await
}

async fn carry_out(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    id: Uuid,
    command: impl Fn(&Plan, &Execution) -> Result<Command, ChangeError>,
    signal: Option<Uuid>,
) -> Result<(), ChangeError> {
    loop {
        let loaded = ports
            .executions
            .load(id)
            .await?
            .ok_or(ChangeError::NotFound)?;
        if loaded.status.is_terminal() {
            return Err(ChangeError::NotNow(loaded.status));
        }
        let (parent, owner) = (loaded.accepted.parent.clone(), loaded.accepted.owner);
        let (mut commit, orphans) = changed(ports, plans, options, loaded, &command).await?;
        commit.signals_over.extend(signal);
        let ended = commit.status.is_terminal();
        let events = Arc::from(commit.events.clone());
        let marks = Marks::of(owner, &commit);
        if let Committed::Done { .. } = ports.executions.commit(commit).await? {
            ports.tally.count(marks);
            let execution = id;
            ports
                .bus
                .publish(Notice::Events {
                    execution,
                    owner,
                    events,
                })
                .await;
            ports.bus.publish(Notice::Changed { execution }).await;
            let ticket = match (ended, parent) {
                (true, Some(parent)) => Ticket {
                    execution: parent.execution,
                    reason: TicketReason::ChildFinished {
                        step: parent.step,
                        child: id,
                    },
                },
                _ => Ticket {
                    execution,
                    reason: TicketReason::Wake,
                },
            };
            launch::offer(ports, &[ticket]).await;
            return Ok(cancel_orphans(ports, plans, options, orphans).await?);
        }
    }
}

/// Cancels executions that nobody waits for any more.
pub(crate) async fn cancel_orphans(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    orphans: Vec<Uuid>,
) -> PortResult<()> {
    for orphan in orphans {
        let reason = "the step that called it does not wait for it any more";
        match launch::cancel(ports, plans, options, orphan, reason).await {
            Ok(()) | Err(CancelError::Ended | CancelError::NotFound) => {}
            Err(CancelError::Port(error)) => return Err(error),
        }
    }
    Ok(())
}

/// The plan that an execution runs by.
pub(crate) async fn plan_of(plans: &Plans, loaded: &Loaded) -> Result<Arc<Plan>, ChangeError> {
    let accepted = &loaded.accepted;
    let plan = plans.version(accepted.workflow_id, accepted.workflow_version);
    plan.await.map_err(|error| match error {
        PlanError::Port(error) => error.into(),
        PlanError::Invalid(problems) => ChangeError::Invalid(problems),
    })
}

/// What an illegal command is to whoever asked for it.
pub(crate) fn refusal(execution: &Execution, illegal: Illegal) -> ChangeError {
    match illegal {
        Illegal::Ended(status) | Illegal::NotNow(status) => ChangeError::NotNow(status),
        Illegal::WrongState { status, .. } => ChangeError::StepNotNow(status),
        Illegal::NotItsWait { .. } => ChangeError::NoSuchWait,
        Illegal::Held => ChangeError::Held,
        Illegal::Busy => ChangeError::Busy,
        _ => ChangeError::NotNow(execution.status),
    }
}

async fn changed(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    loaded: Loaded,
    command: impl Fn(&Plan, &Execution) -> Result<Command, ChangeError>,
) -> Result<(Commit, Vec<Uuid>), ChangeError> {
    let plan = plan_of(plans, &loaded).await?;
    let version = loaded.version;
    let mut execution = Execution::from_loaded(&plan, loaded)
        .map_err(|error| unusable("reading the execution", error))?;
    let command = command(&plan, &execution)?;
    let now = ports.clock.now();
    let effects = apply(&mut execution, &plan, now, command)
        .map_err(|illegal| refusal(&execution, illegal))?;
    let orphans = effects.orphans.clone();
    let commit = drive::commit_of_progress(&plan, &execution, version, effects, options, now)
        .map_err(|error| unusable("writing the execution", error))?;
    Ok((commit, orphans))
}

/// What a change asks of the state machine.
fn command(plan: &Plan, execution: &Execution, change: &Change) -> Result<Command, ChangeError> {
    Ok(match change {
        Change::Pause { reason } => Command::Pause {
            reason: reason.clone(),
        },
        Change::Resume { reason } => Command::Resume {
            reason: reason.clone(),
        },
        Change::Decide {
            step: path,
            decision,
            reason,
        } => {
            if execution.status != engine::execution::Status::Paused {
                return Err(ChangeError::NotPaused);
            }
            let step = execution
                .step_at(plan, path)
                .ok_or(ChangeError::NoSuchStep)?;
            if let Decision::Give { output, .. } = decision {
                let own = |blob: &Blob| blob.execution == execution.id;
                blob::refuse(output, "/output", &own).map_err(ChangeError::Foreign)?;
            }
            let attempt = execution.step(step).map_or(1, |entry| entry.attempt);
            Command::Decide {
                step,
                attempt,
                decision: decision.clone(),
                reason: reason.clone(),
            }
        }
        Change::Answer { wait, answer } => {
            let (step, request) = execution.waiting(*wait).ok_or(ChangeError::NoSuchWait)?;
            Command::Answer {
                step,
                wait: *wait,
                answer: request.fit(answer.clone())?,
            }
        }
    })
}
