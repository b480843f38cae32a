//! The two ways to run Lathe that are measured: embedded, and on Postgres and Redis.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

pub(crate) struct Backend {
    pub(crate) name: &'static str,
    /// What `lathe serve` is told about it.
    pub(crate) arguments: Vec<String>,
    pub(crate) folder: TempDir,
    created: Option<CreatedDatabase>,
}

struct CreatedDatabase {
    server: String,
    name: String,
}

impl Backend {
    pub(crate) fn embedded() -> Result<Self> {
        Ok(Self {
            name: "embedded",
            arguments: Vec::new(),
            folder: folder()?,
            created: None,
        })
    }

    /// Creates a database for this run alone.
    pub(crate) async fn postgres(server: &str, redis: &str) -> Result<Self> {
        let name = format!("lathe_bench_{}", std::process::id());
        execute(server, format!("CREATE DATABASE {name}")).await?;
        let (front, _) = server
            .rsplit_once('/')
            .context("the database address has no path")?;
        let database = format!("{front}/{name}");
        let arguments = ["--database-url", &database, "--redis-url", redis]
            .map(str::to_owned)
            .to_vec();
        let created = Some(CreatedDatabase {
            server: server.to_owned(),
            name,
        });
        Ok(Self {
            name: "postgres+redis",
            arguments,
            folder: folder()?,
            created,
        })
    }

    pub(crate) async fn remove(self) -> Result<()> {
        match self.created {
            Some(CreatedDatabase { server, name }) => {
                execute(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await
            }
            None => Ok(()),
        }
    }
}

/// A folder on the disk of the checkout: the system's temporary folder is often in memory, where a commit costs nothing.
pub(crate) fn folder() -> Result<TempDir> {
    let parent = std::env::current_exe()?
        .parent()
        .context("no folder beside the program")?
        .to_owned();
    tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(parent)
        .context("no temporary folder")
}

async fn execute(server: &str, statement: String) -> Result<()> {
    let mut connection = PgConnection::connect(server)
        .await
        .context("Postgres does not answer")?;
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}
