//! A running `lathe serve`: started, asked for its health and its memory, stopped in order.

use std::{
    fs::{self, File},
    net::TcpListener,
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use hyper::Method;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::{backends::Backend, client::Client};

pub(crate) struct Lathe {
    child: Child,
    pub(crate) port: u16,
    /// From the start of the process to its first healthy answer.
    pub(crate) healthy_after: Duration,
}

/// What a process holds in memory, in MiB.
pub(crate) struct Memory {
    pub(crate) resident: f64,
    /// Shared pages counted by their share.
    pub(crate) proportional: f64,
}

impl Lathe {
    pub(crate) async fn start(program: &Path, backend: &Backend) -> Result<Self> {
        let port = free_port()?;
        let log_file = backend.folder.path().join("lathe.log");
        let log = File::options().create(true).append(true).open(&log_file)?;
        let start = Instant::now();
        let mut child = Command::new(program)
            .args(["serve", "--port", &port.to_string(), "--data"])
            .arg(backend.folder.path().join("data"))
            .args(&backend.arguments)
            // Whoever has these set for other work does not want to measure that.
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} could not be started", program.display()))?;
        loop {
            if is_healthy(port).await {
                break;
            }
            if let Some(status) = child.try_wait()? {
                let log = fs::read_to_string(&log_file).unwrap_or_default();
                bail!("lathe serve ended before it was healthy ({status}):\n{log}");
            }
            ensure!(
                start.elapsed() < Duration::from_secs(30),
                "lathe serve was not healthy within 30 seconds"
            );
            sleep(Duration::from_millis(1)).await;
        }
        Ok(Self {
            child,
            port,
            healthy_after: start.elapsed(),
        })
    }

    pub(crate) fn memory(&self) -> Result<Memory> {
        let id = self.child.id().context("lathe serve has ended")?;
        let file = format!("/proc/{id}/smaps_rollup");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("{file} cannot be read; memory is measured on Linux"))?;
        let mebibytes = |name: &str| -> Result<f64> {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .context("no such line")?;
            let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
            Ok(kibibytes / 1024.0)
        };
        Ok(Memory {
            resident: mebibytes("Rss:")?,
            proportional: mebibytes("Pss:")?,
        })
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        let id = self
            .child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        kill_process(
            id.context("lathe serve has ended on its own")?,
            Signal::TERM,
        )?;
        timeout(Duration::from_secs(30), self.child.wait())
            .await
            .context("lathe serve did not end")??;
        Ok(())
    }
}

pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

pub(crate) async fn wait_for_port(port: u16, server: &mut Child) -> Result<()> {
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        ensure!(
            server.try_wait()?.is_none(),
            "the server ended before it listened"
        );
        ensure!(
            start.elapsed() < Duration::from_secs(30),
            "the server did not listen within 30 seconds"
        );
        sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}

async fn is_healthy(port: u16) -> bool {
    let Ok(mut client) = Client::connect(port).await else {
        return false;
    };
    let answer = client.send(Method::GET, "/healthz", Bytes::new()).await;
    answer.is_ok_and(|answer| answer.status == 200)
}
