//! Bare SQLite as an embedded Lathe must use it: write-ahead log, every commit on disk.

use std::time::Instant;

use anyhow::Result;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{BATCH, BODY};
use crate::{Effort, backends};

/// Rows per second in batches, and commits per second of one row each.
pub(super) async fn measure(effort: Effort) -> Result<(f64, f64)> {
    let folder = backends::folder()?;
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.path().join("baseline.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    sqlx::query(
        "CREATE TABLE step (id INTEGER PRIMARY KEY, path TEXT NOT NULL, body TEXT NOT NULL)",
    )
    .execute(&mut connection)
    .await?;
    let batched = insert(&mut connection, effort, BATCH).await?;
    let single = insert(&mut connection, effort, 1).await?;
    connection.close().await?;
    Ok((batched, single))
}

async fn insert(connection: &mut SqliteConnection, effort: Effort, rows: usize) -> Result<f64> {
    let statement = format!(
        "INSERT INTO step (path, body) VALUES {}",
        vec!["(?, ?)"; rows].join(", ")
    );
    let start = Instant::now();
    let mut written = 0_usize;
    while start.elapsed() < effort.window / 2 {
        let mut query = sqlx::query(AssertSqlSafe(statement.as_str()));
        for _ in 0..rows {
            query = query.bind("build").bind(BODY);
        }
        query.execute(&mut *connection).await?;
        written += rows;
    }
    Ok(written as f64 / start.elapsed().as_secs_f64())
}
