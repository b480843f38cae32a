//! Records what happened, and reconciles when somebody else was faster.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use engine::Time;
use engine::document::CacheScope;
use engine::execution::{Command, Effects, Event, EventKind, Execution, OpenWait, Status, apply};
use engine::plan::{Plan, PlanNode};
use engine::ports::bus::Notice;
use engine::ports::executions::{Accepted, Commit, Committed, Loaded};
use engine::ports::launcher::{End, Launched, Recorded};
use engine::ports::queue::{Ticket, TicketReason};
use futures::channel::oneshot;
use uuid::Uuid;

use super::{Batch, Drive, Interrupted};
use crate::failure::{self, NotTold};
use crate::gate;
use crate::launch;
use crate::options::Options;
use crate::tally::Marks;

/// While a step waits for a called execution, its end is asked for at least this often.
const LOOK_AT_CHILDREN: TimeDelta = TimeDelta::seconds(30);

/// How long a store that can't be reached is tried before the execution is let go: others will find it.
const TRIES: u32 = 8;

impl Drive {
    /// Makes the batch durable and performs what had to wait for that. When this returns, the state in
    /// memory is the database's.
    pub(super) async fn commit(&mut self) -> Result<(), Interrupted> {
        self.catch_up().await?;
        loop {
            if !self.batch.changes_something() && !self.wakes_too_soon {
                // Nothing to record, or, after a conflict, nothing left of it.
                self.proceed().await;
                return Ok(());
            }
            let told = self.failure_run().await;
            match self.send(told.as_ref()).await? {
                Committed::Done { version } => {
                    self.version = version;
                    self.wakes_too_soon = false;
                    if let Some(told) = told {
                        self.spawn(told);
                    }
                    self.proceed().await;
                    return Ok(());
                }
                // With its own key it met itself: an earlier try had arrived although its answer was lost.
                Committed::Duplicate { existing } if existing != self.execution.id => {
                    if let Some(reply) = self.reply.take() {
                        let launched = Launched {
                            id: existing,
                            existing: true,
                            recorded: None,
                            finished: None,
                            end: None,
                        };
                        let _ = reply.sender.send(Ok(launched));
                    }
                    self.batch = Batch::default();
                    return Err(Interrupted::Gone);
                }
                Committed::Conflict | Committed::Duplicate { .. } => {
                    let loaded = self.load_again().await?;
                    if self.is_recorded(&loaded) {
                        self.version = loaded.version;
                        self.wakes_too_soon = false;
                        self.proceed().await;
                        return Ok(());
                    }
                    self.reapply(loaded).await?;
                }
            }
        }
    }

