//! The wish to end: Ctrl-C at a terminal, SIGTERM from a supervisor.

use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a shell reports of a program that was interrupted.
pub(crate) const INTERRUPTED: u8 = 130;

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

    /// Ends the process at the next signal, whatever it is doing: the user asked twice.
    pub(crate) fn leave_at_the_next(mut self) {
        tokio::spawn(async move {
            self.next().await;
            // Leaving runs no destructors, so programs of steps are ended here.
            nodes::end_programs();
            std::process::exit(i32::from(INTERRUPTED));
        });
    }
}

/// The next signal; never resolves once the signals were given away.
pub(crate) async fn next_of(signals: &mut Option<Signals>) {
    match signals {
        Some(signals) => signals.next().await,
        None => std::future::pending().await,
    }
}
