//! How executions begin and are cancelled, here or by way of the queue.

use std::sync::Arc;

use async_trait::async_trait;
use engine::Time;
use engine::execution::{
    Command, Effects, Event, EventKind, Execution, NoRerun, Status, accept, apply, rerun,
};
use engine::node::ErrorValue;
use engine::plan::Plan;
use engine::ports::PortError;
use engine::ports::bus::Notice;
use engine::ports::executions::{Accepted, Commit, Committed, ExecutionResult, Loaded, Rerun};
use engine::ports::launcher::{
    CancelError, Change, ChangeError, Launch, LaunchError, Launched, Launcher, MoveError, Recorded,
};
use engine::ports::queue::{Ticket, TicketReason};
use engine::problem::{Problem, Problems};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::blobs;
use crate::change;
use crate::collaborators::Collaborators;
use crate::drive::{self, Reply};
use crate::failure;
use crate::gate;
use crate::options::Options;
use crate::plans::{PlanError, Plans};
use crate::shared::Shared;
use crate::supersede;
use crate::tally::Marks;
use crate::vars;

/// Accepts executions for runners elsewhere: commits, then offers a ticket.
pub struct RemoteLauncher {
    ports: Collaborators,
    options: Options,
    plans: Plans,
}

impl RemoteLauncher {
    pub fn new(ports: Collaborators, options: Options) -> Self {
        let plans = Plans::new(Arc::clone(&ports.definitions), Arc::clone(&ports.catalog));
        Self {
            ports,
            options,
            plans,
        }
    }
}

#[async_trait]
impl Launcher for RemoteLauncher {
    async fn launch(&self, launch: Launch) -> Result<Launched, LaunchError> {
        let plan = self
            .plans
            .of(&launch.definition)
            .map_err(into_launch_error)?;
        let (ports, plans, options) = (&self.ports, &self.plans, &self.options);
        let launch = vars::pin(ports, &plan, blobs::take_over(ports, launch).await?).await?;
        let launch = with_key(&plan, launch)?;
        let launched = launch_remotely(ports, plans, options, &plan, launch.clone()).await?;
        match is_free_again(ports, &plan, &launched).await? {
            true => launch_remotely(ports, plans, options, &plan, launch).await,
            false => Ok(launched),
        }
    }

    async fn cancel(&self, execution: Uuid, reason: &str) -> Result<(), CancelError> {
        cancel(&self.ports, &self.plans, &self.options, execution, reason).await
    }

    async fn change(&self, execution: Uuid, change: Change) -> Result<(), ChangeError> {
        change::change(&self.ports, &self.plans, &self.options, execution, &change).await
    }

    async fn supersede(
        &self,
        execution: Uuid,
        seq: u64,
        by: Launch,
    ) -> Result<Launched, MoveError> {
        let (ports, plans, options) = (&self.ports, &self.plans, &self.options);
        supersede::supersede(ports, plans, options, execution, seq, by).await
    }
}

/// Accepts executions and drives them in this process, as long as there is room.
pub(crate) struct LocalLauncher {
    pub(crate) shared: Arc<Shared>,
}

#[async_trait]
impl Launcher for LocalLauncher {
    async fn launch(&self, launch: Launch) -> Result<Launched, LaunchError> {
        let shared = &self.shared;
        let plan = shared
            .plans
            .of(&launch.definition)
            .map_err(into_launch_error)?;
        let launch = blobs::take_over(&shared.ports, launch).await?;
        let launch = vars::pin(&shared.ports, &plan, launch).await?;
        let launch = with_key(&plan, launch)?;
        let launched = self.launch_once(&plan, launch.clone()).await?;
        match is_free_again(&shared.ports, &plan, &launched).await? {
            true => self.launch_once(&plan, launch).await,
            false => Ok(launched),
        }
    }

    async fn cancel(&self, execution: Uuid, reason: &str) -> Result<(), CancelError> {
        self.shared.cancel(execution, reason).await
    }

    async fn change(&self, execution: Uuid, change: Change) -> Result<(), ChangeError> {
        let shared = &self.shared;
        change::change(
            &shared.ports,
            &shared.plans,
            &shared.options,
            execution,
            &change,
        )
        .await
    }

    async fn supersede(
        &self,
        execution: Uuid,
        seq: u64,
        by: Launch,
    ) -> Result<Launched, MoveError> {
        let shared = &self.shared;
        let (ports, plans, options) = (&shared.ports, &shared.plans, &shared.options);
        supersede::supersede(ports, plans, options, execution, seq, by).await
    }
}

