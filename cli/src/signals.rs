//! The wish to end: Ctrl-C at a terminal, SIGTERM from a supervisor.

use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::fault::Fault;

/// What a shell reports of a program that was interrupted.
pub(crate) const INTERRUPTED: u8 = 130;

/// How long a process that can't go on may take to end in good order: as it is delivered, longer than requests and steps are
/// waited for.
const LAST_ORDER: Duration = Duration::from_secs(60);

pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// From now on the signals no longer end the process by themselves.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).context("listen for Ctrl-C")?,
            terminate: signal(SignalKind::terminate()).context("listen for SIGTERM")?,
        })
    }

    /// Resolves at the next signal.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Resolves once the process is to end: at the next signal, or because a task has ended that it can't do without.
    /// The signal after that ends it at once.
    pub(crate) async fn told_to_stop(mut self) {
        leave_once_lost();
        tokio::select! {
            () = self.next() => {
                tracing::info!("stopping: running steps may finish; a second signal leaves at once");
            }
            () = vital::lost() => {}
        }
        self.leave_at_the_next();
    }

    /// Ends the process at the next signal, whatever it is doing: the user asked twice.
    pub(crate) fn leave_at_the_next(mut self) {
        tokio::spawn(async move {
            self.next().await;
            leave(INTERRUPTED);
        });
    }
}

/// Ends the process some time after it has lost a task that it can't do without, should it not have ended by then: what is
/// missing may be just what good order waits for, and nobody may be there to ask twice.
pub(crate) fn leave_once_lost() {
    tokio::spawn(async {
        vital::lost().await;
        tokio::time::sleep(LAST_ORDER).await;
        leave(1);
    });
}

fn leave(code: u8) -> ! {
    // Leaving runs no destructors, so programs of steps are ended here.
    nodes::end_programs();
    std::process::exit(i32::from(code));
}

/// Refuses to call it a success when the process ended because it could not go on; which task it was is in the log.
pub(crate) fn ended_well() -> Result<(), Fault> {
    if !vital::is_lost() {
        return Ok(());
    }
    Err(
        Fault::new("a task that this process can't do without has ended unexpectedly").mend(
            "What it was is in the log. Start it again, or have a supervisor do so: Docker with `--restart unless-stopped`, systemd with \
             `Restart=on-failure` (README.md, \"As a service\").",
        ),
    )
}

/// The next signal; never resolves once the signals were given away.
pub(crate) async fn next_of(signals: &mut Option<Signals>) {
    match signals {
        Some(signals) => signals.next().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_that_lost_a_task_is_told_to_stop_and_ends_as_a_failure() {
        assert!(ended_well().is_ok());
        let told = tokio::spawn(Signals::listen().unwrap().told_to_stop());
        vital::thread("one of a test", || panic!("on purpose"));
        let told = tokio::time::timeout(Duration::from_secs(20), told).await;
        told.unwrap().unwrap();
        assert!(ended_well().is_err());
    }
}
