//! How a drive begins: from a launch, from a ticket, or from what the sweeper found.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use engine::execution::{Command, Effects, Execution, StepState};
use engine::plan::Plan;
use engine::ports::executions::{Accepted, Loaded};
use futures::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{Batch, Drive, Interrupted, Reply};
use crate::blobs;
use crate::inherit::Inheritance;
use crate::plans::PlanError;
use crate::shared::{LetGo, Nudge, Shared};

/// Why an execution is driven that exists already.
pub(crate) enum Cause {
    /// A ticket, to be acknowledged.
    Ticket { receipt: String },
    /// Found lying about by the sweeper, not for the first time perhaps.
    Found { again: bool },
    /// Its holders among these runners are dead.
    Rescue { dead: Arc<[Uuid]> },
    /// It was let go here before it rested.
    LetGo,
    /// There is a site for what it builds.
    Site { site: OwnedSemaphorePermit },
}

/// Drives an accepted execution that is in no database yet.
pub(crate) fn drive_new(
    shared: &Arc<Shared>,
    plan: Arc<Plan>,
    accepted: Accepted,
    (execution, effects): (Execution, Effects),
    reply: Reply,
    permit: OwnedSemaphorePermit,
) {
    let Some(mailbox) = shared.open(execution.id, None) else {
        return;
    };
    let mut execution = execution;
    execution.links.clone_from(&shared.options.links);
    let mut drive = Drive::new(shared, plan, accepted, execution, 0, mailbox, permit);
    drive.take_in(effects);
    drive.reply = Some(reply);
    spawn(shared, drive.execution.id, drive.drive_to_rest());
}

/// Drives an execution that the database knows, or nudges the task that does so already.
pub(crate) fn drive_known(
    shared: &Arc<Shared>,
    id: Uuid,
    cause: Cause,
    permit: OwnedSemaphorePermit,
) {
    let cause = match cause {
        Cause::Ticket { receipt } if shared.ended.lately(id) => {
            let _ = shared.acknowledge.send(receipt);
            return;
        }
        other => other,
    };
    let found = matches!(cause, Cause::Found { .. });
    let mut site = None;
    let (nudge, dead, cautious) = match cause {
        Cause::Ticket { receipt } => (Nudge::Ticket { receipt }, Arc::from([]), false),
        Cause::Found { again } => (Nudge::Look, Arc::from([]), again),
        Cause::Rescue { dead } => (
            Nudge::Rescue {
                dead: Arc::clone(&dead),
            },
            dead,
            true,
        ),
        Cause::LetGo => (Nudge::Look, Arc::from([]), true),
        Cause::Site { site: free } => {
            site = Some(free);
            (Nudge::Look, Arc::from([]), false)
        }
    };
    let Some(mailbox) = shared.open(id, Some(nudge)) else {
        return;
    };
    let driven = Arc::clone(shared);
    spawn(shared, id, async move {
        let shared = driven;
        let let_go = shared.take_up(id);
        match load(&shared, id).await {
            Ok(known) => {
                let Known {
                    plan,
                    accepted,
                    execution,
                    version,
                    admitted,
                } = known;
                let mut drive =
                    Drive::new(&shared, plan, accepted, execution, version, mailbox, permit);
                drive.cautious = cautious || let_go == Some(LetGo::Panicked);
                drive.wakes_too_soon = found || cautious;
                drive.site = site;
                if admitted && drive.execution.held {
                    drive.command(Command::Release);
                }
                drive.take_over(&dead, let_go);
                drive.fresh = true;
                drive.drive_to_rest().await;
            }
            Err(interrupted) => {
                let mut mailbox = mailbox;
                // Tickets of an execution that is gone or finished ask for nothing any more.
                while let Some(nudge) = shared.close(id, &mut mailbox) {
                    if let (Nudge::Ticket { receipt }, false) =
                        (nudge, matches!(interrupted, Interrupted::Port(_)))
                    {
                        let _ = shared.acknowledge.send(receipt);
                    }
                }
                if let (Some(why), Interrupted::Port(_)) = (let_go, &interrupted) {
                    shared.let_go(id, why);
                }
                if !matches!(interrupted, Interrupted::Gone) {
                    tracing::warn!(execution.id = %id, error = %interrupted, "an execution could not be loaded");
                }
            }
        }
    });
}