impl LocalLauncher {
    async fn launch_once(&self, plan: &Arc<Plan>, launch: Launch) -> Result<Launched, LaunchError> {
        let shared = &self.shared;
        let permit = match Arc::clone(&shared.executions).try_acquire_owned() {
            // What has to be let in begins with a ticket, like what others let in.
            Ok(permit) if !shared.is_draining() && !plan.is_gated() => permit,
            _ => {
                let (ports, plans, options) = (&shared.ports, &shared.plans, &shared.options);
                return launch_remotely(ports, plans, options, plan, launch).await;
            }
        };
        let wait = launch.wait;
        let (accepted, begun) = prepare(plan, launch, shared.ports.clock.now())?;
        let (sender, receiver) = oneshot::channel();
        drive::drive_new(
            shared,
            Arc::clone(plan),
            accepted,
            begun,
            Reply { sender, wait },
            permit,
        );
        receiver.await.unwrap_or(Err(LaunchError::Unavailable(
            "the execution could not be recorded: the database is out of reach, or the server is stopping",
        )))
    }
}

/// The launch with the key that the workflow's settings give, unless the caller gave one.
fn with_key(plan: &Plan, mut launch: Launch) -> Result<Launch, LaunchError> {
    let keyed = plan.document.settings.idempotency.is_some();
    if keyed && launch.idempotency_key.is_none() && launch.again.is_none() {
        let inputs = plan.check_inputs(launch.inputs.clone())?;
        launch.idempotency_key = plan.admission(&inputs)?.idempotency_key;
    }
    Ok(launch)
}

/// Whether the key of a launch is free again: what was begun with it lies further back than its window. Of two that
/// find it free, one takes it, and the other is given what that one began.
async fn is_free_again(
    ports: &Collaborators,
    plan: &Plan,
    launched: &Launched,
) -> Result<bool, LaunchError> {
    let settings = plan.document.settings.idempotency.as_ref();
    let window = settings.and_then(|idempotency| idempotency.window);
    let Some(window) = window.filter(|_| launched.existing) else {
        return Ok(false);
    };
    let before = ports.clock.now() - window.to_delta();
    Ok(ports.executions.release_key(launched.id, before).await?)
}

pub(crate) type Begun = (Execution, Effects);

fn prepare(plan: &Plan, launch: Launch, now: Time) -> Result<(Accepted, Begun), LaunchError> {
    let (mut accepted, (mut execution, mut effects)) = prepare_free(plan, launch, now)?;
    let admission = plan.admission(&accepted.inputs)?;
    gate::hold_back(plan, &mut execution, &mut effects, now);
    accepted.gate = execution.held.then_some(admission);
    Ok((accepted, (execution, effects)))
}

/// A run that no limit of its workflow holds back.
pub(crate) fn prepare_free(
    plan: &Plan,
    launch: Launch,
    created_at: Time,
) -> Result<(Accepted, Begun), LaunchError> {
    let inputs = plan.check_inputs(launch.inputs)?;
    launch.options.check(plan)?;
    let (id, given) = (launch.id, Arc::new(inputs.clone()));
    let options = Arc::new(launch.options.clone());
    let begun = match &launch.again {
        None => accept(id, plan, given, 0, options, created_at),
        Some(again) => {
            let (earlier, from) = (&again.earlier, &again.from);
            rerun(id, plan, given, 0, options, created_at, earlier, from)
                .map_err(|NoRerun(problems)| problems)?
        }
    };
    let accepted = Accepted {
        gate: None,
        id: launch.id,
        owner: launch.definition.owner,
        workflow_id: launch.definition.workflow_id,
        workflow_name: launch.definition.name.clone(),
        workflow_version: launch.definition.version,
        inputs,
        options: launch.options,
        rerun: launch.again.map(|again| Rerun {
            of: again.earlier.execution,
            from: again.from,
        }),
        trigger: launch.trigger,
        started_by: launch.started_by,
        parent: None,
        idempotency_key: launch.idempotency_key,
        created_at,
    };
    Ok((accepted, begun))
}

