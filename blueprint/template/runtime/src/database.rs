//! The two databases behind one small face: SQLite in the data folder, or Postgres by URL.

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Row, Sqlite, SqlitePool};

use crate::sql::{Dialect, Statement, Transport};
use crate::value::{Value, parse_decimal};

/// SQLite has one writer at a time, so writers queue for one connection instead of failing as busy.
#[derive(Clone)]
pub enum Database {
    Sqlite {
        options: Box<SqliteConnectOptions>,
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

pub enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Whoever waits for it may go away meanwhile, as a client that hangs up. The driver forgets then that it has begun one, and the
/// next to have the connection would go on with it: it is awaited by a task that nobody ends.
async fn begin_aside(pool: &PgPool, how: &'static str) -> Result<Transaction, sqlx::Error> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(how).await }).await;
    let begun = begun.map_err(|gone| sqlx::Error::Io(std::io::Error::other(gone)))?;
    begun.map(Transaction::Postgres)
}

impl Database {
    pub async fn open_sqlite(file: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .pragma("temp_store", "memory");
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await?;
        let reading = options.clone().pragma("query_only", "1");
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(reading)
            .await?;
        Ok(Self::Sqlite {
            options: Box::new(options),
            writer,
            readers,
        })
    }

    pub async fn open_postgres(options: PgConnectOptions) -> Result<Self, sqlx::Error> {
        let pool = PgPoolOptions::new()
            .max_connections(10)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    pub async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        match self {
            Self::Sqlite { writer, .. } => writer
                .begin_with("BEGIN IMMEDIATE")
                .await
                .map(Transaction::Sqlite),
            Self::Postgres(pool) => begin_aside(pool, "BEGIN").await,
        }
    }

    /// A transaction that only reads: a page of rows and the links that belong to it are of one moment.
    pub async fn begin_read(&self) -> Result<Transaction, sqlx::Error> {
        match self {
            Self::Sqlite { readers, .. } => readers.begin().await.map(Transaction::Sqlite),
            Self::Postgres(pool) => {
                begin_aside(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
            }
        }
    }

    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        let mut transaction = self.begin_read().await?;
        transaction
            .fetch(
                Statement::new(self.dialect(), "SELECT 'ok'"),
                &[Transport::Text],
            )
            .await?;
        Ok(())
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite {
                writer, readers, ..
            } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    pub async fn execute(&mut self, statement: Statement) -> Result<u64, sqlx::Error> {
        let Statement { text, values, .. } = statement;
        match self {
            Self::Sqlite(transaction) => {
                let query = bind_sqlite(sqlx::query(AssertSqlSafe(text)), values);
                Ok(query.execute(&mut **transaction).await?.rows_affected())
            }
            Self::Postgres(transaction) => {
                let query = bind_postgres(sqlx::query(AssertSqlSafe(text)), values);
                Ok(query.execute(&mut **transaction).await?.rows_affected())
            }
        }
    }

    pub async fn fetch(
        &mut self,
        statement: Statement,
        columns: &[Transport],
    ) -> Result<Vec<Vec<Value>>, sqlx::Error> {
        let Statement { text, values, .. } = statement;
        match self {
            Self::Sqlite(transaction) => {
                let query = bind_sqlite(sqlx::query(AssertSqlSafe(text)), values);
                let rows = query.fetch_all(&mut **transaction).await?;
                rows.iter().map(|row| decode_sqlite(row, columns)).collect()
            }
            Self::Postgres(transaction) => {
                let query = bind_postgres(sqlx::query(AssertSqlSafe(text)), values);
                let rows = query.fetch_all(&mut **transaction).await?;
                rows.iter()
                    .map(|row| decode_postgres(row, columns))
                    .collect()
            }
        }
    }

    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        }
    }
}

fn bind_sqlite(
    mut query: Query<'_, Sqlite, SqliteArguments>,
    values: Vec<(Value, Transport)>,
) -> Query<'_, Sqlite, SqliteArguments> {
    for (value, _) in values {
        query = match value {
            Value::Null => query.bind(None::<String>),
            Value::Text(text) => query.bind(text),
            Value::Integer(number) | Value::Decimal { scaled: number, .. } => query.bind(number),
            Value::Boolean(flag) => query.bind(i64::from(flag)),
        };
    }
    query
}

/// A null is bound with the type of its column: a prepared statement is shared by its text alone.
fn bind_postgres(
    mut query: Query<'_, Postgres, PgArguments>,
    values: Vec<(Value, Transport)>,
) -> Query<'_, Postgres, PgArguments> {
    for (value, transport) in values {
        query = match (value, transport) {
            (Value::Null, Transport::Integer) => query.bind(None::<i64>),
            (Value::Null, Transport::Boolean) => query.bind(None::<bool>),
            (Value::Null, _) => query.bind(None::<String>),
            (Value::Text(text), _) => query.bind(text),
            (Value::Integer(number), _) => query.bind(number),
            (Value::Boolean(flag), _) => query.bind(flag),
            (Value::Decimal { scaled, scale }, _) => {
                query.bind(crate::value::format_decimal(scaled, scale))
            }
        };
    }
    query
}

fn decode_sqlite(row: &SqliteRow, columns: &[Transport]) -> Result<Vec<Value>, sqlx::Error> {
    let decode = |(index, transport): (usize, &Transport)| {
        Ok(match transport {
            Transport::Integer => row.try_get::<Option<i64>, _>(index)?.map(Value::Integer),
            Transport::Boolean => row
                .try_get::<Option<i64>, _>(index)?
                .map(|flag| Value::Boolean(flag != 0)),
            Transport::Decimal(scale) => {
                row.try_get::<Option<i64>, _>(index)?
                    .map(|scaled| Value::Decimal {
                        scaled,
                        scale: *scale,
                    })
            }
            _ => row.try_get::<Option<String>, _>(index)?.map(Value::Text),
        }
        .unwrap_or(Value::Null))
    };
    columns.iter().enumerate().map(decode).collect()
}

fn decode_postgres(row: &PgRow, columns: &[Transport]) -> Result<Vec<Value>, sqlx::Error> {
    let decode = |(index, transport): (usize, &Transport)| {
        Ok(match transport {
            Transport::Integer => row.try_get::<Option<i64>, _>(index)?.map(Value::Integer),
            Transport::Boolean => row.try_get::<Option<bool>, _>(index)?.map(Value::Boolean),
            Transport::Decimal(scale) => row
                .try_get::<Option<String>, _>(index)?
                .map(|text| parse_decimal(&text, 19, *scale))
                .transpose()
                .map_err(|message| sqlx::Error::Decode(message.into()))?,
            _ => row.try_get::<Option<String>, _>(index)?.map(Value::Text),
        }
        .unwrap_or(Value::Null))
    };
    columns.iter().enumerate().map(decode).collect()
}
