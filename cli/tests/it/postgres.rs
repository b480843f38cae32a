//! A database of its own for each test, on the Postgres that `cargo xtask test` starts.

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

pub(crate) struct Database {
    pub(crate) url: String,
    name: String,
    server: String,
}

impl Database {
    pub(crate) async fn create() -> Result<Self> {
        let server = std::env::var("TEST_DATABASE_URL")
            .context("TEST_DATABASE_URL is not set: run the tests with `cargo xtask test`, which starts Postgres")?;
        let name = format!("lathe_cli_{}", uuid::Uuid::now_v7().simple());
        execute(&server, format!("CREATE DATABASE {name}")).await?;
        let (front, _) = server
            .rsplit_once('/')
            .context("TEST_DATABASE_URL names no database")?;
        Ok(Self {
            url: format!("{front}/{name}"),
            name,
            server,
        })
    }

    pub(crate) async fn remove(self) -> Result<()> {
        execute(
            &self.server,
            format!("DROP DATABASE {} WITH (FORCE)", self.name),
        )
        .await
    }
}

async fn execute(server: &str, statement: String) -> Result<()> {
    let mut connection = PgConnection::connect(server)
        .await
        .context("Postgres does not answer")?;
    sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await?;
    Ok(connection.close().await?)
}
