//! A database of its own for each scenario, asked from outside of Lathe.

use std::time::Duration;

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, postgres::PgPoolOptions};

pub(crate) struct Database {
    /// Where the server is, for whoever stands between it and Lathe.
    pub(crate) port: u16,
    pub(crate) pool: PgPool,
    name: String,
    server: String,
}

impl Database {
    pub(crate) async fn create(server: &str, name: &str) -> Result<Self> {
        let name = format!("lathe_chaos_{}_{name}", std::process::id());
        execute(server, &format!("CREATE DATABASE {name}")).await?;
        let (front, _) = server
            .rsplit_once('/')
            .context("the database's address has no path")?;
        let address = front.rsplit_once('@').map_or(front, |(_, address)| address);
        let port = address
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok());
        let pool = PgPoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(30))
            .connect_lazy(&format!("{front}/{name}"))?;
        Ok(Self {
            port: port.unwrap_or(5432),
            pool,
            name,
            server: server.to_owned(),
        })
    }

    /// Its address by way of another port.
    pub(crate) fn url_through(&self, port: u16) -> Result<String> {
        let (front, _) = self.server.rsplit_once('/').context("no path")?;
        let user = front.rsplit_once('@').map(|(user, _)| user);
        let user = user.context("the database's address names no user")?;
        Ok(format!("{user}@127.0.0.1:{port}/{}", self.name))
    }

    pub(crate) async fn execute(&self, statement: impl Into<String>) -> Result<()> {
        self.pool.execute(AssertSqlSafe(statement.into())).await?;
        Ok(())
    }

    /// The one number that a statement gives.
    pub(crate) async fn number(&self, statement: impl Into<String>) -> Result<i64> {
        let number = sqlx::query_scalar(AssertSqlSafe(statement.into()));
        Ok(number.fetch_one(&self.pool).await?)
    }

    /// Ends every connection of Lathe's, as an administrator would.
    pub(crate) async fn terminate_backends(&self) -> Result<i64> {
        self.number(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'lathe'",
        )
        .await
    }

    pub(crate) async fn remove(self) -> Result<()> {
        self.pool.close().await;
        execute(
            &self.server,
            &format!("DROP DATABASE {} WITH (FORCE)", self.name),
        )
        .await
    }
}

pub(crate) async fn execute(url: &str, statement: &str) -> Result<()> {
    let mut connection = PgConnection::connect(url)
        .await
        .context("Postgres does not answer")?;
    connection
        .execute(AssertSqlSafe(statement.to_owned()))
        .await?;
    Ok(connection.close().await?)
}
