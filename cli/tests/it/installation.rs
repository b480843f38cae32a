//! An installation on Postgres and Redis: its databases, and the folder that its processes share.

use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;

use crate::postgres::Database;
use crate::redis_server::RedisServer;
use crate::server::Running;
use crate::shop::LiveApplications;

pub(crate) struct Installation {
    /// Goes first, while the records that it reads are still there.
    live: LiveApplications,
    database: Database,
    pub(crate) redis: RedisServer,
    folder: TempDir,
}

impl Installation {
    pub(crate) async fn create() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        Ok(Self {
            live: LiveApplications::below(&folder.path().join(".lathe")),
            database: Database::create().await?,
            redis: RedisServer::start()?,
            folder,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path().join(".lathe")
    }

    fn start(&self, arguments: &[&str]) -> Result<Running> {
        let backends = self.backends(&self.redis.url);
        Running::start(self.path(), &[arguments, &backends].concat())
    }

    /// Where a process finds everything, with Redis at an address of its own.
    pub(crate) fn backends<'a>(&'a self, redis: &'a str) -> [&'a str; 4] {
        ["--database-url", &self.database.url, "--redis-url", redis]
    }

    pub(crate) fn api(&self) -> Result<Running> {
        self.start(&["api", "--port", "0", "--allow-commands"])
    }

    pub(crate) fn runner(&self) -> Result<Running> {
        self.runner_called("runner")
    }

    /// A short lease lets the death of a runner be noticed soon.
    pub(crate) fn runner_called(&self, name: &str) -> Result<Running> {
        self.start(&[
            "runner",
            "--allow-commands",
            "--lease",
            "2s",
            "--runner-name",
            name,
        ])
    }

    pub(crate) async fn remove(self) -> Result<()> {
        drop((self.live, self.redis));
        self.database.remove().await
    }
}