    /// The run that is told of this one's failure, if its workflow wants one. A store that is out of reach is tried again,
    /// as for the commit that follows.
    async fn failure_run(&self) -> Option<Commit> {
        let (ports, plans, options) =
            (&self.shared.ports, &self.shared.plans, &self.shared.options);
        let (plan, accepted, execution) = (&self.plan, &self.accepted, &self.execution);
        let (mut pause, mut tries) = (Duration::from_millis(50), 1);
        loop {
            let told = failure::run_for(ports, plans, options, plan, accepted, execution);
            match told.await? {
                Ok(commit) => return Some(commit),
                Err(NotTold::Away(error)) if error.transient && tries < TRIES => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                    tries += 1;
                }
                Err(error) => {
                    tracing::error!(execution.id = %self.execution.id, %error, "the workflow's `on_failure` could not be run");
                    return None;
                }
            }
        }
    }

    /// Does what had to wait until everything was durable.
    async fn proceed(&mut self) {
        self.after_commit().await;
        self.begin_steps();
    }

    /// Whether the database has just what this drive wanted to record.
    fn is_recorded(&self, loaded: &Loaded) -> bool {
        let frontier = self.execution.to_frontier();
        frontier.is_ok_and(|frontier| self.is_what_was_sent(loaded, self.execution.seq, &frontier))
    }

    /// Whether the database has just this on top of the version that is known: an earlier try had arrived although its
    /// answer was lost. The state names runners and moments, so no other writer's has the same text.
    pub(super) fn is_what_was_sent(&self, loaded: &Loaded, seq: u64, frontier: &str) -> bool {
        loaded.version == self.version + 1 && loaded.seq == seq && loaded.frontier == frontier
    }

    /// What is to be recorded: all that happened since the last commit, and the run that is told of the failure.
    pub(super) fn next_commit(&self, told: Option<&Commit>) -> Result<Commit, Interrupted> {
        let accepted = (self.version == 0).then(|| self.accepted.clone());
        let mut commit = row(
            Some(&self.plan),
            &self.execution,
            self.version,
            accepted,
            &self.shared.options,
            self.now(),
        )?;
        commit.steps = self.batch.records.clone();
        commit.events = self.batch.events.clone();
        commit.spawned = self.batch.spawned.clone();
        commit.spawned.extend(told.cloned());
        (commit.waits, commit.waits_over) = waits(&self.batch.waits, &self.batch.waits_over);
        Ok(commit)
    }

    /// Sends the next commit, again if the store is out of reach. The version check makes a repetition harmless:
    /// if the first one did arrive, the second conflicts, and reapplying finds everything done.
    async fn send(&self, told: Option<&Commit>) -> Result<Committed, Interrupted> {
        let (id, executions) = (self.execution.id, &self.shared.ports.executions);
        patiently(id, || async {
            let commit = self.next_commit(told)?;
            Ok(executions.commit(commit).await?)
        })
        .await
    }

    async fn after_commit(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        self.acknowledge_what_was_done();
        self.tell(batch, self.execution.status.is_terminal()).await;
        self.answer();
    }

    /// Tells others what was recorded, and, if it was the end, that it was.
    pub(super) async fn tell(&mut self, batch: Batch, ended: bool) {
        let overdue = |event: &Event| matches!(event.kind, EventKind::Overdue);
        if batch.events.iter().any(overdue) {
            metrics::counter!("lathe_executions_overdue_total").increment(1);
            tracing::warn!(execution.id = %self.execution.id, workflow = self.accepted.workflow_name, "an execution is overdue");
        }
        let mut marks = Marks::default();
        marks.add(
            self.accepted.owner,
            self.execution.started_at,
            &batch.events,
        );
        marks.add_spawned(&batch.spawned);
        self.shared.ports.tally.count(marks);
        self.shared.happenings.tell(&self.accepted, &batch.events);
        if !batch.events.is_empty() {
            let events = Arc::from(batch.events);
            self.shared
                .ports
                .bus
                .publish(Notice::Events {
                    execution: self.execution.id,
                    owner: self.accepted.owner,
                    events,
                })
                .await;
        }
        let mut tickets = batch.tickets;
        if ended {
            self.forget_own_results();
            metrics::counter!("lathe_executions_finished_total", "status" => self.execution.status.as_str())
                .increment(1);
            if let Some(parent) = &self.accepted.parent
                && !self
                    .shared
                    .nudge(parent.execution, crate::shared::Nudge::Look)
            {
                let reason = TicketReason::ChildFinished {
                    step: parent.step.clone(),
                    child: self.execution.id,
                };
                tickets.push(Ticket {
                    execution: parent.execution,
                    reason,
                });
            }
        }
        launch::offer(&self.shared.ports, &tickets).await;
        // Its own end may have made room, and what it began may have to be let in.
        let begun = batch
            .spawned
            .iter()
            .filter_map(|begun| begun.accepted.as_ref());
        let ended = Some(&self.accepted).filter(|_| ended);
        let gated = begun
            .chain(ended)
            .filter(|accepted| accepted.gate.is_some());
        let gated: BTreeSet<Uuid> = gated.map(|accepted| accepted.workflow_id).collect();
        for workflow in gated {
            let shared = Arc::clone(&self.shared);
            self.shared.tasks.spawn(async move {
                let (ports, plans, options) = (&shared.ports, &shared.plans, &shared.options);
                gate::let_in_soon(ports, plans, options, workflow).await;
            });
        }
        for orphan in batch.orphans {
            let shared = Arc::clone(&self.shared);
            self.shared.tasks.spawn(async move {
                if let Err(error) = shared.cancel(orphan, "the execution that called it has ended").await {
                    tracing::debug!(execution.id = %orphan, %error, "a called execution was not cancelled");
                }
            });
        }
    }

    /// What steps kept for the rest of this run alone, nobody will ask for any more. Should it fail, they expire.
    fn forget_own_results(&self) {
        let scope = |node: &PlanNode| node.cache.as_ref().map(|cache| cache.scope);
        let mut nodes = self.plan.nodes.iter();
        if !nodes.any(|node| scope(node) == Some(CacheScope::Run)) {
            return;
        }
        let (shared, id) = (Arc::clone(&self.shared), self.execution.id);
        self.shared.tasks.spawn(async move {
            if let Err(error) = shared.ports.cache.forget_run(id).await {
                tracing::debug!(execution.id = %id, %error, "a run's cached results were not removed");
            }
        });
    }

    /// Answers the launcher: with the result if there is one, and tells it the end later if it waits for that.
    fn answer(&mut self) {
        let recorded = || Recorded::of(&self.execution);
        let finished = launch::result_of(&self.execution);
        if let Some(result) = &finished
            && let Some(ended) = self.ended.take()
        {
            let _ = ended.send((recorded(), result.clone()));
            return;
        }
        let Some(reply) = self.reply.take() else {
            return;
        };
        let mut end: Option<End> = None;
        if reply.wait && finished.is_none() {
            let (ended, told) = oneshot::channel();
            self.ended = Some(ended);
            end = Some(told);
        }
        let launched = Launched {
            id: self.execution.id,
            existing: false,
            recorded: Some(recorded()),
            finished,
            end,
        };
        let _ = reply.sender.send(Ok(launched));
    }

    /// Somebody else committed first: takes their state, and applies to it what happened here.
    /// What it no longer allows is dropped: that is the fence. What was concluded here from the state before, pure
    /// steps and the taking of others, is dropped too, and concluded anew.
    pub(super) async fn reapply(&mut self, loaded: Loaded) -> Result<(), Interrupted> {
        let Batch {
            facts,
            spawned,
            tickets,
            orphans,
            ..
        } = std::mem::take(&mut self.batch);
        self.take_state(loaded)?;
        // Their parameters are those of a state that never was, and nobody took them.
        self.starts.clear();
        if self.execution.status.is_terminal() {
            // There is nothing to add to what has ended, and nobody to offer it to.
            self.wakes_too_soon = false;
            self.batch.orphans = orphans;
            self.drop_what_is_not_ours();
            return self.read_the_end().await;
        }
        for command in facts {
            let now = self.now();
            match apply(&mut self.execution, &self.plan, now, command.clone()) {
                Ok(effects) => {
                    self.batch.facts.push(command);
                    self.take_in(effects);
                }
                Err(illegal) => {
                    tracing::debug!(execution.id = %self.execution.id, %illegal, "a result came too late");
                }
            }
        }
        // A call that still stands needs the execution that it waits for.
        let children: BTreeSet<Uuid> = self.execution.children().map(|(_, child)| child).collect();
        self.batch.spawned.extend(
            spawned
                .into_iter()
                .filter(|child| children.contains(&child.id)),
        );
        // Tickets are for this execution, or for one that it still waits for.
        let own = self.execution.id;
        self.batch.tickets = tickets;
        self.batch
            .tickets
            .retain(|ticket| ticket.execution == own || children.contains(&ticket.execution));
        let unwanted = orphans
            .into_iter()
            .filter(|child| !children.contains(child));
        self.batch.orphans.extend(unwanted);
        self.drop_what_is_not_ours();
        self.hand_back_what_nothing_runs();
        Ok(())
    }

    /// A commit of a drive before this one may arrive only now, with steps that this runner took there and that
    /// nothing here runs: they would never end.
    fn hand_back_what_nothing_runs(&mut self) {
        let idle: Vec<_> = self
            .execution
            .held()
            .filter(|(step, attempt, runner)| {
                let running = self.running.get(step);
                *runner == self.runner && running.is_none_or(|running| running.attempt != *attempt)
            })
            .collect();
        for (step, attempt, _) in idle {
            self.command(Command::HandBack { step, attempt });
        }
    }

    /// Completes a state that was loaded after its end: whoever waits for it wants its result.
    async fn read_the_end(&mut self) -> Result<(), Interrupted> {
        let result = self
            .shared
            .ports
            .executions
            .result(self.execution.id)
            .await?;
        if let Some(result) = result {
            self.execution.output = result.output.map(Arc::new);
            self.execution.error = result.error;
        }
        Ok(())
    }
}

