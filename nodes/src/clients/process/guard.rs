//! The groups of programs that run now, and a guard that ends them when Lathe is gone.
//!
//! A process that is killed, or that the kernel picks when memory is short, runs no destructors, and its children
//! live on. So a small process of its own knows the groups: it reads from a pipe that only Lathe holds open, and
//! when that ends, so do they. Whatever became live meanwhile (`app.deploy`) was taken off its list before.

use std::collections::BTreeSet;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Supervisors ask every process of a service to end; the guard stays until Lathe has.
const SCRIPT: &str = r#"trap '' HUP INT QUIT TERM
groups=' '
while read -r what group; do
  case $what in
    begun) groups="$groups$group " ;;
    ended) groups="${groups%% $group *} ${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group"; done"#;

static LIVE: Mutex<Live> = Mutex::new(Live {
    groups: BTreeSet::new(),
    guard: None,
    warned: false,
});

struct Live {
    groups: BTreeSet<u32>,
    guard: Option<Child>,
    warned: bool,
}

/// From now on the group ends with Lathe.
pub(super) fn begun(group: u32) {
    let mut live = live();
    if live.groups.insert(group) && live.tell("begun", group).is_err() {
        live.call_another();
    }
}

/// The group has ended, or outlives Lathe.
pub(super) fn ended(group: u32) {
    let mut live = live();
    if live.groups.remove(&group) && live.tell("ended", group).is_err() {
        live.call_another();
    }
}

/// The groups that would end with Lathe.
pub(super) fn groups() -> Vec<u32> {
    live().groups.iter().copied().collect()
}

impl Live {
    fn tell(&mut self, what: &str, group: u32) -> std::io::Result<()> {
        let pipe = self.guard.as_mut().and_then(|guard| guard.stdin.as_mut());
        let pipe = pipe.ok_or(std::io::ErrorKind::BrokenPipe)?;
        // One write, so that the guard never sees half a line when Lathe is killed.
        pipe.write_all(format!("{what} {group}\n").as_bytes())
    }

    /// The first program calls the first guard; another one is called when somebody killed it.
    fn call_another(&mut self) {
        if let Some(mut gone) = self.guard.take() {
            // It closed its end of the pipe, so it has ended or is about to.
            drop(gone.stdin.take());
            let _ = gone.wait();
        }
        if self.groups.is_empty() {
            return;
        }
        let called = call().and_then(|guard| {
            self.guard = Some(guard);
            let groups: Vec<u32> = self.groups.iter().copied().collect();
            groups
                .into_iter()
                .try_for_each(|group| self.tell("begun", group))
        });
        if let Err(error) = called
            && !std::mem::replace(&mut self.warned, true)
        {
            tracing::warn!(%error, "no guard runs (/bin/sh): programs of workflows would outlive a Lathe that is killed");
        }
    }
}

fn call() -> std::io::Result<Child> {
    Command::new("/bin/sh")
        .args(["-c", SCRIPT, "lathe-guard"])
        .current_dir("/")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C at a terminal reaches Lathe's group, and the guard is not in it.
        .process_group(0)
        .spawn()
}

fn live() -> MutexGuard<'static, Live> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}
