//! sqlmap against a real server on either database: what is sent in paths, queries, a header and bodies must not become SQL.
//!
//! That nothing is found says something only where something would have been found. So the same run, with the same settings,
//! first tries a server that takes what it is sent into its statements (`xtask/sqlmap/injectable.py`).

pub(super) mod library;
mod sqlmap;
mod targets;

use std::{path::Path, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use rustix::process::Signal;

use self::{
    library::Library,
    sqlmap::{Finding, Sqlmap},
    targets::Which,
};
use super::{
    Setting,
    counts::Counts,
    report::{FailedTests, Report},
    session,
};
use crate::{
    console, files, http, ports,
    process::{self, Background},
    server,
    server::Server,
    services::ServiceSet,
};

pub(super) fn run(setting: &Setting<'_>, report: &mut Report) {
    report.part("SQL injection", || {
        server::build(setting.project, setting.interrupt)?;
        let services = setting.services.context("no services were started")?;
        let program = sqlmap::find_or_install(setting.interrupt)?;
        let mut counts = Counts::default();
        for database in [Database::Sqlite, Database::Postgres] {
            let folder = services.folder(&format!("sqlmap-{}", database.name()))?;
            let tried = Tried {
                setting,
                services,
                database,
                folder: &folder,
                sqlmap: Sqlmap {
                    interrupt: setting.interrupt,
                    program: &program,
                    database: database.name(),
                    folder: &folder,
                },
            };
            tried.finds_what_is_there()?;
            counts = counts.plus(tried.server()?);
        }
        if counts.failed > 0 {
            return Err(FailedTests(counts).into());
        }
        Ok(Some(counts))
    });
}

#[derive(Clone, Copy, PartialEq)]
enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    /// As sqlmap calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// One database, and what is tried on it.
struct Tried<'a> {
    setting: &'a Setting<'a>,
    services: &'a ServiceSet,
    database: Database,
    folder: &'a Path,
    sqlmap: Sqlmap<'a>,
}

impl Tried<'_> {
    /// sqlmap has to find each of the faults that are planted, and nothing where there is none.
    fn finds_what_is_there(&self) -> Result<()> {
        let port = ports::free()?;
        let log = self.folder.join("injectable.log");
        let script = self
            .setting
            .project
            .root()
            .join("xtask/sqlmap/injectable.py");
        let address = match self.database {
            Database::Sqlite => "sqlite",
            Database::Postgres => self.given("TEST_DATABASE_URL")?,
        };
        let mut command = Command::new(self.given("PYTHON")?);
        command.arg(script).arg(port.to_string()).arg(address);
        let injectable =
            Background::start("injectable.py", &mut command, Some(&log), Signal::TERM)?;
        let healthy = || http::get(port, "/bound?q=first").is_ok_and(|answer| answer.is_success());
        injectable.wait_ready(self.setting.interrupt, Duration::from_secs(30), healthy)?;
        let faults = targets::planted(self.database == Database::Sqlite);
        for found in self.sqlmap.try_all(port, &faults)? {
            let planted = found.target.operation != targets::BOUND;
            let seen = matches!(found.findings[..], [Finding::Injectable(_)]);
            ensure!(
                seen == planted,
                "sqlmap does not do its work on {}: of {}, where {}, it said {:?}",
                self.database.name(),
                found.target.operation,
                if planted {
                    "SQL can be injected"
                } else {
                    "no SQL can be injected"
                },
                found.findings
            );
        }
        console::line(&format!(
            "{}: sqlmap finds what is planted",
            self.database.name()
        ));
        Ok(())
    }

    fn server(&self) -> Result<Counts> {
        let mut environment = self.services.environment().clone();
        let machine = format!("machine_token_{}", files::random_word()?);
        environment.push(("LATHE_MACHINE_TOKEN".into(), machine));
        // Whoever is refused for asking too often is not told what SQL makes of it.
        for limit in ["PER_ADDRESS", "PER_ACCOUNT", "PER_TOKEN", "EXECUTIONS"] {
            environment.push((format!("LATHE_LIMIT_{limit}"), "0".into()));
        }
        let own = match self.database {
            Database::Sqlite => None,
            Database::Postgres => Some(OwnDatabase::create(self.given("TEST_DATABASE_URL")?)?),
        };
        if let Some(own) = &own {
            environment.push(("LATHE_DATABASE_URL".into(), own.address.clone()));
            let redis = self.given("TEST_REDIS_URL")?.to_owned();
            environment.push(("LATHE_REDIS_URL".into(), redis));
            environment.push(("LATHE_REDIS_PREFIX".into(), own.name.clone()));
        }
        let server = Server {
            project: self.setting.project,
            interrupt: self.setting.interrupt,
            profile: "debug",
            port: ports::free()?,
            environment: Some(&environment),
        };
        let running = server.start(
            &self.folder.join("data"),
            Some(&self.folder.join("lathe.log")),
        )?;
        server.seed()?;
        let session = session::first(server.port, "sqlmap@example.org")?;
        let library = Library::fill(server.port, &session, self.setting.interrupt)?;
        let which = match self.database {
            Database::Sqlite => Which::All,
            Database::Postgres => Which::Texts,
        };
        let targets = targets::of_document(&library, which)?;
        let tried = self.sqlmap.try_all(server.port, &targets)?;
        drop(running);
        drop(own);
        Ok(judge(self.database, &tried))
    }

    fn given(&self, name: &str) -> Result<&str> {
        let mut environment = self.services.environment().iter();
        let found = environment.find(|(given, _)| given == name);
        let (_, value) = found.with_context(|| format!("{name} is not known"))?;
        Ok(value)
    }
}

/// Every parameter counts, and every one that is not well is named.
fn judge(database: Database, tried: &[sqlmap::Tried<'_>]) -> Counts {
    let mut counts = Counts::default();
    for one in tried {
        for (parameter, finding) in one.target.parameters.iter().zip(&one.findings) {
            if *finding == Finding::Clean {
                counts.passed += 1;
                continue;
            }
            counts.failed += 1;
            console::line(&format!(
                "{}: {}, {parameter}: {finding}; what sqlmap said is in {}",
                database.name(),
                one.target.operation,
                one.log.display()
            ));
        }
        if let Some(errors) = &one.errors {
            counts.failed += 1;
            console::line(&format!(
                "{}: {} answered {errors}: what was sent got further than it should",
                database.name(),
                one.target.operation
            ));
        }
    }
    console::line(&format!(
        "{}: {} parameters in {} requests tried",
        database.name(),
        counts.passed + counts.failed,
        tried.len()
    ));
    counts
}

/// A database of this run on the server of the tests, whoever's that is.
struct OwnDatabase<'a> {
    server: &'a str,
    name: String,
    address: String,
}

impl<'a> OwnDatabase<'a> {
    fn create(server: &'a str) -> Result<Self> {
        let name = format!("lathe_sqlmap_{}", files::random_word()?);
        let (front, _) = server
            .rsplit_once('/')
            .context("the database's address has no path")?;
        let address = format!("{front}/{name}");
        let own = Self {
            server,
            name,
            address,
        };
        own.execute(&format!("CREATE DATABASE {}", own.name))?;
        Ok(own)
    }

    fn execute(&self, statement: &str) -> Result<()> {
        let mut command = Command::new("psql");
        process::capture(command.args([self.server, "--no-psqlrc", "-qc", statement])).map(drop)
    }
}

impl Drop for OwnDatabase<'_> {
    fn drop(&mut self) {
        let dropped = self.execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if let Err(error) = dropped {
            console::error(&error);
        }
    }
}
