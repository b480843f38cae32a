//! A Postgres of our own, for scenarios in which the server itself dies.

use std::{
    cell::RefCell,
    fs::File,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use super::{bound_to_us, find, free_port};
use crate::{database, patience};

pub(crate) struct PostgresServer {
    port: u16,
    programs: PathBuf,
    user: Option<&'static str>,
    child: RefCell<Option<Child>>,
    folder: TempDir,
}

/// Commits wait for the log, so that what was answered outlives the server; the disk need not have it, since nobody
/// cuts the power.
const SETTINGS: [&str; 6] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=on",
];

impl PostgresServer {
    pub(crate) async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let user = lend(folder.path()).await?;
        let server = Self {
            port: free_port()?,
            programs: programs().context("the programs of PostgreSQL were not found")?,
            user,
            child: RefCell::default(),
            folder,
        };
        let made = bound_to_us(server.programs.join("initdb"), user, "KILL")
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
            ])
            .arg("--no-sync")
            .arg(format!("--pgdata={}", server.data().display()))
            .current_dir(server.folder.path())
            .stdin(Stdio::null())
            .output()
            .await?;
        let said = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "initdb failed: {said}");
        server.revive().await?;
        Ok(server)
    }

    /// The address of its first database.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// An immediate shutdown: as if it had crashed, except that its processes are gone when this returns.
    pub(crate) async fn crash(&self) -> Result<()> {
        let child = self.child.borrow_mut().take();
        let mut child = child.context("Postgres does not run")?;
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        kill_process(id.context("Postgres has ended on its own")?, Signal::QUIT)?;
        child.wait().await?;
        Ok(())
    }

    /// Starts it, and returns when it answers questions.
    pub(crate) async fn revive(&self) -> Result<()> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.path().join("log"))?;
        let mut command = bound_to_us(self.programs.join("postgres"), self.user, "QUIT");
        command.arg("-D").arg(self.data());
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let child = command
            .args(["-c", &format!("port={}", self.port)])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .context("Postgres could not be started")?;
        *self.child.borrow_mut() = Some(child);
        let url = self.url();
        let answers = async || database::execute(&url, "SELECT 1").await.map(Some);
        patience::until("Postgres' first answer", Duration::from_secs(60), answers).await
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

/// Gives a folder to whom Postgres will run as: it refuses to be root.
async fn lend(folder: &Path) -> Result<Option<&'static str>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    for user in ["postgres", "nobody"] {
        let asked = Command::new("id").args(["-u", user]).output().await?;
        if asked.status.success() {
            let id = String::from_utf8(asked.stdout)?.trim().parse()?;
            chown(folder, Some(id), None).context("the folder of Postgres")?;
            return Ok(Some(user));
        }
    }
    anyhow::bail!(
        "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody`"
    )
}

/// Debian keeps them out of the PATH, one folder per version: the newest wins.
fn programs() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<(u32, PathBuf)> = folders
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    versions.sort();
    let on_path = || Some(find("initdb")?.parent()?.to_owned());
    versions.pop().map(|(_, folder)| folder).or_else(on_path)
}
