//! What is done about one tick: it waits for its turn, is left out, or starts its execution.

use std::sync::Arc;
use std::time::Duration;

use chrono::SecondsFormat;
use engine::ports::launcher::{CancelError, Launch, LaunchError, Launcher};
use engine::ports::schedules::{OpenTick, TickOutcome};
use engine::ports::{PortError, PortResult};
use engine::schedule::Overlap;
use uuid::Uuid;

use super::watch::Watch;
use crate::launch::LocalLauncher;
use crate::shared::Shared;

/// A tick that waits for a run to end is looked at again after this, should nobody tell of that end.
const WAIT: Duration = Duration::from_secs(10);

/// The pause before a run is begun again that could not be recorded.
const AGAIN: Duration = Duration::from_secs(2);

/// Does what there is to be done; what fails is done again by whoever takes the tick next.
pub(super) async fn begin(shared: &Arc<Shared>, watch: &Watch, tick: OpenTick) {
    let claim = tick.claim;
    if let Err(error) = carry_out(shared, watch, tick).await {
        tracing::warn!(schedule.id = %claim.schedule, scheduled_for = %claim.scheduled_for, %error, "a scheduled run could not be begun yet");
        // Out of reach as well, the store has the tick taken again after its lease.
        let _ = shared.ports.schedules.postpone(claim, AGAIN).await;
    }
}

async fn carry_out(shared: &Arc<Shared>, watch: &Watch, tick: OpenTick) -> PortResult<()> {
    let ports = &shared.ports;
    let outcome = match tick.execution {
        // Somebody has begun it, and may have died before this was known.
        Some(execution) if exists(shared, execution).await? => TickOutcome::Started { execution },
        Some(execution) => launch(shared, &tick, execution).await?,
        None => match turn(shared, watch, &tick).await? {
            Turn::Waits => return ports.schedules.postpone(tick.claim, WAIT).await,
            Turn::LeftOut(reason) => TickOutcome::Skipped {
                reason: reason.to_owned(),
            },
            Turn::Begins => {
                let execution = ports.clock.id();
                if !ports.schedules.decide(tick.claim, execution).await? {
                    return Ok(());
                }
                launch(shared, &tick, execution).await?
            }
        },
    };
    if let TickOutcome::Failed { reason } = &outcome {
        tracing::warn!(schedule.id = %tick.claim.schedule, scheduled_for = %tick.claim.scheduled_for, reason, "a scheduled run can't begin");
    }
    let failed = match &outcome {
        TickOutcome::Failed { reason } => Some(reason.clone()),
        _ => None,
    };
    let settled = ports.schedules.settle(tick.claim, outcome).await?;
    if let Some(reason) = failed.filter(|_| settled) {
        let happenings = &shared.happenings;
        happenings.schedule_failed(tick.claim.schedule, reason, ports.clock.now());
    }
    Ok(())
}

enum Turn {
    Begins,
    Waits,
    LeftOut(&'static str),
}

/// Whether a tick may start, seeing that earlier ones may still be at work.
async fn turn(shared: &Arc<Shared>, watch: &Watch, tick: &OpenTick) -> PortResult<Turn> {
    let schedules = &shared.ports.schedules;
    if tick.overlap == Overlap::Allow {
        return Ok(Turn::Begins);
    }
    if tick.overlap == Overlap::CancelRunning && tick.has_later {
        return Ok(Turn::LeftOut("a later run takes its place"));
    }
    let running = schedules.running(tick.claim).await?;
    if running.is_empty() {
        return Ok(Turn::Begins);
    }
    if tick.overlap == Overlap::Skip {
        return Ok(Turn::LeftOut("an earlier run goes on still"));
    }
    // From here on its end is heard of, whether it comes before or after the next question.
    watch.for_end_of(running[0], tick.claim.schedule).await;
    if tick.overlap == Overlap::CancelRunning {
        for execution in running {
            let reason = "the schedule begins its next run in its place";
            match shared.cancel(execution, reason).await {
                Ok(()) | Err(CancelError::Ended | CancelError::NotFound) => {}
                Err(CancelError::Port(error)) => return Err(error),
            }
        }
    }
    match schedules.running(tick.claim).await?.is_empty() {
        true => Ok(Turn::Begins),
        false => Ok(Turn::Waits),
    }
}

/// Starts the execution that was decided on; it may have been started before.
async fn launch(shared: &Arc<Shared>, tick: &OpenTick, id: Uuid) -> PortResult<TickOutcome> {
    let failed = |reason: String| Ok(TickOutcome::Failed { reason });
    let Some(version) = tick.version else {
        return failed("its workflow was deleted".to_owned());
    };
    let definition = shared.ports.definitions.version(tick.workflow, version);
    let Some(definition) = definition.await? else {
        return failed(format!("version {version} of its workflow is gone"));
    };
    let claim = &tick.claim;
    let moment = claim
        .scheduled_for
        .to_rfc3339_opts(SecondsFormat::Secs, true);
    let order = Launch {
        id,
        definition: Arc::new(definition),
        inputs: tick.inputs.clone(),
        trigger: format!("schedule:{}", claim.schedule),
        started_by: None,
        // One of its own: the workflow's rule for equal inputs is not for runs that are meant to be alike.
        idempotency_key: Some(format!("schedule:{}:{moment}", claim.schedule)),
        options: Default::default(),
        again: None,
        wait: false,
    };
    let launcher = LocalLauncher {
        shared: Arc::clone(shared),
    };
    match launcher.launch(order).await {
        Ok(launched) => Ok(TickOutcome::Started {
            execution: launched.id,
        }),
        Err(LaunchError::Invalid(problems)) => failed(problems.to_string()),
        // Whatever became of it: somebody else may have recorded it, or this one without hearing of it.
        Err(LaunchError::Unavailable(_)) if exists(shared, id).await? => {
            Ok(TickOutcome::Started { execution: id })
        }
        Err(LaunchError::Unavailable(source)) => Err(PortError {
            doing: "begin a scheduled run",
            transient: true,
            source: source.into(),
        }),
        Err(LaunchError::Port(error)) => Err(error),
    }
}

async fn exists(shared: &Shared, execution: Uuid) -> PortResult<bool> {
    let found = shared.ports.executions.glimpse(&[execution]).await?;
    Ok(!found.is_empty())
}
