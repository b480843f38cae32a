//! A runner: starts its loops, hands out its launcher, and stops in good order.

use std::future::Future;
use std::sync::Arc;

use engine::ports::PortResult;
use engine::ports::launcher::Launcher;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::collaborators::Collaborators;
use crate::happenings::Teller;
use crate::launch::LocalLauncher;
use crate::logs::LogWriter;
use crate::options::Options;
use crate::shared::{Nudge, Shared};
use crate::turning::Turning;
use crate::{beat, due, pull, schedules, sweep, tally};

pub struct Runner {
    shared: Arc<Shared>,
    /// Ends the loops that bring new work.
    stop: CancellationToken,
    /// Ends the heart beat and the writers, last of all.
    end: CancellationToken,
    loops: JoinSet<()>,
    _turning: Option<Turning>,
}

impl Runner {
    /// Registers a runner and starts its loops.
    pub async fn start(ports: Collaborators, options: Options) -> PortResult<Self> {
        let (stop, end) = (CancellationToken::new(), CancellationToken::new());
        let (logs, write_logs) = LogWriter::new(
            Arc::clone(&ports.logs),
            Arc::clone(&ports.bus),
            Arc::clone(&ports.clock),
            end.clone(),
        );
        let (happenings, keep_happenings) = Teller::new(
            Arc::clone(&ports.happenings),
            Arc::clone(&ports.bus),
            end.clone(),
        );
        let (acknowledge, receipts) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared::new(ports, options, logs, happenings, acknowledge));
        if shared.options.sole {
            // Nobody else can be alive: what the last process held is free at once.
            let (runners, identity) = (&shared.ports.runners, shared.identity());
            runners.bury(std::time::Duration::ZERO, identity).await?;
            shared.ports.executions.wake_all().await?;
        }
        shared
            .ports
            .runners
            .register(shared.identity(), &shared.options.name)
            .await?;
        let mut loops = JoinSet::new();
        loops.spawn(beat_or_let_go(
            Arc::clone(&shared),
            stop.clone(),
            end.clone(),
        ));
        let pulling = pull::pull(Arc::clone(&shared), stop.clone());
        begin(&mut loops, "taking tickets", &stop, pulling);
        let listening = pull::listen(Arc::clone(&shared), stop.clone());
        begin(&mut loops, "hearing of changes", &stop, listening);
        let due = due::due(Arc::clone(&shared), stop.clone());
        begin(&mut loops, "finding what is due", &stop, due);
        let sweeping = sweep::sweep(Arc::clone(&shared), stop.clone());
        begin(&mut loops, "the sweeper", &stop, sweeping);
        if shared.options.schedules {
            let schedules = schedules::begin_runs(Arc::clone(&shared), stop.clone());
            begin(&mut loops, "schedules", &stop, schedules);
        }
        if shared.options.history {
            let driving = Arc::clone(&shared);
            let history = tally::keep_history(
                shared.ports.clone(),
                move || driving.driven().len(),
                end.clone(),
            );
            begin(&mut loops, "the history of runs", &end, history);
        }
        begin(&mut loops, "writing logs", &end, write_logs);
        begin(&mut loops, "keeping what happens", &end, keep_happenings);
        let acknowledging = pull::acknowledge(Arc::clone(&shared), receipts, end.clone());
        begin(&mut loops, "acknowledging tickets", &end, acknowledging);
        let turning = Turning::begin().inspect_err(|error| {
            tracing::warn!(%error, "no thread to keep the runner alive while scripts compute: long ones may cost its lease");
        });
        Ok(Self {
            shared,
            stop,
            end,
            loops,
            _turning: turning.ok().flatten(),
        })
    }

    /// Begins executions in this process.
    pub fn launcher(&self) -> Arc<dyn Launcher> {
        Arc::new(LocalLauncher {
            shared: Arc::clone(&self.shared),
        })
    }

    /// Stops: takes nothing new, lets running steps finish for a while, hands back the rest.
    pub async fn stop(mut self) {
        self.shared.start_draining();
        self.stop.cancel();
        self.shared.tasks.close();
        // Wakes every drive, so that those with nothing running see that they may go.
        self.shared.nudge_all(|| Nudge::Look);
        if tokio::time::timeout(self.shared.options.drain, self.shared.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                executions = self.shared.driven().len(),
                "steps are still running; they are handed back"
            );
            self.shared.nudge_all(|| Nudge::HandBack);
            let _ = tokio::time::timeout(self.shared.options.beat, self.shared.tasks.wait()).await;
        }
        self.end.cancel();
        while self.loops.join_next().await.is_some() {}
        // After the last beat: one that found itself struck off would register anew.
        let (runners, identity) = (&self.shared.ports.runners, self.shared.identity());
        if let Err(error) = runners.forget(identity).await {
            tracing::warn!(%error, "the runner could not be struck off the list; its lease will end");
        }
    }
}

/// Begins a loop that lasts until this token ends it. Without one of them a runner is none: the process ends with it.
fn begin(
    loops: &mut JoinSet<()>,
    name: &'static str,
    told: &CancellationToken,
    work: impl Future<Output = ()> + Send + 'static,
) {
    loops.spawn(vital::until(told.clone(), name, work));
}

/// Once the beat is lost, others take this runner for dead soon: it lets go of everything, and takes nothing new, however long
/// the process takes to end.
async fn beat_or_let_go(shared: Arc<Shared>, stop: CancellationToken, end: CancellationToken) {
    let beating = beat::beat(Arc::clone(&shared), end.clone());
    vital::until(end.clone(), "the heart beat", beating).await;
    if !end.is_cancelled() {
        shared.start_draining();
        stop.cancel();
        shared.fence();
    }
}