/// Runs a drive beside the others. Should it panic, its execution is free to be driven again: the sweeper finds
/// it, and what it held here counts as lost.
fn spawn(shared: &Arc<Shared>, id: Uuid, drive: impl Future<Output = ()> + Send + 'static) {
    let owner = Arc::clone(shared);
    shared.tasks.spawn(async move {
        if AssertUnwindSafe(drive).catch_unwind().await.is_err() {
            tracing::error!(execution.id = %id, "driving an execution failed in an unforeseen way; it will be found again");
            owner.abandon(id);
        }
    });
}

struct Known {
    plan: Arc<Plan>,
    accepted: Accepted,
    execution: Execution,
    version: u64,
    /// It was held, and may begin.
    admitted: bool,
}

async fn load(shared: &Shared, id: Uuid) -> Result<Known, Interrupted> {
    let loaded = shared
        .ports
        .executions
        .load(id)
        .await?
        .ok_or(Interrupted::Gone)?;
    if loaded.status.is_terminal() {
        return Err(Interrupted::Gone);
    }
    let accepted = loaded.accepted.clone();
    let plan = match shared
        .plans
        .version(accepted.workflow_id, accepted.workflow_version)
        .await
    {
        Ok(plan) => plan,
        Err(PlanError::Port(error)) => return Err(error.into()),
        // A node kind that this installation does not know, perhaps: left for one that does.
        Err(PlanError::Invalid(problems)) => {
            return Err(Interrupted::Unusable(problems.to_string()));
        }
    };
    let (version, admitted) = (loaded.version, loaded.admitted);
    let execution = read(shared, &plan, loaded)?;
    Ok(Known {
        plan,
        accepted,
        execution,
        version,
        admitted,
    })
}

/// The state as it stands in the database, with what expressions of this installation need besides.
fn read(shared: &Shared, plan: &Plan, loaded: Loaded) -> Result<Execution, Interrupted> {
    let mut execution = Execution::from_loaded(plan, loaded)
        .map_err(|error| Interrupted::Unusable(error.to_string()))?;
    execution.links.clone_from(&shared.options.links);
    Ok(execution)
}

impl Drive {
    fn new(
        shared: &Arc<Shared>,
        plan: Arc<Plan>,
        accepted: Accepted,
        execution: Execution,
        version: u64,
        mailbox: mpsc::UnboundedReceiver<Nudge>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        let inheritance = accepted.rerun.as_ref().map(|rerun| {
            let options = &shared.options;
            let (from, to) = (options.folder_of(rerun.of), options.folder_of(accepted.id));
            Arc::new(Inheritance::new(from, to))
        });
        Self {
            inheritance,
            shared: Arc::clone(shared),
            runner: shared.identity(),
            plan,
            accepted,
            execution,
            version,
            cautious: false,
            wakes_too_soon: false,
            fresh: false,
            asked: false,
            closed: false,
            starved: None,
            spared: false,
            patience: super::SPARE,
            acts: Arc::default(),
            turn: None,
            crowded: None,
            site: None,
            batch: Batch::default(),
            ahead: None,
            starts: Vec::new(),
            running: BTreeMap::new(),
            tasks: JoinSet::new(),
            mailbox,
            receipts: Vec::new(),
            reply: None,
            ended: None,
            _permit: permit,
        }
    }

