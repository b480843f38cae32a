//! One task drives one execution: it alone holds the state, applies commands, commits, and starts steps.
//!
//! The order that everything rests on: commands change the state in memory; one commit records them
//! all; only after the commit do steps begin that act on the world. Pure steps need no such care and
//! run at once, so that a chain of them costs one commit.

mod advance;
mod ahead;
mod commit;
mod crowded;
mod load;
mod run_step;
mod settle;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engine::Time;
use engine::execution::{
    Command, Effects, Event, Execution, Illegal, OpenWait, StepRecord, StepState, apply,
};
use engine::plan::{Plan, StepIndex};
use engine::ports::PortError;
use engine::ports::executions::{Accepted, Commit, ExecutionResult};
use engine::ports::launcher::{LaunchError, Launched, Recorded};
use engine::ports::queue::{Ticket, TicketReason};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::inherit::Inheritance;
use crate::scripts::aside;
use crate::shared::{Nudge, Shared};
use ahead::Ahead;
use run_step::{Finished, Start};

pub(crate) use commit::{commit_of, commit_of_progress};
pub(crate) use load::{Cause, drive_known, drive_new};

/// Timers nearer than this are awaited here; for later ones the execution is let go and swept up again.
const LINGER: Duration = Duration::from_secs(5);

/// A step that waits longer than this for its turn is offered to other runners. Not sooner: where a run is known there is
/// nothing to load, and two that drive it get into each other's way.
const SPARE: Duration = Duration::from_millis(100);

/// An execution in the hands of this runner.
pub(crate) struct Drive {
    shared: Arc<Shared>,
    runner: Uuid,
    plan: Arc<Plan>,
    accepted: Accepted,
    execution: Execution,
    /// The version in the database; 0 until the execution is inserted.
    version: u64,
    /// True when somebody may have died of what comes next in this execution, so that even pure steps are recorded as
    /// taken before they run.
    cautious: bool,
    /// True when the database would wake this execution for nothing: the sweeper pushed its `wake_at` on,
    /// and no commit has set it right since.
    wakes_too_soon: bool,
    /// True until the first look: the state was loaded a moment ago.
    fresh: bool,
    /// True when a ticket asks to look, which is done after the next commit: what ends with that needs no look.
    asked: bool,
    /// True once the mailbox is given back.
    closed: bool,
    /// Since when a step waits for its turn among those that act on the world.
    starved: Option<Instant>,
    /// True once that was told to other runners, which may have room.
    spared: bool,
    /// How long it waits before that.
    patience: Duration,
    /// True once it has begun a step that acts on the world.
    acts: Arc<AtomicBool>,
    /// The turn that came.
    turn: Option<OwnedSemaphorePermit>,
    /// Where a build waits for one of its workspace to end.
    crowded: Option<Arc<Semaphore>>,
    /// The site that was left.
    site: Option<OwnedSemaphorePermit>,
    /// What happened since the last commit.
    batch: Batch,
    /// The part of a long chain that is being recorded.
    ahead: Option<Ahead>,
    /// Steps to begin once the commit that takes them is durable.
    starts: Vec<Start>,
    running: BTreeMap<StepIndex, Running>,
    /// The files of the run that this one goes on from.
    inheritance: Option<Arc<Inheritance>>,
    tasks: JoinSet<Finished>,
    mailbox: mpsc::UnboundedReceiver<Nudge>,
    receipts: Vec<String>,
    /// Answers the launcher after the first commit.
    reply: Option<Reply>,
    /// Tells the end to a launcher that waits for it.
    ended: Option<futures::channel::oneshot::Sender<(Recorded, ExecutionResult)>>,
    _permit: OwnedSemaphorePermit,
}

struct Running {
    attempt: u32,
    started_at: Time,
    cancel: CancellationToken,
    task: Id,
}

pub(crate) struct Reply {
    pub(crate) sender: oneshot::Sender<Result<Launched, LaunchError>>,
    /// The caller waits for the end: pure steps may run before the first commit.
    pub(crate) wait: bool,
}

#[derive(Default)]
struct Batch {
    /// What happened whatever the state may be, to be applied again if somebody else committed first. What was only
    /// concluded from the state is not among it: from another state something else may follow.
    facts: Vec<Command>,
    /// Attempts that this batch takes.
    taken: BTreeSet<(StepIndex, u32)>,
    events: Vec<Event>,
    records: Vec<StepRecord>,
    spawned: Vec<Commit>,
    orphans: Vec<Uuid>,
    waits: Vec<OpenWait>,
    waits_over: Vec<Uuid>,
    /// Tickets to offer after the commit.
    tickets: Vec<Ticket>,
}

/// Why a drive stopped before its execution rested.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Interrupted {
    /// This runner was declared dead.
    #[error("this runner was declared dead meanwhile")]
    Fenced,
    #[error("the execution does not exist any more")]
    Gone,
    #[error(transparent)]
    Port(#[from] PortError),
    #[error("{0}")]
    Unusable(String),
}

