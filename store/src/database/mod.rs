//! The connection to the database, and the few things in which the two databases differ.

mod lock_file;
mod postgres;
mod rows;
mod sqlite;

use std::time::Duration;

use engine::Time;
use log::LevelFilter;
use sea_orm::sqlx;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, FromQueryResult,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};
use tokio::time::Instant;
use uuid::Uuid;

pub(crate) use postgres::{PostgresLane, open as open_postgres};
pub(crate) use rows::{Json, Moment, micros};
pub(crate) use sqlite::{SqliteLane, open as open_sqlite};

use crate::error::{StoreError, StoreResult, Trouble};

/// SQLite's clock, as [`Database::now`] gives it.
pub(crate) const SQLITE_NOW: &str = "CAST(unixepoch('subsec') * 1000000 AS INTEGER)";

/// How long a read is tried again while connections break.
const READ_PATIENCE: Duration = Duration::from_secs(3);

/// A statement that takes this long is told in the log, with its text and without its values.
const SLOW: Duration = Duration::from_secs(1);

/// An open database. Reads and writes go apart, since SQLite has one writer.
pub(crate) struct Database {
    pub(crate) reader: DatabaseConnection,
    pub(crate) writer: DatabaseConnection,
    /// How committers open connections of their own.
    pub(crate) lane: Lane,
    /// Held as long as the data folder is ours.
    _lock: Option<lock_file::LockFile>,
}

pub(crate) enum Lane {
    Sqlite(SqliteLane),
    Postgres(Box<PostgresLane>),
}

impl Database {
    pub(crate) fn is_sqlite(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Sqlite
    }

    /// A moment as this database stores it.
    pub(crate) fn time(&self, at: Time) -> Value {
        if self.is_sqlite() {
            micros(at).into()
        } else {
            at.into()
        }
    }

    pub(crate) fn optional_time(&self, at: Option<Time>) -> Value {
        if self.is_sqlite() {
            at.map(micros).into()
        } else {
            at.into()
        }
    }

