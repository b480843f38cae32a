//! A run in this process, on the store of a data folder.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use engine::execution::{Event, EventKind, StepStatus};
use engine::ports::bus::{Bus, Notice, Topic};
use engine::ports::definitions::Definition;
use engine::ports::launcher::{CancelError, Launch, LaunchError, Launcher};
use futures::StreamExt;
use runner::Runner;
use store::{Scope, Store};
use uuid::Uuid;

use super::news::{Ended, EndedStep, News};
use super::order::steps_in_order;
use super::view::{Outline, View, choose};
use super::{Order, folder_of, unfit};
use crate::config::{Allowed, Backend, DataFolder, Running};
use crate::library::{Library, LocalLibrary};
use crate::signals::{Signals, ended_well, leave_once_lost, next_of};
use crate::wire;

/// How often running rows are redrawn.
const REDRAW: Duration = Duration::from_millis(100);

/// How many redraws pass between two looks at the database, in case news were lost.
const LOOK: u32 = 10;

pub(super) struct Embedded {
    store: Store,
    bus: Arc<dyn Bus>,
    runner: Runner,
    library: LocalLibrary,
}

/// Opens the data folder; `None` when another process has it.
pub(super) async fn open(
    data: &DataFolder,
    allowed: &Allowed,
    running: &Running,
    order: &Order,
) -> anyhow::Result<Option<Embedded>> {
    let store = match wire::open_store(data, &Backend::Embedded).await {
        Ok(store) => store,
        Err(error) if wire::is_in_use(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let folder = folder_of(&order.file).to_owned();
    let parts = wire::parts(
        store.clone(),
        data,
        &Backend::Embedded,
        allowed,
        Some(folder),
    )
    .await?;
    wire::end_abandoned_runs(&parts, data).await?;
    let mut options = wire::runner_options(running, data, &Backend::Embedded);
    // Nobody can reach a run of this terminal, but its expressions may name the links.
    options.links = Some(wire::links(&store, running, None).await?);
    // What others want to run by itself is not for this terminal.
    options.schedules = false;
    // Runs of others that were adopted are handed back soon: nobody at this terminal waits for them.
    options.drain = options.drain.min(Duration::from_secs(5));
    let library = LocalLibrary::new(store.clone(), Arc::clone(&parts.catalog));
    let bus = Arc::clone(&parts.bus);
    let runner = Runner::start(parts.collaborators(), options).await?;
    Ok(Some(Embedded {
        store,
        bus,
        runner,
        library,
    }))
}

impl Embedded {
    pub(super) async fn run(self, order: &Order) -> anyhow::Result<u8> {
        leave_once_lost();
        let mut signals = None;
        let ended = self.watch(order, &mut signals).await;
        // The rest may hang, and a signal that somebody listens to does nothing by itself.
        if let Some(signals) = signals {
            signals.leave_at_the_next();
        }
        self.runner.stop().await;
        let closed = self.store.close().await;
        // The first failure is the one to be told.
        let ended = ended?;
        closed?;
        Ok(ended.exit_code())
    }

    async fn watch(&self, order: &Order, signals: &mut Option<Signals>) -> anyhow::Result<Ended> {
        let kept = self.library.put_workflow(&order.file).await?;
        let definition = wire::definition(&self.store, &kept).await?;
        let id = Uuid::now_v7();
        let mut notices = self.bus.subscribe(Topic::Execution(id)).await?;
        *signals = Some(Signals::listen()?);
        let launcher = self.runner.launcher();
        launch(&*launcher, order, id, definition).await?;
        let mut watched = Watched::new(id, order);
        let mut redraw = tokio::time::interval(REDRAW);
        let mut redraws = 0;
        while !watched.ended {
            tokio::select! {
                notice = notices.next() => match notice {
                    Some(notice) => watched.notice(&self.store, notice).await?,
                    None => watched.catch_up(&self.store).await?,
                },
                _ = redraw.tick() => {
                    watched.view.tick();
                    redraws += 1;
                    if redraws % LOOK == 0 {
                        watched.catch_up(&self.store).await?;
                    }
                }
                // The run would not end any more.
                () = vital::lost() => ended_well()?,
                () = next_of(signals) => {
                    watched.view.cancelling();
                    cancel(&*launcher, id).await?;
                    if let Some(signals) = signals.take() {
                        signals.leave_at_the_next();
                    }
                }
            }
        }
        let ended = watched.result(&self.store, order).await?;
        watched.view.end(&ended)?;
        Ok(ended)
    }
}

async fn launch(
    launcher: &dyn Launcher,
    order: &Order,
    id: Uuid,
    definition: Definition,
) -> anyhow::Result<()> {
    let launch = Launch {
        id,
        definition: Arc::new(definition),
        inputs: order.inputs.clone(),
        trigger: "cli".to_owned(),
        started_by: None,
        idempotency_key: None,
        options: Default::default(),
        again: None,
        wait: false,
    };
    match launcher.launch(launch).await {
        Ok(_) => Ok(()),
        Err(LaunchError::Invalid(problems)) => Err(unfit(&order.plan, &problems.0).into()),
        Err(error) => Err(error.into()),
    }
}

async fn cancel(launcher: &dyn Launcher, id: Uuid) -> anyhow::Result<()> {
    match launcher.cancel(id, "cancelled at the terminal").await {
        Ok(()) | Err(CancelError::Ended) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A run as it was told so far.
struct Watched {
    id: Uuid,
    view: Box<dyn View>,
    /// The last event that was told.
    seq: u64,
    /// Steps that ended without an attempt, which the store keeps no record of.
    unrecorded: HashMap<String, (StepStatus, Option<String>)>,
    ended: bool,
}

impl Watched {
    fn new(id: Uuid, order: &Order) -> Self {
        let document = &order.plan.document;
        let title = document
            .label
            .clone()
            .unwrap_or_else(|| document.name.clone());
        let view = choose(
            order.json,
            &Outline {
                title,
                steps: steps_in_order(&order.plan),
            },
        );
        Self {
            id,
            view,
            seq: 0,
            unrecorded: HashMap::new(),
            ended: false,
        }
    }

    async fn notice(&mut self, store: &Store, notice: Notice) -> anyhow::Result<()> {
        match notice {
            Notice::Events { events, .. } => {
                if events.first().is_some_and(|first| first.seq > self.seq + 1) {
                    self.catch_up(store).await?;
                }
                for event in events.iter() {
                    self.event(event)?;
                }
                Ok(())
            }
            Notice::Logs { lines, .. } => lines
                .iter()
                .try_for_each(|line| self.view.news(&News::Log(line.clone()))),
            Notice::Progress { progress, .. } => self.view.news(&News::Progress(progress)),
            // Of other things than this execution.
            _ => Ok(()),
        }
    }

    /// Tells what the database knows and the bus did not bring.
    async fn catch_up(&mut self, store: &Store) -> anyhow::Result<()> {
        for event in store
            .execution_events(Scope::System, self.id, self.seq)
            .await?
        {
            self.event(&event)?;
        }
        Ok(())
    }

    fn event(&mut self, event: &Event) -> anyhow::Result<()> {
        if event.seq <= self.seq {
            return Ok(());
        }
        self.seq = event.seq;
        match &event.kind {
            EventKind::StepSkipped { step, reason } => {
                self.unrecorded
                    .insert(step.path.to_string(), (StepStatus::Skipped, reason.clone()));
            }
            EventKind::StepCancelled { step } => {
                self.unrecorded
                    .insert(step.path.to_string(), (StepStatus::Cancelled, None));
            }
            _ => {}
        }
        let news = News::Event(Box::new(event.clone()));
        self.ended |= news.is_terminal();
        self.view.news(&news)
    }

    async fn result(&self, store: &Store, order: &Order) -> anyhow::Result<Ended> {
        let record = store.execution(Scope::System, self.id).await?;
        let record = record
            .ok_or_else(|| anyhow::anyhow!("the execution {} is gone from the store", self.id))?;
        let mut recorded: HashMap<String, store::StoredStep> = HashMap::new();
        for step in store.execution_steps(Scope::System, self.id).await? {
            recorded.insert(step.path.clone(), step);
        }
        // Steps of blocks are told by the step that holds them, which has a node of the document itself.
        let nodes = order.plan.nodes.iter().filter(|node| node.block == 0);
        let steps = nodes.filter_map(|node| {
            if let Some(step) = recorded.remove(&*node.id) {
                let duration = (step.finished_at - step.started_at).num_milliseconds();
                return Some(EndedStep {
                    path: step.path,
                    kind: step.kind,
                    status: step.status,
                    attempt: step.attempt,
                    reason: step.reason,
                    error: step.error,
                    duration_ms: Some(duration),
                });
            }
            let (status, reason) = self.unrecorded.get(&*node.id)?.clone();
            let (path, kind) = (node.id.to_string(), node.kind.kind.to_owned());
            Some(EndedStep {
                path,
                kind,
                status,
                attempt: 1,
                reason,
                error: None,
                duration_ms: None,
            })
        });
        let steps = steps.collect();
        let summary = record.summary;
        let took = summary
            .finished_at
            .map(|end| (end - summary.created_at).num_milliseconds());
        Ok(Ended {
            id: self.id,
            workflow_name: summary.workflow_name,
            workflow_version: summary.workflow_version,
            status: summary.status,
            output: record.output,
            error: summary.error,
            duration_ms: took,
            steps,
        })
    }
}