    async fn drive_to_rest(mut self) {
        let id = self.execution.id;
        let result = self.run().await;
        for running in self.running.values() {
            running.cancel.cancel();
        }
        self.tasks.shutdown().await;
        match &result {
            // The mailbox was closed with the last look into it, unless the run ended.
            Ok(()) | Err(Interrupted::Gone) => self.acknowledge(),
            Err(interrupted) => {
                tracing::warn!(execution.id = %id, error = %interrupted, "an execution is let go; it will be found again");
            }
        }
        if self.execution.status.is_terminal() && result.is_ok() {
            self.shared.ended.remember(id);
        }
        let interrupted = !matches!(
            result,
            Ok(()) | Err(Interrupted::Gone | Interrupted::Unusable(_))
        );
        while !self.closed {
            match self.shared.close(id, &mut self.mailbox) {
                Some(Nudge::Ticket { receipt }) if result.is_ok() => {
                    let _ = self.shared.acknowledge.send(receipt);
                }
                Some(_) => {}
                None => self.closed = true,
            }
        }
        if interrupted {
            self.shared.let_go(id, LetGo::OutOfReach);
        }
    }

    /// Looks whether the execution moved on without this runner, and whether those it called have ended.
    pub(super) async fn look(&mut self) -> Result<(), Interrupted> {
        if std::mem::take(&mut self.fresh) {
            self.look_at_children().await?;
            self.tick();
            return Ok(());
        }
        let glimpse = self
            .shared
            .ports
            .executions
            .glimpse(&[self.execution.id])
            .await?;
        if glimpse
            .first()
            .is_none_or(|glimpse| glimpse.version != self.version)
            && self.version > 0
        {
            // What happened here since the last commit is still to be recorded, on top of that.
            let loaded = self.load_again().await?;
            self.reapply(loaded).await?;
        }
        self.look_at_children().await
    }

    async fn look_at_children(&mut self) -> Result<(), Interrupted> {
        let children: Vec<_> = self.execution.children().collect();
        for (step, child) in children {
            let Some(result) = self.shared.ports.executions.result(child).await? else {
                continue;
            };
            if result.status.is_terminal() {
                let (status, mut output, error) = (result.status, result.output, result.error);
                if let Some(output) = &mut output {
                    let ports = &self.shared.ports;
                    blobs::adopt(&*ports.blobs, output, child, self.execution.id).await?;
                }
                self.command(Command::ChildEnded {
                    step,
                    child,
                    status,
                    output,
                    error,
                });
            }
        }
        Ok(())
    }

    pub(super) async fn load_again(&self) -> Result<Loaded, Interrupted> {
        let id = self.execution.id;
        let loaded = self.shared.ports.executions.load(id).await?;
        loaded.ok_or(Interrupted::Gone)
    }

    pub(super) fn take_state(&mut self, loaded: Loaded) -> Result<(), Interrupted> {
        self.version = loaded.version;
        self.execution = read(&self.shared, &self.plan, loaded)?;
        Ok(())
    }

    /// Lets go of steps that the state says are not this runner's any more.
    pub(super) fn drop_what_is_not_ours(&mut self) {
        let (execution, runner) = (&self.execution, self.runner);
        let ours = |step, attempt| {
            execution.step(step).is_some_and(|live| {
                live.attempt == attempt
                    && matches!(live.state, StepState::Running { runner: holder, .. } if holder == runner)
            })
        };
        for (step, running) in &self.running {
            if !ours(*step, running.attempt) {
                running.cancel.cancel();
            }
        }
    }

    /// Offers again what dead runners held.
    pub(super) fn rescue(&mut self, dead: &[Uuid]) {
        let lost: Vec<_> = self
            .execution
            .held()
            .filter(|(_, _, runner)| dead.contains(runner))
            .collect();
        for (step, attempt, _) in lost {
            self.command(Command::Lost { step, attempt });
        }
    }

    /// Begins anew what nothing runs any more: what dead runners held, and what this runner holds itself
    /// from a drive before this one.
    fn take_over(&mut self, dead: &[Uuid], let_go: Option<LetGo>) {
        self.rescue(dead);
        let own: Vec<_> = self
            .execution
            .held()
            .filter(|(_, _, runner)| *runner == self.runner)
            .collect();
        for (step, attempt, _) in own {
            self.command(match let_go {
                Some(LetGo::Panicked) => Command::Lost { step, attempt },
                _ => Command::HandBack { step, attempt },
            });
        }
    }
}
