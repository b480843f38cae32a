//! Process groups: signals that reach a program and all that it started, and only them.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::process::Child;

/// The group of a running child; killed when dropped, so that a run which is given up leaves nothing behind.
pub(crate) struct Group(AtomicU32);

/// No process has this number, so it stands for a group that has ended.
const ENDED: u32 = 0;

impl Group {
    pub(crate) fn of(child: &Child) -> Self {
        Self(AtomicU32::new(child.id().unwrap_or(ENDED)))
    }

    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub(crate) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Resolves when nobody is left in the group. The system tells no one, so it is asked.
    pub(crate) async fn ended(&self) {
        while pid(self.0.load(Ordering::Relaxed))
            .is_some_and(|pid| test_kill_process_group(pid).is_ok())
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The group has ended by itself; its number may soon be another's.
    pub(crate) fn forget(&self) {
        self.0.store(ENDED, Ordering::Relaxed);
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = pid(self.0.load(Ordering::Relaxed)) {
            // Fails when the group is gone already, which is what was wanted.
            let _ = kill_process_group(pid, signal);
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks the group of this process to end.
pub(crate) fn terminate(process: u32) {
    if let Some(pid) = pid(process) {
        let _ = kill_process_group(pid, Signal::TERM);
    }
}

/// Ends the group of this process.
pub(crate) fn kill(process: u32) {
    if let Some(pid) = pid(process) {
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

fn pid(process: u32) -> Option<Pid> {
    i32::try_from(process).ok().and_then(Pid::from_raw)
}

/// Whether a process that began at this time still runs: a number alone may by now be another's.
pub(crate) fn is_alive(process: u32, started: u64) -> bool {
    started_at(process) == Some(started)
}

/// When a process began, in ticks since the machine did; `None` when it is gone or only a zombie.
pub(crate) fn started_at(process: u32) -> Option<u64> {
    let stat =
        std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat")).ok()?;
    // The name is in parentheses and may hold anything, so counting begins after the last one.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        None
    } else {
        fields.nth(18)?.parse().ok()
    }
}