/// Sends a commit, again if the store is out of reach.
pub(super) async fn patiently<F>(
    execution: Uuid,
    commit: impl Fn() -> F,
) -> Result<Committed, Interrupted>
where
    F: Future<Output = Result<Committed, Interrupted>>,
{
    let mut pause = Duration::from_millis(50);
    let mut tries = 1;
    loop {
        match commit().await {
            Err(Interrupted::Port(error)) if error.transient && tries < TRIES => {
                tracing::warn!(execution.id = %execution, %error, "a commit failed and is tried again");
                tokio::time::sleep(pause).await;
                pause *= 2;
                tries += 1;
            }
            answer => return answer,
        }
    }
}

/// A commit that inserts a newly accepted execution.
pub(crate) fn commit_of(
    plan: &Plan,
    execution: &Execution,
    accepted: Accepted,
    effects: Effects,
    options: &Options,
    now: Time,
) -> Result<Commit, Interrupted> {
    let mut commit = row(Some(plan), execution, 0, Some(accepted), options, now)?;
    take_effects(&mut commit, effects);
    Ok(commit)
}

fn take_effects(commit: &mut Commit, effects: Effects) {
    commit.steps = effects.records;
    commit.events = effects.events;
    (commit.waits, commit.waits_over) = waits(&effects.waits, &effects.waits_over);
}

