//! A running `lathe`: started, stopped in every way that there is, and looked at from outside.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::servers::bound_to_us;

/// The longest that a process may take until it is ready, or to end once nothing holds it back.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the operator shows.
pub(crate) const TOKEN: &str = "machine_token_of_the_chaos_scenarios";

pub(crate) struct Process {
    child: Child,
    id: Pid,
    log: PathBuf,
}

/// The program with none of the settings of whoever runs this.
pub(crate) fn lathe(program: &Path, folder: &Path) -> Command {
    let mut command = bound_to_us(program, None, "KILL");
    command
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("LATHE_") || ["DATABASE_URL", "REDIS_URL", "RUST_LOG"].contains(&&*text)
        {
            command.env_remove(&name);
        }
    }
    // The same for every process, and for every life of one.
    command
        .env("LATHE_MACHINE_TOKEN", TOKEN)
        .env("LATHE_MASTER_KEY", "c4".repeat(32))
        // The ledger is on this machine.
        .env("LATHE_ALLOW_ADDRESSES", "127.0.0.1");
    command
}

impl Process {
    /// Starts it and returns when it says that it is ready. Its log goes to a file in the folder.
    pub(crate) async fn start(
        program: &Path,
        folder: &Path,
        name: &str,
        arguments: &[&str],
    ) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&log)?;
        let mut child = lathe(program, folder)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .with_context(|| format!("{} could not be started", program.display()))?;
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        let stdout = child.stdout.take().context("its stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        let ready = async {
            while let Some(line) = lines.next_line().await? {
                if line.trim().starts_with("backends") {
                    return Ok::<_, anyhow::Error>(true);
                }
            }
            Ok(false)
        };
        let ready = timeout(PATIENCE, ready).await;
        if !matches!(ready, Ok(Ok(true))) {
            bail!("{name} did not come up{}", last_words(&log));
        }
        // Whatever it says later has to be read, or it would wait for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            id: id.context("it ended at once")?,
            child,
            log,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.id.as_raw_nonzero().get().cast_unsigned()
    }

    /// Ends it without a word of warning.
    pub(crate) async fn kill(mut self) -> Result<()> {
        self.child.kill().await.context("it could not be killed")
    }

    pub(crate) fn signal(&self, signal: Signal) -> Result<()> {
        kill_process(self.id, signal).context("a signal could not be sent")
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self, within: Duration) -> Result<ExitStatus> {
        let ended = timeout(within, self.child.wait()).await;
        let ended = ended.with_context(|| {
            format!(
                "process {} did not end within {within:?}{}",
                self.id(),
                last_words(&self.log)
            )
        })?;
        Ok(ended?)
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The most memory that it has ever held, in MiB.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        let file = format!("/proc/{}/status", self.id());
        let text = fs::read_to_string(&file)
            .with_context(|| format!("{file} cannot be read; memory is measured on Linux"))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line
            .context("no VmHWM")?
            .trim()
            .trim_end_matches("kB")
            .trim();
        Ok(kibibytes.parse::<u64>()? / 1024)
    }
}

fn last_words(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let tail = &lines[lines.len().saturating_sub(8)..];
    format!("; its last words:\n    {}", tail.join("\n    "))
}
