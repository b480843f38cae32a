//! What every scenario works with: the program, the effort, the seed, the servers, and a folder for what they write.

use std::{
    cell::Cell,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::{dice::Dice, report::say, servers::PostgresServer};

pub(crate) struct Setting {
    pub(crate) lathe: PathBuf,
    pub(crate) short: bool,
    seed: u64,
    /// Numbers whatever has to be told apart within one run.
    counter: Cell<u32>,
    /// Host and port of a registry of images that speaks plain HTTP.
    pub(crate) registry: Option<String>,
    given_database: Option<String>,
    private_database: OnceCell<PostgresServer>,
    folder: TempDir,
}

/// How long a runner may be silent before others take over: short, so that its death is noticed soon.
pub(crate) const LEASE: Duration = Duration::from_secs(2);

/// Once faults stop, everything ends within the lease and this.
pub(crate) const GRACE: Duration = Duration::from_secs(60);

impl Setting {
    pub(crate) fn new(
        lathe: &Path,
        report: &Path,
        short: bool,
        seed: u64,
        given_database: Option<String>,
        registry: Option<String>,
    ) -> Result<Self> {
        std::fs::create_dir_all(report)
            .with_context(|| format!("cannot create {}", report.display()))?;
        // On the disk of the checkout: the system's temporary folder is often in memory, where nothing is ever durable.
        let folder = tempfile::Builder::new()
            .prefix("run-")
            .tempdir_in(report)
            .context("no folder for the run")?;
        Ok(Self {
            lathe: lathe
                .canonicalize()
                .with_context(|| format!("no {}", lathe.display()))?,
            short,
            seed,
            counter: Cell::new(0),
            registry: registry.filter(|address| !address.is_empty()),
            given_database: given_database.filter(|url| !url.is_empty()),
            private_database: OnceCell::new(),
            folder,
        })
    }

    /// The chance of one scenario, which does not depend on which others are tried.
    pub(crate) fn dice(&self, scenario: &str) -> Dice {
        let name = scenario.bytes().fold(0_u64, |sum, byte| {
            sum.wrapping_mul(131).wrapping_add(u64::from(byte))
        });
        Dice::new(self.seed ^ name.rotate_left(17))
    }

    /// One number for the whole effort, and one for the short.
    pub(crate) fn effort<T>(&self, whole: T, short: T) -> T {
        if self.short { short } else { whole }
    }

    pub(crate) fn number(&self) -> u32 {
        self.counter.set(self.counter.get() + 1);
        self.counter.get()
    }

    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.path().join(format!("{name}-{}", self.number()));
        std::fs::create_dir_all(&folder).context("no folder for a scenario")?;
        Ok(folder)
    }

    /// A Postgres for databases of this run, which nobody may stop.
    pub(crate) async fn database_server(&self) -> Result<String> {
        match &self.given_database {
            Some(given) => Ok(given.clone()),
            None => {
                let started = self.private_database.get_or_try_init(PostgresServer::start);
                Ok(started.await?.url())
            }
        }
    }

    /// Stops what it started; keeps the logs of what broke.
    pub(crate) fn close(self, keep: bool) {
        drop(self.private_database);
        if keep {
            say(&format!(
                "logs are kept in {}",
                self.folder.keep().display()
            ));
        }
    }
}