/// What records a run that begins; with the run that is told of its failure, should it have ended already.
pub(crate) async fn first_commit(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    plan: &Plan,
    accepted: Accepted,
    (execution, effects): (&Execution, Effects),
) -> Result<Commit, LaunchError> {
    let told = failure::run_for(ports, plans, options, plan, &accepted, execution).await;
    let mut commit = drive::commit_of(
        plan,
        execution,
        accepted,
        effects,
        options,
        ports.clock.now(),
    )
    .map_err(|_| LaunchError::Unavailable("the state of the execution could not be written"))?;
    match told {
        Some(Ok(told)) => commit.spawned.push(told),
        Some(Err(error)) => {
            tracing::error!(execution.id = %execution.id, %error, "the workflow's `on_failure` could not be run");
        }
        None => {}
    }
    Ok(commit)
}

async fn launch_remotely(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    plan: &Plan,
    launch: Launch,
) -> Result<Launched, LaunchError> {
    let (accepted, (execution, effects)) = prepare(plan, launch, ports.clock.now())?;
    let (id, owner) = (accepted.id, accepted.owner);
    let events = Arc::from(effects.events.clone());
    let recorded = Some(Recorded::of(&execution)).filter(|_| !execution.held);
    let gated = execution.held.then_some(accepted.workflow_id);
    let commit = first_commit(ports, plans, options, plan, accepted, (&execution, effects)).await?;
    let told = wakes(&commit.spawned);
    let marks = Marks::of(owner, &commit);
    match ports.executions.commit(commit).await? {
        Committed::Done { .. } => {
            ports.tally.count(marks);
            if gated.is_none() {
                let reason = TicketReason::Wake;
                let execution = id;
                offer(ports, &[Ticket { execution, reason }]).await;
            }
            offer(ports, &told).await;
            ports
                .bus
                .publish(Notice::Events {
                    execution: id,
                    owner,
                    events,
                })
                .await;
            if let Some(workflow) = gated {
                gate::let_in_soon(ports, plans, options, workflow).await;
            }
            Ok(Launched {
                id,
                existing: false,
                recorded,
                finished: result_of(&execution),
                end: None,
            })
        }
        Committed::Duplicate { existing } => Ok(Launched {
            id: existing,
            existing: true,
            recorded: None,
            finished: None,
            end: None,
        }),
        Committed::Conflict => Err(LaunchError::Unavailable(
            "an execution with this id exists already",
        )),
    }
}

