//! Ctrl-C and termination: told to whoever waits, and handed on to the programs in the foreground.
//!
//! Every program that this tool starts is the head of its own process group. A Ctrl-C in the terminal therefore reaches
//! only this tool, which then stops the others in the right order.

use std::{
    fmt,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

/// The error by which an interrupted wait ends.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("interrupted")
    }
}

impl std::error::Error for Interrupted {}

#[derive(Clone)]
pub(crate) struct Interrupt {
    shared: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    count: u32,
    foreground: Vec<Pid>,
}

impl Interrupt {
    /// Listens for signals for as long as this program lives.
    pub(crate) fn install() -> Result<Self> {
        let interrupt = Self::none();
        let mut signals =
            Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen for signals")?;
        let heard = interrupt.clone();
        thread::Builder::new()
            .name("signals".into())
            .spawn(move || {
                for _signal in signals.forever() {
                    heard.hear();
                }
            })
            .context("cannot start the thread for signals")?;
        Ok(interrupt)
    }

    /// One that hears nothing.
    pub(crate) fn none() -> Self {
        Self {
            shared: Arc::default(),
        }
    }

    pub(crate) fn check(&self) -> Result<()> {
        if self.state().count > 0 {
            Err(Interrupted.into())
        } else {
            Ok(())
        }
    }

    /// Waits for the time to pass, and no longer than until the user interrupts.
    pub(crate) fn pause(&self, time: Duration) -> Result<()> {
        let state = self.state();
        let waited = self
            .shared
            .1
            .wait_timeout_while(state, time, |state| state.count == 0);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        self.check()
    }

    /// Waits until the user interrupts or `wake` is called, and says whether it was the user.
    pub(crate) fn wait_until(&self, mut done: impl FnMut() -> bool) -> bool {
        let mut state = self.state();
        while state.count == 0 && !done() {
            let waited = self
                .shared
                .1
                .wait_timeout(state, Duration::from_millis(500));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.count > 0
    }

    /// Tries until it works, the deadline passes or the user interrupts. The pause between two tries grows.
    pub(crate) fn retry<T>(
        &self,
        deadline: Duration,
        mut attempt: impl FnMut() -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(10);
        loop {
            if let Some(value) = attempt()? {
                return Ok(Some(value));
            }
            if start.elapsed() > deadline {
                return Ok(None);
            }
            self.pause(pause)?;
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    }

    /// Until the guard is dropped, signals are handed on to this process group.
    pub(crate) fn foreground(&self, group: Pid) -> ForegroundGuard<'_> {
        self.state().foreground.push(group);
        ForegroundGuard {
            interrupt: self,
            group,
        }
    }

    /// The first signal asks the foreground to end, a second one does not ask.
    fn hear(&self) {
        let mut state = self.state();
        state.count += 1;
        let signal = if state.count == 1 {
            Signal::INT
        } else {
            Signal::KILL
        };
        for group in &state.foreground {
            let _ = kill_process_group(*group, signal);
        }
        self.shared.1.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct ForegroundGuard<'a> {
    interrupt: &'a Interrupt,
    group: Pid,
}

impl Drop for ForegroundGuard<'_> {
    fn drop(&mut self) {
        let mut state = self.interrupt.state();
        state.foreground.retain(|group| *group != self.group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_ends_when_the_user_interrupts() {
        let interrupt = Interrupt::none();
        assert!(interrupt.pause(Duration::from_millis(1)).is_ok());
        let other = interrupt.clone();
        let waiter = thread::spawn(move || other.pause(Duration::from_secs(60)));
        interrupt.hear();
        let ended = waiter.join().unwrap();
        assert!(ended.unwrap_err().is::<Interrupted>());
    }

    #[test]
    fn a_retry_gives_up_at_its_deadline() {
        let interrupt = Interrupt::none();
        let never: Option<()> = interrupt
            .retry(Duration::from_millis(20), || Ok(None))
            .unwrap();
        assert!(never.is_none());
        assert_eq!(
            interrupt
                .retry(Duration::from_secs(1), || Ok(Some(7)))
                .unwrap(),
            Some(7)
        );
    }
}
