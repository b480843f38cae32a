//! Process groups: signals that reach a program and all that it started, and only them.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::process::Child;

use super::guard;

/// The group of a running child; killed when dropped, so that a run which is given up leaves nothing behind.
/// It also ends with Lathe, until it is forgotten.
pub(crate) struct Group(AtomicU32);

/// No process has this number, so it stands for a group that has ended.
const ENDED: u32 = 0;

impl Group {
    pub(crate) fn of(child: &Child) -> Self {
        let process = child.id().unwrap_or(ENDED);
        if process != ENDED {
            guard::begun(process);
        }
        Self(AtomicU32::new(process))
    }

    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    pub(crate) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    /// Resolves when nobody is left in the group. The system tells no one, so it is asked.
    pub(crate) async fn ended(&self) {
        while has_members(self.0.load(Ordering::Relaxed)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The group has ended, and its number may soon be another's; or it is to live on by itself.
    pub(crate) fn forget(&self) {
        let process = self.0.swap(ENDED, Ordering::Relaxed);
        if process != ENDED {
            guard::ended(process);
        }
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
        self.forget();
    }
}

/// Ends every program that a step of this process runs now. For whoever is about to leave without waiting.
pub fn end_programs() {
    guard::groups().into_iter().for_each(kill);
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
    let stat = stat(process)?;
    // The fields after the state are counted from 4 in the manual, where this one is 22.
    fields_of_the_living(&stat)?.nth(18)?.parse().ok()
}

/// The moment that so many ticks since the machine's start were.
pub(crate) fn moment(ticks: u64) -> Option<DateTime<Utc>> {
    /// What the kernel counts in for programs, on every machine that Lathe runs on.
    const PER_SECOND: u64 = 100;
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    let boot = stat.lines().find_map(|line| line.strip_prefix("btime "))?;
    let boot: u64 = boot.trim().parse().ok()?;
    let since = ticks.checked_mul(1_000)? / PER_SECOND;
    let millis = boot.checked_mul(1_000)?.checked_add(since)?;
    DateTime::from_timestamp_millis(i64::try_from(millis).ok()?)
}

/// Whether somebody in this group still runs. A zombie whose parent does not ask for it does not.
fn has_members(group: u32) -> bool {
    if pid(group).is_none_or(|pid| test_kill_process_group(pid).is_err()) {
        return false;
    }
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return true;
    };
    let group = group.to_string();
    let numbers = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers.filter_map(stat).any(|stat| {
        fields_of_the_living(&stat).and_then(|mut fields| fields.nth(1)) == Some(group.as_str())
    })
}

fn stat(process: u32) -> Option<String> {
    std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat")).ok()
}

/// What `/proc` tells of a process after its state, unless it has ended.
fn fields_of_the_living(stat: &str) -> Option<impl Iterator<Item = &str>> {
    // The name is in parentheses and may hold anything, so counting begins after the last one.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    let ended = matches!(fields.next()?, "Z" | "X");
    (!ended).then_some(fields)
}
