//! A running `lathe`: started, asked for its health and its memory, stopped in order or killed.

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

use crate::{
    backends::Backend,
    client::{Client, TOKEN},
};

pub(crate) struct Lathe {
    child: Child,
    pub(crate) port: u16,
    /// From the start of the process to its first healthy answer.
    pub(crate) healthy_after: Duration,
}

/// What a process holds in memory, in MiB.
pub(crate) struct Memory {
    pub(crate) resident: f64,
}

#[derive(Clone, Copy)]
pub(crate) enum Role {
    Serve,
    Api,
    Runner,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Api => "api",
            Self::Runner => "runner",
        }
    }
}

impl Lathe {
    pub(crate) async fn serve(program: &Path, backend: &Backend, more: &[&str]) -> Result<Self> {
        Self::start(program, backend, Role::Serve, more).await
    }

    pub(crate) async fn start(
        program: &Path,
        backend: &Backend,
        role: Role,
        more: &[&str],
    ) -> Result<Self> {
        let port = free_port()?;
        let listen = match role {
            Role::Serve | Role::Api => vec!["--port".to_owned(), port.to_string()],
            Role::Runner => Vec::new(),
        };
        let log_file = backend.folder.path().join(format!("{port}.log"));
        let log = File::options().create(true).append(true).open(&log_file)?;
        let start = Instant::now();
        let mut child = Command::new(program)
            .arg(role.name())
            .args(listen)
            .arg("--data")
            .arg(backend.folder.path().join("data"))
            .args(&backend.arguments)
            .args(more)
            // Whoever has these set for other work does not want to measure that.
            .env_remove("DATABASE_URL")
            .env_remove("REDIS_URL")
            .env("LATHE_MACHINE_TOKEN", TOKEN)
            .env("LATHE_MASTER_KEY", "be".repeat(32))
            // What is called is on this machine.
            .env("LATHE_ALLOW_ADDRESSES", "127.0.0.1")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} could not be started", program.display()))?;
        loop {
            let up = match role {
                Role::Serve | Role::Api => is_healthy(port).await,
                // It listens nowhere, and says when it has begun.
                Role::Runner => {
                    fs::read_to_string(&log_file).is_ok_and(|log| log.contains("Lathe runner `"))
                }
            };
            if up {
                break;
            }
            if let Some(status) = child.try_wait()? {
                let log = fs::read_to_string(&log_file).unwrap_or_default();
                bail!(
                    "lathe {} ended before it was healthy ({status}):\n{log}",
                    role.name()
                );
            }
            ensure!(
                start.elapsed() < Duration::from_secs(30),
                "lathe {} was not healthy within 30 seconds",
                role.name()
            );
            sleep(Duration::from_millis(1)).await;
        }
        Ok(Self {
            child,
            port,
            healthy_after: start.elapsed(),
        })
    }

    /// Processor time so far, of all threads. Unlike times on the clock it hardly depends on what else the machine does.
    pub(crate) fn worked(&self) -> Result<Duration> {
        let id = self.child.id().context("lathe has ended")?;
        let file = format!("/proc/{id}/stat");
        let text = fs::read_to_string(&file)
            .with_context(|| format!("{file} cannot be read; work is measured on Linux"))?;
        // The name of the program, in brackets, may hold blanks; the two times are the 14th and 15th field.
        let (_, fields) = text.rsplit_once(')').context("no name")?;
        let mut ticks = fields.split_whitespace().skip(11).map(str::parse::<u64>);
        let mut next = || ticks.next().context("a field is missing");
        let ticks = next()?? + next()??;
        let per_second = rustix::param::clock_ticks_per_second();
        Ok(Duration::from_secs_f64(ticks as f64 / per_second as f64))
    }

    pub(crate) fn memory(&self) -> Result<Memory> {
        let id = self.child.id().context("lathe has ended")?;
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
        })
    }

    /// Ends it as a crash would.
    pub(crate) async fn kill(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    pub(crate) async fn stop(mut self) -> Result<()> {
        let id = self
            .child
            .id()
            .and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        kill_process(id.context("lathe has ended on its own")?, Signal::TERM)?;
        timeout(Duration::from_secs(30), self.child.wait())
            .await
            .context("lathe did not end")??;
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
