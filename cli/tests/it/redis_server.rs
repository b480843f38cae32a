//! A Redis of its own for each test: these tests wipe it whole, which must not touch any other test.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

pub(crate) struct RedisServer {
    pub(crate) url: String,
    child: Child,
    _folder: TempDir,
}

impl RedisServer {
    /// Starts a server that keeps nothing on disk, and waits until it accepts connections.
    pub(crate) fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port()
            .to_string();
        let mut child = Command::new("redis-server")
            .current_dir(folder.path())
            .args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .stdout(Stdio::piped())
            .spawn()
            .context("redis-server is not installed: run the tests with `cargo xtask test`, which sees to it")?;
        let stdout = child.stdout.take().context("its stdout")?;
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        if !lines.any(|line| line.contains("Ready to accept connections")) {
            bail!("redis-server ended before it was ready");
        }
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self {
            url: format!("redis://127.0.0.1:{port}/0"),
            child,
            _folder: folder,
        })
    }

    /// Forgets everything.
    pub(crate) async fn flush_all(&self) -> Result<()> {
        self.tell("FLUSHALL").await.map(drop)
    }

    /// Carries out a command as its operator.
    pub(crate) async fn tell(&self, command: &str) -> Result<redis::Value> {
        let client = redis::Client::open(self.url.as_str())?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        let mut words = command.split(' ');
        let mut asked = redis::cmd(words.next().unwrap_or_default());
        words.for_each(|word| {
            asked.arg(word);
        });
        Ok(asked.query_async(&mut connection).await?)
    }

    /// The address for somebody who is not its operator.
    pub(crate) fn url_of(&self, user: &str, password: &str) -> String {
        let who = format!("redis://{user}:{password}@");
        self.url.replacen("redis://", &who, 1)
    }

    /// Ends it; nobody can reach it any more.
    pub(crate) fn stop(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
