//! Lets in what a workflow's limits hold back, and does what the decision asks for.

use engine::Time;
use engine::execution::{Command, Effects, Execution, hold};
use engine::plan::Plan;
use engine::ports::PortResult;
use engine::ports::launcher::{CancelError, ChangeError};
use engine::ports::queue::{Ticket, TicketReason};
use uuid::Uuid;

use crate::change;
use crate::collaborators::Collaborators;
use crate::launch;
use crate::options::Options;
use crate::plans::Plans;

/// Holds a run back that was just accepted, if its workflow has limits.
pub(crate) fn hold_back(plan: &Plan, execution: &mut Execution, effects: &mut Effects, now: Time) {
    if plan.is_gated() {
        effects.events.extend(hold(execution, plan, now).events);
    }
}

/// Asks who may begin now, and offers, ends and cancels as the answer says. Should this be broken off, the sweeper
/// asks again and gets the same answer.
pub(crate) async fn let_in(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    workflow: Uuid,
) -> PortResult<()> {
    loop {
        let found = ports.executions.let_in(workflow).await?;
        let tickets: Vec<Ticket> = found
            .admitted
            .iter()
            .map(|execution| Ticket {
                execution: *execution,
                reason: TicketReason::Wake,
            })
            .collect();
        launch::offer(ports, &tickets).await;
        for (execution, error) in found.refused {
            let command = Command::Refuse { error };
            match change::apply_to(ports, plans, options, execution, command).await {
                // It ended, or was let in, meanwhile.
                Ok(()) | Err(ChangeError::NotFound | ChangeError::NotNow(_)) => {}
                Err(error) => {
                    tracing::warn!(execution.id = %execution, %error, "a refused execution could not be ended yet");
                }
            }
        }
        for execution in found.cancel {
            let reason = "a newer run of the same concurrency key takes its place";
            match launch::cancel(ports, plans, options, execution, reason).await {
                Ok(()) | Err(CancelError::Ended | CancelError::NotFound) => {}
                Err(error) => {
                    tracing::warn!(execution.id = %execution, %error, "an execution could not be made to give its place away yet");
                }
            }
        }
        if !found.more {
            return Ok(());
        }
    }
}

/// The same, beside whatever goes on; an error is the sweeper's to mend.
pub(crate) async fn let_in_soon(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    workflow: Uuid,
) {
    if let Err(error) = let_in(ports, plans, options, workflow).await {
        tracing::warn!(workflow.id = %workflow, %error, "held executions could not be let in; the sweeper will");
    }
}