impl Drive {
    /// Drives until nothing is left to do here, or until this runner is fenced, whatever it is doing then. A drive that
    /// has begun nothing in the world has nothing to stop, and hears of the fence when it next looks.
    async fn run(&mut self) -> Result<(), Interrupted> {
        let (mut fences, acts) = (self.shared.fences(), Arc::clone(&self.acts));
        let fenced = async {
            while fences.changed().await.is_ok() {
                if acts.load(Ordering::Relaxed) {
                    return;
                }
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            biased;
            rested = self.run_to_rest() => rested,
            () = fenced => Err(Interrupted::Fenced),
        }
    }

    /// Drives until nothing is left to do here, and gives the mailbox back.
    async fn run_to_rest(&mut self) -> Result<(), Interrupted> {
        loop {
            if self.version > 0 {
                // A long chain of pure steps keeps neither its deadline nor a cancellation waiting.
                self.tick();
                while let Ok(nudge) = self.mailbox.try_recv() {
                    self.hear(nudge).await?;
                }
            }
            if !self.must_commit_first() && self.advance().await? {
                continue;
            }
            if !self.batch.is_empty() {
                self.commit().await?;
                if !self.execution.status.is_terminal() {
                    self.look_if_asked().await?;
                }
                continue;
            }
            if self.execution.status.is_terminal() && self.tasks.is_empty() {
                return Ok(());
            }
            if self.asked {
                self.look_if_asked().await?;
                continue;
            }
            let tick = self
                .execution
                .next_tick()
                .map(|at| (at - self.now()).to_std().unwrap_or_default());
            let idle = !self.has_work() || self.only_waits_for_a_site();
            let rests = self.tasks.is_empty() && idle;
            if rests && tick.is_none_or(|after| after > LINGER) {
                if self.wakes_too_soon {
                    self.commit().await?;
                    continue;
                }
                self.acknowledge();
                match self.shared.close(self.execution.id, &mut self.mailbox) {
                    Some(nudge) => self.hear(nudge).await?,
                    None => {
                        self.closed = true;
                        self.leave_for_a_site().await;
                        return Ok(());
                    }
                }
                continue;
            }
            let spares_at = self.spares_at();
            tokio::select! {
                biased;
                Some(finished) = self.tasks.join_next_with_id(), if !self.tasks.is_empty() => {
                    self.finish(finished).await?;
                    while let Some(finished) = self.tasks.try_join_next_with_id() {
                        self.finish(finished).await?;
                    }
                }
                Some(nudge) = self.mailbox.recv() => self.hear(nudge).await?,
                turn = Arc::clone(&self.shared.steps).acquire_owned(), if self.starved.is_some() => self.turn = turn.ok(),
                site = left(self.crowded.clone()), if self.crowded.is_some() => self.site = site,
                () = tokio::time::sleep_until(spares_at), if !self.spared && self.starved.is_some() => self.spare(),
                () = tokio::time::sleep(tick.unwrap_or(LINGER).max(Duration::from_millis(1))) => {}
            }
            self.tick();
        }
    }

    fn spares_at(&self) -> Instant {
        self.starved.unwrap_or_else(Instant::now) + self.patience
    }

    /// Offers a step that has no turn here to runners that may have room for it; it goes on waiting here as well.
    fn spare(&mut self) {
        self.spared = true;
        let reason = TicketReason::Wake;
        self.batch.tickets.push(Ticket {
            execution: self.execution.id,
            reason,
        });
    }

    fn now(&self) -> Time {
        self.shared.ports.clock.now()
    }

    fn tick(&mut self) {
        if self.ticks_by(self.now()) {
            self.command(Command::Tick);
        }
    }

    fn ticks_by(&self, now: Time) -> bool {
        self.execution.next_tick().is_some_and(|at| at <= now)
    }

    /// A caller that does not wait for the end gets its answer before anything runs.
    fn must_commit_first(&self) -> bool {
        self.version == 0 && self.reply.as_ref().is_some_and(|reply| !reply.wait)
    }

    /// Whether a ready step could begin here now.
    fn has_work(&self) -> bool {
        !self.shared.is_draining() && self.execution.takeable(&self.plan).next().is_some()
    }

    async fn hear(&mut self, nudge: Nudge) -> Result<(), Interrupted> {
        match nudge {
            Nudge::Ticket { receipt } => {
                self.receipts.push(receipt);
                if self.spared {
                    // The offer came back: nobody else wanted it now.
                    self.spared = false;
                    self.starved = self.starved.map(|_| Instant::now());
                    self.patience = (self.patience * 2).min(LINGER);
                }
                // The second one is later than the state that was loaded, perhaps.
                self.fresh &= !std::mem::replace(&mut self.asked, true);
                Ok(())
            }
            Nudge::Look => self.look().await,
            Nudge::Seen { version } if version > self.version => self.look().await,
            Nudge::Seen { .. } => Ok(()),
            Nudge::HandBack => self.hand_back().await,
            Nudge::Rescue { dead } => {
                self.look().await?;
                self.rescue(&dead);
                Ok(())
            }
            Nudge::Fence => Err(Interrupted::Fenced),
        }
    }

    /// Applies a command to the state in memory, and keeps what it led to for the next commit.
    pub(super) fn command(&mut self, command: Command) -> bool {
        let (at_length, now) = (self.plan.decides_at_length, self.now());
        let (fact, taken) = (self.is_fact(&command), taking(&command));
        let mut applied = || apply(&mut self.execution, &self.plan, now, command.clone());
        match if at_length { aside(applied) } else { applied() } {
            Ok(effects) => {
                self.batch.facts.extend(fact.then_some(command));
                self.batch.taken.extend(taken);
                self.take_in(effects);
                true
            }
            Err(Illegal::Saturated) => false,
            Err(illegal) => {
                tracing::debug!(execution.id = %self.execution.id, %illegal, "a command came too late");
                false
            }
        }
    }

    /// Whether a command is about what the database knows. Steps that began to exist, or were taken, since the last
    /// commit are known here only: somebody else may have given their numbers to other steps meanwhile, and what
    /// pure steps made of the state follows anew from the state that there is then.
    fn is_fact(&self, command: &Command) -> bool {
        match command {
            Command::Take { .. }
            | Command::Skip { .. }
            | Command::Decide { .. }
            | Command::Tick => false,
            Command::Complete { step, attempt, .. }
            | Command::Fail { step, attempt, .. }
            | Command::Wait { step, attempt, .. }
            | Command::Await { step, attempt, .. }
            | Command::Open { step, attempt, .. }
            | Command::Call { step, attempt, .. } => {
                let runs_here = self.execution.step(*step).is_some_and(
                    |known| matches!(known.state, StepState::Running { runner, .. } if runner == self.runner),
                );
                let attempt = (*step, *attempt);
                let ahead = self.ahead.as_ref().map(|ahead| &ahead.batch);
                let mut open = ahead.into_iter().chain([&self.batch]);
                runs_here && !open.any(|batch| batch.taken.contains(&attempt))
            }
            Command::ChildEnded { .. }
            | Command::Lost { .. }
            | Command::HandBack { .. }
            | Command::Answer { .. }
            | Command::Pause { .. }
            | Command::Resume { .. }
            | Command::Supersede { .. }
            | Command::Release
            | Command::Refuse { .. }
            | Command::Cancel { .. } => true,
        }
    }

    pub(super) fn take_in(&mut self, effects: Effects) {
        for step in effects.abort {
            if let Some(running) = self.running.get(&step) {
                running.cancel.cancel();
            }
        }
        self.batch.events.extend(effects.events);
        self.batch.records.extend(effects.records);
        self.batch.orphans.extend(effects.orphans);
        self.batch.waits.extend(effects.waits);
        self.batch.waits_over.extend(effects.waits_over);
    }

    /// Stops what runs here and leaves it to other runners.
    async fn hand_back(&mut self) -> Result<(), Interrupted> {
        // What is done already is done.
        while let Some(finished) = self.tasks.try_join_next_with_id() {
            self.finish(finished).await?;
        }
        for running in self.running.values() {
            running.cancel.cancel();
        }
        self.tasks.shutdown().await;
        let held: Vec<_> = self
            .running
            .iter()
            .map(|(step, running)| (*step, running.attempt))
            .collect();
        self.running.clear();
        for (step, attempt) in held {
            self.command(Command::HandBack { step, attempt });
        }
        let reason = TicketReason::Wake;
        self.batch.tickets.push(Ticket {
            execution: self.execution.id,
            reason,
        });
        Ok(())
    }

    async fn look_if_asked(&mut self) -> Result<(), Interrupted> {
        match std::mem::take(&mut self.asked) {
            true => self.look().await,
            false => Ok(()),
        }
    }

    /// After a commit: tickets whose look is still to come are not dealt with.
    fn acknowledge_what_was_done(&mut self) {
        if !self.asked {
            self.acknowledge();
        }
    }

    /// What its tickets asked for is in the database, or was found done.
    fn acknowledge(&mut self) {
        for receipt in self.receipts.drain(..) {
            let _ = self.shared.acknowledge.send(receipt);
        }
    }
}

impl Batch {
    fn is_empty(&self) -> bool {
        !self.changes_something() && self.tickets.is_empty()
    }

    /// Adds what happened after it.
    fn append(&mut self, later: Self) {
        self.facts.extend(later.facts);
        self.taken.extend(later.taken);
        self.events.extend(later.events);
        self.records.extend(later.records);
        self.spawned.extend(later.spawned);
        self.orphans.extend(later.orphans);
        self.waits.extend(later.waits);
        self.waits_over.extend(later.waits_over);
        self.tickets.extend(later.tickets);
    }

    /// Whether there is something to record, and not just something to offer.
    fn changes_something(&self) -> bool {
        !self.facts.is_empty() || !self.events.is_empty()
    }
}

/// A site for a build, once there is one.
async fn left(sites: Option<Arc<Semaphore>>) -> Option<OwnedSemaphorePermit> {
    sites?.acquire_owned().await.ok()
}

/// The attempt that a command takes.
fn taking(command: &Command) -> Option<(StepIndex, u32)> {
    match command {
        Command::Take { step, attempt, .. } => Some((*step, *attempt)),
        _ => None,
    }
}