    /// The database's own clock, as an expression: leases are never compared with a host's clock.
    pub(crate) fn now(&self) -> &'static str {
        if self.is_sqlite() {
            SQLITE_NOW
        } else {
            "statement_timestamp()"
        }
    }

    /// A span of time as an expression that can be added to [`Database::now`].
    pub(crate) fn span(&self, span: Duration) -> String {
        let micros = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        if self.is_sqlite() {
            micros.to_string()
        } else {
            format!("{micros} * interval '1 microsecond'")
        }
    }

    /// A condition that the column is one of these ids, in one parameter, so that one prepared
    /// statement serves any number of them.
    pub(crate) fn among(&self, column: &str, parameter: usize, ids: &[Uuid]) -> (String, Value) {
        if self.is_sqlite() {
            let ids: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
            let sql = format!("{column} IN (SELECT unhex(value) FROM json_each(${parameter}))");
            (sql, serde_json::Value::from(ids).to_string().into())
        } else {
            (
                format!("{column} = ANY (${parameter})"),
                ids.to_vec().into(),
            )
        }
    }

    /// The same for texts.
    pub(crate) fn among_texts(
        &self,
        column: &str,
        parameter: usize,
        texts: &[&str],
    ) -> (String, Value) {
        if self.is_sqlite() {
            let sql = format!("{column} IN (SELECT value FROM json_each(${parameter}))");
            (sql, serde_json::Value::from(texts).to_string().into())
        } else {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            (format!("{column} = ANY (${parameter})"), texts.into())
        }
    }

    /// A column whose condition only has to be looked at, because others find the rows: SQLite can't tell which of several indexes is
    /// the narrowest, and would take one of all that a workspace has. A plus keeps it from that.
    pub(crate) fn looked_at(&self, column: &str) -> String {
        let plus = if self.is_sqlite() { "+" } else { "" };
        format!("{plus}{column}")
    }

    /// What keeps a row that an `INSERT … SELECT` reads from being changed until the transaction ends. SQLite has one writer.
    pub(crate) fn share_lock(&self) -> &'static str {
        if self.is_sqlite() { "" } else { " FOR SHARE" }
    }

    pub(crate) fn statement<const N: usize>(
        &self,
        sql: impl Into<String>,
        values: [Value; N],
    ) -> Statement {
        Statement::from_sql_and_values(self.writer.get_database_backend(), sql, values)
    }

    pub(crate) fn statement_of(&self, sql: impl Into<String>, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.writer.get_database_backend(), sql, values)
    }

    /// Begins a transaction that writes. SQLite is told so at once: a transaction that reads first and
    /// writes later may fail for no fault of its own.
    pub(crate) async fn begin(&self, doing: &'static str) -> StoreResult<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: self.is_sqlite().then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let pool = self.writer.clone();
        let begin = async move { pool.begin_with_options(options).await };
        let begun = match self.is_sqlite() {
            true => begin.await,
            // Whoever waits may go away meanwhile, as a client that hangs up. The driver forgets then that it has begun one, and
            // the next to have the connection would go on with it: it is awaited by a task that nobody ends.
            false => tokio::spawn(begin)
                .await
                .unwrap_or_else(|gone| Err(DbErr::Custom(gone.to_string()))),
        };
        begun.map_err(StoreError::doing(doing))
    }

    pub(crate) async fn all<T: FromQueryResult>(
        &self,
        doing: &'static str,
        statement: Statement,
    ) -> StoreResult<Vec<T>> {
        patiently(|| all(&self.reader, statement.clone()))
            .await
            .map_err(StoreError::doing(doing))
    }

    /// Rows whose columns are known only when they are asked for.
    pub(crate) async fn rows(
        &self,
        doing: &'static str,
        statement: Statement,
    ) -> StoreResult<Vec<QueryResult>> {
        patiently(|| self.reader.query_all_raw(statement.clone()))
            .await
            .map_err(StoreError::doing(doing))
    }

    pub(crate) async fn one<T: FromQueryResult>(
        &self,
        doing: &'static str,
        statement: Statement,
    ) -> StoreResult<Option<T>> {
        patiently(|| one(&self.reader, statement.clone()))
            .await
            .map_err(StoreError::doing(doing))
    }

    /// Rows that a writing statement returns.
    pub(crate) async fn write_returning<T: FromQueryResult>(
        &self,
        doing: &'static str,
        statement: Statement,
    ) -> StoreResult<Vec<T>> {
        all(&self.writer, statement)
            .await
            .map_err(StoreError::doing(doing))
    }

    /// Carries out a writing statement; returns how many rows it changed.
    pub(crate) async fn write(
        &self,
        doing: &'static str,
        statement: Statement,
    ) -> StoreResult<u64> {
        let done = self
            .writer
            .execute_raw(statement)
            .await
            .map_err(StoreError::doing(doing))?;
        Ok(done.rows_affected())
    }
}

fn told_when_slow<O: sqlx::ConnectOptions>(options: O) -> O {
    options
        .log_statements(LevelFilter::Trace)
        .log_slow_statements(LevelFilter::Warn, SLOW)
}

/// Reads again when a connection breaks: after a restart of Postgres the pool may hold several dead ones.
async fn patiently<T, F>(read: impl Fn() -> F) -> Result<T, DbErr>
where
    F: Future<Output = Result<T, DbErr>>,
{
    let deadline = Instant::now() + READ_PATIENCE;
    for attempt in 0_u32.. {
        match read().await {
            Err(error) if Trouble::of(&error) == Trouble::Lost && Instant::now() < deadline => {
                tokio::time::sleep(Duration::from_millis(5 << attempt.min(5))).await;
            }
            answer => return answer,
        }
    }
    read().await
}

pub(crate) async fn all<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    statement: Statement,
) -> Result<Vec<T>, DbErr> {
    db.query_all_raw(statement)
        .await?
        .iter()
        .map(|row| T::from_query_result(row, ""))
        .collect()
}

pub(crate) async fn one<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    statement: Statement,
) -> Result<Option<T>, DbErr> {
    db.query_one_raw(statement)
        .await?
        .map(|row| T::from_query_result(&row, ""))
        .transpose()
}