/// Ends an execution, wherever it is being driven.
pub(crate) async fn cancel(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    id: Uuid,
    reason: &str,
) -> Result<(), CancelError> {
    loop {
        let (loaded, whole) = match ports.executions.load(id).await {
            // Something of it is lost, and it must be possible to be rid of it.
            Err(error) if !error.transient => (ports.executions.load_bare(id).await?, false),
            loaded => (loaded?, true),
        };
        let loaded = loaded.ok_or(CancelError::NotFound)?;
        if loaded.status.is_terminal() {
            return Err(CancelError::Ended);
        }
        let parent = loaded.accepted.parent.clone();
        let accepted = &loaded.accepted;
        let owner = accepted.owner;
        let gated = accepted.gate.as_ref().map(|_| accepted.workflow_id);
        let (commit, orphans) = match whole {
            true => cancellation(ports, plans, options, loaded, reason).await?,
            false => (end_unread(ports, options, loaded, reason), Vec::new()),
        };
        let events = Arc::from(commit.events.clone());
        let cleans_up = !commit.status.is_terminal();
        let gated = gated.filter(|_| !cleans_up);
        let marks = Marks::of(owner, &commit);
        if let Committed::Done { .. } = ports.executions.commit(commit).await? {
            ports.tally.count(marks);
            ports
                .bus
                .publish(Notice::Events {
                    execution: id,
                    owner,
                    events,
                })
                .await;
            ports.bus.publish(Notice::Changed { execution: id }).await;
            if cleans_up {
                let reason = TicketReason::Wake;
                let execution = id;
                offer(ports, &[Ticket { execution, reason }]).await;
            } else if let Some(parent) = parent {
                let reason = TicketReason::ChildFinished {
                    step: parent.step,
                    child: id,
                };
                offer(
                    ports,
                    &[Ticket {
                        execution: parent.execution,
                        reason,
                    }],
                )
                .await;
            }
            if let Some(workflow) = gated {
                Box::pin(gate::let_in_soon(ports, plans, options, workflow)).await;
            }
            for orphan in orphans {
                match Box::pin(cancel(
                    ports,
                    plans,
                    options,
                    orphan,
                    "the execution that called it was cancelled",
                ))
                .await
                {
                    Ok(()) | Err(CancelError::Ended | CancelError::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
            return Ok(());
        }
    }
}

/// What ends an execution, and the executions that it called and that nobody waits for any more.
async fn cancellation(
    ports: &Collaborators,
    plans: &Plans,
    options: &Options,
    loaded: Loaded,
    reason: &str,
) -> Result<(Commit, Vec<Uuid>), CancelError> {
    let (workflow, version) = (
        loaded.accepted.workflow_id,
        loaded.accepted.workflow_version,
    );
    let plan = match plans.version(workflow, version).await {
        Ok(plan) => Some(plan),
        Err(PlanError::Port(error)) => return Err(error.into()),
        Err(PlanError::Invalid(_)) => None,
    };
    let known = plan.and_then(|plan| {
        let execution = Execution::from_loaded(&plan, loaded.clone()).ok()?;
        Some((plan, execution))
    });
    let Some((plan, mut execution)) = known else {
        return Ok((end_unread(ports, options, loaded, reason), Vec::new()));
    };
    let reason = reason.to_owned();
    let now = ports.clock.now();
    let effects = apply(&mut execution, &plan, now, Command::Cancel { reason })
        .map_err(|_| CancelError::Ended)?;
    let orphans = effects.orphans.clone();
    let commit =
        drive::commit_of_progress(&plan, &execution, loaded.version, effects, options, now)
            .map_err(|error| unusable("writing the execution", error))?;
    Ok((commit, orphans))
}

/// The end of an execution whose workflow or state can't be read here (any more): nothing but its row is
/// known, and that must be enough to be rid of it.
fn end_unread(ports: &Collaborators, options: &Options, loaded: Loaded, reason: &str) -> Commit {
    let (at, seq) = (ports.clock.now(), loaded.seq + 1);
    let error = ErrorValue::new("cancelled", reason);
    let kind = EventKind::Cancelled {
        error: error.clone(),
    };
    Commit {
        id: loaded.accepted.id,
        expected_version: loaded.version,
        accepted: None,
        frontier: loaded.frontier,
        status: Status::Cancelled,
        seq,
        wake_at: None,
        holders: Vec::new(),
        started_at: None,
        finished_at: Some(at),
        output: None,
        error: Some(error),
        expires_at: options.keep.map(|keep| at + keep.to_delta()),
        steps: Vec::new(),
        events: vec![Event { seq, at, kind }],
        waits: Vec::new(),
        waits_over: Vec::new(),
        signals_over: Vec::new(),
        place_passes_to: None,
        spawned: Vec::new(),
    }
}

/// Tickets for executions that begin and are not held back.
pub(crate) fn wakes(begun: &[Commit]) -> Vec<Ticket> {
    let free = begun.iter().filter(|commit| {
        let accepted = commit.accepted.as_ref();
        accepted.is_some_and(|accepted| accepted.gate.is_none()) && !commit.status.is_terminal()
    });
    free.map(|commit| Ticket {
        execution: commit.id,
        reason: TicketReason::Wake,
    })
    .collect()
}

/// Offers tickets. When the queue can't be reached nothing is lost: the sweeper offers what the
/// database calls ready.
pub(crate) async fn offer(ports: &Collaborators, tickets: &[Ticket]) {
    if tickets.is_empty() {
        return;
    }
    if let Err(error) = ports.queue.offer(tickets).await {
        tracing::warn!(%error, "tickets could not be offered; the sweeper will find their executions");
    }
}

/// What a finished run came to, if it is finished.
pub(crate) fn result_of(execution: &Execution) -> Option<ExecutionResult> {
    execution.status.is_terminal().then(|| ExecutionResult {
        status: execution.status,
        output: execution.output.as_deref().cloned(),
        error: execution.error.clone(),
    })
}

pub(crate) fn into_launch_error(error: PlanError) -> LaunchError {
    match error {
        PlanError::Invalid(problems) => LaunchError::Invalid(problems),
        PlanError::Port(error) => LaunchError::Port(error),
    }
}

pub(crate) fn unusable(doing: &'static str, error: impl std::fmt::Display) -> PortError {
    let problems = Problems(vec![Problem::at("", error.to_string())]);
    PortError {
        doing,
        transient: false,
        source: Box::new(problems),
    }
}
