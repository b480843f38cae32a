//! A Redis that keeps nothing on disk, for one scenario: it is wiped, filled and killed.

use std::{cell::RefCell, process::Stdio, time::Duration};

use anyhow::{Context, Result, ensure};
use redis::{AsyncConnectionConfig, Cmd, FromRedisValue, aio::MultiplexedConnection};
use tempfile::TempDir;
use tokio::process::Child;

use super::{bound_to_us, free_port};
use crate::patience;

/// Where Lathe keeps its tickets, and as whom its runners read them.
pub(crate) const STREAM: &str = "lathe:queue:{default}";
pub(crate) const GROUP: &str = "runners";

/// The longest that an answer may take: this program is only a witness, and gives a busy machine time.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct RedisServer {
    pub(crate) port: u16,
    child: RefCell<Option<Child>>,
    folder: TempDir,
}

impl RedisServer {
    pub(crate) async fn start() -> Result<Self> {
        let server = Self {
            port: free_port()?,
            child: RefCell::default(),
            folder: tempfile::tempdir()?,
        };
        server.revive().await?;
        Ok(server)
    }

    /// Ends it without a word of warning.
    pub(crate) async fn kill(&self) -> Result<()> {
        let child = self.child.borrow_mut().take();
        let mut child = child.context("Redis does not run")?;
        child.kill().await.context("Redis could not be killed")
    }

    /// Starts it again, empty-handed, and returns when it answers.
    pub(crate) async fn revive(&self) -> Result<()> {
        ensure!(self.child.borrow().is_none(), "Redis runs already");
        let child = bound_to_us("redis-server", None, "KILL")
            .current_dir(self.folder.path())
            .args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("redis-server is not installed")?;
        *self.child.borrow_mut() = Some(child);
        let answers = async || self.ask::<String>(&redis::cmd("PING")).await.map(Some);
        patience::until("Redis' first answer", PATIENCE, answers).await?;
        Ok(())
    }

    /// One question on a connection of its own: nothing outlives the server.
    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        let mut connection = self.connect().await?;
        Ok(command.query_async(&mut connection).await?)
    }

    pub(crate) async fn connect(&self) -> Result<MultiplexedConnection> {
        let client = redis::Client::open(format!("redis://127.0.0.1:{}", self.port))?;
        let patient = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let connecting = client.get_multiplexed_async_connection_with_config(&patient);
        Ok(connecting.await?)
    }
}
