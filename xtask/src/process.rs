//! Starting other programs: those that are waited for in the foreground, services in the background, all of them stopped in the end.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::{console, interrupt::Interrupt, tools};

/// Runs a program to its end, its output shown as it comes.
pub(crate) fn run(interrupt: &Interrupt, command: &mut Command) -> Result<()> {
    let shown = describe(command);
    let mut child = spawn(command.stdin(Stdio::null()))?;
    let guard = interrupt.foreground(Pid::from_child(&child));
    let status = child.wait()?;
    drop(guard);
    interrupt.check()?;
    ensure!(status.success(), "`{shown}` failed ({status})");
    Ok(())
}

/// Runs a program to its end, and shows every line of its standard output after `watch` has seen it.
pub(crate) fn run_watched(
    interrupt: &Interrupt,
    command: &mut Command,
    mut watch: impl FnMut(&str),
) -> Result<()> {
    let shown = describe(command);
    let mut child = spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let guard = interrupt.foreground(Pid::from_child(&child));
    let output = child
        .stdout
        .take()
        .context("the program's output is not readable")?;
    for text in BufReader::new(output).split(b'\n') {
        let text = text?;
        let text = String::from_utf8_lossy(&text);
        watch(&text);
        console::plain(&text);
    }
    let status = child.wait()?;
    drop(guard);
    interrupt.check()?;
    ensure!(status.success(), "`{shown}` failed ({status})");
    Ok(())
}

/// Runs a program quietly and gives back its standard output; what it says on failure becomes the error.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let shown = describe(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("`{shown}` could not be started"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "`{shown}` failed ({}): {}",
        output.status,
        stderr.trim()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A program that runs beside this one until it is stopped or dropped.
pub(crate) struct Background {
    name: String,
    group: Pid,
    log: Option<PathBuf>,
    stop_signal: Signal,
    ended: Arc<(Mutex<Option<ExitStatus>>, Condvar)>,
}

impl Background {
    /// Starts it with its output in a log file, or shown when there is none. `stop_signal` is what makes it end in order.
    pub(crate) fn start(
        name: &str,
        command: &mut Command,
        log: Option<&Path>,
        stop_signal: Signal,
    ) -> Result<Self> {
        if let Some(log) = log {
            let file = File::options().create(true).append(true).open(log);
            let file = file.with_context(|| format!("cannot write {}", log.display()))?;
            command.stdout(file.try_clone()?).stderr(file);
        }
        let mut child = spawn(command.stdin(Stdio::null()))?;
        let group = Pid::from_child(&child);
        let ended = Arc::new((Mutex::new(None), Condvar::new()));
        let told = Arc::clone(&ended);
        thread::Builder::new()
            .name(format!("wait for {name}"))
            .spawn(move || {
                let status = child.wait().unwrap_or_default();
                *told.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
                told.1.notify_all();
            })?;
        Ok(Self {
            name: name.into(),
            group,
            log: log.map(Path::to_owned),
            stop_signal,
            ended,
        })
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.ended
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    /// Waits until `ready` says yes. A program that ends first, or takes too long, is an error with its last words.
    pub(crate) fn wait_ready(
        &self,
        interrupt: &Interrupt,
        deadline: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<()> {
        let answered = interrupt.retry(deadline, || {
            if self.has_ended() {
                bail!(
                    "{} ended before it was ready{}",
                    self.name,
                    self.last_words()
                );
            }
            Ok(ready().then_some(()))
        })?;
        let seconds = deadline.as_secs();
        answered.with_context(|| {
            format!(
                "{} was not ready within {seconds} seconds{}",
                self.name,
                self.last_words()
            )
        })
    }

    /// Asks it to end, and after half a minute does not ask any more.
    pub(crate) fn stop(&self) {
        if self.has_ended() {
            return;
        }
        let _ = kill_process_group(self.group, self.stop_signal);
        if !self.wait_ended(Duration::from_secs(30)) {
            console::line(&format!(
                "{} did not end by itself and is killed",
                self.name
            ));
            let _ = kill_process_group(self.group, Signal::KILL);
            self.wait_ended(Duration::from_secs(5));
        }
    }

    fn wait_ended(&self, patience: Duration) -> bool {
        let status = self.ended.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .ended
            .1
            .wait_timeout_while(status, patience, |status| status.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.is_some()
    }

    fn last_words(&self) -> String {
        let text = self
            .log
            .as_ref()
            .and_then(|log| fs::read_to_string(log).ok())
            .unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let tail = &lines[lines.len().saturating_sub(12)..];
        if tail.is_empty() {
            String::new()
        } else {
            format!("; its last words:\n    {}", tail.join("\n    "))
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Makes a command that ends when this program dies in whatever way, and runs as another user when one is given.
///
/// Without `setpriv` (outside Linux) the command is as it was.
pub(crate) fn bound_to_us(program: &Path, user: Option<&str>, death_signal: &str) -> Command {
    let Some(setpriv) = tools::find("setpriv") else {
        return Command::new(program);
    };
    let mut command = Command::new(setpriv);
    if let Some(user) = user {
        command.args(["--reuid", user, "--regid", user, "--clear-groups"]);
    }
    command
        .args(["--pdeathsig", death_signal, "--"])
        .arg(program);
    command
}

fn spawn(command: &mut Command) -> Result<Child> {
    let shown = describe(command);
    command
        .process_group(0)
        .spawn()
        .with_context(|| format!("`{shown}` could not be started"))
}

fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_ends_too_early_is_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut command = Command::new("sh");
        command.args(["-c", "echo the port is taken >&2; exit 3"]);
        let program = Background::start("teapot", &mut command, Some(&log), Signal::TERM).unwrap();
        let error = program
            .wait_ready(&Interrupt::none(), Duration::from_secs(20), || false)
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("teapot ended before it was ready"),
            "{error}"
        );
        assert!(error.to_string().contains("the port is taken"), "{error}");
    }

    #[test]
    fn stopping_ends_the_whole_group() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 300 & echo $!; wait"]);
        let program = Background::start("shell", &mut command, Some(&log), Signal::TERM).unwrap();
        let wrote = || fs::read_to_string(&log).is_ok_and(|text| text.ends_with('\n'));
        program
            .wait_ready(&Interrupt::none(), Duration::from_secs(20), wrote)
            .unwrap();
        program.stop();
        assert!(program.has_ended());
    }
}
