//! A Docker engine of our own that may be killed. It has no network, and needs none.

use std::{
    cell::RefCell,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result};
use reqwest::Client;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::process::{Child, Command};

use super::{bound_to_us, find_system};
use crate::patience;

pub(crate) struct DockerServer {
    folder: PathBuf,
    client: Client,
    child: RefCell<Option<Child>>,
}

impl DockerServer {
    /// None where that is not possible: only root may run an engine.
    pub(crate) async fn start(folder: &Path) -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() || find_system("dockerd").is_none() {
            return Ok(None);
        }
        let server = Self {
            folder: folder.to_owned(),
            client: Client::builder()
                .unix_socket(folder.join("docker.sock"))
                .timeout(Duration::from_secs(10))
                .build()?,
            child: RefCell::default(),
        };
        server.revive().await?;
        Ok(Some(server))
    }

    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.folder.join("docker.sock").display())
    }

    /// Ends it, and what it runs containers with, without a word of warning.
    pub(crate) async fn kill(&self) -> Result<()> {
        let child = self.child.borrow_mut().take();
        let mut child = child.context("the engine does not run")?;
        child.kill().await?;
        let file = self.folder.join("exec/containerd/containerd.pid");
        let containerd = fs::read_to_string(&file)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        if let Some(id) = containerd.and_then(Pid::from_raw) {
            // It may have followed by itself.
            let _ = kill_process(id, Signal::KILL);
        }
        // Mounted by the engine onto itself, and left so.
        let data = self.folder.join("data");
        let _ = Command::new("umount").args(["-l"]).arg(data).output().await;
        // Until somebody has buried it, the next engine would take it for alive.
        let _ = fs::remove_file(file);
        Ok(())
    }

    /// Starts it, and returns when it answers.
    pub(crate) async fn revive(&self) -> Result<()> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join("docker.log"))?;
        let program = find_system("dockerd").context("dockerd is gone")?;
        let _ = fs::remove_file(self.folder.join("docker.pid"));
        let child = bound_to_us(program, None, "TERM")
            .arg(format!("--host={}", self.host()))
            .arg(format!(
                "--data-root={}",
                self.folder.join("data").display()
            ))
            .arg(format!(
                "--exec-root={}",
                self.folder.join("exec").display()
            ))
            .arg(format!(
                "--pidfile={}",
                self.folder.join("docker.pid").display()
            ))
            .args(["--bridge=none", "--iptables=false", "--ip6tables=false"])
            .args(["--ip-forward=false", "--storage-driver=vfs"])
            .env_remove("DOCKER_HOST")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(false)
            .spawn()
            .context("the engine could not be started")?;
        *self.child.borrow_mut() = Some(child);
        let answers = async || self.ask("/_ping").await.map(Some);
        patience::until(
            "the engine's first answer",
            Duration::from_secs(60),
            answers,
        )
        .await?;
        Ok(())
    }

    /// How many containers of Lathe's steps there are, running or not.
    pub(crate) async fn containers(&self) -> Result<usize> {
        self.count("all=true&filters=%7B%22label%22%3A%5B%22lathe.execution%22%5D%7D")
            .await
    }

    /// How many containers run, those of builds too.
    pub(crate) async fn running(&self) -> Result<usize> {
        self.count("all=false").await
    }

    async fn count(&self, which: &str) -> Result<usize> {
        let list = self.ask(&format!("/containers/json?{which}")).await?;
        Ok(list.as_array().context("a list of containers")?.len())
    }

    async fn ask(&self, path: &str) -> Result<Value> {
        let answer = self
            .client
            .get(format!("http://docker{path}"))
            .send()
            .await?;
        let text = answer.error_for_status()?.text().await?;
        Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    pub(crate) async fn stop(self) -> Result<()> {
        let child = self.child.borrow_mut().take();
        let mut child = child.context("the engine does not run")?;
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        kill_process(id.context("the engine has ended on its own")?, Signal::TERM)?;
        child.wait().await?;
        Ok(())
    }
}
