//! The two ways to run Lathe that are measured: embedded, and on Postgres and Redis.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use crate::copies::{self, Copied};

#[derive(Clone, Copy)]
pub(crate) enum BackendKind<'a> {
    Embedded,
    Apart { database: &'a str, redis: &'a str },
}

impl BackendKind<'_> {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Apart { .. } => "postgres+redis",
        }
    }
}

/// A database of its own for one group of workloads.
pub(crate) struct Backend {
    /// What `lathe` is told about it.
    pub(crate) arguments: Vec<String>,
    pub(crate) folder: TempDir,
    created: Option<CreatedDatabase>,
}

struct CreatedDatabase {
    server: String,
    name: String,
    address: String,
}

impl Backend {
    pub(crate) async fn create(kind: BackendKind<'_>) -> Result<Self> {
        let folder = folder()?;
        let BackendKind::Apart { database, redis } = kind else {
            return Ok(Self {
                arguments: Vec::new(),
                folder,
                created: None,
            });
        };
        let name = format!("lathe_bench_{}", std::process::id());
        execute(
            database,
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        )
        .await?;
        execute(database, format!("CREATE DATABASE {name}")).await?;
        let (front, _) = database
            .rsplit_once('/')
            .context("the database address has no path")?;
        let address = format!("{front}/{name}");
        let prefix = format!("{name}_{}", moment());
        let arguments = [
            "--database-url",
            &address,
            "--redis-url",
            redis,
            "--redis-prefix",
            &prefix,
        ];
        Ok(Self {
            arguments: arguments.map(str::to_owned).to_vec(),
            folder,
            created: Some(CreatedDatabase {
                server: database.to_owned(),
                name,
                address,
            }),
        })
    }

    /// Adds copies of what there is until there is so much of it; nothing may be running.
    pub(crate) async fn multiply(&self, copied: &Copied, kept: usize) -> Result<()> {
        match &self.created {
            Some(created) => {
                let mut connection = PgConnection::connect(&created.address).await?;
                copies::in_postgres(&mut connection, copied, kept).await?;
                connection.close().await?;
            }
            None => {
                let file = self.folder.path().join("data/lathe.db");
                let options = SqliteConnectOptions::new().filename(file);
                let mut connection = sqlx::ConnectOptions::connect(&options).await?;
                copies::in_sqlite(&mut connection, copied, kept).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn remove(self) -> Result<()> {
        match self.created {
            Some(CreatedDatabase { server, name, .. }) => {
                execute(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await
            }
            None => Ok(()),
        }
    }
}

/// Keeps the keys of one backend from those of the one before in the same Redis.
fn moment() -> u128 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .as_nanos()
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
