//! Brings a database up to the models of this build: every step in one transaction, each one recorded.

use anyhow::{Context, bail};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};

use crate::database::Database;
use crate::model::{Application, Kind};
use crate::sql::{Dialect, Statement, Transport};

pub struct Migration {
    pub number: i64,
    pub name: &'static str,
    pub sqlite: &'static str,
    pub postgres: &'static str,
}

const RECORD_TABLE: &str = "CREATE TABLE IF NOT EXISTS \"_migrations\" \
    (\"number\" BIGINT PRIMARY KEY, \"name\" TEXT NOT NULL, \"sql\" TEXT NOT NULL, \
    \"applied_at\" TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)";

/// Runs what has not run yet and returns how many that were; on a failure nothing has changed.
pub async fn run(database: &Database, application: &Application) -> anyhow::Result<usize> {
    let count = match database {
        Database::Sqlite { .. } => run_sqlite(database, application).await,
        Database::Postgres(_) => run_postgres(database, application).await,
    }?;
    check_shape(database, application)
        .await
        .context("the database does not fit the models of this build")?;
    Ok(count)
}

/// A table is rebuilt by dropping the old one, which must not set off its foreign keys: they are off on
/// this connection and checked as a whole before the commit.
async fn run_sqlite(database: &Database, application: &Application) -> anyhow::Result<usize> {
    let Database::Sqlite { options, .. } = database else {
        return Ok(0);
    };
    let mut connection = options.clone().foreign_keys(false).connect().await?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(RECORD_TABLE)
        .execute(&mut *transaction)
        .await?;
    let rows = sqlx::query("SELECT \"number\", \"sql\" FROM \"_migrations\"")
        .fetch_all(&mut *transaction)
        .await?;
    let mut applied = Vec::new();
    for row in rows {
        applied.push((row.try_get::<i64, _>(0)?, row.try_get::<String, _>(1)?));
    }
    let pending = pending(application, &applied, Dialect::Sqlite)?;
    for migration in &pending {
        let context = || {
            format!(
                "migration {} ({}) failed; nothing was changed",
                migration.number, migration.name
            )
        };
        sqlx::raw_sql(AssertSqlSafe(migration.sqlite))
            .execute(&mut *transaction)
            .await
            .with_context(context)?;
        sqlx::query(
            "INSERT INTO \"_migrations\" (\"number\", \"name\", \"sql\") VALUES (?1, ?2, ?3)",
        )
        .bind(migration.number)
        .bind(migration.name)
        .bind(migration.sqlite)
        .execute(&mut *transaction)
        .await?;
    }
    if !sqlx::query("PRAGMA foreign_key_check")
        .fetch_all(&mut *transaction)
        .await?
        .is_empty()
    {
        bail!("the migrations would leave rows that refer to nothing; nothing was changed");
    }
    transaction.commit().await?;
    connection.close().await?;
    Ok(pending.len())
}

/// Two instances may start at once: the second waits for the lock and then finds nothing to do.
async fn run_postgres(database: &Database, application: &Application) -> anyhow::Result<usize> {
    let Database::Postgres(pool) = database else {
        return Ok(0);
    };
    let mut transaction = pool.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock(4715230917)")
        .execute(&mut *transaction)
        .await?;
    sqlx::raw_sql(RECORD_TABLE)
        .execute(&mut *transaction)
        .await?;
    let rows = sqlx::query("SELECT \"number\", \"sql\" FROM \"_migrations\"")
        .fetch_all(&mut *transaction)
        .await?;
    let mut applied = Vec::new();
    for row in rows {
        applied.push((row.try_get::<i64, _>(0)?, row.try_get::<String, _>(1)?));
    }
    let pending = pending(application, &applied, Dialect::Postgres)?;
    for migration in &pending {
        let context = || {
            format!(
                "migration {} ({}) failed; nothing was changed",
                migration.number, migration.name
            )
        };
        sqlx::raw_sql(AssertSqlSafe(migration.postgres))
            .execute(&mut *transaction)
            .await
            .with_context(context)?;
        sqlx::query(
            "INSERT INTO \"_migrations\" (\"number\", \"name\", \"sql\") VALUES ($1, $2, $3)",
        )
        .bind(migration.number)
        .bind(migration.name)
        .bind(migration.postgres)
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(pending.len())
}

fn pending(
    application: &Application,
    applied: &[(i64, String)],
    dialect: Dialect,
) -> anyhow::Result<Vec<&'static Migration>> {
    let mut pending = Vec::new();
    for migration in application.migrations {
        let sql = match dialect {
            Dialect::Sqlite => migration.sqlite,
            Dialect::Postgres => migration.postgres,
        };
        match applied
            .iter()
            .find(|(number, _)| *number == migration.number)
        {
            None => pending.push(migration),
            Some((_, recorded)) if recorded == sql => {}
            Some(_) => bail!(
                "migration {} ({}) was changed after it ran here; restore its text and add a new migration instead",
                migration.number,
                migration.name
            ),
        }
    }
    Ok(pending)
}

/// An older build may meet a newer database when a release is taken back. It may go on when every column
/// that it knows is there, and must not start otherwise.
async fn check_shape(database: &Database, application: &Application) -> anyhow::Result<()> {
    let mut transaction = database.begin_read().await?;
    for model in application.models {
        let mut statement = Statement::new(
            database.dialect(),
            "SELECT \"id\", \"created_at\", \"updated_at\"",
        );
        let fields = model
            .fields
            .iter()
            .map(|field| (field.name, &field.kind))
            .map(|(name, kind): (_, &Kind)| (name, kind.transport()));
        let relations = model
            .relations
            .iter()
            .filter_map(|relation| relation.column().map(|column| (column, Transport::Uuid)));
        for (name, transport) in fields.chain(relations) {
            statement.push(", ").column(name, transport);
        }
        statement.push(" FROM ").name(model.name).push(" LIMIT 0");
        transaction
            .fetch(statement, &[])
            .await
            .with_context(|| format!("table {}", model.name))?;
    }
    Ok(())
}