/// What began and ended since the last commit need not be told.
fn waits(begun: &[OpenWait], over: &[Uuid]) -> (Vec<OpenWait>, Vec<Uuid>) {
    let still = begun.iter().filter(|wait| !over.contains(&wait.id));
    let known = over
        .iter()
        .filter(|id| !begun.iter().any(|wait| wait.id == **id));
    (still.cloned().collect(), known.copied().collect())
}

/// A commit of what a single command led to.
pub(crate) fn commit_of_progress(
    plan: &Plan,
    execution: &Execution,
    version: u64,
    effects: Effects,
    options: &Options,
    now: Time,
) -> Result<Commit, Interrupted> {
    let mut commit = row(Some(plan), execution, version, None, options, now)?;
    take_effects(&mut commit, effects);
    Ok(commit)
}

fn row(
    plan: Option<&Plan>,
    execution: &Execution,
    version: u64,
    accepted: Option<Accepted>,
    options: &Options,
    now: Time,
) -> Result<Commit, Interrupted> {
    let frontier = execution
        .to_frontier()
        .map_err(|error| Interrupted::Unusable(error.to_string()))?;
    let mut holders: Vec<Uuid> = execution.held().map(|(_, _, runner)| runner).collect();
    holders.sort_unstable();
    holders.dedup();
    Ok(Commit {
        id: execution.id,
        expected_version: version,
        accepted,
        frontier,
        status: execution.status,
        seq: execution.seq,
        wake_at: wake_at(execution, options.requeue, now),
        expires_at: plan.and_then(|plan| expires_at(plan, execution, options)),
        holders,
        started_at: execution.started_at,
        finished_at: execution.finished_at,
        output: execution.output.as_deref().cloned(),
        error: execution.error.clone(),
        steps: Vec::new(),
        events: Vec::new(),
        waits: Vec::new(),
        waits_over: Vec::new(),
        signals_over: Vec::new(),
        place_passes_to: None,
        spawned: Vec::new(),
    })
}

/// When an execution that has ended may be deleted.
fn expires_at(plan: &Plan, execution: &Execution, options: &Options) -> Option<Time> {
    let ended = execution.finished_at?;
    let kept = plan.document.settings.retention.unwrap_or_default();
    let failed = matches!(execution.status, Status::Failed | Status::TimedOut);
    let keep = kept
        .failed
        .filter(|_| failed)
        .or(kept.keep)
        .or(options.keep)?;
    Some(ended + keep.to_delta())
}

/// When somebody must look at this execution even if every runner and every ticket is gone.
fn wake_at(execution: &Execution, requeue: Duration, now: Time) -> Option<Time> {
    if execution.status.is_terminal() {
        return None;
    }
    let requeue = TimeDelta::from_std(requeue).unwrap_or(TimeDelta::seconds(8));
    let ready = execution.has_ready_steps().then(|| now + requeue);
    let children = execution.children().next().map(|_| now + LOOK_AT_CHILDREN);
    [execution.next_tick(), ready, children]
        .into_iter()
        .flatten()
        .min()
}
