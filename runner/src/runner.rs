//! A runner: starts its loops, hands out its launcher, and stops in good order.

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
        loops.spawn(beat::beat(Arc::clone(&shared), end.clone()));
        loops.spawn(pull::pull(Arc::clone(&shared), stop.clone()));
        loops.spawn(pull::listen(Arc::clone(&shared), stop.clone()));
        loops.spawn(due::due(Arc::clone(&shared), stop.clone()));
        loops.spawn(sweep::sweep(Arc::clone(&shared), stop.clone()));
        if shared.options.schedules {
            loops.spawn(schedules::begin_runs(Arc::clone(&shared), stop.clone()));
        }
        if shared.options.history {
            let driving = Arc::clone(&shared);
            loops.spawn(tally::keep_history(
                shared.ports.clone(),
                move || driving.driven().len(),
                end.clone(),
            ));
        }
        loops.spawn(write_logs);
        loops.spawn(keep_happenings);
        loops.spawn(pull::acknowledge(
            Arc::clone(&shared),
            receipts,
            end.clone(),
        ));
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
